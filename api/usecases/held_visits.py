"""Records whose person could not be told for certain: the township says who it was, or that it was nobody's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.domain.errors import Fault, Refused, WrongState
from api.schemas.etags import etag_of
from api.schemas.visit_commands import HeldElderOut, HeldState, HeldVisitOut, HeldWorkerOut
from api.schemas.visits import VisitIn, parse_visit
from api.store import Registers
from api.store.history import Change
from api.usecases.records import take
from api.usecases.taken import Sent, Taken, Told


async def assign(registers: Registers, row: Any, elder_id: UUID) -> Taken:
    """Take the record in as that elder's, through the same door as any other; its sender stays its author.

    The township has looked at it: however old it is, it needs no acceptance besides (A14). Raises WrongState,
    and Refused where the record cannot stand.
    """
    _require_held(row)
    [taken] = await _take_as(registers, [(row, elder_id)])
    if taken.rejected:
        raise Refused(taken.errors)
    return taken


async def assign_many(registers: Registers, asked: Sequence[tuple[UUID, UUID]]) -> list[Taken]:
    """Say of many (held record, elder) at once who was visited; each is answered by itself, in order.

    A held record out of sight is as unknown as none; of one that is named twice the first word stands.
    """
    rows = await registers.visits.held_of([held_id for held_id, _ in asked])
    answers: list[Taken | None] = []
    good: list[tuple[Any, UUID]] = []
    first: dict[UUID, int] = {}
    for index, (held_id, elder_id) in enumerate(asked):
        fault = _why_not(rows.get(held_id), first.get(held_id))
        first.setdefault(held_id, index)
        if fault is None:
            good.append((rows[held_id], elder_id))
        answers.append(None if fault is None else _refused(rows.get(held_id), fault))
    taken = iter(await _take_as(registers, good))
    return [each if each is not None else next(taken) for each in answers]


def _why_not(row: Any, first: int | None) -> Fault | None:
    if row is None:
        return Fault("not_found", "/held_id")
    if first is not None:
        return Fault("duplicate_in_batch", "/held_id", {"first": first + 1})
    if row.state != HeldState.HELD:
        return Fault("wrong_state", "/held_id", {"state": row.state, "allowed": HeldState.HELD.value})
    return None


def _refused(row: Any, fault: Fault) -> Taken:
    taken = Taken(Sent(request=0, index=0, source=row.source if row else "", raw=None))
    taken.external_id = row.external_id if row else None
    taken.refuse(fault)
    return taken


async def _take_as(registers: Registers, asked: Sequence[tuple[Any, UUID]]) -> list[Taken]:
    """Take held records in as these elders'; the history of those that stand says so."""
    taken = await take(registers, [_sent(registers, row, elder_id, n) for n, (row, elder_id) in enumerate(asked)])
    await registers.history.record(
        [
            Change(
                "held_visit",
                row.id,
                row.village,
                row.version + 1,
                "assign",
                {"state": (row.state, HeldState.ASSIGNED.value), "visit_id": (None, each.id)},
            )
            for (row, _), each in zip(asked, taken, strict=True)
            if not each.rejected
        ]
    )
    return taken


def _sent(registers: Registers, row: Any, elder_id: UUID, index: int) -> Sent:
    content = registers.visits.held_content(row)
    return Sent(
        request=0,
        index=index,
        source=row.source,
        raw=content.record,
        from_file=content.from_file,
        office=True,
        name=row.external_id,
        told=Told(elder_id, row.recorded_by, row.received_at),
    )


async def dismiss(registers: Registers, row: Any, reason: str) -> Any:
    """The record is about nobody here; the same record sent again is refused. Raises WrongState."""
    _require_held(row)
    [after] = await registers.visits.dismiss_held([row.id])
    said = {"state": (row.state, after.state), "reason": (None, reason)}
    await registers.history.record([Change("held_visit", row.id, row.village, after.version, "dismiss", said)])
    return after


def _require_held(row: Any) -> None:
    if row.state != HeldState.HELD:
        raise WrongState(row.state, [HeldState.HELD.value])


def held_visit_out(registers: Registers, row: Any) -> HeldVisitOut:
    """A held record as the township needs to see it to tell who was visited."""
    form = _form(registers, row)
    return HeldVisitOut(
        id=row.id,
        state=HeldState(row.state),
        reason=row.reason,
        village=row.village,
        elder=HeldElderOut(**form.elder.model_dump(exclude={"resident_id"})),
        worker=HeldWorkerOut(**form.worker.model_dump()),
        visited_on=row.visited_on,
        method=form.method,
        outcome=form.outcome,
        source=row.source,
        external_id=row.external_id,
        external_version=row.external_version,
        recorded_by=row.recorded_by,
        received_at=row.received_at,
        visit_id=row.visit_id,
        etag=etag_of(row.version),
    )


def _form(registers: Registers, row: Any) -> VisitIn:
    form = parse_visit(registers.visits.held_content(row).record)
    if isinstance(form, tuple):
        raise TypeError("a held record no longer reads as one")
    return form
