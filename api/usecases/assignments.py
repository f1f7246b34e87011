"""Sending a force to elders, and ending that (R21): one statement a table, however many they are."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from api.domain.access import AreaCode, contains
from api.domain.assignments import LIFE, AssignmentCommand, AssignmentState, may_send
from api.domain.contracts import Contract, covers, runs_on
from api.domain.elders import ElderState
from api.domain.engagements import Span
from api.domain.errors import Conflict, Fault, Forbidden, NotFound, Refused
from api.domain.providers import ForceState, WorkerState
from api.schemas.assignments import AssignIn, AssignManyIn, AssignmentOut, EndIn
from api.schemas.etags import etag_of
from api.schemas.late import Late
from api.store import Registers
from api.store.stretches import Stretches
from api.store.tables import Elder
from api.usecases.many import Done
from api.usecases.standing import refuse

_MAY_COME = (WorkerState.UNVERIFIED, WorkerState.ACTIVE)
_STORED = (
    "id",
    "elder_id",
    "village",
    "provider_id",
    "worker_id",
    "contract_id",
    "state",
    "starts_on",
    "ends_on",
    "created_by",
    "version",
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of one elder: the assignment, or what stands in its way."""

    elder_id: UUID
    id: UUID | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Order:
    """Who is sent, under which contract, from when to when."""

    provider: Any
    worker: Any | None
    contract: Contract | None
    starts_on: date
    ends_on: date | None

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_on)


async def assign(registers: Registers, form: AssignIn) -> UUID:
    """Send a force to one elder. Raises Refused, Conflict ``assigned_already``, Forbidden ``own_force_only``."""
    order = await _order(registers, form)
    [done] = await _assign(registers, order, [form.elder_id])
    codes = {fault.code for fault in done.faults}
    if "own_force_only" in codes:
        raise Forbidden("own_force_only")
    if codes == {"assigned_already"}:
        raise Conflict("assigned_already")
    if done.id is None:
        raise Refused(done.faults)
    return done.id


async def assign_many(registers: Registers, form: AssignManyIn) -> list[Assigned]:
    """Send a force to many, each for himself. Raises Refused for what is wrong with the force, contract or days."""
    return await _assign(registers, await _order(registers, form), form.elder_ids)


async def end_assignment(registers: Registers, row: Any, late: Late[EndIn]) -> Any:
    """Its last day is today, or was some day before. Raises Forbidden ``own_force_only``."""
    provider = await registers.providers.get(row.provider_id)
    if not may_send(registers.actor, row.village, own_force=provider.own_force):
        raise Forbidden("own_force_only")
    state = LIFE.after(AssignmentCommand.END, AssignmentState(row.state))
    return await end_one(registers.assignments, row, state, late.parsed(), registers.today)


async def end_assignments(registers: Registers, ids: Sequence[UUID], form: EndIn) -> list[Done]:
    """End many, each for itself, in one statement."""
    on, register = form.on or registers.today, registers.assignments
    rows = await register.held(ids)
    own = await registers.providers.own_forces({row.provider_id for row in rows.values()})
    refused = {row.id: tuple(_why_not(registers, row, on, own)) for row in rows.values()}
    ended = [row for row in rows.values() if not refused[row.id]]
    await register.end_all(ended, on, AssignmentState.ENDED.value, reason=form.reason)
    unknown = (Fault(NotFound().code),)
    return [
        Done(each, None if (faults := refused.get(each, unknown)) else AssignmentState.ENDED.value, faults)
        for each in ids
    ]


async def end_one(register: Stretches, row: Any, state: StrEnum, form: EndIn, today: date) -> Any:
    """The last day of a locked stretch is today, or was some day before. Raises Refused."""
    on = form.on or today
    refuse(_end_faults(row, on, today))
    noted = {"reason": (None, form.reason)} if form.reason else {}
    return await register.change(row, "end", noted=noted, state=state.value, ends_on=on)


def assignment_out(row: Any) -> AssignmentOut:
    return AssignmentOut(**{name: getattr(row, name) for name in _STORED}, etag=etag_of(row.version))


def _end_faults(row: Any, on: date, today: date) -> Iterator[Fault]:
    """A last day is not in the future, nor before the first."""
    if on > today:
        yield Fault("day_in_future", "/on")
    if on < row.starts_on:
        yield Fault("dates_out_of_order", "/on")


def _why_not(registers: Registers, row: Any, on: date, own_forces: Collection[UUID]) -> Iterator[Fault]:
    allowed = LIFE.allowed(AssignmentCommand.END)
    if not may_send(registers.actor, row.village, own_force=row.provider_id in own_forces):
        yield Fault("own_force_only")
    elif row.state not in allowed:
        yield Fault("wrong_state", "", {"state": row.state, "allowed": ", ".join(sorted(allowed))})
    else:
        yield from _end_faults(row, on, registers.today)


async def _order(registers: Registers, form: AssignIn | AssignManyIn) -> _Order:
    starts_on = form.starts_on or registers.today
    provider = await _found(registers.providers, form.provider_id)
    contract = await _found(registers.contracts, form.contract_id)
    worker = None
    if provider is not None and form.worker_id is not None:
        worker = await registers.rosters.worker_of(provider.id, form.worker_id)
    facts = await registers.contracts.facts([contract]) if contract is not None else []
    order = _Order(provider, worker, next(iter(facts), None), starts_on, form.ends_on)
    refuse(_order_faults(order, form))
    return order


async def _found(register: Any, case_id: UUID | None) -> Any | None:
    """One that is in sight, if it is named."""
    if case_id is None:
        return None
    try:
        return await register.get(case_id)
    except NotFound:
        return None


def _order_faults(order: _Order, form: AssignIn | AssignManyIn) -> Iterator[Fault]:
    provider, contract, day = order.provider, order.contract, order.starts_on
    if order.ends_on is not None and order.ends_on < day:
        yield Fault("dates_out_of_order", "/ends_on")
    if provider is None:
        yield Fault("provider_unknown", "/provider_id")
        return
    if provider.state != ForceState.ACTIVE or not Span(provider.starts_on, provider.ends_on).covers(day):
        yield Fault("provider_not_active", "/provider_id")
    if form.worker_id is not None and order.worker is None:
        yield Fault("worker_of_another_force", "/worker_id")
    elif order.worker is not None and order.worker.status not in _MAY_COME:
        yield Fault("worker_not_active", "/worker_id")
    if form.contract_id is not None and (contract is None or contract.provider_id != provider.id):
        yield Fault("contract_of_another_provider", "/contract_id")
    elif contract is not None and not runs_on(contract, day):
        yield Fault("contract_not_running", "/contract_id")


async def _assign(registers: Registers, order: _Order, elder_ids: Sequence[UUID]) -> list[Assigned]:
    """``elder_ids``: of two that are the same the second is assigned already."""
    elders = {elder.id: elder for elder in await registers.elders.many(elder_ids, lock=True)}
    running = registers.assignments.matching(provider_id=order.provider.id, state=AssignmentState.RUNNING)
    taken = _taken(await registers.assignments.of_elders(elders, *running), order)
    judged: list[tuple[UUID, tuple[Fault, ...]]] = []
    for elder_id in elder_ids:
        elder = elders.get(elder_id)
        faults = tuple(_faults(registers, order, elder, already=elder_id in taken))
        judged.append((elder_id, faults))
        taken = taken if faults else taken | {elder_id}
    new = {elder_id: registers.desk.new_id() for elder_id, faults in judged if not faults}
    rows = [_row(registers, order, elders[elder_id], new_id) for elder_id, new_id in new.items()]
    await registers.assignments.add(rows, command="assign")
    registers.trace.saw(new)
    return [Assigned(elder_id, None if faults else new[elder_id], faults) for elder_id, faults in judged]


def _taken(there: Sequence[Any], order: _Order) -> frozenset[UUID]:
    """Whom this provider is to see already on one of these days."""
    return frozenset(
        each.elder_id for each in there if order.span.within(Span(each.starts_on, each.ends_on)) is not None
    )


def _faults(registers: Registers, order: _Order, elder: Elder | None, *, already: bool) -> Iterator[Fault]:
    if elder is None:
        yield Fault("elder_unknown", "/elder_id")
        return
    if not may_send(registers.actor, elder.village, own_force=order.provider.own_force):
        yield Fault("own_force_only", "/provider_id")
    if elder.status == ElderState.EXITED:
        yield Fault("elder_left", "/elder_id")
    if not contains(AreaCode(order.provider.area), elder.village):
        yield Fault("provider_serves_elsewhere", "/elder_id")
    if order.contract is not None and not covers(order.contract, elder.village, True, order.starts_on):
        yield Fault("contract_covers_elsewhere", "/elder_id")
    if already:
        yield Fault("assigned_already", "/elder_id")


def _row(registers: Registers, order: _Order, elder: Elder, new_id: UUID) -> dict[str, Any]:
    return {
        "id": new_id,
        "elder_id": elder.id,
        "village": elder.village,
        "provider_id": order.provider.id,
        "worker_id": order.worker.id if order.worker is not None else None,
        "contract_id": order.contract.id if order.contract is not None else None,
        "state": AssignmentState.RUNNING.value,
        "starts_on": order.starts_on,
        "ends_on": order.ends_on,
        "created_at": registers.now,
        "created_by": registers.actor.id,
    }
