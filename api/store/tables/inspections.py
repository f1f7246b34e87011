"""Second looks at visit records (R52)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from api.domain.inspections import InspectionState
from api.store.tables.base import AREA, INSTANT, MONTH, SEALED, Row, listed
from api.store.tables.elders import of_elder


class Inspection(Row, table=True):
    """One record to be looked at again; ``seed`` and ``month`` say which draw it comes from."""

    __tablename__ = "inspections"
    __table_args__ = (
        of_elder(),
        UniqueConstraint("visit_id", "reason"),
        listed("state", InspectionState),
        Index("ix_inspections_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    visit_id: UUID = Field(foreign_key="visits.id")
    reason: str = Field(max_length=20)
    month: str = Field(sa_type=MONTH)
    seed: str | None = Field(default=None, max_length=40)
    state: str = Field(max_length=10)
    due_on: date
    attempts: int = 0
    finding: str | None = Field(default=None, max_length=12)
    method: str | None = Field(default=None, max_length=10)
    drawn_by: UUID | None = None
    inspected_by: UUID | None = None
    inspected_at: datetime | None = Field(default=None, sa_type=INSTANT)
    answered_by: UUID | None = None
    answered_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sealed: bytes | None = Field(default=None, sa_type=SEALED)
    version: int = 1
