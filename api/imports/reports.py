"""The report of a file in words: a sentence for each cell that an official has to look at."""

from collections.abc import Iterable

from api.domain.errors import Fault
from api.domain.imports import FileReport, RowReport
from api.imports import sentence
from api.messages import Language, spoken
from api.schemas.imports import CellFaultOut, ImportOut, RowOut, StatsOut
from api.schemas.visits import Atomic, Mode


def in_words(report: FileReport, language: Language) -> ImportOut:
    """The report as the wire shows it."""
    return ImportOut(
        id=report.id,
        kind=report.kind,
        mode=Mode(report.mode),
        atomic=Atomic(report.atomic),
        source=report.source,
        state=report.state,
        created_at=report.created_at,
        finished_at=report.finished_at,
        stats=StatsOut(**report.stats),
        problems=[_of_file(fault, language) for fault in report.problems],
        warnings=[_of_file(fault, language) for fault in report.warnings],
        items=[_row(item, language) for item in report.items],
    )


def _row(item: RowReport, language: Language) -> RowOut:
    return RowOut(
        sheet=item.sheet,
        row=item.row,
        external_id=item.external_id,
        result=item.result,
        id=item.id,
        errors=list(_of_row(item, item.faults, language)),
        warnings=list(_of_row(item, item.warnings, language)),
    )


def _of_row(item: RowReport, faults: Iterable[Fault], language: Language) -> Iterable[CellFaultOut]:
    for fault in faults:
        detail = sentence(item.row, fault.pointer, fault, language)
        fix = spoken(fault.code, fault.params, language).fix
        yield CellFaultOut(column=fault.pointer, code=fault.code, detail=detail, fix=fix)


def _of_file(fault: Fault, language: Language) -> CellFaultOut:
    text = spoken(fault.code, fault.params, language)
    return CellFaultOut(column=fault.pointer, code=fault.code, detail=text.detail, fix=text.fix)
