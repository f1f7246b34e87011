"""Visit records in from files (探访记录导入), through the one door that all records take (rules A14, A16).

Records that the township or the district brings need nobody's acceptance; they are the office's own source.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from api.domain.errors import Fault
from api.domain.imports import FileReport, RowReport, RowResult
from api.store.answers import Answer
from api.usecases.imports import (
    PART,
    FileRow,
    Importing,
    Order,
    Reading,
    Setting,
    Upload,
    Way,
    begun,
    import_file,
    patiently,
)
from api.usecases.intake import Submission
from api.usecases.taken import Taken


class VisitLine(FileRow, Protocol):
    """One record's row: ``record`` in the wire's words, None where there are faults."""

    @property
    def record(self) -> Mapping[str, Any] | None: ...


async def import_visits(
    importing: Importing, order: Order, read: Callable[[Upload, Setting], Reading[VisitLine]]
) -> FileReport:
    """Take visit records in."""
    return await import_file(importing, order, Way(read, _take))


async def _take(importing: Importing, order: Order, rows: Sequence[VisitLine]) -> Sequence[RowReport]:
    """By elder, so that an elder is judged once and records without a name of their own keep their order."""
    lines = [(row, begun(row)) for row in rows]
    _refuse_repeated(lines)
    if order.together:
        await _submit(importing, order, sorted(lines, key=_elder_and_day))
    else:
        readable = [(row, item) for row, item in lines if not item.faults]
        for part in _parts(sorted(readable, key=_elder_and_day)):
            await _submit(importing, order, part)
    return [item for _, item in lines]


Lines = Sequence[tuple[VisitLine, RowReport]]


def _refuse_repeated(lines: Lines) -> None:
    """The second record of one name, wherever in the file it stands."""
    first: dict[str, int] = {}
    for row, item in lines:
        name = (row.record or {}).get("external_id")
        if not isinstance(name, str):
            continue
        if name in first:
            item.faults = (Fault("record_repeated", row.column_of("/external_id"), {"row": first[name]}),)
        first.setdefault(name, row.row)


def _elder_and_day(line: tuple[VisitLine, RowReport]) -> tuple[str, str]:
    record = line[0].record or {}
    return _elder(line[0]), str(record.get("started_at") or record.get("visited_on") or "")


def _elder(row: VisitLine) -> str:
    return json.dumps((row.record or {}).get("elder"), sort_keys=True, default=str)


def _parts(lines: Lines) -> Iterator[Lines]:
    """Some five hundred records at a time, all of one elder together."""
    part: list[tuple[VisitLine, RowReport]] = []
    for line in lines:
        if len(part) >= PART and _elder(line[0]) != _elder(part[-1][0]):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


async def _submit(importing: Importing, order: Order, lines: Lines) -> None:
    """Hand records to the intake, and note what became of them; of a bad row, only what it may reveal is heard."""
    taken: list[Taken] = []

    def note(each: Sequence[Taken]) -> Answer:
        taken[:] = each
        return Answer(207, {}, b"")

    submission = Submission(
        trace=importing.trace_of_part(),
        source=importing.source,
        records=[None if item.faults else row.record for row, item in lines],
        render=note,
        mode=order.mode,
        atomic=order.atomic,
        from_file=True,
        office=True,
    )
    answered = await patiently(lambda: importing.intake.take(importing.actor, submission))
    if answered is None:
        for _, item in lines:
            item.refuse(item.faults or [Fault("service_busy")])
        return
    for (row, item), each in zip(lines, taken, strict=True):
        _report(lines, row, item, each)


def _report(lines: Lines, row: VisitLine, item: RowReport, taken: Taken) -> None:
    item.external_id = taken.external_id
    item.warnings += tuple(replace(warning, pointer=row.column_of(warning.pointer)) for warning in taken.warnings)
    if item.faults:
        return
    item.result, item.id = RowResult(taken.result.value), taken.id
    errors = (_by_rows(lines, fault) for fault in taken.errors)
    item.faults = tuple(replace(fault, pointer=row.column_of(fault.pointer)) for fault in errors)


def _by_rows(lines: Lines, fault: Fault) -> Fault:
    """Officials know rows, not places in a request."""
    if fault.code != "duplicate_in_batch":
        return fault
    first, _ = lines[int(fault.params["first"]) - 1]
    return Fault("record_repeated", fault.pointer, {"row": first.row})
