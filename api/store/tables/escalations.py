"""Major risks, what was done about each, and whom a township calls at night."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from api.domain.divisions import Level
from api.domain.escalations import EscalationState
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder


class Escalation(Row, table=True):
    """A major risk; ``elder_id`` is empty for a person on no roll, ``village`` then as much as is known.

    ``level``: at whose desk it was put last; a clock that ran out since then lifts it higher (``level_at``).
    """

    __tablename__ = "escalations"
    __table_args__ = (
        of_elder(),
        UniqueConstraint("id", "village"),
        UniqueConstraint("source", "external_id"),
        CheckConstraint("severity IN ('major', 'general')", name="severity_listed"),
        listed("state", EscalationState),
        listed("level", Level),
        Index("ix_escalations_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    reference: str = Field(max_length=20, unique=True)
    elder_id: UUID | None = Field(default=None, index=True)
    village: str = Field(sa_type=AREA)
    kind: str = Field(max_length=30)
    severity: str = Field(max_length=10)
    state: str = Field(max_length=20)
    level: str = Field(max_length=10)
    source: str = Field(max_length=80)
    external_id: str = Field(max_length=80)
    source_visit: UUID | None = None
    discovered_at: datetime = Field(sa_type=INSTANT)
    received_at: datetime = Field(sa_type=INSTANT)
    reported_by: UUID | None = None
    call_due_at: datetime | None = Field(default=None, sa_type=INSTANT)
    emergency_called_at: datetime | None = Field(default=None, sa_type=INSTANT)
    contact_due_at: datetime | None = Field(default=None, sa_type=INSTANT)
    contact_reached_at: datetime | None = Field(default=None, sa_type=INSTANT)
    acknowledge_due_at: datetime = Field(sa_type=INSTANT)
    acknowledged_at: datetime | None = Field(default=None, sa_type=INSTANT)
    acknowledged_by: UUID | None = None
    mitigated_at: datetime | None = Field(default=None, sa_type=INSTANT)
    follow_up_due_at: datetime | None = Field(default=None, sa_type=INSTANT)
    followed_up_at: datetime | None = Field(default=None, sa_type=INSTANT)
    self_followed_up: bool = False
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    duplicate_of: UUID | None = Field(default=None, foreign_key="escalations.id")
    lead_id: UUID | None = None
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1


class EscalationStep(Row, table=True):
    """One thing that was done about a risk. ``version``: of the escalation that it led to.

    ``at``: when it happened, ``recorded_at``: when it was written down. A move that a clock made has no actor.
    """

    __tablename__ = "escalation_steps"
    __table_args__ = (
        ForeignKeyConstraint(
            ["escalation_id", "village"], ["escalations.id", "escalations.village"], onupdate="CASCADE"
        ),
    )

    escalation_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    village: str = Field(sa_type=AREA)
    kind: str = Field(max_length=24)
    at: datetime = Field(sa_type=INSTANT)
    recorded_at: datetime = Field(sa_type=INSTANT)
    actor_id: UUID | None = None
    level: str = Field(max_length=10)
    sealed: bytes | None = Field(default=None, sa_type=SEALED)


class DutyContact(Row, table=True):
    """Whom a township, or the district, is called under around the clock; name and number are sealed."""

    __tablename__ = "duty_contacts"

    area: str = Field(sa_type=AREA, primary_key=True)
    updated_at: datetime = Field(sa_type=INSTANT)
    updated_by: UUID | None = None
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1
