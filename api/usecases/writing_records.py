"""Writing records that may stand: flags, rows, numbers, traces and what they reveal, a statement for many."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from api.domain import flags as flagging
from api.domain.contents import content_hash
from api.domain.credits import NotCounted
from api.domain.errors import Fault
from api.domain.identity import fold_name
from api.domain.policy import Policy
from api.domain.visits import Standing
from api.schemas.visit_answers import VisitResult
from api.store import Registers
from api.store.history import Change
from api.store.subjects import Household
from api.store.visits import RECORD, Contact
from api.usecases.findings import open_findings
from api.usecases.taken import Taken


async def write(registers: Registers, alive: Sequence[Taken], policy: Policy) -> None:
    if not alive:
        return
    locked = await registers.subjects.lock(each.subject.id for each in alive if each.subject)
    for each in alive:
        assert each.subject is not None
        each.subject = locked[each.subject.id]
    households = await registers.subjects.households(locked.values())
    since = min(each.record.day for each in alive if each.record) - timedelta(days=31)
    contacts = await registers.visits.contacts(locked, since)
    names = await _worker_names(registers, alive, contacts)
    numbers = {elder_id: subject.visit_count for elder_id, subject in locked.items()}
    for each in alive:
        assert each.subject is not None
        household = households[each.subject.id]
        _flag(registers, each, household, contacts.get(each.subject.id, []), names, policy)
        each.row = _row(registers, each, numbers, household, policy)
    created = [each for each in alive if each.result is VisitResult.CREATED]
    stored = await registers.visits.add([each.row for each in created if each.row])
    for each in created:
        if each.id not in stored:
            each.id = None
            each.refuse(Fault("external_id_taken", "/external_id"))
    await registers.visits.replace([each.row for each in alive if each.result is VisitResult.UPDATED and each.row])
    await registers.visits.settle_held([(e.sent.source, e.external_id or "") for e in created], "assigned")
    await registers.visits.count_up({k: n for k, n in numbers.items() if n != locked[k].visit_count})
    standing = [each for each in alive if not each.rejected]
    await _leave_traces(registers, standing)
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
    policy: Policy,
) -> None:
    record, subject = each.record, each.subject
    assert record is not None
    assert subject is not None
    same_day = [
        flagging.Seen(contact.source, fold_name(names.get(contact.worker_id, "")))
        for contact in contacts
        if contact.worker_id
        and contact.visited_on == record.day
        and contact.standing == Standing.ACCEPTED
        and contact.outcome == record.outcome
    ]
    found = (
        flagging.late_entry(record, registers.now, policy),
        flagging.name_differs(record, [name for name in (subject.name, subject.alias) if name]),
        flagging.matched_by_name(record),
        flagging.probable_duplicate(each.sent.source, fold_name(each.worker.name), same_day),
        flagging.observed_without_meeting(record),
        flagging.visit_after_death(record, household.died_on),
    )
    each.flags = tuple(flag for flag in found if flag is not None)


def _row(
    registers: Registers, each: Taken, numbers: dict[UUID, int], household: Household, policy: Policy
) -> dict[str, Any]:
    record, subject, form = each.record, each.subject, each.form
    assert record is not None
    assert subject is not None
    assert form is not None
    if each.result is VisitResult.CREATED:
        numbers[subject.id] += 1
        each.id = registers.desk.new_id()
    content = form.model_dump(mode="json", exclude_defaults=True, exclude={"elder"})
    return {
        "id": each.id,
        "source": each.sent.source,
        "external_id": each.external_id,
        "external_version": record.external_version,
        "content_hash": content_hash(record, subject.id),
        "elder_id": subject.id,
        "village": subject.village,
        "visit_no": each.stored.visit_no if each.stored else numbers[subject.id],
        "visited_on": record.day,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "method": record.method.value,
        "place": record.place.value,
        "outcome": record.outcome.value,
        "refused_by_elder": record.refused_by_elder,
        "refusal_conclusive": record.refusal_conclusive,
        "worker_id": each.worker.id,
        "worker_kind": each.worker.kind,
        "standing": Standing.ACCEPTED.value,
        "blocked": _blocked(registers, each, household, policy),
        "late": any(flag.code == "late_entry" for flag in each.flags),
        "flags": [{"code": flag.code, "params": dict(flag.params)} for flag in each.flags],
        "recorded_by": registers.actor.id,
        "recorded_on": registers.today,
        "received_at": registers.now,
        "version": each.stored.version + 1 if each.stored else 1,
        "sealed": registers.desk.sealer.seal_json(RECORD, each.id, content),
    }


def _blocked(registers: Registers, each: Taken, household: Household, policy: Policy) -> str | None:
    """Why the record itself keeps the visit from counting, whatever the elder's state (A14–A16, A35)."""
    record = each.record
    assert record is not None
    age = (registers.today - record.day).days
    if fold_name(each.worker.name) in household.residents:
        return NotCounted.WORKER_RELATED.value
    if any(flag.code == "probable_duplicate" for flag in each.flags):
        return NotCounted.PROBABLE_DUPLICATE.value
    if household.found_on is not None and record.day < household.found_on <= registers.today:
        return NotCounted.INCIDENT_REVIEW.value
    if age > policy.acceptance_after_days and not each.sent.office:
        return NotCounted.AWAITING_ACCEPTANCE.value
    return None


async def _leave_traces(registers: Registers, standing: Sequence[Taken]) -> None:
    changes = []
    for each in standing:
        assert each.row is not None
        said = {} if each.stored is None else {"record": (registers.visits.content(each.stored), each.sent.raw)}
        changes.append(
            Change("visit", each.row["id"], each.row["village"], each.row["version"], each.result.value, said)
        )
    await registers.history.record(changes)
