"""The district's reviews of deaths on the wire (A5, A35)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from api.domain.absences import NewsSource
from api.domain.incidents import IncidentFinding, IncidentKind, IncidentState
from api.domain.policy import Tier
from api.schemas.base import In, Out, Text

MOST_RECORDS = 200


class RecordWordIn(In):
    """Whether a record in question counts."""

    visit_id: UUID
    accept: StrictBool


class ConclusionIn(In):
    """What the district found; ``records``: a word on each record that the review lists."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"finding": "duty_missed", "text": "已约谈责任人，落实整改"}]}
    )

    finding: IncidentFinding
    records: Annotated[tuple[RecordWordIn, ...], Field(max_length=MOST_RECORDS)] = ()
    text: Text


class IncidentOut(Out):
    """``last_contact_on``: by any mode, before the death; the days are counted from there, null where never.

    ``records``: the visit records in question.
    """

    id: UUID
    elder_id: UUID
    short_no: str
    village: str
    kind: IncidentKind
    state: IncidentState
    died_on: date
    found_on: date
    source: NewsSource | None
    tier: Tier | None
    last_contact_on: date | None
    days_to_death: int | None
    days_to_discovery: int | None
    records: list[UUID]
    opened_at: datetime
    finding: IncidentFinding | None
    concluded_at: datetime | None
    concluded_by: UUID | None
    version: int
    etag: str


class IncidentReviewOut(IncidentOut):
    """With what the district said."""

    text: str | None
