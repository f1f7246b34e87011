"""Records of visits taken in together: each is compared with what is stored, then written and judged."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.domain.contents import content_hash, derived_external_id, says_the_same
from api.domain.credits import Credit
from api.domain.errors import Fault
from api.domain.months import Month
from api.domain.obligations import judge
from api.domain.policy import Policy
from api.domain.visits import Standing
from api.schemas.visit_answers import VisitResult
from api.store import Registers
from api.store.findings import Opened
from api.store.visits import HELD_RECORD
from api.usecases.findings import open_risks
from api.usecases.recognising import parsed, tell_who
from api.usecases.rejudging import LOOK_BACK, rejudge
from api.usecases.taken import Sent, Taken
from api.usecases.writing_records import write


async def take(registers: Registers, sent: Sequence[Sent]) -> list[Taken]:
    """Take records in, in order; answers one ``Taken`` for each."""
    policy = await _policy(registers)
    taken = [parsed(each, registers, policy) for each in sent]
    await tell_who(registers, taken)
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
    await write(registers, alive, policy)
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
