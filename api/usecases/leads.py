"""Finding people (摸排): who is named becomes a lead, and every lead is settled by somebody who went to see (R13, R15).

Nobody is merged on a guess: only the same ID number makes a duplicate, and only of somebody in sight. Whoever
sees both places, at last the district, settles the rest.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from api.domain.access import Permission
from api.domain.divisions import Gazetteer, Level
from api.domain.errors import Fault
from api.domain.identity import ResidentId, parse_resident_id
from api.domain.leads import LIFE, Hint, LeadCommand, LeadState, Resemblance, already
from api.schemas.leads import LeadIn, NotEligibleIn, StartLeadIn
from api.store import Registers
from api.usecases.lead_escalations import reported_about, tie
from api.usecases.standing import refuse

_TOLD = ("source_name", "name", "sex", "phone", "place_text", "categories", "disability_certificate", "note")


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of somebody who was named. ``new``: false for a message that was taken in before."""

    lead_id: UUID
    new: bool


@dataclass(frozen=True, slots=True)
class _Named:
    form: LeadIn
    number: str | None
    hint: Hint
    told: bytes


# --- who was named ------------------------------------------------------------------------------------


async def report_lead(registers: Registers, form: LeadIn) -> Any:
    """Somebody was named. Raises Refused with everything that is wrong."""
    refuse(lead_faults(registers, await registers.places.gazetteer(), form))
    escalation = await reported_about(registers, form.escalation_id) if form.escalation_id else None
    [reported] = await report_leads(registers, [form], again=True)
    lead = await registers.leads.get(reported.lead_id)
    if escalation is not None:
        await tie(registers, escalation, lead)
    return lead


async def report_leads(registers: Registers, forms: Sequence[LeadIn], *, again: bool = False) -> list[Reported]:
    """Leads of people whose forms are in order, set-based; the same message is taken in once unless ``again``."""
    register = registers.leads
    await register.in_turn()
    named = [_named(registers, form) for form in forms]
    known = {} if again else await register.told({each.told for each in named})
    alike = await register.alike([each.hint for each in named])
    reported: list[Reported] = []
    rows: list[dict[str, Any]] = []
    numbers: dict[bytes, UUID] = {}
    for each, resembling in zip(named, alike, strict=True):
        if each.told in known:
            reported.append(Reported(known[each.told], new=False))
            continue
        if each.hint.number in numbers:  # named above, in the same file
            resembling = [*resembling, Resemblance(lead_id=numbers[each.hint.number], certain=True)]
        row = _row(registers, each, resembling)
        rows.append(row)
        reported.append(Reported(row["id"], new=True))
        if not again:
            known[each.told] = row["id"]
        if each.hint.number and row["state"] == LeadState.NEW:
            numbers[each.hint.number] = row["id"]
    await register.add(rows, command="report")
    return reported


def lead_faults(registers: Registers, gazetteer: Gazetteer, form: LeadIn) -> Iterator[Fault]:
    """What is wrong with a form that could be read."""
    today = registers.today
    yield from _place_faults(registers, gazetteer, form)
    if form.resident_id and isinstance(fault := parse_resident_id(form.resident_id, today), Fault):
        yield Fault(fault.code, "/resident_id", fault.params)
    if form.birth_year and form.birth_year > today.year:
        yield Fault("day_in_future", "/birth_year")
    if form.reported_on and form.reported_on > today:
        yield Fault("day_in_future", "/reported_on")


def _place_faults(registers: Registers, gazetteer: Gazetteer, form: LeadIn) -> Iterator[Fault]:
    field = "village" if form.village else "township"
    code = form.village or form.township or ""
    division = gazetteer.by_code(code)
    if division is None or division.code != code or division.level != field:
        yield Fault(f"{field}_code_unknown", f"/{field}")
    elif not registers.actor.covers(code):
        yield Fault("village_outside_area", f"/{field}")


def _named(registers: Registers, form: LeadIn) -> _Named:
    papers = parse_resident_id(form.resident_id, registers.today) if form.resident_id else None
    number = papers.number if isinstance(papers, ResidentId) else None
    hint = Hint(
        village=form.village or form.township or "",
        name=form.name,
        number=registers.leads.number_index(number) if number else None,
        birth_year=papers.born_on.year if isinstance(papers, ResidentId) else form.birth_year,
    )
    whom = (number,) if number else (hint.village, form.name, hint.birth_year, form.place_text)
    return _Named(form, number, hint, registers.leads.told_index(form.source, form.department, *whom))


def _row(registers: Registers, named: _Named, alike: Sequence[Resemblance]) -> dict[str, Any]:
    """A lead as it begins: waiting, or already settled by the number it shares with somebody in sight."""
    form, same = named.form, already(alike)
    said = form.model_dump(mode="json", include=set(_TOLD), exclude_none=True)
    name = form.name
    return {
        "id": registers.desk.new_id(),
        "village": named.hint.village,
        "state": LeadState.DUPLICATE if same else LeadState.NEW,
        "source": form.source,
        "department": form.department,
        "resident_id_index": named.hint.number,
        "name_index": registers.leads.name_index(named.hint.village, name) if name else None,
        "told": named.told,
        "probable_duplicate": same is None and bool(alike),
        "with_district": False,
        "duplicate_of_elder": same.elder_id if same else None,
        "duplicate_of_lead": same.lead_id if same else None,
        "escalation_id": form.escalation_id,
        "reported_on": form.reported_on or registers.today,
        "ended_on": registers.today if same else None,
        "created_at": registers.now,
        "created_by": registers.actor.id,
        "sealed": {**said, "resident_id": named.number, "birth_year": named.hint.birth_year},
    }


# --- who goes to see ----------------------------------------------------------------------------------


async def start_lead(registers: Registers, lead_id: UUID, form: StartLeadIn) -> Any:
    """Somebody is to make sure by a day. Raises WrongState."""
    return await _assign(registers, lead_id, form, LeadCommand.START)


async def hand_over_lead(registers: Registers, lead_id: UUID, form: StartLeadIn) -> Any:
    """Somebody else is. Raises WrongState for a lead that nobody was to see to yet, or that is settled."""
    return await _assign(registers, lead_id, form, LeadCommand.HAND_OVER)


async def _assign(registers: Registers, lead_id: UUID, form: StartLeadIn, command: LeadCommand) -> Any:
    lead = await registers.leads.locked(lead_id)
    state = LIFE.after(command, LeadState(lead.state))
    village = form.village or lead.village
    verifier = form.verifier_id or registers.actor.id
    refuse([fault async for fault in _assignment_faults(registers, form, village)])
    columns: dict[str, Any] = {
        "village": village,
        "verifier_id": verifier,
        "due_on": form.due_on or await _verify_by(registers, village),
        **_name_in(registers, lead, village),
    }
    return await registers.leads.change(lead, command, state=state, **columns)


async def _assignment_faults(registers: Registers, form: StartLeadIn, village: str) -> AsyncIterator[Fault]:
    if form.due_on and form.due_on < registers.today:
        yield Fault("day_in_past", "/due_on")
    if form.village:
        division = (await registers.places.gazetteer()).by_code(form.village)
        if division is None or division.level is not Level.VILLAGE:
            yield Fault("village_code_unknown", "/village")
        elif not registers.actor.covers(form.village):
            yield Fault("village_outside_area", "/village")
    if form.verifier_id and not await registers.staff.may(form.verifier_id, Permission.ELDER_DRAFT, village):
        yield Fault("lead_verifier_unknown", "/verifier_id")


def _name_in(registers: Registers, lead: Any, village: str) -> dict[str, bytes]:
    """The index of the name goes with the village."""
    name = registers.leads.details(lead).get("name")
    return {"name_index": registers.leads.name_index(village, name)} if name and village != lead.village else {}


# --- what it came to ----------------------------------------------------------------------------------


async def close_not_found(registers: Registers, lead_id: UUID, note: str) -> Any:
    """Nobody of that description lives there. Raises WrongState."""
    return await _close(registers, lead_id, LeadCommand.NOT_FOUND, {"outcome": note})


async def close_not_eligible(registers: Registers, lead_id: UUID, form: NotEligibleIn) -> Any:
    """Somebody was found who does not belong on the roll. Raises WrongState."""
    return await _close(registers, lead_id, LeadCommand.NOT_ELIGIBLE, {"outcome": form.note}, reason=form.reason)


async def reopen_lead(registers: Registers, lead_id: UUID, reason: str) -> Any:
    """Somebody is to look again. Raises WrongState for a lead that is open, or that made a file."""
    lead = await registers.leads.locked(lead_id)
    state = LIFE.after(LeadCommand.REOPEN, LeadState(lead.state))
    blank = dict.fromkeys(("reason", "ended_on", "duplicate_of_elder", "duplicate_of_lead"))
    due_on = await _verify_by(registers, lead.village)
    return await registers.leads.change(
        lead, LeadCommand.REOPEN, details={"outcome": reason}, state=state, due_on=due_on, **blank
    )


async def _verify_by(registers: Registers, village: str) -> date:
    policy = (await registers.places.book_for(village)).on(registers.today)
    return registers.today + timedelta(days=policy.verify_unknown_days)


async def _close(
    registers: Registers, lead_id: UUID, command: LeadCommand, details: dict[str, Any], **columns: Any
) -> Any:
    lead = await registers.leads.locked(lead_id)
    state = LIFE.after(command, LeadState(lead.state))
    return await registers.leads.change(
        lead, command, details=details, state=state, with_district=False, ended_on=registers.today, **columns
    )
