"""What a file is and what stands in it; files made to hurt are refused or read within bounds."""

import io
import tracemalloc
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl.styles import Font

from api.domain.errors import Refused
from api.imports.cells import MAX_BYTES, NoResult
from tests.imports.sheets import Sheet, a_workbook, saved, sheets_of, with_part

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def a_small_file() -> bytes:
    return saved(a_workbook({"江口镇": [["姓名", "性别"], ["陈金花", "女"]]}))


def a_sheet(rows: str, before: str = "", after: str = "") -> bytes:
    """A workbook whose one sheet has this XML."""
    xml = f'<?xml version="1.0"?><worksheet {MAIN}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return with_part(a_small_file(), SHEET, xml.encode())


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        sheets_of(data)
    return refused.value.code


def within(mebibytes: int, act: Callable[[], object]) -> None:
    tracemalloc.start()
    try:
        act()
        assert tracemalloc.get_traced_memory()[1] < mebibytes * 1024**2
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"%PDF-1.7\n",
        b"\xff\xd8\xff\xe0 picture",
        "<html><table><tr><td>姓名</td></tr></table></html>".encode(),
    ],
    ids=["xls, et or a password", "pdf", "photograph", "web page named xls"],
)
def test_what_is_no_table_is_sent_back_to_be_saved_as_xlsx(data: bytes) -> None:
    assert refusal(data) == "file_needs_xlsx"


def test_another_office_document_is_no_workbook() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert refusal(out.getvalue()) == "file_needs_xlsx"


def test_a_damaged_workbook_is_unreadable() -> None:
    data = a_small_file()
    assert refusal(data[: len(data) // 2]) == "file_unreadable"
    assert refusal(with_part(data, SHEET, b"<worksheet><sheetData><row")) == "file_unreadable"
    assert refusal(with_part(data, "xl/styles.xml", b"no xml")) == "file_unreadable"


def test_an_empty_and_an_overlong_file_are_refused_before_they_are_opened() -> None:
    assert refusal(b" \r\n") == "file_empty"
    assert refusal(b"a" * (MAX_BYTES + 1)) == "file_too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_every_encoding_and_delimiter_of_the_offices(encoding: str, delimiter: str) -> None:
    lines = [["姓名", "住址"], ["陈金花", "㙍头村, 3组; 5号"], [], ["𠮷田", "江口"]]
    text = "\r\n".join(delimiter.join(f'"{field}"' for field in line) for line in lines)
    [grid] = sheets_of(text.encode(encoding), "江口镇.csv")
    assert grid.name == "江口镇"
    assert [(row.number, row.cells) for row in grid.rows] == [
        (1, ("姓名", "住址")),
        (2, ("陈金花", "㙍头村, 3组; 5号")),
        (4, ("𠮷田", "江口")),
    ]


def test_marks_that_keep_digits_in_excel_are_not_part_of_a_csv_value() -> None:
    [grid] = sheets_of(b'a,b,c\n"=""350303""",\'13800138000,=1+1\n')
    assert grid.rows[1].cells == ("350303", "13800138000", "=1+1")


def test_bytes_in_no_known_encoding_are_unreadable() -> None:
    assert refusal(b"a,b\n\xff\xff\xff\x81\n") == "file_unreadable"
    assert refusal(b"a,\0b\n") == "file_unreadable"


def test_merged_cells_are_filled_down_and_right_and_say_where_they_came_from() -> None:
    book = a_workbook({"江口镇": [["村", "姓名", "户籍", "住址"], ["江口村", "陈金花", "同住"], [None, "林志远"]]})
    book.worksheets[0].merge_cells("A2:A3")
    book.worksheets[0].merge_cells("C2:D3")
    _, first, second = sheets_of(saved(book))[0].rows
    assert first.cells == ("江口村", "陈金花", "同住", "同住")
    assert second.cells == ("江口村", "林志远", "同住", "同住")
    assert (first.from_above, second.from_above) == (frozenset(), frozenset({0, 2, 3}))


def test_hidden_and_struck_rows_are_marked_and_hidden_sheets_are_left_out() -> None:
    book = a_workbook({"江口镇": [["姓名"], ["陈金花"], ["林志远"]], "选项": [["独居"]]})
    book["选项"].sheet_state = "hidden"
    book["江口镇"].row_dimensions[2].hidden = True
    book["江口镇"]["A3"].font = Font(strike=True)
    [grid] = sheets_of(saved(book))
    assert [(row.hidden, row.struck) for row in grid.rows] == [(False, False), (True, False), (False, True)]


def test_a_formula_without_a_stored_result_and_an_error_are_no_values() -> None:
    book = a_workbook({"江口镇": [["姓名", "年龄"], ["陈金花", "=1+1"], ["林志远", "#N/A"]]})
    _, first, second = sheets_of(saved(book))[0].rows
    assert (first.at(1), second.at(1)) == (NoResult.NO_RESULT, NoResult.NO_RESULT)


def test_a_stored_result_of_a_formula_is_its_value() -> None:
    data = a_sheet(f'<row r="1">{text_cell("A1", "姓名")}<c r="B1"><f>1+1</f><v>2</v></c></row>')
    assert sheets_of(data)[0].rows[0].cells == ("姓名", 2)


def test_one_cell_in_the_last_corner_costs_nothing() -> None:
    data = a_sheet(f'<row r="1">{text_cell("A1", "姓名")}</row><row r="1048576">{text_cell("XFD1048576", "x")}</row>')
    within(100, lambda: refusal(data))
    assert refusal(data) == "file_too_large"


def test_a_stray_cell_far_to_the_right_is_passed_over() -> None:
    data = a_sheet(f'<row r="1">{text_cell("A1", "姓名")}{text_cell("XFD1", "x")}</row>')
    assert sheets_of(data)[0].rows[0].cells == ("姓名",)


@pytest.mark.parametrize("dimension", ["A1:XFD1048576", "A1"])
def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(dimension: str) -> None:
    data = a_sheet(
        f'<row r="1">{text_cell("A1", "姓名")}</row><row r="2">{text_cell("B2", "女")}</row>',
        before=f'<dimension ref="{dimension}"/>',
    )
    found: list[Sheet] = []
    within(100, lambda: found.extend(sheets_of(data)))
    assert [row.cells for row in found[0].rows] == [("姓名",), (None, "女")]


def test_formatted_rows_down_to_the_end_of_the_sheet_hold_nobody() -> None:
    data = a_sheet(f'<row r="1">{text_cell("A1", "姓名")}</row><row r="1048576"><c r="A1048576" s="0"/></row>')
    assert len(sheets_of(data)[0].rows) == 1


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    def bomb() -> str:
        out = io.BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            with archive.open(SHEET, "w") as part:
                for _ in range(200):
                    part.write(bytes(1024**2))
        return refusal(out.getvalue())

    within(100, lambda: bomb())
    assert bomb() == "file_too_large"


def test_a_part_of_nothing_but_repetition_is_refused() -> None:
    data = a_sheet('<row r="1">' + "<c/>" * 5_000_000 + "</row>")
    assert len(data) < 200_000
    assert refusal(data) == "file_too_large"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1">' + "<c/>" * 100_001 + "</row>",
        '<row r="1"/>' * 2,
        f'<row r="1">{text_cell("A1", "长" * 40_001)}</row>',
        '<row r="1"><c r="1A"/></row>',
    ],
    ids=["a row without end", "rows that do not advance", "a text without end", "no reference"],
)
def test_what_no_spreadsheet_program_writes_is_unreadable(rows: str) -> None:
    assert refusal(a_sheet(rows)) == "file_unreadable"


def test_a_document_type_is_refused_unread() -> None:
    xml = f'<!DOCTYPE a [<!ENTITY b "c">]><worksheet {MAIN}><sheetData>&b;</sheetData></worksheet>'
    assert refusal(with_part(a_small_file(), SHEET, xml.encode())) == "file_unreadable"


def test_a_merged_range_over_the_whole_sheet_is_too_large() -> None:
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert refusal(a_sheet(f'<row r="1">{text_cell("A1", "姓名")}</row>', after=merged)) == "file_too_large"


def test_more_sheets_than_a_district_has_use_for_are_refused() -> None:
    assert refusal(saved(a_workbook({f"表{number}": [["姓名"]] for number in range(61)}))) == "file_too_large"
