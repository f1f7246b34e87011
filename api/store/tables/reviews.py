"""Rounds of the half-yearly review: one row for each time a file was taken up."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from api.domain.reviews import ENDED, ReviewResult, ReviewState
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder

_IS_OPEN = text(f"state NOT IN ({', '.join(repr(state.value) for state in ENDED)})")


class Review(Row, table=True):
    """``due_on``: of the round; ``reviewed_on``: the day of the latest look, or attempt. At most one is open."""

    __tablename__ = "reviews"
    __table_args__ = (
        of_elder(),
        listed("state", ReviewState),
        listed("result", ReviewResult),
        Index("ix_reviews_village_state", "village", "state", "id"),
        Index("ix_reviews_elder_id", "elder_id", "id"),
        Index("ix_reviews_open", "elder_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    due_on: date
    started_on: date
    reviewed_on: date
    state: str = Field(max_length=14)
    result: str = Field(max_length=12)
    attempts: int = 0
    next_attempt_on: date | None = None
    submitted_by: UUID | None = None
    submitted_at: datetime | None = Field(default=None, sa_type=INSTANT)
    signed_by: UUID | None = None
    signed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1
