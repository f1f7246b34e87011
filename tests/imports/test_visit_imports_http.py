"""Files of visit records over HTTP: whose they are, what they change, and that it happens once."""

import json
from typing import Any

import httpx
import pytest

from tests.builders import OTHER_TOWNSHIP, a_liaison, an_instructor
from tests.conftest import ClientOf, Urls
from tests.fingerprints import fingerprints
from tests.imports.sending import CONFIRMED, CSV, errors, results, send_roll, send_visits, without_ids
from tests.imports.sheets import a_person, an_id, at_home

ELDER = a_person(建档日期="2026-09-10", 是否自愿接受探访="是")
OTHER = a_person(姓名="林阿妹", 身份证号=an_id("19500505", 992), 建档日期="2026-09-10", 是否自愿接受探访="是")


@pytest.fixture
async def office(instructor: httpx.AsyncClient) -> httpx.AsyncClient:
    """The township's office, with two elders on its roll."""
    assert results(await send_roll(instructor, [ELDER, OTHER], **CONFIRMED)) == ["created"] * 2
    return instructor


async def figures(client: httpx.AsyncClient, month: str = "2026-10") -> dict[str, Any]:
    rates = await client.get("/v1/visit-rates", params={"month": month})
    total: dict[str, Any] = rates.json()["total"]
    return total


async def test_a_month_of_records_counts_and_the_same_file_changes_nothing(
    office: httpx.AsyncClient, database: Urls
) -> None:
    visits = [at_home(记录编号="A-1"), at_home(记录编号="A-2", 探访日期="2026-10-25")]
    report = await send_visits(office, visits)
    assert (results(report), report["source"]) == (["created"] * 2, "office:350303104")
    assert [item["external_id"] for item in report["items"]] == ["A-1", "A-2"]
    total = await figures(office)
    assert (total["due_elders"], total["visited_home"]) == (2, 1)
    before = await fingerprints(database)
    assert results(await send_visits(office, visits)) == ["unchanged"] * 2
    assert await fingerprints(database) == before


async def test_records_without_a_number_are_told_apart_and_known_again(
    office: httpx.AsyncClient, database: Urls
) -> None:
    """Two visits of one worker on one day at no stated hour are two; the same file again is the same two."""
    nameless = {"记录编号": None, "开始时间": None, "结束时间": None}
    visits = [at_home(**nameless), at_home(**nameless, 情绪状态="较好"), at_home(**nameless, 探访日期="2026-10-04")]
    assert results(await send_visits(office, visits)) == ["created"] * 3
    before = await fingerprints(database)
    assert results(await send_visits(office, visits)) == ["unchanged"] * 3
    assert await fingerprints(database) == before


async def test_a_number_used_twice_is_refused_the_second_time_and_names_the_first(office: httpx.AsyncClient) -> None:
    report = await send_visits(office, [at_home(), at_home(探访日期="2026-10-04")])
    assert results(report) == ["created", "rejected"]
    assert report["items"][1]["errors"][0]["detail"] == (
        "第3行 记录编号：与第2行是同一条记录，请删除重复的一行；确有两次的，请写明时间或编号"
    )


async def test_one_hour_of_one_worker_with_one_elder_is_one_record(office: httpx.AsyncClient) -> None:
    visits = [
        at_home(记录编号=None),
        at_home(记录编号=None, 探访日期="2026-10-04"),
        at_home(记录编号=None, 情绪状态="较好"),
    ]
    report = await send_visits(office, visits)
    assert errors(report) == [[], [], ["record_repeated"]]
    assert "与第2行是同一条记录" in report["items"][2]["errors"][0]["detail"]


async def test_a_changed_record_of_one_number_is_refused_with_its_reason(office: httpx.AsyncClient) -> None:
    await send_visits(office, [at_home()])
    report = await send_visits(office, [at_home(情绪状态="较好")])
    assert errors(report) == [["stale_version"]]


async def test_what_a_record_lacks_is_named_by_its_heading(office: httpx.AsyncClient) -> None:
    report = await send_visits(office, [at_home(燃气安全=None), at_home(记录编号="A-2", 服务方式="飞行")])
    assert [[error["column"] for error in item["errors"]] for item in report["items"]] == [["燃气安全"], ["服务方式"]]
    assert report["items"][0]["errors"][0]["detail"].startswith("第2行 燃气安全：")


async def test_a_name_unlike_the_registers_waits_for_the_township(office: httpx.AsyncClient) -> None:
    report = await send_visits(office, [at_home(姓名="欧阳建国")])
    assert results(report) == ["held"]


async def test_old_records_of_an_office_need_nobodys_acceptance(office: httpx.AsyncClient) -> None:
    earlier = a_person(姓名="黄秀兰", 身份证号=an_id("19470505", 992), 建档日期="2026-01-10", 是否自愿接受探访="是")
    await send_roll(office, [earlier], **CONFIRMED)
    old = at_home(姓名="黄秀兰", 身份证号=earlier["身份证号"], 探访日期="2026-03-10")
    assert results(await send_visits(office, [old])) == ["created"]
    assert (await figures(office, "2026-03"))["visited_home"] == 1


async def test_an_elder_of_another_township_is_as_unknown_as_a_stranger(
    office: httpx.AsyncClient, client_of: ClientOf
) -> None:
    neighbour = await client_of(an_instructor(OTHER_TOWNSHIP))
    stranger = at_home(记录编号="A-2", 身份证号=an_id("19330303", 991))
    report = await send_visits(neighbour, [at_home(), stranger])
    assert errors(report) == [["elder_unknown"], ["elder_unknown"]]
    assert report["items"][0]["errors"][0]["column"] == "身份证号"


async def test_lines_of_json_speak_the_wires_own_words(office: httpx.AsyncClient) -> None:
    record = {
        "external_id": "N-1",
        "elder": {"resident_id": an_id()},
        "worker": {"name": "林志远", "kind": "volunteer"},
        "method": "phone",
        "place": "other",
        "outcome": "completed",
        "started_at": "2026-10-20T08:15:00+08:00",
        "ended_at": "2026-10-20T08:25:00+08:00",
        "population_change": {"kind": "no_change"},
        "expression": "no_change",
        "mobility": "no_change",
        "mood": "no_change",
        "disease": {"status": "no_change"},
    }
    lines = json.dumps(record) + "\n\n" + json.dumps({**record, "external_id": "N-2", "mood": "sunny"}) + "\n{"
    headers = {"content-type": "application/x-ndjson"}
    answer = await office.post("/v1/visit-imports", content=lines, headers=headers)
    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert (results(report), [item["row"] for item in report["items"]]) == (
        ["created", "rejected", "rejected"],
        [1, 3, 4],
    )
    assert errors(report)[1:] == [["value_not_listed"], ["json_invalid"]]
    assert report["items"][1]["errors"][0]["column"] == "/mood"


async def test_a_line_that_repeats_a_number_is_refused_under_that_number(office: httpx.AsyncClient) -> None:
    line = json.dumps({"external_id": "N-1", "elder": {"resident_id": an_id()}})
    headers = {"content-type": "application/x-ndjson"}
    report = (await office.post("/v1/visit-imports", content=f"{line}\n{line}", headers=headers)).json()
    assert errors(report)[1] == ["record_repeated"]
    assert [item["external_id"] for item in report["items"]] == ["N-1", "N-1"]


async def test_a_source_that_nobody_registered_is_unknown(office: httpx.AsyncClient) -> None:
    answer = await office.post(
        "/v1/visit-imports", params={"source": "provider-1"}, content=b"x", headers={"content-type": CSV}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "source_unknown")


async def test_a_liaison_imports_no_records(client_of: ClientOf) -> None:
    liaison = await client_of(a_liaison())
    answer = await liaison.post("/v1/visit-imports", content=b"x", headers={"content-type": CSV})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")


async def test_a_rehearsal_reports_what_would_happen_and_does_nothing(
    office: httpx.AsyncClient, database: Urls
) -> None:
    visits = [
        at_home(),
        at_home(),
        at_home(记录编号="A-3", 燃气安全="不安全"),
        at_home(记录编号="A-4", 姓名="欧阳建国"),
    ]
    before = await fingerprints(database)
    rehearsed = await send_visits(office, visits, mode="validate")
    assert await fingerprints(database) == before
    taken = await send_visits(office, visits)
    assert results(taken) == ["created", "rejected", "created", "held"]
    assert without_ids(rehearsed) == without_ids(taken)


async def test_all_or_nothing_takes_nothing_in_with_one_bad_record(office: httpx.AsyncClient, database: Urls) -> None:
    before = await fingerprints(database)
    refused = await send_visits(office, [at_home(), at_home(记录编号="A-2", 服务方式="飞行")], atomic="all")
    assert errors(refused) == [["batch_refused"], ["word_unknown"]]
    assert await fingerprints(database) == before
    assert results(await send_visits(office, [at_home()], atomic="all")) == ["created"]


async def test_a_row_that_cannot_be_read_is_reported_under_its_number(office: httpx.AsyncClient) -> None:
    report = await send_visits(office, [at_home(服务方式="飞行"), at_home(记录编号=None, 服务方式="飞行")])
    assert [item["external_id"] for item in report["items"]] == ["A-1", None]
