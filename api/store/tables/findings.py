"""What a visit reveals: hazards, escalations, whereabouts checks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from api.store.tables.base import AREA, INSTANT, SEALED, Row
from api.store.tables.elders import of_elder


class Hazard(Row, table=True):
    __tablename__ = "hazards"
    __table_args__ = (of_elder(), Index("ix_hazards_village_state", "village", "state", "id"))

    id: UUID = Field(primary_key=True)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    household_id: UUID | None = None
    kind: str = Field(max_length=30)
    key: bytes = Field(sa_type=SEALED)  # keyed index of what tells it from others of its kind
    severity: str = Field(max_length=10)
    state: str = Field(max_length=24)
    reminder: str = Field(max_length=10)  # given, not_given, unknown
    times_seen: int
    first_seen_on: date
    last_seen_on: date
    source_visit: UUID
    created_at: datetime = Field(sa_type=INSTANT)
    note: bytes | None = Field(default=None, sa_type=SEALED)
    version: int = 1


class Escalation(Row, table=True):
    """A major risk; ``elder_id`` is empty for a person on no roll."""

    __tablename__ = "escalations"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint("severity IN ('major', 'general')", name="severity_listed"),
        Index("ix_escalations_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    reference: str = Field(max_length=20, unique=True)
    elder_id: UUID | None = Field(default=None, foreign_key="elders.id", index=True)
    village: str = Field(sa_type=AREA)
    kind: str = Field(max_length=30)
    severity: str = Field(max_length=10)
    state: str = Field(max_length=20)
    source: str = Field(max_length=80)
    external_id: str = Field(max_length=80)
    source_visit: UUID | None = None
    discovered_at: datetime = Field(sa_type=INSTANT)
    received_at: datetime = Field(sa_type=INSTANT)
    emergency_called_at: datetime | None = Field(default=None, sa_type=INSTANT)
    contact_reached_at: datetime | None = Field(default=None, sa_type=INSTANT)
    reported_by: UUID | None = None
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1


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
