"""The district's reviews of deaths."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from api.domain.incidents import IncidentFinding, IncidentKind, IncidentState
from api.domain.policy import Tier
from api.store.tables.base import AREA, DOCUMENT, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder


class IncidentReview(Row, table=True):
    """``last_contact_on``: the last day before the death on which somebody met or reached the elder.

    ``records``: the ids of the visit records in question.
    """

    __tablename__ = "incident_reviews"
    __table_args__ = (
        of_elder(),
        listed("kind", IncidentKind),
        listed("state", IncidentState),
        listed("finding", IncidentFinding),
        listed("tier", Tier),
        Index("ix_incident_reviews_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    kind: str = Field(max_length=24)
    state: str = Field(max_length=12)
    died_on: date
    found_on: date
    source: str | None = Field(default=None, max_length=12)  # who brought the news
    tier: str | None = Field(default=None, max_length=10)
    last_contact_on: date | None = None
    records: list[str] = Field(sa_type=DOCUMENT)
    opened_at: datetime = Field(sa_type=INSTANT)
    finding: str | None = Field(default=None, max_length=16)
    concluded_at: datetime | None = Field(default=None, sa_type=INSTANT)
    concluded_by: UUID | None = None
    sealed: bytes | None = Field(default=None, sa_type=SEALED)
    version: int = 1
