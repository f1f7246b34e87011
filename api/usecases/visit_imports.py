"""Visit records in from files (探访记录导入), through the one door that all records take (rules A14, A16).

Records that the township or the district brings need nobody's acceptance; they are the office's own source.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from api.domain.errors import Fault
from api.domain.imports import RowReport, RowResult
from api.store.answers import Answer
from api.usecases.imports import (
    PART,
    FileRow,
    Imported,
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
from api.usecases.recognising import own_name
from api.usecases.taken import Taken
from api.usecases.visit_corrections import records_of, withdraw_gone


class VisitLine(FileRow, Protocol):
    """One record's row: ``record`` in the wire's words, None where there are faults. ``name``: its own."""

    @property
    def record(self) -> Mapping[str, Any] | None: ...
    @property
    def name(self) -> str | None: ...


async def import_visits(
    importing: Importing, order: Order, read: Callable[[Upload, Setting], Reading[VisitLine]]
) -> Imported:
    """Take visit records in."""
    return await import_file(importing, order, Way(read, _take))


async def _take(importing: Importing, order: Order, rows: Sequence[VisitLine]) -> Sequence[RowReport]:
    """By elder, so that an elder is judged once and records without a name of their own keep their order."""
    items, places = _looked_over(rows)
    before = await records_of(importing, order.supersedes)
    readable = [place for place in places if not items[place.index].faults]
    done = 0
    for part in [places] if order.together else _parts(readable):
        lines = [(rows[place.index], items[place.index]) for place in part]
        await _submit(importing, order, lines, before.keys())
        done += len(part)
        await importing.advance(len(rows), done)
    if not order.rehearsal and not (order.together and any(item.rejected for item in items)):
        kept = {item.id for item in items if item.id is not None}
        if not any(item.rejected and item.id is None for item in items):
            await withdraw_gone(importing, [each for each, brought in before.items() if brought and each not in kept])
    return items


Lines = Sequence[tuple[VisitLine, RowReport]]


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where in the file a record stands, and what it is sorted by: a digest of its elder's words, and its day."""

    elder: bytes
    day: str
    index: int


def _looked_over(rows: Sequence[VisitLine]) -> tuple[list[RowReport], list[_Place]]:
    """All rows as they were read, and their places by elder and day; the second record of one name is refused."""
    items: list[RowReport] = []
    places: list[_Place] = []
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        item, record = begun(row), row.record or {}
        name = record.get("external_id")
        item.external_id = row.name or own_name(record)
        if isinstance(name, str) and first.setdefault(name, row.row) != row.row:
            item.faults = (Fault("record_repeated", row.column_of("/external_id"), {"row": first[name]}),)
        day = str(record.get("started_at") or record.get("visited_on") or "")
        elder = json.dumps(record.get("elder"), sort_keys=True, default=str)
        items.append(item)
        places.append(_Place(sha256(elder.encode("utf-8", "surrogatepass")).digest()[:8], day, index))
    return items, sorted(places)


def _parts(places: Sequence[_Place]) -> Iterator[Sequence[_Place]]:
    """Some five hundred records at a time, all of one elder together."""
    start = 0
    while start < len(places):
        end = min(start + PART, len(places))
        while end < len(places) and places[end].elder == places[end - 1].elder:
            end += 1
        yield places[start:end]
        start = end


async def _submit(importing: Importing, order: Order, lines: Lines, before: Collection[UUID]) -> None:
    """Hand records to the intake, and note what became of them; of a bad row, only what it may reveal is heard."""
    taken: list[Taken] = []

    def note(each: Sequence[Taken]) -> Answer:
        taken[:] = each
        return Answer(207, {}, b"")

    submission = Submission(
        trace=importing.trace_of_part(),
        source=importing.source_of(order),
        records=[None if item.faults else row.record for row, item in lines],
        render=note,
        mode=order.mode,
        atomic=order.atomic,
        from_file=True,
        office=importing.actor.provider_id is None,
        supersedes=frozenset(before),
    )
    answered = await patiently(lambda: importing.intake.take(importing.actor, submission))
    if answered is None:
        for _, item in lines:
            item.refuse(item.faults or [Fault("service_busy")])
        return
    for (row, item), each in zip(lines, taken, strict=True):
        _report(lines, row, item, each)


def _report(lines: Lines, row: VisitLine, item: RowReport, taken: Taken) -> None:
    item.external_id = taken.external_id or item.external_id
    item.warnings += tuple(replace(warning, pointer=row.column_of(warning.pointer)) for warning in taken.warnings)
    if item.faults:
        return
    item.result, item.id, item.version = RowResult(taken.result.value), taken.id, taken.version
    errors = (_by_rows(lines, fault) for fault in taken.errors)
    item.faults = tuple(replace(fault, pointer=row.column_of(fault.pointer)) for fault in errors)


def _by_rows(lines: Lines, fault: Fault) -> Fault:
    """Officials know rows, not places in a request."""
    if fault.code != "duplicate_in_batch":
        return fault
    first, _ = lines[int(fault.params["first"]) - 1]
    return Fault("record_repeated", fault.pointer, {"row": first.row})
