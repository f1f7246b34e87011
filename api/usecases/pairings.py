"""Cadres and units who keep in touch with elders (挂钩联系, 四(一)八是; R27)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from api.domain.assignments import PAIRING_LIFE, PairingCommand, PairingState
from api.domain.elders import ElderState
from api.domain.errors import Fault
from api.schemas.assignments import EndIn
from api.schemas.etags import etag_of
from api.schemas.late import Late
from api.schemas.pairings import PairIn, PairingOut
from api.store import Registers
from api.store.tables import Elder
from api.usecases.assignments import end_one
from api.usecases.standing import refuse

_SEALED = ("contact", "phone", "help")
_STORED = ("id", "elder_id", "village", "unit", "state", "starts_on", "ends_on", "created_by", "version")


async def pair(registers: Registers, form: PairIn) -> UUID:
    """Somebody keeps in touch with an elder from a day on; several may. Raises Refused with all that is wrong."""
    found = await registers.elders.many([form.elder_id], lock=True)
    elder = found[0] if found else None
    starts_on = form.starts_on or registers.today
    refuse(_elder_faults(elder))
    if form.ends_on is not None and form.ends_on < starts_on:
        refuse([Fault("dates_out_of_order", "/ends_on")])
    row = {
        "elder_id": form.elder_id,
        "village": found[0].village,
        "unit": form.unit,
        "state": PairingState.RUNNING.value,
        "starts_on": starts_on,
        "ends_on": form.ends_on,
        "created_at": registers.now,
        "created_by": registers.actor.id,
        "sealed": {name: getattr(form, name) for name in _SEALED},
    }
    [pairing_id] = await registers.pairings.add([row], command="pair")
    return pairing_id


async def end_pairing(registers: Registers, row: Any, late: Late[EndIn]) -> Any:
    """Its last day is today, or was some day before."""
    state = PAIRING_LIFE.after(PairingCommand.END, PairingState(row.state))
    return await end_one(registers.pairings, row, state, late.parsed(), registers.today)


def pairing_out(registers: Registers, row: Any) -> PairingOut:
    said = registers.pairings.details(row)
    shown = {name: getattr(row, name) for name in _STORED} | {name: said.get(name) for name in _SEALED}
    return PairingOut(**shown, etag=etag_of(row.version))


def _elder_faults(elder: Elder | None) -> Iterator[Fault]:
    if elder is None:
        yield Fault("elder_unknown", "/elder_id")
    elif elder.status == ElderState.EXITED:
        yield Fault("elder_left", "/elder_id")
