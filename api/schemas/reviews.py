"""The half-yearly review on the wire: what is sent of a look, whose files are due, and each round."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.domain.reviews import ReviewResult, ReviewState
from api.schemas.base import CivilDate, In, Out, Text500
from api.schemas.closings import ChangedElderOut
from api.schemas.duty import ElderStateOut
from api.schemas.elders import ElderFileIn
from api.schemas.merge_patch import PatchOf


class ReviewIn(In):
    """A look through the file, by the village or by the township. ``on``: today unless said.

    ``changes``: a merge patch of the form with what was found to be otherwise. ``result``: unless said,
    ``changed`` with changes and ``unchanged`` without.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "情况无变化"}]})

    on: CivilDate | None = None
    result: ReviewResult | None = None
    changes: Annotated[dict[str, Any], PatchOf(ElderFileIn)] | None = None
    note: Text500 | None = None


class ReturnIn(In):
    """Why the village is to look again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "请补充第一探访联系人电话"}]})

    reason: Text500


class ReviewBriefOut(Out):
    """A round that is under way. ``fields``: which of the form it changes. ``flagged``: not reached too often."""

    id: UUID
    result: ReviewResult
    reviewed_on: date
    attempts: int
    flagged: bool
    next_attempt_on: date | None
    fields: list[str]
    submitted_by: UUID | None
    submitted_at: datetime | None
    version: int
    etag: str


class DueReviewOut(Out):
    """A file that is to be looked through by ``due_on``. ``review``: null until somebody has begun."""

    elder: ChangedElderOut
    village: str
    due_on: date
    overdue: bool
    state: ReviewState
    review: ReviewBriefOut | None


class ReviewedFieldOut(Out):
    """What the file said and what was found. Numbers, doors, illness and means are masked."""

    field: str
    before: Any = Field(alias="from")
    after: Any = Field(alias="to")


class ReviewOut(Out):
    """One round. ``reason``: of the last return."""

    id: UUID
    elder_id: UUID
    village: str
    due_on: date
    started_on: date
    reviewed_on: date
    state: ReviewState
    result: ReviewResult
    attempts: int
    flagged: bool
    next_attempt_on: date | None
    submitted_by: UUID | None
    submitted_at: datetime | None
    signed_by: UUID | None
    signed_at: datetime | None
    fields: list[ReviewedFieldOut]
    note: str | None
    reason: str | None
    version: int
    etag: str


class ReviewsOut(Out):
    """Every round of an elder, oldest first."""

    data: list[ReviewOut]


class ReviewedOut(ElderStateOut):
    """How the elder stands after a look; the next day is set when the township stands behind it."""

    review: ReviewOut


class ReviewFiguresOut(Out):
    """Files of today: ``due`` (by today), ``overdue`` and where they stand; rounds that ended in the days asked for.

    ``on_time``: of those, finished by their due day.
    """

    due: int
    overdue: int
    submitted: int
    returned: int
    not_reached: int
    flagged: int
    done: int
    on_time: int


class ReviewFigureRowOut(ReviewFiguresOut):
    key: str
    name: str


class ReviewFigureListOut(Out):
    """``since`` is included, ``until`` is not."""

    since: date
    until: date
    total: ReviewFiguresOut
    rows: list[ReviewFigureRowOut]
