"""Divisions, what an area has set for itself, the policy's dated versions, the working calendar."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from api.domain.working_days import DayKind
from api.store.tables.base import AREA, DOCUMENT, INSTANT, Row, listed


class DivisionRow(Row, table=True):
    __tablename__ = "divisions"
    __table_args__ = (listed("level", ("district", "township", "village")),)

    code: str = Field(sa_type=AREA, primary_key=True)
    level: str = Field(max_length=10)
    name: str = Field(max_length=60)
    short_name: str = Field(max_length=60)
    kind: str = Field(max_length=30)
    parent: str | None = Field(default=None, sa_type=AREA)
    created_at: datetime = Field(sa_type=INSTANT)


class PolicyVersion(Row, table=True):
    __tablename__ = "policy_versions"

    id: UUID = Field(primary_key=True)
    area: str = Field(sa_type=AREA, index=True)
    version: str = Field(max_length=60)
    valid_from: date
    document: dict[str, Any] = Field(sa_type=DOCUMENT)
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None


class AreaSetting(Row, table=True):
    """``tracking_starts_on``: before it nothing is owed and no rate is shown (A20, A36)."""

    __tablename__ = "area_settings"

    area: str = Field(sa_type=AREA, primary_key=True)
    tracking_starts_on: date | None = None
    updated_at: datetime = Field(sa_type=INSTANT)
    updated_by: UUID | None = None


class Counter(Row, table=True):
    """The last number given out, per series (探访编号, escalation references)."""

    __tablename__ = "counters"

    name: str = Field(primary_key=True, max_length=40)
    value: int


class CalendarDayRow(Row, table=True):
    """A day that the district has set in its working calendar; whatever was published is no row."""

    __tablename__ = "calendar_days"
    __table_args__ = (listed("kind", DayKind),)

    day: date = Field(primary_key=True)
    kind: str = Field(max_length=10)
    name: str = Field(max_length=30)
    updated_at: datetime = Field(sa_type=INSTANT)
    updated_by: UUID | None = None
