"""What the household is told to remove, and whether it is gone (安全隐患; rules R17, R43).

General hazards need no follow-up: another visit, or somebody who looked, says that they are gone.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from api.domain.errors import Fault
from api.domain.hazards import (
    LIFE,
    STANDING,
    Hazard,
    HazardCommand,
    HazardKind,
    HazardState,
    Reminder,
    Severity,
)
from api.domain.months import civil_date
from api.domain.openings import Opening, OpeningKind, risk_of, survey_openings
from api.domain.policy import Policy
from api.schemas.etags import etag_of
from api.schemas.hazards import (
    EscalateIn,
    HazardCaseOut,
    HazardReportIn,
    HazardStoryOut,
    RemindIn,
    ResidentOut,
    ResolveIn,
)
from api.schemas.late import Late
from api.store import Registers
from api.store.revealed import Revealed
from api.store.subjects import Subject
from api.store.tables import Elder
from api.store.tables import Hazard as HazardRow
from api.usecases.histories import versions_out
from api.usecases.needs import elder_to_help
from api.usecases.standing import refuse

_IN_THE_OPEN = frozenset(HazardRow.model_fields) - {"sealed", "key"}


async def report_hazard(registers: Registers, form: HazardReportIn) -> Any:
    """A hazard told by hand, or the one of the household that it repeats; a major one is a risk besides."""
    elder = await elder_to_help(registers, form.elder_id)
    refuse(_lacks_words(form))
    hazard = Hazard(form.kind, form.severity, form.text, form.reminded)
    policy = await _policy(registers, elder.village)
    found = survey_openings([hazard], [], found_at=registers.now, received_at=registers.now, policy=policy)
    hazard_id, *escalation_ids = await _opened(registers, elder.id, found)
    row = await registers.hazards.locked(hazard_id)
    return await _linked(registers, row, escalation_ids[0]) if escalation_ids else row


async def remind(registers: Registers, row: Any, body: Late[RemindIn]) -> Any:
    """The household was told to remove it."""
    state = LIFE.after(HazardCommand.REMIND, HazardState(row.state))
    form = body.parsed()
    at = form.at or registers.now
    refuse(_reminder_faults(registers, row, form, await _policy(registers, row.village)))
    told = {"reminded_to": form.to, "reminded_by_means": form.means}
    return await registers.hazards.change(
        row, HazardCommand.REMIND, details=told, state=state, reminder=Reminder.GIVEN, reminded_at=at
    )


async def resolve(registers: Registers, row: Any, body: Late[ResolveIn]) -> Any:
    """Somebody saw that it is gone."""
    state = LIFE.after(HazardCommand.RESOLVE, HazardState(row.state))
    form = body.parsed()
    refuse(_sight_faults(registers, row, form))
    told = {"resolved_how": form.how}
    return await registers.hazards.change(
        row, HazardCommand.RESOLVE, details=told, state=state, resolved_on=form.seen_on
    )


async def escalate(registers: Registers, row: Any, body: Late[EscalateIn]) -> Any:
    """It cannot wait: from here on it is a risk as well, or part of the one that is open."""
    LIFE.after(HazardCommand.ESCALATE, HazardState(row.state))
    risk = Opening(
        OpeningKind.ESCALATION,
        risk_of(HazardKind(row.kind)),
        registers.now,
        text=body.parsed().text,
        severity=Severity(row.severity),
    )
    [escalation_id] = await _opened(registers, row.elder_id, [risk])
    return await _linked(registers, row, escalation_id)


async def _opened(registers: Registers, elder_id: UUID, openings: Iterable[Opening]) -> list[UUID]:
    """The ids of what somebody opens by hand about an elder, in order."""
    subject: Subject = (await registers.subjects.lock([elder_id]))[elder_id]
    source, external_id = f"user:{registers.actor.id}", str(registers.desk.new_id())
    return await registers.findings.store(
        [Revealed(opening, None, source, external_id, subject, subject.village) for opening in openings]
    )


async def _linked(registers: Registers, row: Any, escalation_id: UUID) -> Any:
    return await registers.hazards.change(row, HazardCommand.ESCALATE, escalation_id=escalation_id)


def _lacks_words(form: HazardReportIn) -> Iterator[Fault]:
    if form.kind is HazardKind.OTHER and form.text is None:
        yield Fault("field_missing", "/text")


def _reminder_faults(registers: Registers, row: Any, form: RemindIn, policy: Policy) -> Iterator[Fault]:
    if form.at is None:
        return
    if form.at > registers.now + timedelta(minutes=policy.future_tolerance_minutes):
        yield Fault("time_in_future", "/at", {"minutes": policy.future_tolerance_minutes})
    if civil_date(form.at) < row.first_seen_on:
        yield Fault("before_hazard_was_seen", "/at")


def _sight_faults(registers: Registers, row: Any, form: ResolveIn) -> Iterator[Fault]:
    if form.seen_on > registers.today:
        yield Fault("day_in_future", "/seen_on")
    if form.seen_on < row.last_seen_on:
        yield Fault("before_hazard_was_seen", "/seen_on")


# --- when an elder leaves -----------------------------------------------------------------------------


async def hand_on_hazards(registers: Registers, elder: Elder) -> None:
    """The elder is leaving the roll: what others live with is theirs from now on."""
    for row in await registers.hazards.first_seen_at(elder.id, STANDING):
        others = [each for each in await registers.hazards.residents(row) if each.id != elder.id]
        if others:
            await registers.hazards.change(row, "hand_on", elder_id=others[0].id)


# --- answers ------------------------------------------------------------------------------------------


async def story_of(registers: Registers, row: Any) -> HazardStoryOut:
    """A hazard with its words, its people and its history."""
    told = registers.hazards.details(row)
    residents = await registers.hazards.residents(row)
    return HazardStoryOut(
        hazard=hazard_out(row),
        elders=[ResidentOut(id=each.id, short_no=each.short_no) for each in residents],
        history=versions_out(await registers.hazards.history(row.id), _IN_THE_OPEN),
        **{name: told.get(name) for name in ("text", "reminded_to", "reminded_by_means", "resolved_how")},
    )


def hazard_out(row: Any) -> HazardCaseOut:
    shown = {name: getattr(row, name) for name in HazardCaseOut.model_fields if name != "etag"}
    return HazardCaseOut(**shown, etag=etag_of(row.version))


async def _policy(registers: Registers, village: str) -> Policy:
    return (await registers.places.book_for(village)).on(registers.today)
