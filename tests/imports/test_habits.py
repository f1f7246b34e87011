"""The habits of real offices, one file each: how a list is kept when nobody thinks of a program that reads it."""

from datetime import date
from typing import Any

import pytest
from openpyxl.styles import Font

from api.domain.errors import Refused
from tests.imports.sheets import (
    PERSON,
    a_person,
    a_visit,
    a_workbook,
    an_id,
    codes,
    elder_of,
    record_of,
    roll_of,
    saved,
    sheets_of,
    table,
    the_roll,
    the_visits,
    visits_of,
)

SHIDONG = "350303104209"  # 江口镇石东村
SECOND = a_person(姓名="林志远", 性别="男", 身份证号=an_id(sequence=991))
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def villages(reading: Any) -> list[str]:
    return [elder_of(row)["residence"]["village"] for row in reading.rows]


def test_two_row_headings_with_merged_groups() -> None:
    upper = ["村（居）", "基本情况", None, None, "对象类型"]
    lower = [None, "姓名", "性别", "身份证号", None]
    book = a_workbook({"江口镇": [upper, lower, ["石东村", "陈金花", "女", PERSON["身份证号"], "独居老人"]]})
    for merged in ("A1:A2", "B1:D1", "E1:E2"):
        book.worksheets[0].merge_cells(merged)
    [row] = the_roll(saved(book)).rows
    assert (elder_of(row)["name"], row.row) == ("陈金花", 3)


def test_headings_repeated_on_the_second_page() -> None:
    heading, first, second = table([a_person(), SECOND])
    reading = roll_of([["花名册"], heading, first, ["第1页"], ["花名册（续）"], heading, second])
    assert [(elder_of(row)["name"], row.row) for row in reading.rows] == [("陈金花", 3), ("林志远", 7)]


def test_the_village_in_a_merged_cell_only() -> None:
    book = a_workbook({"江口镇": table([a_person(), {**SECOND, "村（居）": None}])})
    book.worksheets[0].merge_cells("A2:A3")
    assert villages(the_roll(saved(book))) == [SHIDONG, SHIDONG]


def test_the_village_in_the_title_only() -> None:
    people = [{key: value for key, value in person.items() if key != "村（居）"} for person in (a_person(), SECOND)]
    visits = [{key: value for key, value in a_visit().items() if key != "身份证号"}]
    assert villages(roll_of([["江口镇石东村特殊困难老年人花名册"], *table(people)], "Sheet1")) == [SHIDONG, SHIDONG]
    [visit] = visits_of([["江口镇石东村探访关爱服务记录表（10月）"], *table(visits)], "Sheet1").rows
    assert record_of(visit)["elder"] == {"village": SHIDONG, "name": "陈金花"}


def test_a_title_without_a_village_names_none() -> None:
    people = [{key: value for key, value in a_person().items() if key != "村（居）"}]
    [row] = roll_of([["江口镇花名册"], *table([{**people[0], "村（居）": None}])], "Sheet1").rows
    assert codes(row.faults) == ["village_missing"]


@pytest.mark.parametrize("mark", ["同上", "〃", "″", " 同 上 "])
def test_the_same_as_above(mark: str) -> None:
    assert villages(roll_of(table([a_person(), {**SECOND, "村（居）": mark}]))) == [SHIDONG, SHIDONG]


@pytest.mark.parametrize("mark", ["同上", "〃"])
def test_nobody_is_the_same_person_as_above(mark: str) -> None:
    _, row = roll_of(table([a_person(), {**SECOND, "身份证号": mark}])).rows
    assert row.elder is None


def test_a_month_without_a_day() -> None:
    [row] = roll_of(table([a_person(建档日期="2023.8")])).rows
    assert (elder_of(row)["filed_on"], codes(row.warnings)) == ("2023-08-01", ["date_month_only"])


@pytest.mark.parametrize("written", ["20230815", 20230815, 45153, date(2023, 8, 15), "2023年8月15日"])
def test_days_as_digits_as_serial_numbers_and_as_dates(written: Any) -> None:
    [row] = roll_of(table([a_person(建档日期=written)])).rows
    assert elder_of(row)["filed_on"] == "2023-08-15"


def test_hidden_rows_are_reported_and_not_taken_in() -> None:
    book = a_workbook({"10月": table([a_visit(), a_visit(记录编号="A-2")])})
    book.worksheets[0].row_dimensions[3].hidden = True
    kept, hidden = the_visits(saved(book)).rows
    assert (codes(kept.faults), codes(hidden.faults), hidden.record) == ([], ["row_hidden"], None)


def test_struck_out_rows_are_reported_and_not_taken_in() -> None:
    book = a_workbook({"10月": table([a_visit(), a_visit(记录编号="A-2")])})
    for cell in book.worksheets[0][3]:
        cell.font = Font(strike=True)
    kept, struck = the_visits(saved(book)).rows
    assert (codes(kept.faults), codes(struck.faults), struck.record) == ([], ["row_struck"], None)


def test_notes_inside_the_table_are_nobody() -> None:
    heading, first, second = table([a_person(), SECOND])
    note = ["注：以下人员为本月新增", *[None] * 4]
    wide = ["以下由石东村填报"] * 5
    reading = roll_of([heading, first, note, wide, second, ["小计", None, None, None, 2]])
    assert [row.row for row in reading.rows] == [2, 5]


def test_a_formula_without_a_stored_value_is_said_to_have_none() -> None:
    [row] = roll_of(table([a_person(身份证号='=CONCATENATE("3503","03")')])).rows
    assert codes(row.faults) == ["formula_without_result"]


@pytest.mark.parametrize("name", ["台账.xls", "台账.et"])
def test_old_and_wps_workbooks_are_to_be_saved_as_xlsx(name: str) -> None:
    with pytest.raises(Refused, match="file_needs_xlsx"):
        sheets_of(COMPOUND + bytes(2000), name)


def test_a_workbook_with_a_password_says_so() -> None:
    directory = "EncryptionInfo".encode("utf-16-le") + bytes(90) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(Refused, match="file_has_password"):
        sheets_of(COMPOUND + bytes(70_000) + directory + bytes(600), "台账.xlsx")
