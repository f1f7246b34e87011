"""The report of a file in words: a sentence for each cell that an official has to look at."""

from collections.abc import AsyncIterable, Iterable, Sequence

from pydantic import TypeAdapter

from api.domain.errors import Fault
from api.domain.imports import FileReport, RowReport
from api.imports import sentence
from api.messages import Language, spoken
from api.schemas.imports import CellFaultOut, ImportOut, RowOut, StatsOut
from api.schemas.visits import Atomic, Mode

_ROWS = TypeAdapter(list[RowOut])
_END = b"]}"  # of a report: its items are its last field


async def in_words(report: FileReport, items: AsyncIterable[Sequence[RowReport]], language: Language) -> bytes:
    """The report as the wire shows it, an ``ImportOut``: fifty thousand rows are not made objects all at once."""
    body = bytearray(_head(report, language).model_dump_json().encode().removesuffix(_END))
    first = True
    async for part in items:
        rows = _ROWS.dump_json([_row(item, language) for item in part])[1:-1]
        body += rows if first else b"," + rows
        first = False
    return bytes(body + _END)


def _head(report: FileReport, language: Language) -> ImportOut:
    return ImportOut(
        id=report.id,
        kind=report.kind,
        mode=Mode(report.mode),
        atomic=Atomic(report.atomic),
        source=report.source,
        state=report.state,
        created_at=report.created_at,
        finished_at=report.finished_at,
        rows_read=report.rows_read,
        rows_done=report.rows_done,
        supersedes=report.supersedes,
        stats=StatsOut(**report.stats),
        problems=[_of_file(fault, language) for fault in report.problems],
        warnings=[_of_file(fault, language) for fault in report.warnings],
        items=[],
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
