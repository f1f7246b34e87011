"""Contracts of purchased services on the wire (政府购买服务合同; R23, R31). Money is in cents (分)."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, StrictInt

from api.domain.contracts import CapPeriod, ContractState, Reach, Service
from api.schemas.base import AreaText, CivilDate, In, Out, Text500, Title

_MOST_CENTS = 2_000_000_000
Cents = Annotated[StrictInt, Field(ge=0, le=_MOST_CENTS)]


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class ContractServiceIn(In):
    """What is paid for one time. Without days of its own: as long as the contract.

    ``cap``: how often it is paid for one elder in a ``cap_period``; without one, every time.
    """

    service: Service
    price: Cents
    cap: Annotated[StrictInt, Field(ge=1, le=1000)] | None = None
    cap_period: CapPeriod | None = None
    starts_on: CivilDate | None = None
    ends_on: CivilDate | None = None


class ContractIn(In):
    """``area``: whose purchase it is, the provider's unless said. ``reach``: ``areas``, or ``elders`` assigned under
    it. ``data_clause``: it binds the provider to protect personal data, who may therefore see what a visit needs.
    ``ceiling``: the most that is paid in all.
    """

    model_config = _example(
        number="涵民购〔2026〕11号",
        purpose="探访关爱服务",
        reach="areas",
        areas=["350303104"],
        data_clause=True,
        starts_on="2026-01-01",
        ends_on="2026-12-31",
        services=[{"service": "home_visit", "price": 3000, "cap": 2, "cap_period": "month"}],
    )

    area: AreaText | None = None
    number: Title
    purpose: Text500
    reach: Reach
    areas: Annotated[tuple[AreaText, ...], Field(max_length=200)] = ()
    data_clause: StrictBool
    ceiling: Cents | None = None
    starts_on: CivilDate
    ends_on: CivilDate
    services: Annotated[tuple[ContractServiceIn, ...], Field(max_length=50)] = ()


class TerminateIn(In):
    """``on``: the last day, today unless said."""

    model_config = _example(reason="双方协商解除")

    reason: Text500
    on: CivilDate | None = None


class ContractServiceOut(Out):
    service: Service
    price: int
    cap: int | None
    cap_period: CapPeriod | None
    starts_on: date
    ends_on: date


class ContractOut(Out):
    id: UUID
    provider_id: UUID
    area: str
    number: str
    purpose: str
    reach: Reach
    areas: list[str]
    data_clause: bool
    ceiling: int | None
    state: ContractState
    starts_on: date
    ends_on: date
    services: list[ContractServiceOut]
    version: int
    etag: str
