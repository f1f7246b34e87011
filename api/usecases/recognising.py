"""Reading records, and telling whom they are about: one elder for certain, or the township decides."""

from collections.abc import Mapping, Sequence

from api.domain.errors import Fault
from api.domain.identity import names_alike
from api.domain.policy import Policy
from api.domain.visits import faults, warnings
from api.schemas.visit_answers import VisitResult
from api.schemas.visits import parse_visit, record_of
from api.store import Registers
from api.store.subjects import Subject
from api.usecases.taken import Sent, Taken


def parsed(sent: Sent, registers: Registers, policy: Policy) -> Taken:
    taken = Taken(sent)
    form = parse_visit(sent.raw)
    if isinstance(form, tuple):
        if isinstance(sent.raw, Mapping) and isinstance(name := sent.raw.get("external_id"), str) and len(name) <= 64:
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


async def tell_who(registers: Registers, taken: Sequence[Taken]) -> None:
    """Find the elder and the worker of each record that may stand; hold those whose elder is not certain."""
    alive = [each for each in taken if not each.rejected]
    elders = await registers.subjects.resolve((each.sent.source, each.record.elder) for each in alive if each.record)
    workers = await registers.workers.resolve((each.sent.source, each.record.worker) for each in alive if each.record)
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
        elif ref.name and not any(names_alike(ref.name, name) for name in (hits[0].name, hits[0].alias) if name):
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
