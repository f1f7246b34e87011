"""Contracts of purchased services (政府购买服务, plan 四(一)一是; R23, R31): where, when, at what price."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from api.domain.access import AreaCode, contains
from api.domain.errors import Fault
from api.domain.machines import Machine, move


class Reach(StrEnum):
    """Whom a contract covers."""

    AREAS = "areas"  # 按区域
    ELDERS = "elders"  # 按名单


NOTICE_DAYS = 30
"""So long before its end a contract that no other follows waits for whoever manages contracts."""


class ContractState(StrEnum):
    SIGNED = "signed"  # 已签订
    TERMINATED = "terminated"  # 提前终止


class ContractCommand(StrEnum):
    TERMINATE = "terminate"  # 提前终止


LIFE: Machine[ContractState, ContractCommand] = Machine(
    {ContractCommand.TERMINATE: move(ContractState.SIGNED, to=ContractState.TERMINATED)}
)


class Service(StrEnum):
    """What a contract pays for: a kind of visit, or a service given at one (R31)."""

    HOME_VISIT = "home_visit"  # 上门探访
    REMOTE_VISIT = "remote_visit"  # 电话、视频探访
    MEAL = "meal"  # 助餐
    CLEANING = "cleaning"  # 助洁
    BATHING = "bathing"  # 助浴
    MEDICAL = "medical"  # 助医
    MOBILITY = "mobility"  # 助行
    OTHER = "other"  # 其他


class CapPeriod(StrEnum):
    """How long a cap counts for one elder."""

    HALF_MONTH = "half_month"  # 每半月
    MONTH = "month"  # 每月


@dataclass(frozen=True, slots=True)
class Contract:
    """What was agreed: whom it covers, from which day to which (inclusive), whether personal data may be seen."""

    id: UUID
    provider_id: UUID
    reach: Reach
    areas: tuple[str, ...]
    data_clause: bool
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Price:
    """What one time of a service costs in cents (分), and how often it is paid for one elder in a period."""

    service: Service
    price: int
    starts_on: date
    ends_on: date
    cap: int | None = None
    cap_period: CapPeriod | None = None


def runs_on(contract: Contract, day: date) -> bool:
    """A contract that was ended early has its new last day."""
    return contract.starts_on <= day <= contract.ends_on


def covers(contract: Contract, elder_village: str, elder_assigned: bool, day: date) -> bool:
    """Whether a visit of that day to somebody of the village is the contract's.

    ``elder_assigned``: whether the elder was assigned under it on that day, which is all that one by list covers.
    """
    if not runs_on(contract, day):
        return False
    if contract.reach is Reach.ELDERS:
        return elder_assigned
    return any(contains(AreaCode(area), elder_village) for area in contract.areas)


def price_faults(prices: Sequence[Price], starts_on: date, ends_on: date) -> Iterator[Fault]:
    """A price lies within the contract, its cap has a period, and no day has two prices of one service."""
    for index, price in enumerate(prices):
        if price.ends_on < price.starts_on:
            yield Fault("dates_out_of_order", f"/services/{index}/ends_on")
        elif price.starts_on < starts_on or ends_on < price.ends_on:
            yield Fault("price_outside_contract", f"/services/{index}/starts_on")
        if (price.cap is None) != (price.cap_period is None):
            yield Fault("cap_incomplete", f"/services/{index}/cap_period")
    for index in _overlapping(prices):
        yield Fault("prices_overlap", f"/services/{index}/starts_on")


def _overlapping(prices: Sequence[Price]) -> Iterable[int]:
    """The places of those that begin before another of the same service has ended."""
    order = sorted(range(len(prices)), key=lambda each: (prices[each].service, prices[each].starts_on))
    for before, after in pairwise(order):
        same = prices[before].service is prices[after].service
        if same and prices[after].starts_on <= prices[before].ends_on:
            yield after
