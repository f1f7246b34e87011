"""Orders to put something right (R52)."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from api.domain.rectifications import RectificationState
from api.store.tables.base import AREA, SEALED, Row, listed


class Rectification(Row, table=True):
    """``village``: whose desk it lies on, a village's or a township's own code."""

    __tablename__ = "rectifications"
    __table_args__ = (
        listed("state", RectificationState),
        Index("ix_rectifications_village_state", "village", "state", "due_on"),
    )

    id: UUID = Field(primary_key=True)
    village: str = Field(sa_type=AREA)
    state: str = Field(max_length=10)
    visit_id: UUID | None = None
    inspection_id: UUID | None = None
    complaint_id: UUID | None = None
    ordered_by: UUID | None = None
    ordered_on: date
    due_on: date
    answered_by: UUID | None = None
    answered_on: date | None = None
    times_rejected: int = 0
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1
