"""Checks of where an elder is whom nobody met."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from api.domain.visits import ToldBy, Whereabouts
from api.domain.whereabouts import CheckState
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder


class WhereaboutsCheck(Row, table=True):
    """``told_at``: when somebody told, of an answer; ``answered_by``: the person who wrote it down, or the record."""

    __tablename__ = "whereabouts_checks"
    __table_args__ = (
        of_elder(),
        listed("state", CheckState),
        listed("answer", Whereabouts),
        listed("told_by", ToldBy),
        Index("ix_whereabouts_checks_village_state", "village", "state", "due_at"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    state: str = Field(max_length=16)
    opened_at: datetime = Field(sa_type=INSTANT)
    due_at: datetime = Field(sa_type=INSTANT)
    answer: str | None = Field(default=None, max_length=20)
    told_by: str | None = Field(default=None, max_length=12)
    told_at: datetime | None = Field(default=None, sa_type=INSTANT)
    answered_by: UUID | None = None
    answered_by_visit: UUID | None = Field(default=None, index=True)
    escalation_id: UUID | None = Field(default=None, index=True)
    source_visit: UUID
    sealed: bytes | None = Field(default=None, sa_type=SEALED)
    version: int = 1
