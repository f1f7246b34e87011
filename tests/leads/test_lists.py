"""Lists of people from departments, stations and villages: taken in once, whatever is missing in them."""

import json
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from api.jobs.worker import Worker
from tests.builders import TOWNSHIP, VILLAGE
from tests.conftest import Urls
from tests.duty.office import Office
from tests.fingerprints import fingerprints
from tests.imports.sending import CSV, XLSX, errors, results
from tests.imports.sheets import a_workbook, saved, table
from tests.leads.naming import a_number

LINES = "application/x-ndjson"
HEALTH = {"source": "department", "department": "health"}


def a_row(**said: Any) -> dict[str, Any]:
    return {"村（居）": "石东村", "姓名": "郑阿婆", "住址": "后埔旧祠堂旁", "来源": "网格员", **said}


async def send(client: httpx.AsyncClient, rows: list[dict[str, Any]], sheet: str = "江口镇", **query: str) -> Any:
    """The report of a workbook of one sheet."""
    content = saved(a_workbook({sheet: table(rows)}))
    answer = await client.post("/v1/lead-imports", params=query, content=content, headers={"content-type": XLSX})
    assert answer.status_code in (201, 202, 422), answer.text
    return answer.json()


@pytest.fixture
async def instructor(office: Office) -> httpx.AsyncClient:
    return await office.client_of(office.instructor)


async def lead_of(client: httpx.AsyncClient, report: Any, index: int = 0) -> dict[str, Any]:
    return dict((await client.get(f"/v1/leads/{report['items'][index]['id']}")).json())


async def test_a_list_names_people_with_whatever_it_says_of_them(instructor: httpx.AsyncClient) -> None:
    number = a_number()
    row = a_row(身份证号=number, 性别="女", 电话="13850330001", 对象类型="独居", 备注="失独", 摸排日期="2026-10-20")
    report = await send(instructor, [row, a_row(姓名="林阿妹", 出生年月="1944年3月", 来源="残联")])
    assert results(report) == ["created", "created"]
    lead, other = [await lead_of(instructor, report, index) for index in (0, 1)]
    assert (lead["source"], lead["village"], lead["state"]) == ("grid_worker", "350303104209", "new")
    assert (lead["birth_year"], lead["categories"], lead["reported_on"]) == (
        int(number[6:10]),
        ["living_alone"],
        "2026-10-20",
    )
    assert (other["source"], other["department"], other["birth_year"]) == ("department", "disabled_federation", 1944)


async def test_a_list_sent_again_names_nobody_anew(instructor: httpx.AsyncClient) -> None:
    rows = [a_row(身份证号=a_number()), a_row(姓名="林阿妹"), a_row(姓名="林阿妹")]
    first, again = await send(instructor, rows), await send(instructor, rows)
    assert results(first) == ["created", "created", "unchanged"]
    assert results(again) == ["unchanged"] * 3
    assert [item["id"] for item in again["items"]] == [item["id"] for item in first["items"]]


async def test_two_sources_that_name_one_person_make_a_duplicate(instructor: httpx.AsyncClient) -> None:
    number = a_number()
    rows = [a_row(身份证号=number, 来源="卫健局"), a_row(身份证号=number, 来源="残联")]
    report = await send(instructor, rows)
    assert results(report) == ["created", "created"]
    second = await lead_of(instructor, report, 1)
    assert (second["state"], second["duplicate_of_lead"]) == ("duplicate", report["items"][0]["id"])


async def test_whoever_sends_the_list_may_say_who_names_them(instructor: httpx.AsyncClient) -> None:
    row = {name: value for name, value in a_row().items() if name != "来源"}
    assert errors(await send(instructor, [row])) == [["lead_source_missing"]]
    report = await send(instructor, [row], **HEALTH)
    lead = await lead_of(instructor, report)
    assert (lead["source"], lead["department"]) == ("department", "health")
    refused = await instructor.post("/v1/lead-imports?department=health&source=village", content=b"x")
    assert refused.json()["code"] == "lead_department"


async def test_who_cannot_be_placed_waits_at_the_township(instructor: httpx.AsyncClient) -> None:
    report = await send(instructor, [a_row(**{"村（居）": "大桥下"})])
    assert [each["code"] for each in report["items"][0]["warnings"]] == ["lead_village_open"]
    lead = await lead_of(instructor, report)
    assert (lead["village"], lead["place_text"]) == (TOWNSHIP, "大桥下 后埔旧祠堂旁")
    nowhere = await send(instructor, [a_row(**{"村（居）": "大桥下"})], sheet="名单")
    assert errors(nowhere) == [["village_unknown"]]


async def test_every_row_says_what_is_wrong_with_it(instructor: httpx.AsyncClient) -> None:
    wrong = a_number()[:-1] + "Y"
    report = await send(instructor, [a_row(身份证号=wrong), a_row(来源="外星人"), a_row(姓名="A1")])
    assert errors(report) == [["id_format"], ["word_unknown"], ["name_format"]]
    [error] = report["items"][0]["errors"]
    assert (error["column"], error["detail"][:8]) == ("身份证号", "第2行 身份证号"[:8])
    assert (await instructor.get(f"/v1/lead-imports/{report['id']}")).json() == report


async def test_a_rehearsal_changes_nothing_and_all_or_nothing_means_it(
    office: Office, instructor: httpx.AsyncClient, database: Urls
) -> None:
    rows = [a_row(身份证号=a_number()), a_row(来源="外星人")]
    before = await fingerprints(database)
    assert results(await send(instructor, rows, mode="validate")) == ["created", "rejected"]
    assert results(await send(instructor, rows, atomic="all")) == ["rejected", "rejected"]
    assert await fingerprints(database) == before


async def test_rows_that_were_refused_come_back_to_be_mended(instructor: httpx.AsyncClient) -> None:
    report = await send(instructor, [a_row(), a_row(姓名="郑大爷", 来源="飞行")])
    answer = await instructor.get(f"/v1/lead-imports/{report['id']}/errors")
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    [sheet] = load_workbook(BytesIO(answer.content)).worksheets
    heading, bad, *_ = sheet.iter_rows(values_only=True)
    assert heading == (*a_row(), "错误说明")
    assert (bad[1], str(bad[-1]).startswith("第3行 来源：")) == ("郑大爷", True)


async def test_lines_of_json_are_a_list_too(instructor: httpx.AsyncClient) -> None:
    lines = [
        {"village": VILLAGE, "name": "郑阿婆", "place_text": "后埔旧祠堂旁"},
        {"village": VILLAGE, "name": "郑阿公", "source": "village"},
        {"village": "350303104999", "name": "郑大爷"},
        {"village": VILLAGE, "name": "郑大爷", "escalation_id": "01a3f5c0-0000-7000-8000-000000000000"},
    ]
    content = "\n".join([*map(json.dumps, lines), "no json"]).encode()
    headers = {"content-type": LINES}
    sent = await instructor.post("/v1/lead-imports", params=HEALTH, content=content, headers=headers)
    assert errors(sent.json()) == [[], [], ["village_code_unknown"], ["field_unknown"], ["json_invalid"]]
    assert (await lead_of(instructor, sent.json(), 1))["source"] == "village"


async def test_a_list_that_waits_is_taken_in_by_the_worker(office: Office, instructor: httpx.AsyncClient) -> None:
    row = {name: value for name, value in a_row().items() if name != "来源"}
    csv = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    headers = {"content-type": CSV, "prefer": "respond-async"}
    sent = await instructor.post("/v1/lead-imports", params=HEALTH, content=csv.encode(), headers=headers)
    assert (sent.status_code, sent.json()["state"]) == (202, "running")
    assert await Worker(office.service).step()
    report = (await instructor.get(f"/v1/lead-imports/{sent.json()['id']}")).json()
    assert (report["state"], results(report)) == ("done", ["created"])
    assert (await lead_of(instructor, report))["department"] == "health"
