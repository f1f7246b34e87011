"""What elders and families are not content with (R50)."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from api.domain.complaints import ComplaintState
from api.store.tables.base import AREA, SEALED, Row, listed


class Complaint(Row, table=True):
    __tablename__ = "complaints"
    __table_args__ = (
        listed("state", ComplaintState),
        Index("ix_complaints_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    village: str = Field(sa_type=AREA)
    elder_id: UUID | None = Field(default=None, index=True)
    visit_id: UUID | None = None
    worker_id: UUID | None = Field(default=None, index=True)
    kind: str = Field(max_length=16)
    complainant: str = Field(max_length=12)
    state: str = Field(max_length=10)
    received_on: date
    received_by: UUID | None = None
    due_on: date
    decided_by: UUID | None = None
    decided_on: date | None = None
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1
