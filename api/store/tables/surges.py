"""Extra visits and stand-downs, what festivals a district has set, the weather warnings it has heard.

No row is about a person, and everybody who works in an area lives by what is set around it: row-level
security leaves these tables alone, as it does the policy's.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from api.domain.festivals import Festival
from api.domain.signals import SignalColour, SignalState
from api.domain.surges import SurgeKind, SurgeSource, SurgeState
from api.store.tables.base import AREA, DOCUMENT, INSTANT, SEALED, Row, listed


class SurgeRow(Row, table=True):
    """``village``: the narrowest area around all ``areas``. ``grace_days``: of a stand-down, as when it was set."""

    __tablename__ = "surges"
    __table_args__ = (
        listed("kind", SurgeKind),
        listed("source", SurgeSource),
        listed("state", SurgeState),
        CheckConstraint("ends_on >= starts_on", name="in_order"),
        Index("ix_surges_ends_on", "ends_on"),
        Index("ix_surges_signal_id", "signal_id"),
    )

    id: UUID = Field(primary_key=True)
    village: str = Field(sa_type=AREA)
    areas: list[str] = Field(sa_type=DOCUMENT)
    kind: str = Field(max_length=12)
    source: str = Field(max_length=10)
    state: str = Field(max_length=10)
    starts_on: date
    ends_on: date
    tiers: list[str] = Field(sa_type=DOCUMENT)
    grace_days: int
    festival: str | None = Field(default=None, max_length=20)
    signal_id: UUID | None = Field(default=None, foreign_key="weather_signals.id")
    proposed_by: UUID | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    opened_by: UUID | None = None
    opened_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int = 1
    sealed: bytes = Field(sa_type=SEALED)


class WeatherSignal(Row, table=True):
    """A warning as its feed names it. ``code``: AABB, kind and colour; ``kind``: the words for AA."""

    __tablename__ = "weather_signals"
    __table_args__ = (
        UniqueConstraint("village", "external_id"),
        listed("colour", SignalColour),
        listed("state", SignalState),
    )

    id: UUID = Field(primary_key=True)
    village: str = Field(sa_type=AREA)
    external_id: str = Field(max_length=64)
    adcode: str = Field(sa_type=AREA)
    kind: str = Field(max_length=30)
    code: str = Field(max_length=4)
    colour: str = Field(max_length=8)
    state: str = Field(max_length=10)
    issued_at: datetime = Field(sa_type=INSTANT)
    received_at: datetime = Field(sa_type=INSTANT)
    version: int = 1


class FestivalSettingRow(Row, table=True):
    """What a district has set for a festival of one year; the others are as they come."""

    __tablename__ = "festival_settings"
    __table_args__ = (
        listed("festival", Festival),
        CheckConstraint("days_before >= 0 AND days_after >= 0", name="days_counted"),
    )

    village: str = Field(sa_type=AREA, primary_key=True)
    year: int = Field(primary_key=True)
    festival: str = Field(max_length=20, primary_key=True)
    days_before: int
    days_after: int
    active: bool
    tiers: list[str] = Field(sa_type=DOCUMENT)
    updated_at: datetime = Field(sa_type=INSTANT)
    updated_by: UUID | None = None
