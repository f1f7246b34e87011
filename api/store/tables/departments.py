"""What the plan asks of offices by a day or by a year, and what they say they have done."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from api.domain.milestones import MilestoneKey
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed


class MilestoneDate(Row, table=True):
    """When an area, district or township, reached a milestone of the plan; before the plan, or late."""

    __tablename__ = "milestone_dates"
    __table_args__ = (UniqueConstraint("area", "milestone"), listed("milestone", MilestoneKey))

    id: UUID = Field(primary_key=True)
    area: str = Field(sa_type=AREA)
    milestone: str = Field(max_length=24)
    done_on: date | None = None
    updated_by: UUID | None = None
    updated_at: datetime = Field(sa_type=INSTANT)
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1


class DutyReport(Row, table=True):
    """What shows that a duty of Annex 1 was done in a year; ``duty``: its number there."""

    __tablename__ = "duty_reports"
    __table_args__ = (UniqueConstraint("area", "duty", "year"),)

    id: UUID = Field(primary_key=True)
    area: str = Field(sa_type=AREA)
    duty: int
    year: int
    updated_by: UUID | None = None
    updated_at: datetime = Field(sa_type=INSTANT)
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1
