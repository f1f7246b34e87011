"""Safety hazards of households (安全隐患)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from api.domain.hazards import HazardKind, HazardState, Reminder, Severity
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder


class Hazard(Row, table=True):
    """``elder_id``: at whose home it was first seen; with a ``household_id`` it is everybody's who lives there.

    ``safe_on``, ``safe_visit``: first found safe since it was last seen. ``repeated``: there again after a reminder.
    """

    __tablename__ = "hazards"
    __table_args__ = (
        of_elder(),
        listed("kind", HazardKind),
        listed("severity", Severity),
        listed("state", HazardState),
        listed("reminder", Reminder),
        Index("ix_hazards_village_state", "village", "state", "id"),
        Index("ix_hazards_village_due_on", "village", "due_on", "id"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    household_id: UUID | None = Field(default=None, index=True)
    kind: str = Field(max_length=30)
    key: bytes = Field(sa_type=SEALED)  # keyed index of what tells it from others of its kind
    severity: str = Field(max_length=10)
    state: str = Field(max_length=24)
    reminder: str = Field(max_length=10)
    reminded_at: datetime | None = Field(default=None, sa_type=INSTANT)
    repeated: bool = False
    times_seen: int
    first_seen_on: date
    last_seen_on: date
    due_on: date
    safe_on: date | None = None
    safe_visit: UUID | None = Field(default=None, index=True)
    resolved_on: date | None = None
    resolved_visit: UUID | None = Field(default=None, index=True)
    escalation_id: UUID | None = None
    source_visit: UUID | None = None
    reported_by: UUID | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    sealed: bytes | None = Field(default=None, sa_type=SEALED)
    version: int = 1
