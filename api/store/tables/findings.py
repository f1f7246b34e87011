"""What a visit reveals: whereabouts checks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from api.store.tables.base import AREA, INSTANT, Row
from api.store.tables.elders import of_elder


class WhereaboutsCheck(Row, table=True):
    __tablename__ = "whereabouts_checks"
    __table_args__ = (of_elder(), Index("ix_whereabouts_checks_village_state", "village", "state", "due_at"))

    id: UUID = Field(primary_key=True)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    state: str = Field(max_length=12)
    opened_at: datetime = Field(sa_type=INSTANT)
    due_at: datetime = Field(sa_type=INSTANT)
    answer: str | None = Field(default=None, max_length=20)
    source_visit: UUID
    version: int = 1
