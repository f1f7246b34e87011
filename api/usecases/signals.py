"""Weather warnings as they come in, by hand or from a feed: what they give reason for is proposed (A17)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from api.domain.access import AreaCode, contains
from api.domain.errors import Fault
from api.domain.months import civil_date
from api.domain.signals import FIRST_STATE, SIGNAL_DAYS, SIGNAL_LIFE, SignalCode, SignalState, proposes
from api.domain.surges import LIFE, SurgeCommand, SurgeKind, SurgeSource, SurgeState, area_around
from api.schemas.surges import HeardSignalOut, SignalIn, SignalOut
from api.store import Registers
from api.usecases.standing import refuse
from api.usecases.surges import propose, surge_out


async def hear_signal(registers: Registers, form: SignalIn) -> HeardSignalOut:
    """Keep a warning, or what has become of one; the same again changes nothing.

    From orange on a surge is proposed, at red a stand-down besides; what was proposed and not yet opened is
    taken back when the warning sinks or is cancelled. Raises WrongState for one that was cancelled before.
    """
    areas = await _areas(registers, form.adcode)
    refuse([*([] if areas else [Fault("division_unknown", "/adcode")]), *_code_faults(form)])
    row = await _kept(registers, form, areas)
    wanted = () if row.state == SignalState.CANCELLED else proposes(form.colour)
    await _propose(registers, row.id, wanted, areas, *_days(form))
    proposed = await registers.surges.proposed_by(row.id)
    return HeardSignalOut(**dict(signal_out(row)), proposed=[surge_out(registers, each) for each in proposed])


async def _kept(registers: Registers, form: SignalIn, areas: list[str]) -> Any:
    village = area_around(areas)
    said: dict[str, Any] = {"kind": form.kind, "code": form.code, "colour": form.colour.value}
    stored = await registers.signals.named(village, form.signal_id)
    if stored is not None:
        state = SIGNAL_LIFE.after(form.event, SignalState(stored.state))
        known = {name: getattr(stored, name) for name in (*said, "state")}
        if known == {**said, "state": state.value}:
            return stored
        return await registers.signals.change(stored, form.event.value, state=state.value, **said)
    row = {
        "village": village,
        "external_id": form.signal_id,
        "adcode": form.adcode,
        "state": FIRST_STATE[form.event].value,
        "issued_at": form.issued_at,
        "received_at": registers.now,
        **said,
    }
    [signal_id] = await registers.signals.add([row], command=form.event.value)
    return await registers.signals.get(signal_id)


async def _propose(
    registers: Registers,
    signal_id: UUID,
    wanted: tuple[SurgeKind, ...],
    areas: list[str],
    starts_on: date,
    ends_on: date,
) -> None:
    there = [each for each in await registers.surges.proposed_by(signal_id) if each.state != SurgeState.CANCELLED]
    for each in there:
        if each.kind not in wanted and each.state == SurgeState.PLANNED:
            row = await registers.surges.locked(each.id)
            state = LIFE.after(SurgeCommand.CANCEL, SurgeState(row.state))
            await registers.surges.change(row, SurgeCommand.CANCEL.value, state=state.value)
    for kind in wanted:
        if all(each.kind != kind for each in there):
            await propose(registers, kind, areas, starts_on, ends_on, source=SurgeSource.SIGNAL, signal_id=signal_id)


def _days(form: SignalIn) -> tuple[date, date]:
    starts_on = form.starts_on or civil_date(form.issued_at)
    return starts_on, form.ends_on or starts_on + timedelta(days=SIGNAL_DAYS - 1)


async def _areas(registers: Registers, adcode: str) -> list[str]:
    """Where the sender may propose for a warning: the area warned of, or all of his that lie in it."""
    if adcode not in await registers.places.gazetteer():
        return []
    if registers.actor.covers(adcode):
        return [adcode]
    return [area for area in registers.actor.areas if contains(AreaCode(adcode), area)]


def _code_faults(form: SignalIn) -> Iterator[Fault]:
    """Codes: ``signal_code_unknown``, ``signal_colour_differs``."""
    try:
        code = SignalCode.read(form.code)
    except ValueError:
        yield Fault("signal_code_unknown", "/code")
        return
    if code.colour is not form.colour:
        yield Fault("signal_colour_differs", "/colour")


def signal_out(row: Any) -> SignalOut:
    return SignalOut(
        id=row.id,
        signal_id=row.external_id,
        kind=row.kind,
        code=row.code,
        colour=row.colour,
        state=row.state,
        adcode=row.adcode,
        issued_at=row.issued_at,
        received_at=row.received_at,
        version=row.version,
    )
