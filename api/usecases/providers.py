"""Keeping the register of service forces (R21, R22, R50)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.divisions import Gazetteer, Level
from api.domain.errors import Fault, NotFound
from api.domain.providers import LIFE, ForceCommand, ForceKind, ForceState
from api.schemas.base import read
from api.schemas.etags import etag_of
from api.schemas.late import Late
from api.schemas.merge_patch import merged
from api.schemas.providers import ProviderIn, ProviderOut, StandDownIn, StandDownOut
from api.store import Registers
from api.usecases.stand_downs import stand_down, stand_up
from api.usecases.standing import refuse

_ALWAYS = date(2023, 8, 1)  # the plan's own day: a village's neighbours did not begin to help when we were told
_OPEN = ("area", "kind", "name", "premises", "starts_on", "ends_on")
_SEALED = ("contact", "phone", "vetting")
_STORED = ("id", *_OPEN, "own_force", "state", "version")


async def register_provider(registers: Registers, form: ProviderIn) -> UUID:
    """One more force. Raises NotFound for an area out of reach, Refused for days and areas that cannot be."""
    await _check(registers, form)
    row = {
        **_values(form),
        "state": ForceState.ACTIVE.value,
        "own_force": False,
        "created_at": registers.now,
        "created_by": registers.actor.id,
        "sealed": _details(form),
    }
    [provider_id] = await registers.providers.add([row], command="register")
    return provider_id


async def own_force_of(registers: Registers, village: str) -> Any:
    """The village's own force (本村力量), which is there as soon as somebody asks for it."""
    there = await registers.providers.own_force_of(village)
    if there is not None:
        return there
    division = (await registers.places.gazetteer()).by_code(village)
    if division is None or division.level is not Level.VILLAGE:
        raise NotFound()
    row = {
        "area": division.code,
        "kind": ForceKind.SELF_GOVERNING_ORGANISATION.value,
        "name": f"{division.short_name}本村力量",
        "own_force": True,
        "premises": False,
        "state": ForceState.ACTIVE.value,
        "starts_on": _ALWAYS,
        "created_at": registers.now,
        "created_by": registers.actor.id,
        "sealed": {},
    }
    return await registers.providers.found_own_force(village, row)


async def correct_provider(registers: Registers, row: Any, patch: Mapping[str, Any]) -> Any:
    """The force with ``patch`` merged into what is known."""
    known = _out(registers, row, []).model_dump(mode="json", include={*_OPEN, *_SEALED}, exclude_none=True)
    form = read(ProviderIn, merged(known, patch))
    if row.own_force and form.area != row.area:
        refuse([Fault("own_force_stays", "/area")])
    await _check(registers, form)
    return await registers.providers.change(row, "correct", details=_details(form), **_values(form))


async def command_provider(registers: Registers, row: Any, command: ForceCommand, late: Late[StandDownIn]) -> Any:
    """Suspend, resume or remove it, from a day on. Raises WrongState first, then what is wrong with the words."""
    state = LIFE.after(command, ForceState(row.state))
    form = late.parsed()
    if command is ForceCommand.RESUME:
        on = await stand_up(registers, await registers.providers.rests.of([row.id]), form)
    else:
        on = await stand_down(registers, state, form, provider_id=row.id)
    noted = {"on": (None, on), "reason": (None, form.reason)}
    return await registers.providers.change(row, command.value, noted=noted, state=state.value)


async def providers_out(registers: Registers, rows: Sequence[Any]) -> list[ProviderOut]:
    """Forces as they are shown, with when they could not come."""
    rests: defaultdict[UUID, list[StandDownOut]] = defaultdict(list)
    for each in await registers.providers.rests.of([row.id for row in rows]):
        rests[each.provider_id].append(stand_down_out(registers, each))
    return [_out(registers, row, rests[row.id]) for row in rows]


def stand_down_out(registers: Registers, row: Any) -> StandDownOut:
    return StandDownOut(
        state=row.state, starts_on=row.starts_on, ends_on=row.ends_on, reason=registers.providers.rests.reason(row)
    )


def _out(registers: Registers, row: Any, rests: list[StandDownOut]) -> ProviderOut:
    details = registers.providers.details(row)
    shown = {name: getattr(row, name) for name in _STORED} | {name: details.get(name) for name in _SEALED}
    return ProviderOut(
        **shown,
        stand_downs=rests,
        etag=etag_of(row.version),
    )


async def _check(registers: Registers, form: ProviderIn) -> None:
    refuse(_faults(form, await registers.places.gazetteer()))
    registers.actor.narrowed(form.area)


def _faults(form: ProviderIn, known: Gazetteer) -> Iterator[Fault]:
    if form.area not in known:
        yield Fault("division_unknown", "/area")
    if form.ends_on is not None and form.ends_on < form.starts_on:
        yield Fault("dates_out_of_order", "/ends_on")


def _values(form: ProviderIn) -> dict[str, Any]:
    return {name: getattr(form, name) for name in _OPEN}


def _details(form: ProviderIn) -> dict[str, Any]:
    return {name: getattr(form, name) for name in _SEALED}
