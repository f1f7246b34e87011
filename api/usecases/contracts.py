"""Contracts with providers: signed, corrected while they run, ended early (R23, R31)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from api.domain.access import AreaCode, contains
from api.domain.contracts import LIFE, ContractCommand, ContractState, Price, Reach, price_faults
from api.domain.divisions import Gazetteer
from api.domain.errors import Fault, WrongState
from api.domain.providers import ForceState
from api.schemas.base import read
from api.schemas.contracts import ContractIn, ContractOut, ContractServiceOut, TerminateIn
from api.schemas.etags import etag_of
from api.schemas.late import Late
from api.schemas.merge_patch import merged
from api.store import Registers
from api.usecases.standing import refuse

_VALUES = ("number", "purpose", "reach", "data_clause", "ceiling", "starts_on", "ends_on")
_STORED = ("id", "provider_id", "area", *_VALUES, "state", "version")


async def sign_contract(registers: Registers, provider: Any, late: Late[ContractIn]) -> UUID:
    """A contract with a force that was not removed. Raises WrongState first, then Refused with all that is wrong."""
    if provider.state == ForceState.REMOVED:
        raise WrongState(provider.state, [ForceState.ACTIVE.value, ForceState.SUSPENDED.value])
    form = late.parsed()
    area = form.area or provider.area
    await _check(registers, form, area)
    row = {
        **_values(form),
        "provider_id": provider.id,
        "area": area,
        "state": ContractState.SIGNED.value,
        "created_at": registers.now,
        "created_by": registers.actor.id,
    }
    return await registers.contracts.sign(row, form.areas, _prices(form))


async def correct_contract(registers: Registers, row: Any, patch: Mapping[str, Any]) -> Any:
    """The contract with ``patch`` merged into what is known; lists are replaced whole."""
    _require_signed(row)
    [known] = await contracts_out(registers, [row])
    hidden = {"id", "provider_id", "state", "version", "etag"}
    form = read(ContractIn, merged(known.model_dump(mode="json", exclude=hidden, exclude_none=True), patch))
    area = form.area or row.area
    await _check(registers, form, area)
    return await registers.contracts.rewrite(row, {**_values(form), "area": area}, form.areas, _prices(form))


async def terminate_contract(registers: Registers, row: Any, late: Late[TerminateIn]) -> Any:
    """It ends with a day of its own, today unless said."""
    state = LIFE.after(ContractCommand.TERMINATE, ContractState(row.state))
    form = late.parsed()
    on = form.on or registers.today
    if not row.starts_on <= on <= row.ends_on:
        refuse([Fault("day_outside_contract", "/on")])
    noted = {"reason": (None, form.reason)}
    return await registers.contracts.change(row, "terminate", noted=noted, state=state.value, ends_on=on)


async def contracts_out(registers: Registers, rows: Sequence[Any]) -> list[ContractOut]:
    """Contracts as they are shown, with what they cover and pay for."""
    ids = [row.id for row in rows]
    areas, prices = await registers.contracts.areas_of(ids), await registers.contracts.prices_of(ids)
    return [
        ContractOut(
            **{name: getattr(row, name) for name in _STORED},
            areas=list(areas[row.id]),
            services=[ContractServiceOut(**asdict(each)) for each in prices[row.id]],
            etag=etag_of(row.version),
        )
        for row in rows
    ]


def _require_signed(row: Any) -> None:
    if row.state != ContractState.SIGNED:
        raise WrongState(row.state, [ContractState.SIGNED.value])


async def _check(registers: Registers, form: ContractIn, area: str) -> None:
    known = await registers.places.gazetteer()
    refuse([*_faults(form, area, known), *price_faults(_prices(form), form.starts_on, form.ends_on)])
    registers.actor.narrowed(area)


def _faults(form: ContractIn, area: str, known: Gazetteer) -> Iterator[Fault]:
    if area not in known:
        yield Fault("division_unknown", "/area")
    if form.ends_on < form.starts_on:
        yield Fault("dates_out_of_order", "/ends_on")
    if (form.reach is Reach.AREAS) != bool(form.areas):
        yield Fault("areas_by_reach", "/areas")
    for index, covered in enumerate(form.areas):
        if covered not in known or not contains(AreaCode(area), covered):
            yield Fault("division_unknown", f"/areas/{index}")


def _values(form: ContractIn) -> dict[str, Any]:
    return {name: getattr(form, name) for name in _VALUES}


def _prices(form: ContractIn) -> list[Price]:
    return [
        Price(
            service=each.service,
            price=each.price,
            starts_on=each.starts_on or form.starts_on,
            ends_on=each.ends_on or form.ends_on,
            cap=each.cap,
            cap_period=each.cap_period,
        )
        for each in form.services
    ]
