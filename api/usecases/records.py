"""Records of visits taken in together: each is compared with what is stored, then written and judged."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.domain.contents import content_hash, says_the_same
from api.domain.credits import Credit
from api.domain.errors import Fault
from api.domain.flags import Flag
from api.domain.months import Month
from api.domain.obligations import judge
from api.domain.policy import Policy
from api.domain.visit_commands import VisitCommand
from api.domain.visits import Standing
from api.schemas.visit_answers import VisitResult
from api.schemas.visit_commands import HeldState
from api.store import Registers
from api.store.findings import Opened
from api.store.history import Change
from api.store.visits import HeldContent
from api.usecases.findings import open_risks
from api.usecases.naming import NOBODY, is_derived, name, waits, was_said_before
from api.usecases.recognising import parsed, tell_who
from api.usecases.refusals import open_consent_talks
from api.usecases.rejudging import LOOK_BACK, rejudge, spans_of
from api.usecases.taken import Sent, Taken
from api.usecases.writing_records import write


async def take(registers: Registers, sent: Sequence[Sent]) -> list[Taken]:
    """Take records in, in order; answers one ``Taken`` for each."""
    registers = registers.at_work()
    policy = await _policy(registers)
    taken = [parsed(each, registers, policy) for each in sent]
    await tell_who(registers, taken, policy)
    await name(registers, taken)
    for turn in _turns(taken):
        await _settle(registers, turn, policy)
    await open_risks(registers, [each for each in taken if each.rejected or each.held], policy)
    registers.trace.saw(touched for each in taken for touched in each.touched)
    return taken


async def amend(registers: Registers, sent: Sent, stored: Any) -> Taken:
    """Take in what the author of a stored record says instead; refused like any record, never held."""
    registers = registers.at_work()
    policy = await _policy(registers)
    taken = parsed(sent, registers, policy)
    await tell_who(registers, [taken], policy)
    await _lock(registers, [taken])
    await _recall(registers, [(taken, stored)])
    if taken.held:
        taken.refuse(Fault("elder_uncertain", "/elder"))
    if not taken.rejected:
        taken.stored, taken.id, taken.result = stored, stored.id, VisitResult.UPDATED
        _contest(taken)
    if not taken.rejected:
        await write(registers, [taken], policy)
        await _judge(registers, [taken], [])
    return taken


async def restore(registers: Registers, former: Sequence[tuple[Sent, Any]]) -> list[Taken]:
    """Let stored records say again what they said before a file that is taken back; their elders are locked.

    The day of the visit is not judged anew: it was when these words came first.
    """
    registers = registers.at_work()
    policy = await _policy(registers)
    taken = [parsed(sent, registers, policy) for sent, _ in former]
    await tell_who(registers, taken, policy)
    await _lock(registers, taken)
    await _recall(registers, [(each, row) for each, (_, row) in zip(taken, former, strict=True) if not each.rejected])
    for each, (_, row) in zip(taken, former, strict=True):
        if not each.rejected:
            each.stored, each.id, each.result = row, row.id, VisitResult.UPDATED
    await write(registers, [each for each in taken if not each.rejected], policy)
    await _judge(registers, taken, [])
    return taken


async def hear_risks(registers: Registers, refused: Sequence[Taken]) -> None:
    """Keep the major risks of records of which nothing else was kept."""
    registers = registers.at_work()
    await open_risks(registers, refused, await _policy(registers))


def refused_together(taken: Sequence[Taken]) -> list[Taken]:
    """The report of a request that was refused as a whole: the good records say that others were bad."""
    for each in taken:
        each.id, each.version, each.opened, each.credit, each.flags = None, None, Opened(), None, ()
        if not each.rejected:
            each.refuse(Fault("batch_refused"))
    return list(taken)


async def _policy(registers: Registers) -> Policy:
    return (await registers.places.book_for(registers.actor.areas[0])).on(registers.today)


def _turns(taken: Sequence[Taken]) -> Iterable[list[Taken]]:
    """Records in groups that may be written together: two of one name from two requests take turns."""
    waiting = [each for each in taken if not each.rejected]
    while waiting:
        seen: set[tuple[str, str | None]] = set()
        turn: list[Taken] = []
        later: list[Taken] = []
        for each in waiting:
            named = (each.sent.source, each.external_id)
            (later if named in seen else turn).append(each)
            seen.add(named)
        yield turn
        waiting = later


async def _settle(registers: Registers, turn: Sequence[Taken], policy: Policy) -> None:
    await _lock(registers, turn)  # whoever else was writing the same record has finished before we look
    known = await registers.visits.known((each.sent.source, each.external_id or "") for each in turn)
    pairs = [(each, known.get((each.sent.source, each.external_id or ""))) for each in turn if not each.rejected]
    await _recall(registers, [(each, row) for each, row in pairs if row is not None and not waits(row)])
    gone = await taken_back(registers, [row for _, row in pairs if row is not None])
    for each, row in pairs:
        each.revives = row is not None and row.id in gone
        each.corrects = row is not None and await _corrects(registers, each, row)
        _compare(each, row)
        _contest(each)
    await _hold(registers, [each for each in turn if each.held])
    alive = [each for each in turn if each.result in (VisitResult.CREATED, VisitResult.UPDATED)]
    await write(registers, alive, policy)
    stood = [each for each in turn if each.result is VisitResult.UNCHANGED]
    await _judge(registers, alive, stood)
    for each in alive:
        if each.revives and not each.rejected:
            each.result = VisitResult.CREATED


async def taken_back(registers: Registers, rows: Sequence[Any]) -> Collection[UUID]:
    """Those of stored and held records that were taken back with the file that brought them, and nothing since."""
    gone = {
        row.id: row.version
        for row in rows
        if (row.state == HeldState.DISMISSED if waits(row) else row.standing == Standing.WITHDRAWN)
    }
    return (await registers.history.made_by(VisitCommand.TAKE_BACK.value, gone)).keys() if gone else ()


async def _lock(registers: Registers, taken: Sequence[Taken]) -> None:
    locked = await registers.subjects.lock(each.subject.id for each in taken if each.subject)
    for each in taken:
        if each.subject is not None:
            each.subject = locked.get(each.subject.id)
            if each.subject is None:  # moved out of sight since it was found
                each.refuse(Fault("elder_unknown", "/elder"))


async def _recall(registers: Registers, pairs: Sequence[tuple[Taken, Any]]) -> None:
    """Who was meant by a record that is stored was settled then; its uncertain words mean him again."""
    uncertain = [(each, row) for each, row in pairs if each.held]
    locked = await registers.subjects.lock(row.elder_id for _, row in uncertain)
    for each, row in uncertain:
        assert each.record is not None
        same = says_the_same(row.content_hash, content_hash(each.record, row.elder_id), from_file=each.sent.from_file)
        if same or each.subject is None or each.subject.id == row.elder_id:
            each.subject, each.result = locked[row.elder_id], VisitResult.CREATED


def _compare(each: Taken, stored: Any) -> None:
    """New, the same again, a newer version, or a clash with what is stored under that name."""
    each.waited = stored is not None and waits(stored)
    if stored is None or (each.waited and not each.held):
        return
    each.stored, each.id = stored, stored.id
    if waits(stored):
        _compare_held(each, stored)
    elif each.revives:
        each.result = VisitResult.UPDATED
    elif _repeats(each, stored):
        each.result, each.flags = VisitResult.UNCHANGED, tuple(Flag(**flag) for flag in stored.flags)
    elif stored.standing in (Standing.VOIDED, Standing.WITHDRAWN):
        each.refuse(Fault("visit_voided", "/external_id"))
    elif _newer(each, stored):
        each.result = VisitResult.UPDATED
    else:
        each.refuse(Fault("stale_version", "/external_version"))


def _contest(each: Taken) -> None:
    """New words are judged by the day of the visit; the same again stay what they are."""
    new = each.result in (VisitResult.CREATED, VisitResult.UPDATED) or (each.held and each.stored is None)
    if new and each.contested:
        each.refuse(*each.contested)


def _compare_held(each: Taken, stored: Any) -> None:
    if each.revives:
        return
    if stored.state != HeldState.HELD:
        each.refuse(Fault("held_dismissed", "/external_id"))
    elif not _repeats(each, stored) and not _newer(each, stored):
        each.refuse(Fault("stale_version", "/external_version"))


def _repeats(each: Taken, stored: Any) -> bool:
    assert each.record is not None
    elder_id = NOBODY if each.held or each.subject is None else each.subject.id
    return says_the_same(stored.content_hash, content_hash(each.record, elder_id), from_file=each.sent.from_file)


def _newer(each: Taken, stored: Any) -> bool:
    return each.corrects or (each.record is not None and each.record.external_version > stored.external_version)


async def _corrects(registers: Registers, each: Taken, stored: Any) -> bool:
    """Whether a file may say something else without a version.

    It may of what the file before it brought, and of records that nobody gave a name, unless they said so before:
    then the file is the older one.
    """
    if not each.sent.from_file or _repeats(each, stored):
        return False
    if waits(stored) or stored.id in each.sent.supersedes:
        return stored.id in each.sent.supersedes
    return is_derived(stored.external_id) and not await was_said_before(registers, each, stored)


async def _hold(registers: Registers, held: Sequence[Taken]) -> None:
    rows = {
        (each.sent.source, each.external_id or ""): _held_row(registers, each) for each in held if each.stored is None
    }
    kept = await registers.visits.hold(list(rows.values())) if rows else {}
    changes = [Change("held_visit", kept[name], row["village"], 1, "hold", {}) for name, row in rows.items()]
    for each in held:
        stored = each.stored
        if stored is None:
            each.id, each.version = kept[each.sent.source, each.external_id or ""], 1
        elif each.revives or not _repeats(each, stored):
            each.version = stored.version + 1
            await registers.visits.replace_held(_held_row(registers, each), before=stored.state)
        if each.revives:
            said = {"state": (stored.state, HeldState.HELD.value)}
            changes.append(Change("held_visit", stored.id, stored.village, stored.version + 1, "hold", said))
    await registers.history.record(changes)


def _held_row(registers: Registers, each: Taken) -> dict[str, Any]:
    record, form = each.record, each.form
    assert record is not None
    assert form is not None
    each.id = each.id or registers.desk.new_id()
    content = HeldContent(form.model_dump(mode="json", exclude_defaults=True), each.sent.from_file)
    return {
        "id": each.id,
        "source": each.sent.source,
        "external_id": each.external_id,
        "external_version": record.external_version,
        "content_hash": content_hash(record, NOBODY),
        "village": each.subject.village if each.subject else record.elder.village,
        "reason": "name_unlike" if each.subject else "name_uncertain",
        "state": "held",
        "visited_on": record.day,
        "received_at": registers.now,
        "recorded_by": registers.actor.id,
        "visit_id": None,
        "version": 1,
        "sealed": registers.visits.sealed_held(each.id, content),
    }


async def _judge(registers: Registers, alive: Sequence[Taken], unchanged: Sequence[Taken]) -> None:
    """Judge the months that records touch; every record learns what it was good for."""
    written = [each for each in alive if not each.rejected and each.row]
    touched: dict[UUID, set[Month]] = {}
    for each in written:
        assert each.row is not None
        touched.setdefault(each.row["elder_id"], set()).add(Month.of(each.row["visited_on"]))
        if each.stored is not None:
            touched.setdefault(each.stored.elder_id, set()).add(Month.of(each.stored.visited_on))
    for span, elder_ids in spans_of(touched):
        judged = await rejudge(registers, elder_ids, span)
        for each in written:
            _credit(each, judged.get(each.row["elder_id"], {}) if each.row else {})
    turned_away = {each.row["elder_id"] for each in written if each.row and each.row["refused_by_elder"]}
    if turned_away:
        await open_consent_talks(registers, turned_away)
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
