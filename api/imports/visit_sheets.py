"""Visit records kept in tables (Annex 4's labels as headings) as records in wire shape.

A file says less than a form: without an outcome column every visit was completed, 上门 without a place is
at home, 拒访 without a person is refused by nobody known, a missing hour is unknown. A signature is taken
only under a completed visit, since exports write 已签字 on every line. Nothing else is filled in: what a
record must say, ``api.domain.visits`` judges.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from api.domain.divisions import Gazetteer
from api.domain.errors import Fault
from api.domain.identity import parse_resident_id
from api.domain.months import SHANGHAI
from api.domain.policy import Method, Place
from api.domain.proof import CaptureMethod, SignatureKind
from api.domain.providers import ForceKind
from api.domain.visits import Outcome, RefusedBy, Whereabouts
from api.imports import words
from api.imports.cells import Grid
from api.imports.headings import Column
from api.imports.lines import Facts, Line, filled, heading_at
from api.imports.places import Places
from api.imports.shelves import Said, Top, faults_again, plain
from api.imports.tables import Notes, Table, read_tables
from api.imports.values import (
    Reading,
    read_code,
    read_count,
    read_date,
    read_name,
    read_number,
    read_times,
    read_word,
    text,
    word,
)
from api.imports.vocabularies import VISITS

E = TypeVar("E", bound=StrEnum)

_CHANGES = ("expression", "mobility", "responsiveness", "mood", "personal_hygiene", "home_hygiene", "indoor")
_SAFETIES = ("gas_safety", "plumbing_safety", "power_safety")
_POPULATION = re.compile(r"(\D+?)(\d+)[人口]?")
_DISEASE = re.compile(r"([^:(]+)[:(](.+?)\)?")
_UNSIGNED = frozenset({"", "无", "/", "-", "—", "否", "×", "未签", "未签字"})

_POINTERS = {
    "/elder": "resident_id",
    "/elder/resident_id": "resident_id",
    "/elder/name": "name",
    "/elder/village": "village",
    "/elder/short_no": "short_no",
    "/worker": "worker_name",
    "/worker/name": "worker_name",
    "/worker/kind": "worker_kind",
    "/started_at": "started",
    "/ended_at": "ended",
    "/population_change/count": "population_count",
    "/disease/name": "disease_name",
}
"""Where a part of the record stood in the file, if its column is not called like it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One record's row (in JSON lines: line). ``record`` in the wire's words; None where there are faults.

    ``name``: what the sender calls the record, where that can be read. The pointer of faults and warnings is the
    heading as printed.
    """

    sheet: str
    row: int
    record: dict[str, Any] | None = field(repr=False)
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    columns: Mapping[str, tuple[Column, ...]] = field(default_factory=dict, repr=False)
    name: str | None = None

    def column_of(self, pointer: str) -> str:
        """The heading over what a later fault points to (燃气安全); in JSON lines the pointer."""
        return heading_at(pointer, _POINTERS, self.columns, VISITS.labels) if self.columns else pointer

    def laid_aside(self) -> Said:
        return [self.row, self.record, plain(self.faults), plain(self.warnings), self.name]

    @classmethod
    def again(cls, said: Said, top: Top) -> "VisitRow":
        row, record, faults, warnings, name = said
        return cls(
            sheet=top.sheet,
            row=row,
            record=record,
            faults=faults_again(faults),
            warnings=faults_again(warnings),
            columns=top.columns,
            name=name,
        )


def read_visits(workbook: Iterable[Grid], gazetteer: Gazetteer, notes: Notes) -> Iterator[VisitRow]:
    """All records of a file, sheet by sheet. Raises ``Refused`` with file_too_many_records."""
    for table in read_tables(workbook, VISITS, notes):
        yield from _rows(table, gazetteer)


def _rows(table: Table, gazetteer: Gazetteer) -> Iterator[VisitRow]:
    places = Places.of(table, gazetteer)
    return (_row(table.sheet, Line(record, VISITS.labels), places) for record in table.records)


def _row(sheet: str, line: Line, places: Places) -> VisitRow:
    line.note_marks()
    outcome = _outcome(line)
    method = _needed(line, "method", words.METHODS)
    completed = outcome is Outcome.COMPLETED
    record = {
        "external_id": line.must("external_id", read_code(line.cell("external_id"))),
        "elder": _elder(line, places),
        **_workers(line),
        "method": method,
        "place": _place(line, method),
        "outcome": outcome,
        "not_met": _not_met(line) if outcome is Outcome.NOT_MET else None,
        "refused": _refusal(line) if outcome is Outcome.REFUSED else None,
        **_times(line),
        **_observations(line, completed=completed),
        "notes": _notes(line),
        "worker_signature": {"kind": SignatureKind.SIGNED} if word(line.cell("worker_signature")) else None,
        "elder_signature": _elder_signature(line) if completed else None,
        "capture": {"method": CaptureMethod.FILE},
    }
    return VisitRow(
        sheet=sheet,
        row=line.record.row.number,
        record=None if line.faults else filled(record),
        faults=tuple(line.faults),
        warnings=tuple(line.warnings),
        columns=line.record.columns,
        name=record["external_id"],
    )


def _needed(line: Line, key: str, choices: Mapping[str, E]) -> E | None:
    """A word the record cannot stand without."""
    if not word(line.cell(key)):
        line.fault(key, Fault("cell_missing"))
        return None
    return line.must(key, read_word(line.cell(key), choices))


# --- who ----------------------------------------------------------------------------------------------


def _elder(line: Line, places: Places) -> Facts:
    """One number, or village and name; the name beside a number is sent along to be compared."""
    name = line.may("name", read_name(line.cell("name")))
    if number := line.must("resident_id", read_number(line.cell("resident_id"))):
        parsed = parse_resident_id(number, date.max)
        if isinstance(parsed, Fault):
            line.fault("resident_id", parsed)
        return filled({"resident_id": number, "name": name})
    if short_no := line.must("short_no", read_code(line.cell("short_no"))):
        return filled({"short_no": short_no, "name": name})
    if line.faults:
        return {}
    place = places.place(line.record)
    if name is None or (place.fault and place.fault.code == "village_missing"):
        line.fault("resident_id", Fault("elder_not_named"))
    elif place.fault:
        line.fault(place.column, place.fault)
    return filled({"village": place.village and place.village.code, "name": name})


def _workers(line: Line) -> Facts:
    """The first person named, and the others as co-workers of the same kind."""
    if worker := line.must("worker_id", read_code(line.cell("worker_id"))):
        return {"worker": {"external_id": worker}}
    written = text(line.cell("worker_name")) or text(line.cell("worker_signature"))
    names = [name for name in words.SEPARATORS.split(written) if name]
    if not names:
        line.fault("worker_name", Fault("cell_missing"))
        return {}
    kind = line.may("worker_kind", read_word(line.cell("worker_kind"), words.FORCE_KINDS))
    if kind is None:
        line.warn("worker_kind", Fault("worker_kind_unknown"))
    workers = [{"name": name, "kind": kind or ForceKind.OTHER} for name in names]
    return {"worker": workers[0], "co_workers": workers[1:]}


# --- how and when -------------------------------------------------------------------------------------


def _outcome(line: Line) -> Outcome:
    if "outcome" not in line.record.columns:
        return Outcome.COMPLETED
    return _needed(line, "outcome", words.OUTCOMES) or Outcome.COMPLETED


def _place(line: Line, method: Method | None) -> Place:
    place = line.may("place", read_word(line.cell("place"), words.PLACES))
    return place or (Place.HOME if method is Method.HOME else Place.OTHER)


def _not_met(line: Line) -> Facts:
    whereabouts = line.may("whereabouts", read_word(line.cell("whereabouts"), words.WHEREABOUTS))
    return {"whereabouts": whereabouts or Whereabouts.UNKNOWN}


def _refusal(line: Line) -> Facts:
    by = line.may("refused_by", read_word(line.cell("refused_by"), words.REFUSED_BY))
    return {"by": by or RefusedBy.UNKNOWN}


def _times(line: Line) -> Facts:
    """Start and end in Shanghai's offset, or the day alone. An end before the start is after midnight."""
    on = "visited_on" if word(line.cell("visited_on")) else "started"
    day = line.must(on, read_date(line.cell(on)))
    if day is None:
        if not line.faults:
            line.fault("visited_on", Fault("cell_missing"))
        return {}
    times = _start_and_end(line)
    if not times:
        return {"visited_on": day.isoformat(), "time_unknown": True}
    start = datetime.combine(day, times[0], SHANGHAI)
    if len(times) == 1:
        return {"started_at": start.isoformat()}
    end = datetime.combine(read_date(line.cell("ended")).value or day, times[1], SHANGHAI)
    if end < start:
        end += timedelta(days=1)
    return {"started_at": start.isoformat(), "ended_at": end.isoformat()}


def _start_and_end(line: Line) -> tuple[time, ...]:
    """Times from their own columns, or from the day's (2026-10-20 08:15-08:45)."""
    times = line.may("started", read_times(line.cell("started"))) if word(line.cell("started")) else None
    if times is None:
        in_day = line.cell("visited_on")
        times = read_times(in_day).value if ":" in word(in_day) and not _midnight(in_day) else None
    if not times:
        return ()
    ended = line.may("ended", read_times(line.cell("ended")))
    return (times[0], ended[0]) if ended else times


def _midnight(cell: object) -> bool:
    """A date cell carries 00:00 that nobody wrote."""
    return isinstance(cell, datetime) and cell.time() == time()


# --- what was seen ------------------------------------------------------------------------------------


def _observations(line: Line, *, completed: bool) -> Facts:
    """Every box with a word in it; an unknown word refuses only a completed visit's row."""
    take = line.must if completed else line.may
    boxes: Facts = {key: take(key, read_word(line.cell(key), words.CHANGES)) for key in _CHANGES}
    boxes |= {key: take(key, read_word(line.cell(key), words.SAFETIES)) for key in _SAFETIES}
    said, count = _parted(line, "population_change", _POPULATION)
    kind = take("population_change", read_word(said, words.POPULATION_CHANGES))
    if kind:
        counted = Reading(int(count)) if count else read_count(line.cell("population_count"))
        boxes["population_change"] = filled({"kind": kind, "count": take("population_count", counted) or None})
    said, name = _parted(line, "disease", _DISEASE)
    status = take("disease", read_word(said, words.DISEASES))
    if status:
        boxes["disease"] = filled({"status": status, "name": text(line.cell("disease_name")) or name})
    return boxes


def _parted(line: Line, key: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    """A cell that holds a word and what belongs to it: 增加1人, 严重：脑梗."""
    said = word(line.cell(key))
    match = pattern.fullmatch(said)
    return (match[1], match[2]) if match else (said, "")


def _notes(line: Line) -> str:
    cells = (*line.record.cells("notes"), *line.record.cells("remark"))
    return "；".join(dict.fromkeys(filter(None, map(text, cells))))


def _elder_signature(line: Line) -> Facts | None:
    """How the elder signed; the elder's own name in the box is a signature."""
    said = word(line.cell("elder_signature"))
    if said in _UNSIGNED:
        return None
    if said == word(line.cell("name")):
        return {"kind": SignatureKind.SIGNED}
    kind = line.may("elder_signature", read_word(said, words.SIGNATURES))
    return {"kind": kind} if kind else None
