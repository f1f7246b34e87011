"""Workbooks (.xlsx): values by openpyxl, the rest by an own survey, bounded before anything is unpacked."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import IO, Protocol, cast
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell

from api.domain.errors import Refused
from api.imports.cells import MAX_ROWS, MAX_SHEETS, Cell, Grid, NoResult, Row, is_blank, refused
from api.imports.surveys import Merge, Survey, survey, survey_strings

_MAX_UNZIPPED = 160 * 1024**2
_MAX_RATIO = 120  # text with nothing but repetition compresses a thousandfold
_FREE_OF_RATIO = 1024**2
_MAX_PART = 4 * 1024**2  # styles, relations …: openpyxl makes objects of all they hold
_MAX_MERGED_CELLS = 500_000
_MAX_MEMBERS = 2_000

_WORKBOOK = "xl/workbook.xml"
_TYPES = "[Content_Types].xml"
_SHEET, _STRINGS = ".worksheet+xml", ".sharedStrings+xml"  # the ends of their media types
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_xlsx(file: IO[bytes]) -> Iterator[Grid]:
    """The visible sheets in their order; raises ``Refused`` as ``read_grid`` says."""
    with _readable(), ZipFile(file) as archive:
        _check_sizes(archive)
        surveys = _surveys(archive)
    if not any(surveyed.width for surveyed in surveys.values()):  # openpyxl keeps a million empty rows in memory
        yield from (Grid(name, iter(())) for name in surveys)
        return
    with _readable():
        yield from _grids(file, surveys)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except Refused:
        raise
    except Exception as error:  # a damaged part is answered with whatever zipfile and openpyxl happen to raise
        raise refused("file_unreadable") from error


def _check_sizes(archive: ZipFile) -> None:
    """The directory may lie, but reading stops at its sizes: that ends in a damaged part, not in memory."""
    members = archive.infolist()
    if len(members) > _MAX_MEMBERS or len({member.filename for member in members}) < len(members):
        raise refused("file_unreadable")  # two parts of one name are read differently by different programs
    if _WORKBOOK not in archive.namelist():
        raise refused("file_needs_xlsx")
    if any(member.flag_bits & 0x1 for member in members):
        raise refused("file_has_password")
    if sum(member.file_size for member in members) > _MAX_UNZIPPED:
        raise refused("file_too_large", limit=f"{_MAX_UNZIPPED // 1024**2} MiB")
    if sum(member.file_size for member in members if member.filename == _TYPES) > _MAX_PART:
        raise refused("file_unreadable")
    types = _media_types(archive)
    for member in members:
        grows = member.file_size > max(_FREE_OF_RATIO, member.compress_size * _MAX_RATIO)
        oversized = member.file_size > _MAX_PART and member.filename.endswith((".xml", ".rels"))
        streamed = types.get(member.filename, "").endswith((_SHEET, _STRINGS))
        if grows or (oversized and not streamed):
            raise refused("file_too_large", limit=f"{_MAX_UNZIPPED // 1024**2} MiB")
    for name in (name for name, media_type in types.items() if media_type.endswith(_STRINGS)):
        with archive.open(name) as part:
            survey_strings(part)


def _media_types(archive: ZipFile) -> Mapping[str, str]:
    """What each part is said to be: openpyxl goes by that, whatever a part is called."""
    parts = fromstring(archive.read(_TYPES))
    return {part.get("PartName", "").lstrip("/"): part.get("ContentType", "") for part in parts}


def _surveys(archive: ZipFile) -> Mapping[str, Survey]:
    """The survey of every visible worksheet, by its name, in the order of the tabs."""
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    tabs = [
        (tab.get("name", ""), relations[tab.get(_RELATION)])
        for tab in fromstring(archive.read(_WORKBOOK)).iter()
        if tab.tag.endswith("}sheet") and tab.get("state", "visible") == "visible"
    ]
    if len(tabs) > MAX_SHEETS:
        raise refused("file_too_large", limit=f"{MAX_SHEETS} 张工作表")
    if len({name for name, _ in tabs}) < len(tabs):
        raise refused("file_unreadable")
    surveys = {}
    for name, target in tabs:
        path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        if path.startswith("xl/worksheets/"):
            with archive.open(path) as part:
                surveys[name] = survey(part)
    return surveys


def _grids(file: IO[bytes], surveys: Mapping[str, Survey]) -> Iterator[Grid]:
    with warnings.catch_warnings():
        # openpyxl warns of drop-downs and styles it leaves out; only values are read here
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            for name, surveyed in surveys.items():
                yield Grid(name, _rows(cast(_Sheet, workbook[name]), surveyed))
        finally:
            workbook.close()


class _Sheet(Protocol):
    """What is used of openpyxl's sheet in read-only mode."""

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, max_row: int, max_col: int) -> Iterator[tuple[ReadOnlyCell, ...]]: ...


def _rows(sheet: _Sheet, surveyed: Survey) -> Iterator[Row]:
    if not surveyed.width:
        return
    sheet.reset_dimensions()  # what a sheet says of its size may be a lie
    merged = _Merged(surveyed.merges)
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=surveyed.width), start=1):
        values = [_value(cell) for cell in row]
        filled = [cell for cell, value in zip(row, values, strict=True) if not is_blank(value)]
        struck = bool(filled) and all(cell.font.strike for cell in filled)
        del values[filled[-1].column if filled else 0 :]
        for column in surveyed.without_result.get(number, ()):
            _put(values, column, NoResult.NO_RESULT)
        from_above = merged.fill(number, values)
        if values:
            yield Row(
                number,
                tuple(values),
                hidden=number in surveyed.hidden_rows,
                struck=struck,
                from_above=from_above,
            )


def _value(cell: ReadOnlyCell) -> Cell:
    value = cell.value
    if cell.data_type == "e":
        return NoResult.NO_RESULT
    if value is None or isinstance(value, str | int | float | datetime | date | time | timedelta):
        return value
    return NoResult.NO_RESULT


class _Merged:
    """Writes each merged range's value into all its cells, row after row."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._waiting = sorted(merges, key=lambda merge: merge.top, reverse=True)
        self._open: list[tuple[Merge, Cell]] = []
        self._budget = _MAX_MERGED_CELLS

    def fill(self, number: int, row: list[Cell]) -> frozenset[int]:
        """Fill one row in; the columns whose value comes from a row above."""
        self._open = [(merge, value) for merge, value in self._open if merge.bottom >= number]
        above = [merge for merge, _ in self._open]
        self._begin(number, row)
        for merge, value in self._open:
            for column in range(merge.left, merge.right + 1):
                _put(row, column, value)
        return frozenset(column for merge in above for column in range(merge.left, merge.right + 1))

    def _begin(self, number: int, row: Sequence[Cell]) -> None:
        while self._waiting and self._waiting[-1].top <= number:
            merge = self._waiting.pop()
            value = row[merge.left] if merge.top == number and merge.left < len(row) else None
            if is_blank(value):
                continue
            self._budget -= (merge.bottom - merge.top + 1) * (merge.right - merge.left + 1)
            if self._budget < 0:
                raise refused("file_too_large", limit=f"{_MAX_MERGED_CELLS} 个合并单元格")
            self._open.append((merge, value))


def _put(row: list[Cell], column: int, value: Cell) -> None:
    row.extend([None] * (column + 1 - len(row)))
    row[column] = value
