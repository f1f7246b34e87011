"""Months of settlement (结算) with providers, and what each line of them says. Money is in cents (分)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field

from api.domain.billing import NotBilled
from api.domain.contracts import Service
from api.domain.settlements import SettlementState
from api.store.tables.base import AREA, DOCUMENT, INSTANT, MONTH, Row, listed

_PROPOSED = text("state = 'proposed'")


class Settlement(Row, table=True):
    """What a district pays a provider for a month; of each provider at most one is not closed yet.

    ``corrections``: the part of the amount that belongs to earlier months; ``cut``: what did not fit under the
    ceilings. ``shares``: how it uses each contract.
    """

    __tablename__ = "settlements"
    __table_args__ = (
        UniqueConstraint("provider_id", "area", "month"),
        listed("state", SettlementState),
        Index(
            "uq_settlements_proposed",
            "provider_id",
            "area",
            unique=True,
            sqlite_where=_PROPOSED,
            postgresql_where=_PROPOSED,
        ),
    )

    id: UUID = Field(primary_key=True)
    provider_id: UUID = Field(foreign_key="providers.id")
    area: str = Field(sa_type=AREA)
    month: str = Field(sa_type=MONTH)
    state: str = Field(max_length=10)
    amount: int = Field(sa_type=BigInteger)
    corrections: int = Field(sa_type=BigInteger)
    cut: int = Field(sa_type=BigInteger)
    line_count: int
    shares: list[dict[str, Any]] = Field(sa_type=DOCUMENT)
    proposed_at: datetime = Field(sa_type=INSTANT)
    proposed_by: UUID | None = None
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_by: UUID | None = None
    version: int = 1


class SettlementLine(Row, table=True):
    """One service at one visit, paid, taken back (``amount`` < 0), or not paid and why.

    It stays as it was written: village and elder are those of that moment.
    """

    __tablename__ = "settlement_lines"
    __table_args__ = (
        UniqueConstraint("settlement_id", "position"),
        listed("service", Service),
        listed("reason", NotBilled),
        Index("ix_settlement_lines_provider_id_visited_on", "provider_id", "visited_on"),
        Index("ix_settlement_lines_visit_id", "visit_id"),
    )

    id: UUID = Field(primary_key=True)
    settlement_id: UUID = Field(foreign_key="settlements.id")
    position: int
    provider_id: UUID
    visit_id: UUID
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    visited_on: date
    service: str = Field(max_length=20)
    contract_id: UUID | None = Field(default=None, foreign_key="contracts.id")
    price: int | None = None
    reason: str | None = Field(default=None, max_length=20)
    amount: int
    corrects: UUID | None = None  # the line of an earlier settlement that said otherwise
