"""What became of each record, as the wire says it: the same item from post, batch, dry run and file."""

from collections.abc import Sequence

from api.messages import Language
from api.schemas.base import FaultOut
from api.schemas.visit_answers import (
    BatchOut,
    CountsTowardOut,
    FlagOut,
    OpenedOut,
    VisitItemOut,
    WorkerItemOut,
)
from api.schemas.visits import Atomic, Mode
from api.usecases.enlisting import Line, Roster
from api.usecases.taken import Taken


def item_of(taken: Taken, index: int, language: Language) -> VisitItemOut:
    """One record's answer; ``index`` is its place in the request."""
    credit = taken.credit
    return VisitItemOut(
        index=index,
        external_id=taken.external_id,
        status=taken.status,
        result=taken.result,
        id=taken.id,
        counts_toward=[
            CountsTowardOut(period=each.period_label, tier=each.tier, counted=each.counted)
            for each in (credit.counts_toward if credit else ())
        ],
        not_counted=credit.not_counted.value if credit and credit.not_counted else None,
        flags=[FlagOut.of(flag, language) for flag in taken.flags],
        opened=OpenedOut.model_validate(taken.opened.told),
        warnings=[FaultOut.of(fault, language) for fault in taken.warnings],
        errors=[FaultOut.of(fault, language) for fault in taken.errors],
    )


def batch_of(taken: Sequence[Taken], roster: Roster, mode: Mode, atomic: Atomic, language: Language) -> BatchOut:
    """All items of a request, in order."""
    items = [item_of(each, index, language) for index, each in enumerate(taken)]
    workers = [_worker_of(each, index, language) for index, each in enumerate(roster.lines)]
    return BatchOut(mode=mode, atomic=atomic, workers=workers, items=items)


def _worker_of(line: Line, index: int, language: Language) -> WorkerItemOut:
    return WorkerItemOut(
        index=index,
        external_id=line.external_id,
        status=line.status,
        result=line.result,
        id=line.id,
        errors=[FaultOut.of(fault, language) for fault in line.errors],
    )
