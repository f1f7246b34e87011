"""Orders to put something right (纠偏止错): given with a deadline, answered with proof, accepted by somebody else."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from api.domain.access import AREA_LENGTH, Role
from api.domain.errors import Fault, Forbidden
from api.domain.rectifications import LIFE, RectificationCommand, RectificationState, is_late
from api.schemas.etags import etag_of
from api.schemas.inspections import NoteIn
from api.schemas.rectifications import ExtendIn, ProofIn, RectificationOut, RectifyIn
from api.store import Registers
from api.usecases.standing import refuse

_TOWNSHIP = AREA_LENGTH[Role.TOWNSHIP_INSTRUCTOR]


async def order(registers: Registers, form: RectifyIn) -> UUID:
    """A new order; of a record, a second look or a complaint it lies on the desk of its village.

    Raises NotFound for what is out of sight, Refused ``rectification_of_nothing`` and ``day_in_past``.
    """
    about = {name: getattr(form, name) for name in ("visit_id", "inspection_id", "complaint_id")}
    refuse(_faults(form, about, registers.today))
    policy = (await registers.places.book_for(registers.actor.areas[0])).on(registers.today)
    due_on = form.due_on or registers.today + timedelta(days=policy.rectification_days)
    desk = await _desk_of(registers, form)
    return await registers.rectifications.order(desk, due_on, {"text": form.text}, **about)


def _faults(form: RectifyIn, about: Mapping[str, UUID | None], today: date) -> Iterator[Fault]:
    if form.area is None and not any(about.values()):
        yield Fault("rectification_of_nothing", "/area")
    if form.due_on is not None and form.due_on < today:
        yield Fault("day_in_past", "/due_on")


async def _desk_of(registers: Registers, form: RectifyIn) -> str:
    """What is named must be in sight; an area that is said wins over the village of a record."""
    villages = []
    if form.visit_id is not None:
        villages.append((await registers.visits.get(form.visit_id)).village)
    if form.inspection_id is not None:
        villages.append((await registers.inspections.get(form.inspection_id)).village)
    if form.complaint_id is not None:
        villages.append((await registers.complaints.get(form.complaint_id)).village)
    return str(registers.actor.narrowed(form.area)[0] if form.area else villages[0])


async def answer(registers: Registers, row: Any, form: ProofIn) -> Any:
    """The village or the township says what it did, with proof."""
    state = _after(RectificationCommand.ANSWER, row)
    return await registers.rectifications.change(
        row,
        "answer",
        details={"proof": form.proof},
        state=state.value,
        answered_by=registers.actor.id,
        answered_on=registers.today,
    )


async def accept(registers: Registers, row: Any, form: NoteIn) -> Any:
    """It was put right. Raises Forbidden for whoever answered, and for a township about its own desk."""
    state = _after(RectificationCommand.ACCEPT, row)
    _refuse_own(registers, row)
    return await registers.rectifications.change(row, "accept", details={"note": form.note}, state=state.value)


async def reject(registers: Registers, row: Any, form: NoteIn) -> Any:
    """It was not: the order stands again, with a new deadline of the same length."""
    state = _after(RectificationCommand.REJECT, row)
    _refuse_own(registers, row)
    due_on = registers.today + max(row.due_on - row.ordered_on, timedelta(days=1))
    return await registers.rectifications.change(
        row,
        "reject",
        details={"note": form.note},
        state=state.value,
        due_on=due_on,
        times_rejected=row.times_rejected + 1,
    )


async def extend(registers: Registers, row: Any, form: ExtendIn) -> Any:
    """A later deadline, and why. Raises Refused ``dates_out_of_order`` for one that is not later."""
    _after(RectificationCommand.EXTEND, row)
    _refuse_own(registers, row)
    if form.due_on <= row.due_on:
        refuse([Fault("dates_out_of_order", "/due_on")])
    return await registers.rectifications.change(row, "extend", details={"note": form.note}, due_on=form.due_on)


async def cancel(registers: Registers, row: Any, form: NoteIn) -> Any:
    """The order was a mistake."""
    state = _after(RectificationCommand.CANCEL, row)
    _refuse_own(registers, row)
    return await registers.rectifications.change(row, "cancel", details={"note": form.note}, state=state.value)


def rectification_out(registers: Registers, row: Any) -> RectificationOut:
    known = {name: getattr(row, name) for name in RectificationOut.model_fields if hasattr(row, name)}
    said = registers.rectifications.details(row)
    return RectificationOut(
        **known,
        area=row.village,
        text=said["text"],
        proof=said.get("proof"),
        note=said.get("note"),
        late=is_late(row.state, row.due_on, registers.today),
        etag=etag_of(row.version),
    )


def _after(command: RectificationCommand, row: Any) -> RectificationState:
    return LIFE.after(command, RectificationState(row.state))


def _refuse_own(registers: Registers, row: Any) -> None:
    """Nobody judges what he did himself; what a township owes, the district judges."""
    if row.answered_by == registers.actor.id:
        raise Forbidden("own_answer")
    if len(row.village) == _TOWNSHIP and not registers.actor.has(Role.DISTRICT_SUPERVISOR, row.village):
        raise Forbidden("supervisor_decides")
