"""The rows of a file that somebody has to look at again, sent back as they came, with what is wrong beside them.

Same format, sheets, titles and headings as the file; merged cells and 同上 are written out, since the row above may be
missing here. Nothing in it is a formula, whatever the sender wrote.
"""

import codecs
import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import PatternFill

from api.domain.errors import Fault
from api.domain.imports import FileKind, FileReport, RowReport, RowResult
from api.domain.spreadsheets import ACTIVE, inactive
from api.imports import sentence
from api.imports.cells import Cell, NoResult
from api.imports.csvs import dialect_of
from api.imports.grids import is_xlsx, read_grid
from api.imports.headings import Vocabulary
from api.imports.ndjson import ERRORS, numbered
from api.imports.tables import Notes, Record, Table, read_tables
from api.imports.vocabularies import LEADS, ROLL, VISITS
from api.messages import Language
from api.store import Registers
from api.usecases.imports import Upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
LINES = "application/x-ndjson"
HEADING = "错误说明"

_VOCABULARIES = {FileKind.ELDERS: ROLL, FileKind.VISITS: VISITS, FileKind.LEADS: LEADS}
_MARK = PatternFill("solid", fgColor="FFC7CE")

Unsettled = Mapping[tuple[str, int], RowReport]
"""The rows to be looked at again, by sheet and number."""


async def unsettled_rows(registers: Registers, report: FileReport) -> Unsettled:
    return {
        (item.sheet, item.row): item
        async for items in registers.imports.rows(report)
        for item in items
        if item.unsettled
    }


def send_back(upload: Upload, kind: FileKind, rows: Unsettled, out: IO[bytes], language: Language) -> str:
    """Write the rows into ``out``; answers the media type, which is the upload's."""
    if upload.lines:
        _lines(upload.file, rows, out, language)
        return LINES
    upload.file.seek(0)
    if is_xlsx(upload.file.read(4)):
        _xlsx(_pages(upload, _VOCABULARIES[kind], rows, language), out)
        return XLSX
    dialect = dialect_of(upload.file)
    writer = csv.writer(codecs.getwriter(dialect.encoding)(out), delimiter=dialect.delimiter)
    for page in _pages(upload, _VOCABULARIES[kind], rows, language):
        writer.writerows([inactive(_written(cell)) for cell in cells] for cells, _ in page.lines)
    return CSV


# --- tables -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet to be written. ``lines``: cells with the places of those that are wrong; to be read once."""

    sheet: str
    lines: Iterator[tuple[Sequence[Cell], frozenset[int]]]


def _pages(upload: Upload, vocabulary: Vocabulary, rows: Unsettled, language: Language) -> Iterator[_Page]:
    sheets = {sheet for sheet, _ in rows}
    for table in read_tables(read_grid(upload.file, upload.filename), vocabulary, Notes()):
        if table.sheet in sheets:
            yield _Page(table.sheet, _page_lines(table, rows, language))
        else:
            for _ in table.records:
                continue


def _page_lines(table: Table, rows: Unsettled, language: Language) -> Iterator[tuple[Sequence[Cell], frozenset[int]]]:
    width = max(len(row.cells) for row in table.top)
    *titles, heading = table.top
    for row in titles:
        yield row.cells, frozenset()
    yield (*_as_wide(heading.cells, width), HEADING), frozenset()
    for record in table.records:
        if (item := rows.get((table.sheet, record.row.number))) is not None:
            said = "；".join(what_is_wrong(item, language))
            yield (*_as_wide(record.row.cells, width), said), _wrong(record, item.faults)


def _as_wide(cells: Sequence[Cell], width: int) -> Sequence[Cell]:
    return [*cells[:width], *[None] * (width - len(cells))]


def _wrong(record: Record, faults: Iterable[Fault]) -> frozenset[int]:
    headings = {fault.pointer for fault in faults}
    columns = (column for columns in record.columns.values() for column in columns)
    return frozenset(column.index for column in columns if column.heading in headings)


def what_is_wrong(item: RowReport, language: Language) -> list[str]:
    """A sentence for each thing that keeps a row from being settled."""
    faults = item.faults or ((Fault("row_held"),) if item.result is RowResult.HELD else ())
    return [sentence(item.row, fault.pointer, fault, language) for fault in faults]


def _xlsx(pages: Iterable[_Page], out: IO[bytes]) -> None:
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(page.sheet)
        for cells, wrong in page.lines:
            sheet.append([_cell(sheet, value, marked=place in wrong) for place, value in enumerate(cells)])
    book.save(out)


def _cell(sheet: Any, value: Cell, *, marked: bool) -> Any:
    """Text stays text: with a mark of its own where a program would calculate it after an edit."""
    known: Any = None if isinstance(value, NoResult) else value
    if isinstance(known, str):
        known = ILLEGAL_CHARACTERS_RE.sub("", known)
    cell: Any = WriteOnlyCell(sheet, known)
    if isinstance(known, str):
        cell.data_type = "s"
        cell.quotePrefix = known.startswith(ACTIVE)
    if marked:
        cell.fill = _MARK
    return cell


def _written(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, NoResult) else str(cell)


# --- lines of JSON ------------------------------------------------------------------------------------


def _lines(file: IO[bytes], rows: Unsettled, out: IO[bytes], language: Language) -> None:
    for number, line in numbered(file):
        if (item := rows.get(("", number))) is not None:
            said = {**_record(line), ERRORS: what_is_wrong(item, language)}
            out.write(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _record(line: bytes) -> dict[str, Any]:
    """The record of a line; what is none is sent back as it stood."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    return record if isinstance(record, dict) else {"_line": line.decode("utf-8", "replace")}
