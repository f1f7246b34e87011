"""What the district looks into after a death, and what it says of the records in question (A5, A35, R48)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.credits import NotCounted
from api.domain.escalations import LIFE as ESCALATION_LIFE
from api.domain.escalations import LIVE, EscalationCommand, EscalationState, StepKind
from api.domain.flags import FlagCode
from api.domain.incidents import (
    LIFE,
    Death,
    IncidentCommand,
    IncidentKind,
    IncidentState,
    days_between,
    in_question,
    word_faults,
)
from api.domain.months import Month, civil_date
from api.domain.visits import Outcome
from api.schemas.etags import etag_of
from api.schemas.incidents import ConclusionIn, IncidentOut, IncidentReviewOut
from api.schemas.late import Late
from api.store import Registers
from api.store.escalations import Step
from api.store.history import Change
from api.store.incidents import Incident, flags_of
from api.store.subjects import Household
from api.store.tables import Elder
from api.usecases.standing import refuse, rejudge_from
from api.usecases.taken import Taken

_BLOCKED = NotCounted.INCIDENT_REVIEW.value
_OF_DEATHS = (IncidentKind.DIED_UNSEEN, IncidentKind.OPEN_RISK)
_AFTER_DEATH = FlagCode.VISIT_AFTER_DEATH.value


# --- what comes to light ------------------------------------------------------------------------------


async def question_records(registers: Registers, elder: Elder, death: Death) -> list[date]:
    """Records that were there before the death was known: those it puts in question say so from now on.

    Answers the days of their visits, whose months are to be judged anew.
    """
    days: list[date] = []
    questioned: defaultdict[IncidentKind, list[UUID]] = defaultdict(list)
    for row in await registers.incidents.records_around(elder.id, death):
        entered_on = civil_date(row.received_at)
        kind = in_question(death, row.visited_on, entered_on, completed=row.outcome == Outcome.COMPLETED)
        if kind is None:
            continue
        days.append(row.visited_on)
        questioned[kind].append(row.id)
        columns: dict[str, Any] = {}
        if kind is IncidentKind.VISIT_AFTER_DEATH and _AFTER_DEATH not in flags_of(row):
            columns["flags"] = [*row.flags, {"code": _AFTER_DEATH, "params": {}}]
        if row.blocked is None and row.visited_on < death.found_on <= entered_on:
            columns["blocked"] = _BLOCKED
        await _mark(registers, row, "question", columns)
    await registers.incidents.open(
        Incident(elder.id, elder.village, kind, death, records) for kind, records in questioned.items()
    )
    return days


async def question_taken(registers: Registers, standing: Iterable[Taken], households: Mapping[UUID, Household]) -> None:
    """Records that come in once the death is known, where it puts them in question."""
    questioned: defaultdict[tuple[UUID, str, IncidentKind, Death], list[UUID]] = defaultdict(list)
    for each in standing:
        household = households[each.subject.id] if each.subject else None
        if each.subject is None or each.record is None or each.id is None or household is None:
            continue
        if household.died_on is None or household.found_on is None:
            continue
        death = Death(household.died_on, household.found_on)
        kind = in_question(death, each.record.day, registers.today, completed=each.record.completed)
        if kind is not None:
            questioned[each.subject.id, each.subject.village, kind, death].append(each.id)
    await registers.incidents.open(Incident(*about, records) for about, records in questioned.items())


async def review_death(registers: Registers, elder: Elder, death: Death, source: str) -> None:
    """A death that nobody had noticed in time, or with a danger still open, is for the district to look into.

    The months are judged: whether it was unseen is what they say.
    """
    month = str(Month.of(death.died_on))
    line = (await registers.obligations.stored([elder.id], [month])).months.get((elder.id, month))
    if line is not None and line.deaths_unseen:
        kind = IncidentKind.DIED_UNSEEN
    elif await _open_risks(registers, elder.id):
        kind = IncidentKind.OPEN_RISK
    else:
        return
    await registers.incidents.open([Incident(elder.id, elder.village, kind, death, source=source, tier=elder.tier)])


async def withdraw_reviews(registers: Registers, elder: Elder) -> list[date]:
    """The death was reported in error: no record is in question, and there is nothing to look into.

    Answers the days of the visits that were in question, whose months are to be judged anew.
    """
    days: list[date] = []
    for row in await registers.incidents.of_elder(elder.id, *LIFE.allowed(IncidentCommand.WITHDRAW)):
        state = LIFE.after(IncidentCommand.WITHDRAW, IncidentState(row.state))
        await registers.incidents.change(row, IncidentCommand.WITHDRAW, state=state)
    for row in await registers.incidents.records_in_question(elder.id, _BLOCKED):
        days.append(row.visited_on)
        columns: dict[str, Any] = {"flags": [flag for flag in row.flags if flag["code"] != _AFTER_DEATH]}
        if row.blocked == _BLOCKED:
            columns["blocked"] = None
        await _mark(registers, row, "clear", columns)
    return days


# --- the district's word ------------------------------------------------------------------------------


async def conclude(registers: Registers, row: Any, body: Late[ConclusionIn]) -> None:
    """What the district found, and which of the records count; the elder's months are judged anew.

    That of a death ends the alarms about the elder: nobody is left to follow up with.
    """
    state = LIFE.after(IncidentCommand.CONCLUDE, IncidentState(row.state))
    form = body.parsed()
    words = {word.visit_id: word.accept for word in form.records}
    refuse(word_faults((word.visit_id for word in form.records), [UUID(record) for record in row.records]))
    row = await registers.incidents.change(
        row,
        IncidentCommand.CONCLUDE,
        details={"text": form.text},
        noted={"accepted": (None, [str(visit_id) for visit_id, accept in words.items() if accept])},
        state=state,
        finding=form.finding,
        concluded_at=registers.now,
        concluded_by=registers.actor.id,
    )
    days = [await _decide(registers, visit_id, accept) for visit_id, accept in words.items()]
    elder = await registers.elders.locked(row.elder_id)
    if days:
        await rejudge_from(registers, elder, min(days))
    await _tell_last_contact(registers, elder.id)
    if row.kind in _OF_DEATHS:
        await _end_risks(registers, elder.id, form.text)


async def _decide(registers: Registers, visit_id: UUID, accept: bool) -> date:
    """Let a record count, or not; the day of its visit."""
    row = await registers.visits.get(visit_id, lock=True)
    if accept and row.blocked == _BLOCKED:
        await _mark(registers, row, "accept", {"blocked": None})
    elif not accept and row.blocked is None:
        await _mark(registers, row, "reject", {"blocked": _BLOCKED})
    day: date = row.visited_on
    return day


async def _tell_last_contact(registers: Registers, elder_id: UUID) -> None:
    """The days to death and discovery follow from the records that count by now."""
    for row in await registers.incidents.of_elder(elder_id, IncidentState.OPEN, IncidentState.CONCLUDED):
        day = await registers.incidents.last_contact(elder_id, row.died_on)
        if day != row.last_contact_on:
            await registers.incidents.change(row, "reckon", last_contact_on=day)


async def _open_risks(registers: Registers, elder_id: UUID) -> Sequence[Any]:
    return [row for row in await registers.escalations.of_elders([elder_id]) if row.state in LIVE]


async def _end_risks(registers: Registers, elder_id: UUID, text: str | None) -> None:
    for each in await _open_risks(registers, elder_id):
        row = await registers.escalations.locked(each.id)
        state = ESCALATION_LIFE.after(EscalationCommand.REVIEW_INCIDENT, EscalationState(row.state))
        step = Step(StepKind.REVIEWED, told={"text": text})
        await registers.escalations.step(row, "review_incident", step, state=state, closed_at=registers.now)


async def _mark(registers: Registers, row: Any, command: str, columns: Mapping[str, Any]) -> None:
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if changed:
        after = await registers.visits.change(row, **changed)
        said = {name: (getattr(row, name), value) for name, value in changed.items()}
        await registers.history.record([Change("visit", row.id, row.village, after.version, command, said)])


# --- shown --------------------------------------------------------------------------------------------

_FIGURES = ("days_to_death", "days_to_discovery", "etag")


def incident_out(row: Any) -> IncidentOut:
    return IncidentOut.model_validate(_shown(row, IncidentOut))


def review_out(registers: Registers, row: Any) -> IncidentReviewOut:
    """The review with the district's words."""
    text = registers.incidents.details(row).get("text")
    return IncidentReviewOut.model_validate(_shown(row, IncidentReviewOut) | {"text": text})


def _shown(row: Any, model: type[IncidentOut]) -> dict[str, Any]:
    names = model.model_fields.keys() - {*_FIGURES, "text"}
    return {name: getattr(row, name) for name in names} | {
        "days_to_death": days_between(row.last_contact_on, row.died_on),
        "days_to_discovery": days_between(row.last_contact_on, row.found_on),
        "etag": etag_of(row.version),
    }
