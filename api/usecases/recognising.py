"""Reading records, and telling whom they are about: one elder for certain, or the township decides.

All that can be known to be wrong with a record is told at once: its fields, its times, its elder, its worker.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.domain.errors import Fault
from api.domain.identity import names_alike
from api.domain.months import civil_date
from api.domain.policy import Policy
from api.domain.references import ElderRef
from api.domain.visit_commands import VisitCommand
from api.domain.visits import VisitRecord, faults, warnings
from api.schemas.visit_answers import VisitResult
from api.schemas.visits import legible, parse_visit, record_of
from api.store import Registers
from api.store.subjects import Subject
from api.usecases.admitting import Admission
from api.usecases.taken import Said, Sent, Taken

_EXTERNAL_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def parsed(sent: Sent, registers: Registers, policy: Policy) -> Taken:
    taken = Taken(sent)
    form = parse_visit(sent.raw)
    if isinstance(form, tuple):
        _read_the_rest(taken, form, registers, policy)
        return taken
    record = record_of(form, from_file=sent.from_file)
    taken.form, taken.record, taken.external_id = form, record, sent.name or record.external_id
    wrong = [*faults(record, policy, registers.now), *_unnamed(taken, registers)]
    taken.said = _said(record, {_field(fault) for fault in wrong})
    if wrong:
        taken.refuse(*wrong)
        return taken
    taken.result, taken.warnings = VisitResult.CREATED, warnings(record)
    return taken


def _read_the_rest(taken: Taken, wrong: Sequence[Fault], registers: Registers, policy: Policy) -> None:
    """The faults of a record's shape, and those of what can be read in spite of them."""
    raw, fields = taken.sent.raw, {_field(fault) for fault in wrong}
    taken.external_id = own_name(raw)
    taken.refuse(*wrong, *_unnamed(taken, registers, fields))
    form = legible(raw, fields)
    if form is not None:
        record = record_of(form, from_file=taken.sent.from_file)
        more = [fault for fault in faults(record, policy, registers.now) if _field(fault) not in fields]
        taken.refuse(*more)
        taken.said = _said(record, fields | {_field(fault) for fault in more})


def own_name(raw: object) -> str | None:
    """The number that a record bears, whatever else is wrong with it; none of a form that no number has."""
    name = raw.get("external_id") if isinstance(raw, Mapping) else None
    return name if isinstance(name, str) and _EXTERNAL_ID.fullmatch(name) else None


def _unnamed(taken: Taken, registers: Registers, wrong: Collection[str] = ()) -> list[Fault]:
    """A machine's record that bears no name: sent again, nobody could tell it from another (api ruling 5)."""
    named = taken.external_id is not None or taken.sent.name is not None or "external_id" in wrong
    if named or taken.sent.from_file or not registers.actor.machine:
        return []
    return [Fault("external_id_required", "/external_id")]


def _field(fault: Fault) -> str:
    return fault.pointer.split("/", 2)[1] if fault.pointer else ""


def _said(record: VisitRecord, wrong: set[str]) -> Said:
    day = civil_date(record.started_at) if record.started_at else record.visited_on
    day_at = "started_at" if record.started_at else "visited_on"
    came = [("/worker", record.worker)] if "worker" not in wrong else []
    if "co_workers" not in wrong:
        came += [(f"/co_workers/{index}", worker) for index, worker in enumerate(record.co_workers)]
    return Said(
        elder=record.elder if "elder" not in wrong else None,
        came=tuple(came),
        day=day if day_at not in wrong else None,
        day_at=f"/{day_at}",
    )


def stored_record(registers: Registers, row: Any) -> VisitRecord:
    """What a stored record says; who was visited is the row's elder, by id."""
    return _read(registers.visits.content(row), row.elder_id)


def _read(content: Mapping[str, Any], elder_id: UUID) -> VisitRecord:
    form = parse_visit({**content, "elder": {"id": str(elder_id)}})
    if isinstance(form, tuple):
        raise TypeError("a stored record no longer reads as one")
    return record_of(form)


async def former_records(registers: Registers, row: Any) -> list[VisitRecord]:
    """What a stored record said before each of its corrections, but for words that were taken back with their file."""
    versions = await registers.history.of("visit", row.id)
    said = [
        version["changes"]["record"]["from"]
        for version in versions
        if "record" in version["changes"] and version["command"] != VisitCommand.TAKE_BACK
    ]
    return [_read(content, row.elder_id) for content in said]


async def tell_who(registers: Registers, taken: Sequence[Taken], policy: Policy) -> None:
    """Find the elder and the worker of each record, and refuse it where either could not be there that day.

    Records whose elder is not certain are held. A name not seen before is registered once its record may stand.
    """
    asked = [(each.sent.source, ref) for each in taken if (ref := _meant(each)) is not None]
    elders = await registers.subjects.resolve(asked)
    workers = await registers.workers.find((each.sent.source, ref) for each in taken for _, ref in each.said.came)
    admission = await Admission.of(registers, taken, elders, workers, policy)
    for each in taken:
        wrong = [*_tell_elder(each, elders, registers, admission), *admission.unknown_workers(each)]
        if wrong:
            each.refuse(*wrong)
        _judge_the_day(each, admission)
    await _tell_workers(registers, [each for each in taken if not each.rejected], admission)


def _tell_elder(
    each: Taken, elders: Mapping[tuple[str, ElderRef], Sequence[Subject]], registers: Registers, admission: Admission
) -> Iterator[Fault]:
    ref = _meant(each)
    if ref is None:
        return
    hits = admission.within_reach(each, elders[each.sent.source, ref])
    if ref.by_name:
        certain, village = len(hits) == 1, str(ref.village)
        known = admission.serves_in(each, village) if admission.bound(each) else registers.actor.covers(village)
    else:
        known = bool(hits)
        certain = known and (ref.name is None or goes_by(hits[0], ref.name))
    if not known:
        yield Fault("elder_unknown", "/elder")
    elif certain or not ref.by_name:
        each.subject = hits[0]
    if known and not certain and not each.rejected:
        each.result = VisitResult.HELD


def _judge_the_day(each: Taken, admission: Admission) -> None:
    """What stands against a record on its day is no error of one that was taken in before, and is sent again."""
    found = tuple(admission.day_faults(each))
    if found and (each.rejected or admission.names_somebody_new(each)):
        each.refuse(*found)
    else:
        each.contested = found


async def _tell_workers(registers: Registers, taken: Sequence[Taken], admission: Admission) -> None:
    """A name not seen before is registered, for its record may stand."""
    new = {(each.sent.source, each.record.worker) for each in taken if each.record} - admission.workers.keys()
    everybody = {**admission.workers, **(await registers.workers.register(new))}
    for each in taken:
        assert each.record is not None
        each.worker = everybody[each.sent.source, each.record.worker]
        each.force = admission.force(each)


def goes_by(elder: Subject, name: str) -> bool:
    """Whether a name could be the elder's."""
    return any(names_alike(name, known) for known in (elder.name, elder.alias) if known)


def _meant(each: Taken) -> ElderRef | None:
    return ElderRef(id=each.sent.told.elder_id) if each.sent.told else each.said.elder
