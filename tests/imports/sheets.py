"""Small office files made on the spot: a roll with one person unless a test says more."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from api.domain.divisions import Gazetteer, read_divisions
from api.domain.errors import Fault
from api.domain.identity import parse_resident_id
from api.imports.cells import Row
from api.imports.grids import read_grid
from api.imports.ndjson import read_visit_lines
from api.imports.rolls import RollRow, read_roll
from api.imports.tables import Notes
from api.imports.visit_sheets import VisitRow, read_visits

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
TODAY = date(2026, 11, 3)
HANJIANG = Gazetteer(read_divisions((ROOT / "api/store/divisions_350303.csv").read_text("utf-8").splitlines()))


def an_id(born: str = "19460101", sequence: int = 990, region: str = "350303") -> str:
    """A made-up number with the right check character; odd sequences are men."""
    digits = f"{region}{born}{sequence}"
    return next(
        number for last in "0123456789X" if not hasattr(parse_resident_id(number := digits + last, TODAY), "code")
    )


PERSON: Mapping[str, Any] = {
    "村（居）": "石东村",
    "姓名": "陈金花",
    "性别": "女",
    "身份证号": an_id(),
    "对象类型": "独居老人",
}
VISIT: Mapping[str, Any] = {
    "记录编号": "A-1",
    "姓名": "陈金花",
    "身份证号": an_id(),
    "探访日期": "2026-10-20",
    "开始时间": "08:15",
    "结束时间": "08:45",
    "服务方式": "电话探访",
    "探访结果": "完成",
    "人口变化": "无变化",
    "表达能力": "无变化",
    "行动能力": "较好",
    "疾病状况": "无变化",
    "情绪状态": "较差",
    "服务人员类别": "志愿者",
    "服务人员": "林志远",
}

AT_HOME = {
    "服务方式": "上门探访",
    "燃气安全": "安全",
    "水暖安全": "安全",
    "用电安全": "安全",
    "个人卫生": "无变化",
    "家庭卫生": "无变化",
    "室内环境": "无变化",
    "服务对象签字": "已签字",
}
"""What a sheet says besides of a visit at home."""


def a_person(**more: Any) -> dict[str, Any]:
    return {**PERSON, **more}


def a_visit(**more: Any) -> dict[str, Any]:
    return {**VISIT, **more}


def at_home(**more: Any) -> dict[str, Any]:
    return a_visit(**{**AT_HOME, **more})


def a_workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet: Worksheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return book


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(records: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """A heading row of all keys, and a row for each record."""
    headings = list(dict.fromkeys(key for record in records for key in record))
    return [headings, *([record.get(heading) for heading in headings] for record in records)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with all its rows."""

    name: str
    rows: tuple[Row, ...]


def sheets_of(data: bytes, filename: str = "") -> list[Sheet]:
    return [Sheet(grid.name, tuple(grid.rows)) for grid in read_grid(io.BytesIO(data), filename)]


R = TypeVar("R")
S = TypeVar("S", RollRow, VisitRow)


@dataclass(frozen=True, slots=True)
class Read(Generic[R]):
    """All that a file says."""

    problems: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    rows: tuple[R, ...]


def _read(rows: Sequence[S], notes: Notes) -> Read[S]:
    kept = tuple(row for row in rows if row.sheet not in notes.unread)
    return Read(tuple(notes.problems), tuple(notes.warnings), kept)


def the_roll(data: bytes, filename: str = "") -> Read[RollRow]:
    notes = Notes()
    rows = list(read_roll(read_grid(io.BytesIO(data), filename), HANJIANG, TODAY, notes))
    return _read(rows, notes)


def the_visits(data: bytes, filename: str = "") -> Read[VisitRow]:
    notes = Notes()
    rows = list(read_visits(read_grid(io.BytesIO(data), filename), HANJIANG, notes))
    return _read(rows, notes)


def the_lines(data: bytes) -> list[VisitRow]:
    return list(read_visit_lines(io.BytesIO(data)))


def roll_of(rows: Sequence[Sequence[Any]], sheet: str = "江口镇") -> Read[RollRow]:
    return the_roll(saved(a_workbook({sheet: rows})))


def roll_row(**more: Any) -> RollRow:
    """The one row of a roll with one person."""
    [row] = roll_of(table([a_person(**more)])).rows
    return row


def elder_of(row: RollRow) -> dict[str, Any]:
    assert row.elder is not None, row.faults
    return row.elder


def visits_of(rows: Sequence[Sequence[Any]], sheet: str = "10月") -> Read[VisitRow]:
    return the_visits(saved(a_workbook({sheet: rows})))


def visit_row(**more: Any) -> VisitRow:
    [row] = visits_of(table([a_visit(**more)])).rows
    return row


def record_of(row: VisitRow) -> dict[str, Any]:
    assert row.record is not None, row.faults
    return row.record


def codes(faults: Sequence[Any]) -> list[str]:
    return [fault.code for fault in faults]


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The zip with one part replaced."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return out.getvalue()
