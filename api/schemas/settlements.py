"""Settlements with providers on the wire: amounts are whole cents (分), of CNY."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.domain.billing import NotBilled
from api.domain.contracts import Service
from api.domain.settlements import SettlementState
from api.schemas.base import In, Out
from api.schemas.figures import MonthText

Currency = Literal["CNY"]


class SettlementIn(In):
    """Which month to settle: one that has ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"month": "2026-10"}]})

    month: MonthText


class ContractShareOut(Out):
    """How a settlement uses a contract, in cents; ``used_share``: of the ceiling, in percent.

    ``cut``: what was due and did not fit under the ceiling; it is not paid.
    """

    contract_id: UUID
    ceiling: int | None
    used_before: int
    amount: int
    used: int
    used_share: str | None = Field(examples=["66.67"])
    cut: int


class SettlementOut(Out):
    """A month with a provider, in cents. ``corrections``: the part of ``amount`` that belongs to earlier months."""

    id: UUID
    provider_id: UUID
    area: str
    month: str
    state: SettlementState
    currency: Currency
    amount: int
    corrections: int
    cut: int
    line_count: int
    contracts: list[ContractShareOut]
    proposed_at: datetime
    proposed_by: UUID | None
    closed_at: datetime | None
    closed_by: UUID | None
    version: int
    etag: str


class SettlementLineOut(Out):
    """One service at one visit, in cents.

    ``reason``: why it is not paid, or was taken back (``amount`` < 0). ``late``: the visit belongs to an earlier
    month. ``corrects``: the line of an earlier settlement that said otherwise.
    """

    id: UUID
    position: int
    visit_id: UUID
    elder_id: UUID
    village: str
    visited_on: date
    service: Service
    contract_id: UUID | None
    price: int | None
    billable: bool
    reason: NotBilled | None
    amount: int
    currency: Currency
    late: bool
    corrects: UUID | None
