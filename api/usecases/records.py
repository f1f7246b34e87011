"""Records of visits, judged and stored together: parse, tell who, decide, write, open what they reveal, judge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from api.domain import flags as flagging
from api.domain.contents import content_hash, derived_external_id, says_the_same
from api.domain.credits import Credit, NotCounted
from api.domain.errors import Fault
from api.domain.flags import Flag
from api.domain.identity import fold_name, names_alike
from api.domain.months import Month
from api.domain.obligations import judge
from api.domain.policy import Policy
from api.domain.visits import Standing, VisitRecord, faults, warnings
from api.schemas.visit_answers import VisitResult
from api.schemas.visits import VisitIn, parse_visit, record_of
from api.store import Registers
from api.store.findings import Opened
from api.store.history import Change
from api.store.subjects import Household, Subject
from api.store.visits import HELD_RECORD, RECORD, Contact
from api.usecases.findings import open_findings, open_risks
from api.usecases.rejudging import LOOK_BACK, rejudge

_STATUS = {
    VisitResult.CREATED: 201,
    VisitResult.UPDATED: 200,
    VisitResult.UNCHANGED: 200,
    VisitResult.HELD: 202,
    VisitResult.REJECTED: 422,
}
_CONFLICTS = frozenset({"stale_version", "visit_voided", "external_id_taken"})


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as it came: ``request`` tells which of the requests in this transaction brought it."""

    request: int
    index: int
    source: str
    raw: object
    from_file: bool = False
    office: bool = False


@dataclass(slots=True)
class Taken:
    """What became of one record; the wire's item is drawn from it."""

    sent: Sent
    result: VisitResult = VisitResult.REJECTED
    id: UUID | None = None
    external_id: str | None = None
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    flags: tuple[Flag, ...] = ()
    credit: Credit | None = None
    opened: Opened = field(default_factory=Opened)
    # while it is being taken:
    form: VisitIn | None = None
    record: VisitRecord | None = None
    subject: Subject | None = None
    worker: Any = None
    stored: Any = None
    row: dict[str, Any] | None = None

    @property
    def rejected(self) -> bool:
        return self.result is VisitResult.REJECTED

    @property
    def status(self) -> int:
        """As if the record had been posted alone."""
        if self.rejected and any(fault.code in _CONFLICTS for fault in self.errors):
            return 409
        return _STATUS[self.result]

    def refuse(self, *errors: Fault) -> None:
        self.result, self.errors = VisitResult.REJECTED, errors

    def rehearsed(self) -> "Taken":
        """The same report without the ids of what a dry run did not keep."""
        kept = self.id if self.stored is not None else None
        return replace(self, id=kept, opened=Opened())


async def take(registers: Registers, sent: Sequence[Sent]) -> list[Taken]:
    """Take records in, in order; answers one ``Taken`` for each."""
    policy = await _policy(registers)
    taken = [_parsed(each, registers, policy) for each in sent]
    await _tell_who(registers, taken)
    for turn in _turns(taken):
        await _settle(registers, turn, policy)
    await open_risks(registers, [each for each in taken if each.rejected], policy)
    registers.trace.saw([each.id for each in taken if each.id])
    return taken


async def hear_risks(registers: Registers, refused: Sequence[Taken]) -> None:
    """Keep the major risks of records of which nothing else was kept."""
    await open_risks(registers, refused, await _policy(registers))


def refused_together(taken: Sequence[Taken]) -> list[Taken]:
    """The report of a request that was refused as a whole: the good records say that others were bad."""
    for each in taken:
        each.id, each.opened, each.credit, each.flags = None, Opened(), None, ()
        if not each.rejected:
            each.refuse(Fault("batch_refused"))
    return list(taken)


async def _policy(registers: Registers) -> Policy:
    return (await registers.places.book_for(registers.actor.areas[0])).on(registers.today)


# --- reading -------------------------------------------------------------------------------------------


def _parsed(sent: Sent, registers: Registers, policy: Policy) -> Taken:
    taken = Taken(sent)
    form = parse_visit(sent.raw)
    if isinstance(form, tuple):
        if (
            isinstance(sent.raw, Mapping)
            and isinstance(name := sent.raw.get("external_id"), str)
            and len(name) <= 64
        ):
            taken.external_id = name if name.isascii() else None
        taken.refuse(*form)
        return taken
    record = record_of(form, from_file=sent.from_file)
    taken.form, taken.record, taken.external_id = form, record, record.external_id
    if wrong := faults(record, policy, registers.now):
        taken.refuse(*wrong)
        return taken
    taken.result, taken.warnings = VisitResult.CREATED, warnings(record)
    return taken


# --- who -------------------------------------------------------------------------------------------------


async def _tell_who(registers: Registers, taken: Sequence[Taken]) -> None:
    """Find the elder and the worker of each record that may stand; hold those whose elder is not certain."""
    alive = [each for each in taken if not each.rejected]
    elders = await registers.subjects.resolve(
        (each.sent.source, each.record.elder) for each in alive if each.record
    )
    workers = await registers.workers.resolve(
        (each.sent.source, each.record.worker) for each in alive if each.record
    )
    for each in alive:
        assert each.record is not None
        ref = each.record.elder
        hits = elders[each.sent.source, ref]
        each.worker = workers.get((each.sent.source, each.record.worker))
        if each.worker is None:
            each.refuse(Fault("worker_unknown", "/worker"))
        elif ref.by_name:
            _by_name(each, hits, registers)
        elif not hits:
            each.refuse(Fault("elder_unknown", "/elder"))
        elif ref.name and not any(
            names_alike(ref.name, name) for name in (hits[0].name, hits[0].alias) if name
        ):
            each.result = VisitResult.HELD
            each.subject = hits[0]
        else:
            each.subject = hits[0]


def _by_name(each: Taken, hits: Sequence[Subject], registers: Registers) -> None:
    village = each.record.elder.village if each.record else None
    if village is None or not registers.actor.covers(village):
        each.refuse(Fault("elder_unknown", "/elder"))
    elif len(hits) == 1:
        each.subject = hits[0]
    else:
        each.result = VisitResult.HELD


# --- deciding --------------------------------------------------------------------------------------------


def _turns(taken: Sequence[Taken]) -> Iterable[list[Taken]]:
    """Records in groups that may be written together: two of one name from two requests take turns."""
    _name(taken)
    waiting = [each for each in taken if not each.rejected]
    while waiting:
        seen: set[tuple[str, str | None]] = set()
        turn: list[Taken] = []
        later: list[Taken] = []
        for each in waiting:
            name = (each.sent.source, each.external_id)
            (later if name in seen else turn).append(each)
            seen.add(name)
        yield turn
        waiting = later


def _name(taken: Sequence[Taken]) -> None:
    """Give every record a name of its own (A16) and refuse the second of one name within a request."""
    ordinals: dict[tuple[Any, ...], int] = {}
    first: dict[tuple[int, str, str], int] = {}
    for each in taken:
        if each.rejected or each.record is None:
            continue
        if each.external_id is None:
            each.external_id = _derived(each, ordinals)
        name = (each.sent.request, each.sent.source, each.external_id)
        if name in first:
            each.refuse(Fault("duplicate_in_batch", "/external_id", {"first": first[name] + 1}))
        else:
            first[name] = each.sent.index


def _derived(each: Taken, ordinals: dict[tuple[Any, ...], int]) -> str:
    record, source = each.record, each.sent.source
    assert record is not None
    who = each.subject.id if each.subject else each.sent.raw
    worker = str(each.worker.id)
    start: Any = record.started_at
    if start is None:
        key = (each.sent.request, source, str(who), record.day, worker)
        start = ordinals[key] = ordinals.get(key, 0) + 1
    elder_id = each.subject.id if each.subject else UUID(int=0)
    name = derived_external_id(source, elder_id, record.day, start, worker)
    return name if each.subject else f"~held-{name[1:60]}"


async def _settle(registers: Registers, turn: Sequence[Taken], policy: Policy) -> None:
    known = await registers.visits.known((each.sent.source, each.external_id or "") for each in turn)
    for each in turn:
        _compare(each, known.get((each.sent.source, each.external_id or "")))
    await _hold(registers, [each for each in turn if each.result is VisitResult.HELD])
    alive = [each for each in turn if each.result in (VisitResult.CREATED, VisitResult.UPDATED)]
    await _write(registers, alive, policy)
    stood = [each for each in turn if each.result is VisitResult.UNCHANGED and each.subject]
    await _judge(registers, alive, stood)


def _compare(each: Taken, stored: Any) -> None:
    """New, the same again, a newer version, or a clash with what is stored under that name."""
    assert each.record is not None
    if stored is None:
        return
    elder_id = each.subject.id if each.subject else UUID(int=0)
    digest = content_hash(each.record, elder_id)
    held = hasattr(stored, "state")
    same = says_the_same(stored.content_hash, digest, from_file=each.sent.from_file)
    if held and each.result is not VisitResult.HELD:
        return
    each.stored, each.id = stored, stored.id
    if same:
        each.result = VisitResult.HELD if held else VisitResult.UNCHANGED
    elif held:
        each.result = VisitResult.HELD
    elif stored.standing in (Standing.VOIDED, Standing.WITHDRAWN):
        each.refuse(Fault("visit_voided", "/external_id"))
    elif each.record.external_version > stored.external_version:
        each.result = VisitResult.UPDATED
    else:
        each.refuse(Fault("stale_version", "/external_version"))


async def _hold(registers: Registers, held: Sequence[Taken]) -> None:
    rows = []
    for each in held:
        assert each.record is not None
        assert each.form is not None
        if each.stored is not None:
            continue
        each.id = registers.desk.new_id()
        village = each.subject.village if each.subject else each.record.elder.village
        content = each.form.model_dump(mode="json", exclude_defaults=True)
        rows.append(
            {
                "id": each.id,
                "source": each.sent.source,
                "external_id": each.external_id,
                "external_version": each.record.external_version,
                "content_hash": content_hash(each.record, UUID(int=0)),
                "village": village,
                "reason": "name_unlike" if each.subject else "name_uncertain",
                "state": "held",
                "visited_on": each.record.day,
                "received_at": registers.now,
                "recorded_by": registers.actor.id,
                "visit_id": None,
                "version": 1,
                "sealed": registers.desk.sealer.seal_json(HELD_RECORD, each.id, content),
            }
        )
    if rows:
        await registers.visits.hold(rows)


# --- writing ---------------------------------------------------------------------------------------------


async def _write(registers: Registers, alive: Sequence[Taken], policy: Policy) -> None:
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
    await registers.visits.replace(
        [each.row for each in alive if each.result is VisitResult.UPDATED and each.row]
    )
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
        said = (
            {} if each.stored is None else {"record": (registers.visits.content(each.stored), each.sent.raw)}
        )
        changes.append(
            Change("visit", each.row["id"], each.row["village"], each.row["version"], each.result.value, said)
        )
    await registers.history.record(changes)


# --- judging ---------------------------------------------------------------------------------------------


async def _judge(registers: Registers, alive: Sequence[Taken], unchanged: Sequence[Taken]) -> None:
    """Judge the months that records touch; every record learns what it was good for."""
    written = [each for each in alive if not each.rejected and each.row]
    touched: dict[UUID, set[Month]] = {}
    for each in written:
        assert each.row is not None
        touched.setdefault(each.row["elder_id"], set()).add(Month.of(each.row["visited_on"]))
        if each.stored is not None:
            touched.setdefault(each.stored.elder_id, set()).add(Month.of(each.stored.visited_on))
    groups: dict[tuple[Month, ...], list[UUID]] = {}
    for elder_id, months in touched.items():
        groups.setdefault(tuple(sorted(months)), []).append(elder_id)
    for span, elder_ids in sorted(groups.items()):
        judged = await rejudge(registers, elder_ids, span)
        for each in written:
            _credit(each, judged.get(each.row["elder_id"], {}) if each.row else {})
    stood = await credits_of(registers, [each.stored for each in unchanged])
    for each in unchanged:
        each.credit = stood.get(each.stored.id)


def _credit(each: Taken, judged: Mapping[Month, Any]) -> None:
    assert each.row is not None
    judgement = judged.get(Month.of(each.row["visited_on"]))
    if judgement is not None and each.id in judgement.credits:
        each.credit = judgement.credits[each.id]


async def credits_of(registers: Registers, rows: Sequence[Any]) -> Mapping[UUID, Credit]:
    """What stored records are good for, judged from the facts as they are now; writes nothing."""
    found: dict[UUID, Credit] = {}
    months: dict[Month, set[UUID]] = {}
    for row in rows:
        months.setdefault(Month.of(row.visited_on), set()).add(row.elder_id)
    for month, elder_ids in sorted(months.items()):
        facts = await registers.facts.read(elder_ids, visits_since=month.first - LOOK_BACK)
        for known in facts.values():
            found.update(judge(known, month, await registers.places.book_for(known.village)).credits)
    return {row.id: found[row.id] for row in rows if row.id in found}
