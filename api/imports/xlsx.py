"""Workbooks (.xlsx): values by openpyxl, the rest by an own survey, bounded before anything is unpacked."""

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Protocol, cast
from zipfile import BadZipFile, ZipFile

from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell

from api.domain.errors import Refused
from api.imports.cells import MAX_ROWS, MAX_SHEETS, Cell, Grid, NoResult, Row, is_blank, refused
from api.imports.surveys import Merge, Survey, survey

_MAX_UNZIPPED = 160 * 1024**2
_MAX_RATIO = 120  # text with nothing but repetition compresses a thousandfold
_FREE_OF_RATIO = 1024**2
_MAX_PART = 4 * 1024**2  # styles, relations …: openpyxl makes objects of all they hold
_MAX_MERGED_CELLS = 500_000

_WORKBOOK = "xl/workbook.xml"
_STREAMED = ("xl/worksheets/", "xl/sharedStrings")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_xlsx(data: bytes) -> tuple[Grid, ...]:
    """The visible sheets in their order; raises ``Refused`` as ``read_grid`` says."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive)
            surveys = _surveys(archive)
        return tuple(_grids(data, surveys))
    except Refused:
        raise
    except BadZipFile as error:
        raise refused("file_unreadable") from error
    except Exception as error:  # openpyxl answers a damaged part with whatever its constructors raise
        raise refused("file_unreadable") from error


def _check_sizes(archive: ZipFile) -> None:
    """The directory may lie, but reading stops at its sizes: that ends in a damaged part, not in memory."""
    members = archive.infolist()
    if _WORKBOOK not in archive.namelist():
        raise refused("file_needs_xlsx")
    if any(member.flag_bits & 0x1 for member in members):
        raise refused("file_needs_xlsx")  # a zip with a password
    if sum(member.file_size for member in members) > _MAX_UNZIPPED:
        raise refused("file_too_large", limit=f"{_MAX_UNZIPPED // 1024**2} MiB")
    for member in members:
        grows = member.file_size > max(_FREE_OF_RATIO, member.compress_size * _MAX_RATIO)
        oversized = member.file_size > _MAX_PART and member.filename.endswith((".xml", ".rels"))
        if grows or (oversized and not member.filename.startswith(_STREAMED)):
            raise refused("file_too_large", limit=f"{_MAX_UNZIPPED // 1024**2} MiB")


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
    surveys = {}
    for name, target in tabs:
        path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        if path.startswith("xl/worksheets/"):
            with archive.open(path) as part:
                surveys[name] = survey(part)
    return surveys


def _grids(data: bytes, surveys: Mapping[str, Survey]) -> Iterator[Grid]:
    with warnings.catch_warnings():
        # openpyxl warns of drop-downs and styles it leaves out; only values are read here
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            for name, surveyed in surveys.items():
                yield Grid(name, _rows(cast(_Sheet, workbook[name]), surveyed))
        finally:
            workbook.close()


class _Sheet(Protocol):
    """What is used of openpyxl's sheet in read-only mode."""

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, max_row: int, max_col: int) -> Iterator[tuple[ReadOnlyCell, ...]]: ...


def _rows(sheet: _Sheet, surveyed: Survey) -> tuple[Row, ...]:
    if not surveyed.width:
        return ()
    sheet.reset_dimensions()  # what a sheet says of its size may be a lie
    cells: dict[int, list[Cell]] = {}
    struck: set[int] = set()
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=surveyed.width), start=1):
        values = [_value(cell) for cell in row]
        filled = [cell for cell, value in zip(row, values, strict=True) if not is_blank(value)]
        if filled:
            cells[number] = values[: filled[-1].column]
            if all(cell.font.strike for cell in filled):
                struck.add(number)
    for number, column in surveyed.without_result:
        _put(cells.setdefault(number, []), column, NoResult.NO_RESULT)
    from_above = _fill_merged(cells, surveyed.merges)
    return tuple(
        Row(
            number,
            tuple(cells[number]),
            hidden=number in surveyed.hidden_rows,
            struck=number in struck,
            from_above=frozenset(from_above.get(number, ())),
        )
        for number in sorted(cells)
    )


def _value(cell: ReadOnlyCell) -> Cell:
    value = cell.value
    if cell.data_type == "e":
        return NoResult.NO_RESULT
    if value is None or isinstance(value, str | int | float | datetime | date | time | timedelta):
        return value
    return NoResult.NO_RESULT


def _fill_merged(cells: dict[int, list[Cell]], merges: Sequence[Merge]) -> Mapping[int, set[int]]:
    """Write each merged range's value into all its cells; by row, the columns filled from a row above."""
    from_above: dict[int, set[int]] = {}
    budget = _MAX_MERGED_CELLS
    for merge in merges:
        first = cells.get(merge.top, [])
        value = first[merge.left] if merge.left < len(first) else None
        if is_blank(value):
            continue
        budget -= (merge.bottom - merge.top + 1) * (merge.right - merge.left + 1)
        if budget < 0:
            raise refused("file_too_large", limit=f"{_MAX_MERGED_CELLS} 个合并单元格")
        for number in range(merge.top, merge.bottom + 1):
            for column in range(merge.left, merge.right + 1):
                _put(cells.setdefault(number, []), column, value)
            if number > merge.top:
                from_above.setdefault(number, set()).update(range(merge.left, merge.right + 1))
    return from_above


def _put(row: list[Cell], column: int, value: Cell) -> None:
    row.extend([None] * (column + 1 - len(row)))
    row[column] = value
