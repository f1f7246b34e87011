"""The workers of forces (R26, R50): enlisted, vetted, taken out of service; and what they were taught (R51)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.domain.assignments import may_send
from api.domain.days import age_on
from api.domain.divisions import CODE_LENGTH, Level
from api.domain.errors import Conflict, Fault, Forbidden, Refused, WrongState
from api.domain.providers import WORKER_LIFE, ForceState, WorkerCommand, WorkerState
from api.schemas.base import read
from api.schemas.etags import etag_of
from api.schemas.late import Late
from api.schemas.merge_patch import merged
from api.schemas.providers import StandDownIn, StandDownOut
from api.schemas.rosters import NeighbourIn, RosterEntryIn, RosterLineOut, TrainingIn, TrainingOut, VetIn, WorkerOut
from api.store import Registers
from api.usecases.providers import own_force_of, stand_down_out
from api.usecases.stand_downs import stand_down, stand_up
from api.usecases.standing import refuse

_OPEN = ("name", "kind", "external_id", "elder_id")
_SEALED = ("phone", "vetting")
_STORED = ("id", "provider_id", *_OPEN, "status", "version")
_TRAINING = ("topic", "held_on", "valid_until", "minutes", "worker_id")


async def add_neighbour(registers: Registers, form: NeighbourIn) -> UUID:
    """Somebody joins a village's own force (本村力量). Raises NotFound for a village out of reach."""
    village = form.village or _only_village(registers)
    registers.actor.narrowed(village)
    return await _enlist(registers, await own_force_of(registers, village), form)


async def add_worker(registers: Registers, provider: Any, late: Late[RosterEntryIn]) -> UUID:
    """Somebody joins a force that was not removed. Raises Forbidden ``own_force_only``, WrongState, then Refused."""
    require_managed(registers, provider)
    if provider.state == ForceState.REMOVED:
        raise WrongState(provider.state, [ForceState.ACTIVE.value, ForceState.SUSPENDED.value])
    return await _enlist(registers, provider, late.parsed())


async def correct_worker(registers: Registers, row: Any, patch: Mapping[str, Any]) -> None:
    """The worker with ``patch`` merged into what is known."""
    require_managed(registers, row)
    known = _out(registers, row, []).model_dump(mode="json", include={*_OPEN, *_SEALED}, exclude_none=True)
    form = read(RosterEntryIn, merged(known, patch))
    await _check(registers, form)
    if await registers.rosters.namesakes(row, form.kind.value, form.name, form.external_id):
        raise Conflict("worker_listed_already")
    await registers.rosters.change(row, "correct", details=_details(form), **_values(form))


async def vet_worker(registers: Registers, row: Any, late: Late[VetIn]) -> None:
    """Somebody whom a record named is known to the office now (核实)."""
    require_managed(registers, row)
    state = WORKER_LIFE.after(WorkerCommand.VET, WorkerState(row.status))
    await registers.rosters.change(row, "vet", details={"vetting": late.parsed().note}, status=state.value)


async def command_worker(registers: Registers, row: Any, command: WorkerCommand, late: Late[StandDownIn]) -> None:
    """Suspend, resume or remove somebody, from a day on."""
    require_managed(registers, row)
    state = WORKER_LIFE.after(command, WorkerState(row.status))
    form = late.parsed()
    if command is WorkerCommand.RESUME:
        on = await stand_up(registers, await registers.providers.rests.of(worker_ids=[row.id]), form)
    else:
        on = await stand_down(registers, ForceState(state.value), form, worker_id=row.id)
    noted = {"on": (None, on), "reason": (None, form.reason)}
    await registers.rosters.change(row, command.value, noted=noted, status=state.value)


def require_managed(registers: Registers, force: Any) -> None:
    """``force``: a force or one of its workers. Raises Forbidden ``own_force_only``."""
    if not may_send(registers.actor, force.area, own_force=force.own_force):
        raise Forbidden("own_force_only")


async def workers_out(registers: Registers, rows: Sequence[Any]) -> list[WorkerOut]:
    """Workers as they are shown, with when they could not come."""
    rests: defaultdict[UUID, list[StandDownOut]] = defaultdict(list)
    for each in await registers.providers.rests.of(worker_ids=[row.id for row in rows]):
        rests[each.worker_id].append(stand_down_out(registers, each))
    return [_out(registers, row, rests[row.id]) for row in rows]


async def roster_of(registers: Registers, provider_id: UUID, rows: Sequence[Any]) -> list[RosterLineOut]:
    """What is looked at before one of these is sent, in a query for each column."""
    ids = [row.id for row in rows]
    elders = {elder.id: elder for elder in await registers.elders.many(row.elder_id for row in rows if row.elder_id)}
    sent = await registers.assignments.sent_on(registers.today, ids)
    trained = await registers.trainings.lasting(provider_id, ids)
    complaints = await registers.complaints.upheld_of(ids)
    return [
        RosterLineOut(
            id=row.id,
            kind=row.kind,
            name=row.name,
            status=row.status,
            age=age_on(elders[row.elder_id].born_on, registers.today) if row.elder_id in elders else None,
            elders=sent.get(row.id, 0),
            trained=row.id in trained,
            trained_until=trained.get(row.id),
            complaints=complaints.get(row.id, 0),
        )
        for row in rows
    ]


async def hold_training(registers: Registers, provider: Any, form: TrainingIn) -> UUID:
    """A training of a force, or of one of its workers. Raises Forbidden ``own_force_only``, Refused."""
    require_managed(registers, provider)
    known = form.worker_id is None or await registers.rosters.worker_of(provider.id, form.worker_id) is not None
    refuse(_training_faults(registers, form, known=known))
    values = {name: getattr(form, name) for name in _TRAINING}
    return await registers.trainings.hold({**values, "provider_id": provider.id, "area": provider.area})


def training_out(row: Any) -> TrainingOut:
    shown = {name: getattr(row, name) for name in ("id", "provider_id", *_TRAINING, "version")}
    return TrainingOut(**shown, etag=etag_of(row.version))


def _training_faults(registers: Registers, form: TrainingIn, *, known: bool) -> Iterator[Fault]:
    if not known:
        yield Fault("worker_of_another_force", "/worker_id")
    if form.held_on > registers.today:
        yield Fault("day_in_future", "/held_on")
    if form.valid_until is not None and form.valid_until < form.held_on:
        yield Fault("dates_out_of_order", "/valid_until")


def _only_village(registers: Registers) -> str:
    villages = [area for area in registers.actor.areas if len(area) == CODE_LENGTH[Level.VILLAGE]]
    if len(villages) != 1 or len(registers.actor.areas) != 1:
        raise Refused([Fault("field_missing", "/village")])
    return villages[0]


async def _enlist(registers: Registers, provider: Any, form: RosterEntryIn) -> UUID:
    await _check(registers, form)
    values = {**_values(form), "status": WorkerState.ACTIVE.value}
    return await registers.rosters.add(provider, values, _details(form))


async def _check(registers: Registers, form: RosterEntryIn) -> None:
    if form.elder_id is not None and not await registers.elders.many([form.elder_id]):
        refuse([Fault("elder_unknown", "/elder_id")])


def _values(form: RosterEntryIn) -> dict[str, Any]:
    return {**{name: getattr(form, name) for name in _OPEN}, "kind": form.kind.value}


def _details(form: RosterEntryIn) -> dict[str, Any]:
    return {name: getattr(form, name) for name in _SEALED}


def _out(registers: Registers, row: Any, rests: list[StandDownOut]) -> WorkerOut:
    details = registers.rosters.details(row)
    shown = {name: getattr(row, name) for name in _STORED} | {name: details.get(name) for name in _SEALED}
    return WorkerOut(**shown, stand_downs=rests, etag=etag_of(row.version))
