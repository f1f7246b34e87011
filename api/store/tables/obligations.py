"""The stored judgements: who owes what, an elder's month, a village's month, which months are planned."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from api.domain.policy import Tier
from api.store.tables.base import AREA, INSTANT, MONTH, SEALED, Row, listed
from api.store.tables.elders import of_elder


class ObligationRow(Row, table=True):
    """One home visit owed by one elder in one period, and what met it. ``due_on``: after ``ends_on`` in a grace."""

    __tablename__ = "obligations"
    __table_args__ = (
        of_elder(),
        listed("state", ("open", "met", "waived", "excused", "refused")),
        listed("tier", Tier),
        Index("ix_obligations_month_counted_village", "month", "counted_village", "state"),
        Index("ix_obligations_village_month", "village", "month", "elder_id"),
    )

    elder_id: UUID = Field(primary_key=True)
    period: str = Field(primary_key=True, max_length=14)
    tier: str = Field(primary_key=True, max_length=10)
    ordinal: int = Field(primary_key=True)
    month: str = Field(sa_type=MONTH)
    starts_on: date
    ends_on: date
    due_on: date
    state: str = Field(max_length=10)
    pending: bool = False
    met_by: UUID | None = None
    met_on: date | None = None
    village: str = Field(sa_type=AREA)
    counted_village: str = Field(sa_type=AREA)


class Counts(Row):
    """The counts of domain §4, as stored for an elder's month and summed for a village's."""

    due: int = 0
    visited_home: int = 0
    visited_any: int = 0
    fully_compliant: int = 0
    obligations: int = 0
    obligations_met: int = 0
    excused: int = 0
    excused_pending: int = 0
    excused_provisional: int = 0
    excused_backdated: int = 0
    refused: int = 0
    declined: int = 0
    consent_pending: int = 0
    not_confirmed: int = 0
    new_not_due: int = 0
    exited: int = 0
    deaths_unseen: int = 0
    late: int = 0
    voided: int = 0
    seen_elsewhere: int = 0


class ElderMonthRow(Counts, table=True):
    __tablename__ = "elder_months"
    __table_args__ = (
        of_elder(),
        Index("ix_elder_months_month_counted_village", "month", "counted_village", "elder_id"),
        Index("ix_elder_months_village_month", "village", "month", "elder_id"),
    )

    elder_id: UUID = Field(primary_key=True)
    month: str = Field(sa_type=MONTH, primary_key=True)
    village: str = Field(sa_type=AREA)
    counted_village: str = Field(sa_type=AREA)
    tier: str | None = Field(default=None, max_length=10)
    categories: int = 0  # bits in the order of Category
    last_seen_on: date | None = None  # the month's last visit in the sense of the frequency


class VillageMonth(Counts, table=True):
    """Sums of elder_months; ``slice``: all, a tier, or a category (categories overlap, A12)."""

    __tablename__ = "village_months"

    month: str = Field(sa_type=MONTH, primary_key=True)
    village: str = Field(sa_type=AREA, primary_key=True)
    slice: str = Field(primary_key=True, max_length=24)


class DueCount(Row, table=True):
    """How many elders of a township are due on a day, counted on the days from ``from_day`` to ``to_day``.

    Whoever is away counts on all days, and is taken off on the days of his absence: ``elders`` is negative there.
    """

    __tablename__ = "due_counts"

    township: str = Field(sa_type=AREA, primary_key=True)
    tier: str = Field(primary_key=True, max_length=10)
    due_on: date = Field(primary_key=True)
    from_day: date = Field(primary_key=True)
    to_day: date = Field(primary_key=True)
    elders: int


class MonthPlan(Row, table=True):
    __tablename__ = "month_plans"

    village: str = Field(sa_type=AREA, primary_key=True)
    month: str = Field(sa_type=MONTH, primary_key=True)
    planned_at: datetime = Field(sa_type=INSTANT)


class Task(Row, table=True):
    """Something somebody has to do for an elder by a day; ``key`` keeps repeats one task."""

    __tablename__ = "tasks"
    __table_args__ = (
        of_elder(),
        UniqueConstraint("elder_id", "kind", "key"),
        listed("state", ("open", "done", "cancelled")),
        Index("ix_tasks_village_state_due_on", "village", "state", "due_on", "id"),
        Index("ix_tasks_kind_key", "kind", "key"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    kind: str = Field(max_length=30)
    key: str = Field(max_length=80)
    state: str = Field(max_length=10)
    starts_on: date
    due_on: date
    done_on: date | None = None
    done_by_visit: UUID | None = None
    done_by: UUID | None = None
    source_visit: UUID | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    note: bytes | None = Field(default=None, sa_type=SEALED)
    version: int = 1
