"""Writing records that may stand: flags, rows, numbers, traces and what they reveal, a statement for many."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.domain import flags
from api.domain.contents import content_hash
from api.domain.credits import NotCounted
from api.domain.errors import Fault
from api.domain.identity import fold_name
from api.domain.months import Month, civil_date
from api.domain.policy import Policy
from api.domain.visit_commands import VisitCommand
from api.domain.visits import Standing
from api.schemas.visit_answers import VisitResult
from api.store import Registers
from api.store.history import Change
from api.store.subjects import Household
from api.store.visits import RECORD, Contact
from api.usecases.findings import open_findings
from api.usecases.flagging import look_twice, photos_of
from api.usecases.incidents import question_taken
from api.usecases.taken import Taken


async def write(registers: Registers, alive: Sequence[Taken], policy: Policy) -> None:
    """Write new records and newer versions; their elders are locked. One may be refused yet: its name is taken."""
    if not alive:
        return
    subjects = {each.subject.id: each.subject for each in alive if each.subject}
    households = await registers.subjects.households(subjects.values())
    since = min(each.record.day for each in alive if each.record) - timedelta(days=31)
    contacts = await registers.visits.contacts(subjects, since)
    names = await _worker_names(registers, alive, contacts)
    numbers = {elder_id: subject.visit_count for elder_id, subject in subjects.items()}
    closed = await registers.closings.closed_at({Month.of(each.record.day) for each in alive if each.record})
    for each in alive:
        assert each.subject is not None
        if each.result is VisitResult.CREATED:
            each.id = registers.desk.new_id()
        _flag(registers, each, households[each.subject.id], contacts.get(each.subject.id, []), names, closed, policy)
    await look_twice(registers, alive, policy)
    homes = await registers.proofs.houses({each.worker.elder_id for each in alive if each.worker.elder_id})
    for each in alive:
        assert each.subject is not None
        household = households[each.subject.id]
        if each.worker.elder_id is not None and homes.get(each.worker.elder_id) == each.subject.house:
            household = replace(household, residents=household.residents | {fold_name(each.worker.name)})
        each.row = _row(registers, each, numbers, household, policy)
        each.version = each.row["version"]
    created = [each for each in alive if each.result is VisitResult.CREATED]
    more = {elder_id: number for elder_id, number in numbers.items() if number != subjects[elder_id].visit_count}
    stored = await registers.visits.add([each.row for each in created if each.row], more)
    for each in created:
        if each.id not in stored:
            each.id, each.version = None, None
            each.refuse(Fault("external_id_taken", "/external_id"))
    await registers.visits.replace([each.row for each in alive if each.result is VisitResult.UPDATED and each.row])
    await registers.visits.settle_held([(each.sent.source, each.external_id or "") for each in created if each.waited])
    standing = [each for each in alive if not each.rejected]
    await _keep_photos(registers, standing)
    await _leave_traces(registers, standing)
    await question_taken(registers, standing, households)
    await open_findings(registers, standing, contacts, policy)


async def _worker_names(
    registers: Registers, alive: Sequence[Taken], contacts: Mapping[UUID, list[Contact]]
) -> Mapping[UUID, str]:
    days = {(each.subject.id, each.record.day) for each in alive if each.subject and each.record}
    wanted = {
        contact.worker_id
        for elder_id, known in contacts.items()
        for contact in known
        if contact.worker_id and (elder_id, contact.visited_on) in days
    }
    return await registers.workers.names(wanted)


def _flag(
    registers: Registers,
    each: Taken,
    household: Household,
    contacts: Sequence[Contact],
    names: Mapping[UUID, str],
    closed: Mapping[Month, datetime],
    policy: Policy,
) -> None:
    record, subject = each.record, each.subject
    assert record is not None
    assert subject is not None
    heard_at, closed_at = _heard_at(registers, each), closed.get(Month.of(record.day))
    same_day = [
        flags.Seen(contact.source, fold_name(names.get(contact.worker_id, "")))
        for contact in contacts
        if contact.worker_id
        and contact.visited_on == record.day
        and contact.standing == Standing.ACCEPTED
        and contact.outcome == record.outcome
    ]
    found = (
        flags.late_entry(record, heard_at, policy, month_closed=closed_at is not None and closed_at <= heard_at),
        flags.name_differs(record, [name for name in (subject.name, subject.alias) if name]),
        flags.matched_by_name(record),
        flags.probable_duplicate(each.sent.source, fold_name(each.worker.name), same_day),
        flags.observed_without_meeting(record),
        flags.visit_after_death(record, household.died_on),
    )
    each.flags = tuple(flag for flag in found if flag is not None)


def _row(
    registers: Registers, each: Taken, numbers: dict[UUID, int], household: Household, policy: Policy
) -> dict[str, Any]:
    record, subject, form, told, stored = each.record, each.subject, each.form, each.sent.told, each.stored
    assert record is not None
    assert subject is not None
    assert form is not None
    if stored is None or stored.elder_id != subject.id:
        numbers[subject.id] += 1
        visit_no = numbers[subject.id]
    else:
        visit_no = stored.visit_no
    content = form.model_dump(mode="json", exclude_defaults=True, exclude={"elder"})
    return {
        "id": each.id,
        "source": each.sent.source,
        "external_id": each.external_id,
        "external_version": _external_version(each),
        "content_hash": content_hash(record, subject.id),
        "elder_id": subject.id,
        "village": subject.village,
        "visit_no": visit_no,
        "visited_on": record.day,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "method": record.method.value,
        "place": record.place.value,
        "outcome": record.outcome.value,
        "refused_by_elder": record.refused_by_elder,
        "refusal_conclusive": _conclusive(each),
        "provider_id": each.force.provider_id if each.force else None,
        "worker_id": each.worker.id,
        "worker_kind": each.worker.kind,
        "standing": (each.sent.restores or Standing.ACCEPTED).value,
        "blocked": _blocked(registers, each, household, policy),
        "late": any(flag.code == flags.FlagCode.LATE_ENTRY for flag in each.flags),
        "flags": [{"code": flag.code, "params": dict(flag.params)} for flag in each.flags],
        "answers": each.answers,
        "by_proxy": each.by_proxy,
        "recorded_by": told.recorded_by if told else registers.actor.id,
        "recorded_on": registers.today,
        "received_at": told.received_at if told else registers.now,
        "version": stored.version + 1 if stored else 1,
        "sealed": registers.desk.sealer.seal_json(RECORD, each.id, content),
    }


def _external_version(each: Taken) -> int:
    """Never less than before, but where the version that came later is taken back."""
    assert each.record is not None
    if each.stored is None or each.sent.restores or each.revives:
        return each.record.external_version
    before: int = each.stored.external_version
    return max(each.record.external_version, before)


def _heard_at(registers: Registers, each: Taken) -> datetime:
    """When a record first said what it says; one that says something else of what is judged says it now."""
    if each.stored is not None:
        said_before = each.sent.restores or _judged_alike(each)
        return each.stored.received_at if said_before else registers.now
    return each.sent.told.received_at if each.sent.told else registers.now


def _judged_alike(each: Taken) -> bool:
    """Whether a correction leaves alone all that judging reads, so that earlier words on the record stand."""
    record, subject, stored = each.record, each.subject, each.stored
    if stored is None or record is None or subject is None:
        return False
    said = (subject.id, each.worker.id, record.day, record.method, record.place, record.outcome)
    before = (stored.elder_id, stored.worker_id, stored.visited_on, stored.method, stored.place, stored.outcome)
    return said == before and record.refused_by_elder == stored.refused_by_elder


def _conclusive(each: Taken) -> bool:
    """The elder's signature under the refusal, or a call-back that was made before (A33)."""
    assert each.record is not None
    return each.record.refusal_conclusive or (_judged_alike(each) and each.stored.refusal_conclusive)


def _blocked(registers: Registers, each: Taken, household: Household, policy: Policy) -> str | None:
    """Why the record itself keeps the visit from counting, whatever the elder's state (A14–A16, A35)."""
    record = each.record
    assert record is not None
    if _judged_alike(each):
        blocked: str | None = each.stored.blocked
        return blocked
    age = (civil_date(_heard_at(registers, each)) - record.day).days
    if fold_name(each.worker.name) in household.residents:
        return NotCounted.WORKER_RELATED.value
    if any(flag.code == flags.FlagCode.PROBABLE_DUPLICATE for flag in each.flags):
        return NotCounted.PROBABLE_DUPLICATE.value
    if household.found_on is not None and record.day < household.found_on <= registers.today:
        return NotCounted.INCIDENT_REVIEW.value
    if age > policy.acceptance_after_days and not each.sent.office:
        return NotCounted.AWAITING_ACCEPTANCE.value
    return None


async def _keep_photos(registers: Registers, standing: Sequence[Taken]) -> None:
    """Of new records that have any, and of corrected ones, which may have others now."""
    shown = [
        (each.row["id"], each.row["elder_id"], each.row["visited_on"], photos_of(each))
        for each in standing
        if each.row and each.record and (each.record.photos or each.stored is not None)
    ]
    await registers.proofs.keep_photos(shown)


async def _leave_traces(registers: Registers, standing: Sequence[Taken]) -> None:
    await registers.history.record([_change(registers, each) for each in standing])


def _change(registers: Registers, each: Taken) -> Change:
    row, stored = each.row, each.stored
    assert row is not None
    said: dict[str, tuple[Any, Any]] = {}
    if stored is not None:
        said["record"] = (registers.visits.content(stored), each.sent.raw)
        said |= {
            name: (getattr(stored, name), row[name])
            for name in ("elder_id", "standing")
            if getattr(stored, name) != row[name]
        }
    if each.sent.amends is not None:
        said["reason"] = (None, each.sent.amends)
    return Change("visit", row["id"], row["village"], row["version"], _command(each).value, said)


def _command(each: Taken) -> VisitCommand | VisitResult:
    if each.sent.restores:
        return VisitCommand.TAKE_BACK
    return VisitCommand.AMEND if each.sent.amends is not None else each.result
