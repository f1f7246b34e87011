"""Records whose person could not be told for certain: the township says who it was, or that it was nobody's."""

from typing import Any
from uuid import UUID

from api.domain.errors import Refused, WrongState
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
    content = registers.visits.held_content(row)
    sent = Sent(
        request=0,
        index=0,
        source=row.source,
        raw=content.record,
        from_file=content.from_file,
        office=True,
        name=row.external_id,
        told=Told(elder_id, row.recorded_by, row.received_at),
    )
    [taken] = await take(registers, [sent])
    if taken.rejected:
        raise Refused(taken.errors)
    said = {"state": (row.state, HeldState.ASSIGNED.value), "visit_id": (None, taken.id)}
    await registers.history.record([Change("held_visit", row.id, row.village, row.version + 1, "assign", said)])
    return taken


async def dismiss(registers: Registers, row: Any, reason: str) -> Any:
    """The record is about nobody here; the same record sent again is refused. Raises WrongState."""
    _require_held(row)
    after = await registers.visits.dismiss_held(row.id)
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
