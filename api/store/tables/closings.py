"""Closed months: that they are, the figures as they stood then, and what changed them since. Append only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from api.store.tables.base import AREA, DOCUMENT, INSTANT, MONTH, Row
from api.store.tables.obligations import Counts


class MonthClosing(Row, table=True):
    """That a district closed a month; nothing here is about any elder, so that everybody may read it."""

    __tablename__ = "month_closings"
    __table_args__ = (UniqueConstraint("area", "month"),)

    id: UUID = Field(primary_key=True)
    area: str = Field(sa_type=AREA)
    month: str = Field(sa_type=MONTH)
    closed_at: datetime = Field(sa_type=INSTANT)
    closed_by: UUID | None = None
    policy_versions: list[str] = Field(sa_type=DOCUMENT)


class FrozenMonth(Counts, table=True):
    """A row of village_months as it stood when its month was closed."""

    __tablename__ = "frozen_months"

    month: str = Field(sa_type=MONTH, primary_key=True)
    village: str = Field(sa_type=AREA, primary_key=True)
    slice: str = Field(primary_key=True, max_length=24)


class Restatement(Row, table=True):
    """What one request changed in an elder's counts of a closed month, in one village and tier.

    ``difference``: count → after less before, where it is not 0. What is restated is what was frozen with all
    differences added.
    """

    __tablename__ = "restatements"
    __table_args__ = (Index("ix_restatements_month_village", "month", "village", "id"),)

    id: UUID = Field(primary_key=True)
    month: str = Field(sa_type=MONTH)
    village: str = Field(sa_type=AREA)  # that counts the elder
    elder_id: UUID
    tier: str | None = Field(default=None, max_length=10)
    at: datetime = Field(sa_type=INSTANT)
    actor_id: UUID | None = None
    operation: str = Field(max_length=120)
    difference: dict[str, Any] = Field(sa_type=DOCUMENT)
