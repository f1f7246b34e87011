"""What people do about a major risk: report it, take it in hand, put it right, make sure of it (rules R46–R48).

Every command looks at the state first and at what was sent afterwards. A row that comes here is locked, and a
move that its clock made meanwhile is written down.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from api.domain.access import Actor, Role
from api.domain.divisions import CODE_LENGTH, Level
from api.domain.errors import Conflict, Fault, Forbidden, NotFound, WrongState
from api.domain.escalations import (
    LIFE,
    LIVE,
    EscalationCommand,
    EscalationState,
    MajorRisk,
    RiskKind,
    StepKind,
    ends_with_review,
    follow_up_due,
    may_act,
    may_hand_over,
    moved_up_by_clock,
    severity_of,
)
from api.domain.follow_ups import FollowUpResult, FollowUpSubject
from api.domain.hazards import Severity
from api.schemas.escalations import (
    AcknowledgeIn,
    ActionIn,
    DuplicateIn,
    FalseAlarmIn,
    HandOverIn,
    IncidentReviewIn,
    LinkIn,
    MitigateIn,
    NoteIn,
    ReasonIn,
    ReportIn,
)
from api.schemas.follow_ups import FollowUpIn
from api.schemas.late import Late
from api.store import Registers
from api.store.escalations import NewEscalation, Step
from api.usecases.follow_ups import record_follow_up
from api.usecases.standing import refuse

_FIRST_OF = {  # the clock that an action stops, and what of it the desk reads
    StepKind.EMERGENCY_CALL: ("emergency_called_at", "called_number"),
    StepKind.CONTACT_REACHED: ("contact_reached_at", "contact"),
}


# --- hearing of it ------------------------------------------------------------------------------------


async def report(registers: Registers, form: ReportIn) -> Any:
    """A new escalation at the desk of wherever the person lives or lies; the district's where nobody knows.

    The registers are those of the whole district: whoever reports may see nothing of it, nor of the answer.
    """
    assert registers.actor.area is not None
    elders = await registers.elders.many([form.elder_id] if form.elder_id else [])
    village = elders[0].village if elders else await _known_part(registers, form.village)
    policy = await registers.escalations.policy(village)
    refuse(_in_future(form, registers.now, policy.future_tolerance_minutes))
    risk = MajorRisk(
        kind=form.kind,
        discovered_at=form.discovered_at,
        emergency_called_at=form.emergency_called_at,
        called_number=form.called_number,
        contact_reached_at=form.contact_reached_at,
        contact=form.contact,
        text=form.text,
    )
    new = NewEscalation(
        risk=risk,
        severity=severity_of(form.kind, form.severity),
        discovered_at=min(form.discovered_at or registers.now, registers.now),
        village=village,
        source=f"user:{registers.actor.id}",
        external_id=f"report:{registers.desk.new_id()}",
        elder_id=elders[0].id if elders else None,
        told={"place_text": form.place_text, "person_text": form.person_text, "phone": form.phone},
    )
    return await registers.escalations.open(new)


async def _known_part(registers: Registers, code: str | None) -> str:
    """The village, or the township around it, or the district: a wrong code loses no report."""
    district = str(registers.actor.area)
    gazetteer = await registers.places.gazetteer()
    if code is None or not code.startswith(district):
        return district
    parts = (code[:length] for length in sorted(CODE_LENGTH.values(), reverse=True))
    return next((part for part in parts if gazetteer.by_code(part) is not None), district)


def _in_future(form: ReportIn, now: datetime, minutes: int) -> Iterator[Fault]:
    for name in ("discovered_at", "emergency_called_at", "contact_reached_at"):
        yield from _ahead(getattr(form, name), now, minutes, f"/{name}")


def _ahead(at: datetime | None, now: datetime, minutes: int, pointer: str) -> Iterator[Fault]:
    if at is not None and at > now + timedelta(minutes=minutes):
        yield Fault("time_in_future", pointer, {"minutes": minutes})


# --- whose desk ---------------------------------------------------------------------------------------


async def settled(registers: Registers, row: Any) -> Any:
    """A locked row with what its clock did meanwhile: written once, as of the second it was due."""
    if not moved_up_by_clock(registers.escalations.course(row), registers.now):
        return row
    step = Step(StepKind.CLOCK_RAN_OUT, at=row.acknowledge_due_at, by_clock=True)
    return await registers.escalations.step(row, "move_up", step, level=Level.DISTRICT)


async def escalate(registers: Registers, row: Any, body: Late[NoteIn]) -> Any:
    """Up to the next desk, in words why."""
    _after(EscalationCommand.ESCALATE, row)
    if row.level == Level.DISTRICT:
        raise WrongState(row.level, [Level.VILLAGE.value, Level.TOWNSHIP.value])
    up = Level.TOWNSHIP if row.level == Level.VILLAGE else Level.DISTRICT
    step = _said(StepKind.ESCALATED, body.parsed().text)
    return await registers.escalations.step(row, "escalate", step, level=up)


async def hand_over(registers: Registers, row: Any, body: Late[HandOverIn]) -> Any:
    """To another desk, by whoever has it in hand; of a person on no roll also to another place."""
    _after(EscalationCommand.HAND_OVER, row)
    if not may_hand_over(_own_level(registers.actor, row.village), Level(row.level)):
        raise Forbidden("desk_above")
    form = body.parsed()
    village = form.village or row.village
    refuse(await _place_faults(registers, row, form, village))
    step = _said(StepKind.HANDED_OVER, form.text)
    return await registers.escalations.step(row, "hand_over", step, level=form.to, village=village)


async def _place_faults(registers: Registers, row: Any, form: HandOverIn, village: str) -> list[Fault]:
    if village != row.village and row.elder_id is not None:
        return [Fault("place_is_the_elders", "/village")]
    known = (await registers.places.gazetteer()).by_code(village) is not None
    if not known or not registers.actor.covers(village):
        return [Fault("village_code_unknown", "/village")]
    return [Fault("place_too_wide", "/village")] if len(village) < CODE_LENGTH[form.to] else []


def _own_level(actor: Actor, village: str) -> Level:
    if actor.area is not None or actor.has(Role.DISTRICT_SUPERVISOR, village):
        return Level.DISTRICT
    return Level.TOWNSHIP if actor.has(Role.TOWNSHIP_INSTRUCTOR, village) else Level.VILLAGE


# --- putting it right ---------------------------------------------------------------------------------


async def acknowledge(registers: Registers, row: Any, body: Late[AcknowledgeIn]) -> Any:
    """Somebody has it in hand: the township's clock stops."""
    state = _acting(registers, EscalationCommand.ACKNOWLEDGE, row)
    form, register = body.parsed(), registers.escalations
    columns = _in_hand(registers, row)
    if form.severity is not None and row.severity != form.severity:
        policy = await register.policy(row.village)
        columns |= {"severity": form.severity}
        columns |= register.dues_from_discovery(Severity.MAJOR, row.discovered_at, policy)
    step = _said(StepKind.ACKNOWLEDGED, form.text)
    return await register.step(row, "acknowledge", step, state=state, **columns)


async def act(registers: Registers, row: Any, body: Late[ActionIn]) -> Any:
    """Write down what was done. The first call and the first contact set the clocks, whenever they are told."""
    _after(EscalationCommand.ACT, row)
    form = body.parsed()
    at = await _past(registers, row, form.at)
    told = {"text": form.text, "called_number": form.called_number, "contact": form.contact}
    column, detail = _FIRST_OF.get(form.kind, (None, None))
    columns: dict[str, Any] = {}
    details: dict[str, Any] | None = None
    if column is not None and detail is not None:
        before = getattr(row, column)
        columns[column] = min(at, before or at)
        details = {detail: told[detail]} if told[detail] and at == columns[column] else None
    step = Step(form.kind, at=at, told=told)
    return await registers.escalations.step(row, "act", step, details=details, **columns)


async def mitigate(registers: Registers, row: Any, body: Late[MitigateIn]) -> Any:
    """The danger is over: the township's clock for making sure of it starts."""
    state = _acting(registers, EscalationCommand.MITIGATE, row)
    form = body.parsed()
    at = await _past(registers, row, form.at)
    policy = await registers.escalations.policy(row.village)
    due_at = None if ends_with_review(RiskKind(row.kind)) else follow_up_due(at, policy)
    step = Step(StepKind.MITIGATED, at=at, told={"text": form.text})
    dates = {"mitigated_at": at, "follow_up_due_at": due_at, **_in_hand(registers, row)}
    await registers.whereabouts.found_again(row.id, at)
    return await registers.escalations.step(row, "mitigate", step, state=state, **dates)


async def false_alarm(registers: Registers, row: Any, body: Late[FalseAlarmIn]) -> Any:
    """There was nothing: over in one call, with who made sure of it and how."""
    state = _acting(registers, EscalationCommand.FALSE_ALARM, row)
    form = body.parsed()
    step = Step(StepKind.FALSE_ALARM, told={"verified_by": form.verified_by, "text": form.how})
    ended = {"closed_at": registers.now, **_in_hand(registers, row)}
    await registers.whereabouts.found_again(row.id, registers.now)
    return await registers.escalations.step(row, "false_alarm", step, state=state, **ended)


async def duplicate(registers: Registers, row: Any, body: Late[DuplicateIn]) -> Any:
    """The same as another one, which goes on."""
    state = _acting(registers, EscalationCommand.DUPLICATE, row)
    form = body.parsed()
    try:
        other = await registers.escalations.get(form.of)
    except NotFound:
        refuse([Fault("escalation_unknown", "/of")])
    if other.id == row.id or other.duplicate_of is not None:
        refuse([Fault("duplicate_of_nothing", "/of")])
    step = _said(StepKind.DUPLICATE, form.text)
    ended = {"duplicate_of": other.id, "closed_at": registers.now, **_in_hand(registers, row)}
    return await registers.escalations.step(row, "duplicate", step, state=state, **ended)


async def link(registers: Registers, row: Any, body: Late[LinkIn]) -> Any:
    """Say who it was: somebody on the roll, whose village it lies in from now on, or a lead."""
    _after(EscalationCommand.LINK, row)
    form = body.parsed()
    columns: dict[str, Any] = {}
    if form.elder_id is not None:
        found = await registers.elders.many([form.elder_id])
        refuse(() if found else [Fault("elder_unknown", "/elder_id")])
        columns = {"elder_id": found[0].id, "village": found[0].village}
    if form.lead_id is not None:
        try:
            columns = {"lead_id": (await registers.leads.get(form.lead_id)).id}
        except NotFound:
            refuse([Fault("lead_unknown", "/lead_id")])
    return await registers.escalations.step(row, "link", Step(StepKind.LINKED), **columns)


# --- making sure of it --------------------------------------------------------------------------------


async def follow_up(registers: Registers, row: Any, body: Late[FollowUpIn]) -> Any:
    """What the township heard when it asked whether the danger is gone; where it is not, all begins anew."""
    _not_of_a_death(row)
    state = _after(EscalationCommand.FOLLOW_UP, row)
    form, register = body.parsed(), registers.escalations
    workers = await register.who_worked_on(row)
    since: datetime = row.mitigated_at
    heard = await record_follow_up(registers, FollowUpSubject.RISK_REMOVED, row, form, workers, since=since)
    step = Step(StepKind.FOLLOWED_UP, at=heard.at, told={"text": form.text})
    if form.result is FollowUpResult.NOT_EASED:
        return await register.reopen(row, step)
    if form.result is FollowUpResult.NOT_REACHED:
        return await register.step(row, "follow_up", step)
    seen = {"followed_up_at": heard.at, "self_followed_up": heard.self_followed_up}
    return await register.step(row, "follow_up", step, state=state, **seen)


async def close(registers: Registers, row: Any, body: Late[NoteIn]) -> Any:
    """Nothing is left to do. Raises ``follow_up_required`` while nobody has made sure that the danger is gone."""
    _not_of_a_death(row)
    if row.state in LIVE and row.state != EscalationState.FOLLOWED_UP:
        raise Conflict("follow_up_required")
    state = _after(EscalationCommand.CLOSE, row)
    step = _said(StepKind.CLOSED, body.parsed().text)
    return await registers.escalations.step(row, "close", step, state=state, closed_at=registers.now)


async def review_incident(registers: Registers, row: Any, body: Late[IncidentReviewIn]) -> Any:
    """The district has looked at how somebody died: that ends the case, and nothing else does."""
    state = _after(EscalationCommand.REVIEW_INCIDENT, row)
    if not ends_with_review(RiskKind(row.kind)):
        raise Conflict("no_death_to_review")
    step = _said(StepKind.REVIEWED, body.parsed().findings)
    ended = {"closed_at": registers.now, **_in_hand(registers, row)}
    return await registers.escalations.step(row, "review_incident", step, state=state, **ended)


async def reopen(registers: Registers, row: Any, body: Late[ReasonIn]) -> Any:
    """It was not over after all."""
    _after(EscalationCommand.REOPEN, row)
    return await registers.escalations.reopen(row, _said(StepKind.REOPENED, body.parsed().text))


# --- within -------------------------------------------------------------------------------------------


def _after(command: EscalationCommand, row: Any) -> EscalationState:
    return LIFE.after(command, EscalationState(row.state))


def _acting(registers: Registers, command: EscalationCommand, row: Any) -> EscalationState:
    """The state that a command leads to. Raises Forbidden ``desk_above`` where it is for a higher desk to say."""
    state = _after(command, row)
    if not may_act(_own_level(registers.actor, row.village), Level(row.level)):
        raise Forbidden("desk_above")
    return state


def _in_hand(registers: Registers, row: Any) -> dict[str, Any]:
    """Whoever deals with a case has it in hand from then on, if nobody had it before."""
    if row.acknowledged_at is not None:
        return {}
    return {"acknowledged_at": registers.now, "acknowledged_by": registers.actor.id}


def _not_of_a_death(row: Any) -> None:
    if ends_with_review(RiskKind(row.kind)) and row.state in LIVE:
        raise Conflict("incident_review_required")


async def _past(registers: Registers, row: Any, at: datetime | None) -> datetime:
    policy = await registers.escalations.policy(row.village)
    refuse(_ahead(at, registers.now, policy.future_tolerance_minutes, "/at"))
    return min(at or registers.now, registers.now)


def _said(kind: StepKind, text: str | None) -> Step:
    return Step(kind, told={"text": text})
