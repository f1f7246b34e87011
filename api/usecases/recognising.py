"""Reading records, and telling whom they are about: one elder for certain, or the township decides."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from api.domain.errors import Fault
from api.domain.identity import names_alike
from api.domain.policy import Policy
from api.domain.references import ElderRef
from api.domain.visits import VisitRecord, faults, warnings
from api.schemas.visit_answers import VisitResult
from api.schemas.visits import parse_visit, record_of
from api.store import Registers
from api.store.subjects import Subject
from api.usecases.taken import Sent, Taken

_EXTERNAL_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def parsed(sent: Sent, registers: Registers, policy: Policy) -> Taken:
    taken = Taken(sent)
    form = parse_visit(sent.raw)
    if isinstance(form, tuple):
        name = sent.raw.get("external_id") if isinstance(sent.raw, Mapping) else None
        taken.external_id = name if isinstance(name, str) and _EXTERNAL_ID.fullmatch(name) else None
        taken.refuse(*form)
        return taken
    record = record_of(form, from_file=sent.from_file)
    taken.form, taken.record, taken.external_id = form, record, sent.name or record.external_id
    if wrong := faults(record, policy, registers.now):
        taken.refuse(*wrong)
        return taken
    taken.result, taken.warnings = VisitResult.CREATED, warnings(record)
    return taken


def stored_record(registers: Registers, row: Any) -> VisitRecord:
    """What a stored record says; who was visited is the row's elder, by id."""
    return _read(registers.visits.content(row), row.elder_id)


def _read(content: Mapping[str, Any], elder_id: UUID) -> VisitRecord:
    form = parse_visit({**content, "elder": {"id": str(elder_id)}})
    if isinstance(form, tuple):
        raise TypeError("a stored record no longer reads as one")
    return record_of(form)


async def former_records(registers: Registers, row: Any) -> list[VisitRecord]:
    """What a stored record said before each of its corrections."""
    versions = await registers.history.of("visit", row.id)
    said = [version["changes"]["record"]["from"] for version in versions if "record" in version["changes"]]
    return [_read(content, row.elder_id) for content in said]


async def tell_who(registers: Registers, taken: Sequence[Taken]) -> None:
    """Find the elder and the worker of each record that may stand; hold those whose elder is not certain."""
    alive = [each for each in taken if not each.rejected]
    elders = await registers.subjects.resolve((each.sent.source, _meant(each)) for each in alive)
    for each in alive:
        _tell_elder(each, elders[each.sent.source, _meant(each)], registers)
    await _tell_workers(registers, [each for each in alive if not each.rejected])


def _tell_elder(each: Taken, hits: Sequence[Subject], registers: Registers) -> None:
    ref = _meant(each)
    if ref.by_name:
        _by_name(each, hits, registers)
    elif not hits:
        each.refuse(Fault("elder_unknown", "/elder"))
    else:
        each.subject = hits[0]
        if ref.name and not goes_by(hits[0], ref.name):
            each.result = VisitResult.HELD


async def _tell_workers(registers: Registers, taken: Sequence[Taken]) -> None:
    """Only of records whose elder is within reach: a name not seen before is registered."""
    workers = await registers.workers.resolve((each.sent.source, each.record.worker) for each in taken if each.record)
    for each in taken:
        each.worker = workers.get((each.sent.source, each.record.worker)) if each.record else None
        if each.worker is None:
            each.refuse(Fault("worker_unknown", "/worker"))


def goes_by(elder: Subject, name: str) -> bool:
    """Whether a name could be the elder's."""
    return any(names_alike(name, known) for known in (elder.name, elder.alias) if known)


def _meant(each: Taken) -> ElderRef:
    assert each.record is not None
    return ElderRef(id=each.sent.told.elder_id) if each.sent.told else each.record.elder


def _by_name(each: Taken, hits: Sequence[Subject], registers: Registers) -> None:
    village = each.record.elder.village if each.record else None
    if village is None or not registers.actor.covers(village):
        each.refuse(Fault("elder_unknown", "/elder"))
    elif len(hits) == 1:
        each.subject = hits[0]
    else:
        each.result = VisitResult.HELD
