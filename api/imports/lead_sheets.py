"""Lists of people who may belong on the roll, as departments, stations and villages keep them (rule R13).

A lead needs a source, somewhere to look and somebody to look for; everything else may be missing. A village
that cannot be told for certain leaves the lead with the township, in the list's own words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.domain.divisions import Gazetteer
from api.domain.errors import Fault
from api.domain.identity import ResidentId, parse_resident_id
from api.domain.leads import Origin
from api.imports import words
from api.imports.cells import Grid
from api.imports.headings import Column
from api.imports.lines import Facts, Line, filled, heading_at
from api.imports.places import Places
from api.imports.shelves import Said, Top, faults_again, plain
from api.imports.tables import Notes, Table, read_tables
from api.imports.values import (
    read_date,
    read_name,
    read_number,
    read_phones,
    read_word,
    text,
    unknown_word,
    word,
)
from api.imports.vocabularies import LEADS

_POINTERS = {"/place_text": "residence", "/birth_year": "born", "/disability_certificate": "certificate"}
"""Where a part of the lead stood in the file, if its column is not called like it."""
_YEAR = re.compile(r"(19|20)\d{2}")
_CERTIFICATE = re.compile(r"[0-9A-Za-z]{5,24}")
_MOST_TEXT, _MOST_NOTE = 120, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """One person's row (in JSON lines: line). ``lead`` in the wire's words; None where there are faults.

    The pointer of faults and warnings is the heading as printed.
    """

    sheet: str
    row: int
    lead: Mapping[str, Any] | None = field(repr=False)
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    columns: Mapping[str, tuple[Column, ...]] = field(default_factory=dict, repr=False)

    def column_of(self, pointer: str) -> str:
        """The printed heading of what a later fault points to; in JSON lines the pointer."""
        return heading_at(pointer, _POINTERS, self.columns, LEADS.labels) if self.columns else pointer

    def laid_aside(self) -> Said:
        return [self.row, self.lead, plain(self.faults), plain(self.warnings)]

    @classmethod
    def again(cls, said: Said, top: Top) -> "LeadRow":
        row, lead, faults, warnings = said
        return cls(
            sheet=top.sheet,
            row=row,
            lead=lead,
            faults=faults_again(faults),
            warnings=faults_again(warnings),
            columns=top.columns,
        )


def read_leads(
    workbook: Iterable[Grid], gazetteer: Gazetteer, today: date, origin: Origin | None, notes: Notes
) -> Iterator[LeadRow]:
    """All people of a list, sheet by sheet. Raises ``Refused`` with file_too_many_records.

    ``origin``: who names those whose row does not say so.
    """
    reader = _Reader(gazetteer, today, origin)
    for table in read_tables(workbook, LEADS, notes):
        yield from reader.rows(table)


@dataclass(frozen=True, slots=True)
class _Reader:
    gazetteer: Gazetteer
    today: date
    origin: Origin | None

    def rows(self, table: Table) -> Iterator[LeadRow]:
        places = Places.of(table, self.gazetteer)
        return (self._row(table.sheet, Line(record, LEADS.labels), places) for record in table.records)

    def _row(self, sheet: str, line: Line, places: Places) -> LeadRow:
        line.note_marks()
        reported_on = line.may("reported_on", read_date(line.cell("reported_on")))
        lead = {
            **self._origin(line),
            **_place(line, places),
            "name": line.must("name", read_name(line.cell("name"))),
            "sex": line.may("sex", read_word(line.cell("sex"), words.SEXES)),
            "resident_id": self._number(line),
            "birth_year": _birth_year(line),
            "phone": _phone(line),
            "categories": _categories(line),
            "disability_certificate": _certificate(line),
            "note": "；".join(dict.fromkeys(filter(None, map(text, line.record.cells("note")))))[:_MOST_NOTE],
            "reported_on": reported_on and reported_on.isoformat(),
        }
        return LeadRow(
            sheet=sheet,
            row=line.record.row.number,
            lead=None if line.faults else filled(lead),
            faults=tuple(line.faults),
            warnings=tuple(line.warnings),
            columns=line.record.columns,
        )

    def _origin(self, line: Line) -> Facts:
        origin = line.must("source", read_word(line.cell("source"), words.LEAD_ORIGINS)) or self.origin
        if origin is None:
            if not line.faults:
                line.fault("source", Fault("lead_source_missing"))
            return {}
        return {"source": origin.source, "department": origin.department}

    def _number(self, line: Line) -> str | None:
        written = line.must("resident_id", read_number(line.cell("resident_id")))
        if not written:
            return None
        number = parse_resident_id(written, self.today)
        if isinstance(number, ResidentId):
            return number.number
        line.fault("resident_id", number)
        return None


def _place(line: Line, places: Places) -> Facts:
    """A village and the door in it; or the township, and in words what the list says."""
    place = places.place(line.record)
    if place.village:
        return {"village": place.village.code, "place_text": place.detail[:_MOST_TEXT]}
    township = places.township_of(line.record)
    said = " ".join(dict.fromkeys(filter(None, (text(line.cell(key)) for key in ("village", "residence")))))
    if township and said:
        line.warn(place.column, Fault("lead_village_open"))
        return {"township": township.code, "place_text": said[:_MOST_TEXT]}
    line.fault(place.column, place.fault or Fault("village_missing"))
    return {}


def _birth_year(line: Line) -> int | None:
    """The year of a date, or a year alone."""
    said = word(line.cell("born"))
    if _YEAR.fullmatch(said.removesuffix("年")):
        return int(said.removesuffix("年"))
    born = line.may("born", read_date(line.cell("born")))
    return born.year if born else None


def _phone(line: Line) -> str | None:
    readings = (reading for cell in line.record.cells("phone") for reading in read_phones(cell))
    return next((number for reading in readings if (number := line.may("phone", reading))), None)


def _categories(line: Line) -> list[str]:
    """What the source takes somebody for; an unknown word is left out."""
    said = [single for cell in line.record.cells("categories") for single in words.category_words(text(cell))]
    for single in said:
        if single not in words.CATEGORIES:
            line.warn("categories", unknown_word(single, words.CATEGORIES, words.CATEGORY_CONFUSIONS))
    return list(dict.fromkeys(words.CATEGORIES[single] for single in said if single in words.CATEGORIES))


def _certificate(line: Line) -> str | None:
    written = line.may("certificate", read_number(line.cell("certificate")))
    return written if written and _CERTIFICATE.fullmatch(written) else None
