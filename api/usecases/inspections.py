"""Looking at visits a second time (抽查): drawing, calling back, and what follows for the record (R52)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from api.domain.access import AREA_LENGTH, Role
from api.domain.errors import Fault, Forbidden
from api.domain.inspections import (
    LIFE,
    Consequence,
    Finding,
    InspectionCommand,
    InspectionReason,
    InspectionState,
    draw,
    sample_size,
)
from api.domain.months import Month
from api.schemas.etags import etag_of
from api.schemas.inspections import (
    AnswerIn,
    AttemptIn,
    ChooseIn,
    ConcludeIn,
    InspectedUnitOut,
    InspectionOut,
    NoteIn,
    SampleIn,
    SampleOut,
)
from api.schemas.visit_commands import ReasonIn
from api.store import Registers
from api.usecases import visits
from api.usecases.standing import refuse

_CONSEQUENCES = {Consequence.RETURN: visits.return_visit, Consequence.VOID: visits.void_visit}
_UNITS = {
    "village": AREA_LENGTH[Role.VILLAGE_LIAISON],
    "township": AREA_LENGTH[Role.TOWNSHIP_INSTRUCTOR],
}


async def draw_sample(registers: Registers, form: SampleIn) -> SampleOut:
    """Plan second looks at a share of a month's records; the same seed and records give the same draw.

    Whoever draws gets no records of his own making. Raises NotFound for an area out of reach.
    """
    policy = (await registers.places.book_for(registers.actor.narrowed(form.area)[0])).on(registers.today)
    percent, seed = form.percent or policy.sample_percent, form.seed or registers.desk.new_id().hex
    candidates = await registers.inspections.candidates(form.area, Month.parse(form.month))
    drawn = draw(candidates, sample_size(len(candidates), percent), seed)
    planned = await registers.inspections.plan(
        [each.visit_id for each in drawn],
        InspectionReason.SAMPLE,
        registers.today + timedelta(days=policy.rectification_days),
        seed=seed,
    )
    return SampleOut(
        month=form.month, area=form.area, seed=seed, percent=percent, records=len(candidates), inspections=planned
    )


async def choose(registers: Registers, form: ChooseIn) -> list[UUID]:
    """Plan second looks at records that somebody names. Raises Refused ``visit_unknown`` for any out of sight."""
    known = await registers.visits.in_sight(form.visit_ids)
    refuse(
        Fault("visit_unknown", f"/visit_ids/{index}")
        for index, visit_id in enumerate(form.visit_ids)
        if visit_id not in known
    )
    due_on = registers.today + timedelta(days=7)
    return await registers.inspections.plan(form.visit_ids, form.reason, due_on)


async def attempt(registers: Registers, inspection: Any, form: AttemptIn) -> Any:
    """Nobody could be spoken to: it stays planned, and the attempt is counted."""
    _after(InspectionCommand.ATTEMPT, inspection)
    said = {"note": form.note}
    return await registers.inspections.change(
        inspection, "attempt", details=said, attempts=inspection.attempts + 1, method=form.method.value
    )


async def conclude(registers: Registers, inspection: Any, form: ConcludeIn) -> Any:
    """What the second look found; the record is returned or voided in the same transaction when said.

    Raises Forbidden ``own_record`` for whoever recorded the visit, WrongState, and Refused
    ``consequence_of_a_doubt`` where a record that stood the test, or nobody could speak of, is to fall.
    """
    state = _after(InspectionCommand.CONCLUDE, inspection)
    if form.consequence is not Consequence.NONE and form.finding.passed is not False:
        refuse([Fault("consequence_of_a_doubt", "/consequence")])
    visit = await visits.hold(registers, inspection.visit_id)
    if visit.recorded_by == registers.actor.id:
        raise Forbidden("own_record")
    if form.consequence is not Consequence.NONE:
        reason = ReasonIn(reason=form.note or form.finding.value)
        await _CONSEQUENCES[form.consequence](registers, visit, reason)
    return await registers.inspections.change(
        inspection,
        "conclude",
        details={"note": form.note},
        state=state.value,
        finding=form.finding.value,
        method=form.method.value,
        inspected_by=registers.actor.id,
        inspected_at=registers.now,
    )


async def answer(registers: Registers, inspection: Any, form: AnswerIn) -> Any:
    """What those whose record it is say to the finding; said again, the last word stands and the rest is history."""
    _after(InspectionCommand.ANSWER, inspection)
    by, at = registers.actor.id, registers.now
    said = {"answer": form.answer}
    return await registers.inspections.change(inspection, "answer", details=said, answered_by=by, answered_at=at)


async def cancel(registers: Registers, inspection: Any, form: NoteIn) -> Any:
    """It will not be looked at after all, and why."""
    state = _after(InspectionCommand.CANCEL, inspection)
    return await registers.inspections.change(inspection, "cancel", details={"note": form.note}, state=state.value)


def inspection_out(registers: Registers, row: Any) -> InspectionOut:
    """A provider reads what was found, not what the elder told the office in confidence (``note``)."""
    finding = Finding(row.finding) if row.finding else None
    said = registers.inspections.details(row)
    known = {name: getattr(row, name) for name in InspectionOut.model_fields if hasattr(row, name)}
    return InspectionOut(
        **{
            **known,
            "flags": [flag["code"] for flag in row.flags],
            "late": row.state == InspectionState.PLANNED and row.due_on < registers.today,
            "passed": finding.passed if finding else None,
            "note": None if registers.actor.confined else said.get("note"),
            "answer": said.get("answer"),
            "etag": etag_of(row.version),
        }
    )


async def units(registers: Registers, area: str | None, month: str, by: str) -> list[InspectedUnitOut]:
    """What a month's second looks found in every village or township, in order of code."""
    names = await registers.places.gazetteer()
    rows = await registers.inspections.outcomes(area, Month.parse(month), _UNITS[by])
    return [
        InspectedUnitOut(
            key=row.unit,
            name=division.name if (division := names.by_code(row.unit)) else row.unit,
            drawn=row.drawn,
            done=row.done,
            findings={finding: getattr(row, finding.value) for finding in Finding},
        )
        for row in rows
    ]


def _after(command: InspectionCommand, row: Any) -> InspectionState:
    return LIFE.after(command, InspectionState(row.state))
