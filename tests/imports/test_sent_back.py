"""What has to be mended of a file comes back as it was sent, with the reasons, and with nothing to calculate."""

import csv
import io
import json
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from tests.builders import OTHER_TOWNSHIP, an_instructor
from tests.conftest import ClientOf
from tests.imports.sending import CONFIRMED, CSV, XLSX, a_roll, errors, results, send_roll, send_visits
from tests.imports.sheets import VISIT, a_person, a_visit, a_workbook, saved, table

ELDER = a_person(建档日期="2026-09-10", 是否自愿接受探访="是")
LINES = "application/x-ndjson"


@pytest.fixture
async def office(instructor: httpx.AsyncClient) -> httpx.AsyncClient:
    assert results(await send_roll(instructor, [ELDER], **CONFIRMED)) == ["created"]
    return instructor


async def sent(client: httpx.AsyncClient, content: bytes, media_type: str, noun: str = "visit") -> dict[str, Any]:
    answer = await client.post(f"/v1/{noun}-imports", content=content, headers={"content-type": media_type})
    assert answer.status_code == 201, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def back(client: httpx.AsyncClient, report: dict[str, Any], noun: str = "visit") -> httpx.Response:
    answer = await client.get(f"/v1/{noun}-imports/{report['id']}/errors")
    assert answer.status_code == 200, answer.text
    return answer


async def test_a_workbook_comes_back_with_its_title_headings_and_bad_rows_marked(office: httpx.AsyncClient) -> None:
    rows = table([a_visit(), a_visit(记录编号="A-2", 服务方式="飞行"), a_visit(记录编号="=1+1", 服务方式="=cmd")])
    book = a_workbook({"说明": [["填表说明"]], "10月": [["江口镇10月探访记录"], *rows]})
    report = await sent(office, saved(book), XLSX)
    assert errors(report) == [[], ["word_unknown"], ["cell_missing", "formula_without_result"]]
    answer = await back(office, report)
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"].endswith('-errors.xlsx"')
    [sheet] = load_workbook(io.BytesIO(answer.content)).worksheets
    title, heading, bad, _ = sheet.iter_rows()
    assert (sheet.title, title[0].value) == ("10月", "江口镇10月探访记录")
    assert [cell.value for cell in heading] == [*VISIT, "错误说明"]
    assert [cell.value for cell in bad[:-1]] == [*a_visit(记录编号="A-2", 服务方式="飞行").values()]
    assert str(bad[-1].value).startswith("第4行 服务方式：")
    marked = [cell.column_letter for cell in bad if cell.fill.fgColor.rgb == "00FFC7CE"]
    assert marked == [bad[list(VISIT).index("服务方式")].column_letter]


async def test_what_comes_back_is_taken_in_once_it_is_mended(office: httpx.AsyncClient) -> None:
    report = await send_visits(office, [a_visit(), a_visit(记录编号="A-2", 服务方式="飞行")])
    mended = (await back(office, report)).content.decode("utf-8-sig").replace("飞行", "电话探访", 1)
    again = await sent(office, mended.encode("utf-8-sig"), CSV)
    assert (results(again), again["warnings"]) == (["created"], [])


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "＝", "＠"])
async def test_nothing_that_comes_back_is_a_formula(office: httpx.AsyncClient, begin: str) -> None:
    rows = [a_visit(服务方式=f"{begin}HYPERLINK(1)")]
    [_, bad] = csv.reader(io.StringIO((await back(office, await send_visits(office, rows))).text.lstrip("\ufeff")))
    assert bad[list(VISIT).index("服务方式")] == f"'{begin}HYPERLINK(1)"
    assert bad[list(VISIT).index("身份证号")].startswith("'")
    report = await sent(office, saved(_as_text(table(rows))), XLSX)
    [sheet] = load_workbook(io.BytesIO((await back(office, report)).content)).worksheets
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def _as_text(rows: list[list[Any]]) -> Any:
    book = a_workbook({"10月": rows})
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            cell.data_type = "s" if cell.value is not None else "n"
    return book


async def test_a_semicolon_file_in_gb18030_comes_back_so(office: httpx.AsyncClient) -> None:
    rows = table([a_visit(服务方式="飞行")])
    content = "\r\n".join(";".join(str(cell) for cell in row) for row in rows).encode("gb18030")
    answer = await back(office, await sent(office, content, CSV))
    heading, bad = answer.content.decode("gb18030").splitlines()
    assert heading.split(";") == [*VISIT, "错误说明"]
    assert "飞行" in bad


async def test_bad_lines_of_json_come_back_with_their_errors_and_may_keep_them(office: httpx.AsyncClient) -> None:
    report = await sent(office, b'{"external_id": "N-1", "method": "fly"}\n{"a"', LINES)
    answer = await back(office, report)
    record, broken = map(json.loads, answer.text.splitlines())
    assert (record["external_id"], record["method"]) == ("N-1", "fly")
    assert record["_errors"][0].startswith("第1行 ")
    assert broken["_line"] == '{"a"'
    assert errors(await sent(office, answer.content, LINES))[0] == errors(report)[0]


async def test_a_held_record_comes_back_and_says_who_decides(office: httpx.AsyncClient) -> None:
    report = await send_visits(office, [a_visit(姓名="欧阳建国")])
    assert results(report) == ["held"]
    assert "待乡镇认定" in (await back(office, report)).text


async def test_a_village_in_a_merged_cell_is_written_out(office: httpx.AsyncClient) -> None:
    people = [a_person(姓名="林志远", 身份证号="1"), a_person(姓名="林阿妹", 身份证号="2", **{"村（居）": None})]
    book = a_workbook({"江口镇": table(people)})
    book.worksheets[0].merge_cells("A2:A3")
    report = await sent(office, saved(book), XLSX, "elder")
    [sheet] = load_workbook(io.BytesIO((await back(office, report, "elder")).content)).worksheets
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["村（居）", "石东村", "石东村"]


async def test_a_file_without_errors_sends_nothing_back(office: httpx.AsyncClient) -> None:
    report = await sent(office, a_roll([ELDER]), XLSX, "elder")
    assert (await office.get(f"/v1/elder-imports/{report['id']}/errors")).status_code == 404


async def test_another_township_sees_no_errors(office: httpx.AsyncClient, client_of: ClientOf) -> None:
    report = await send_visits(office, [a_visit(服务方式="飞行")])
    neighbour = await client_of(an_instructor(OTHER_TOWNSHIP))
    assert (await neighbour.get(f"/v1/visit-imports/{report['id']}/errors")).status_code == 404
