"""A wrong file is taken back whole: everything it brought, or nothing; and what was mended is sent again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.builders import an_instructor
from tests.conftest import ClientOf, Clock
from tests.imports.sending import CONFIRMED, results, send_roll, send_visits
from tests.imports.sheets import AT_HOME, a_person, a_visit, at_home

ELDER = a_person(建档日期="2026-01-10", 是否自愿接受探访="是")
STRANGER = {"记录编号": "H-1", "身份证号": None, "姓名": "查无此人", "乡镇": "江口镇", "村（居）": "海星村"}


@pytest.fixture
async def office(instructor: httpx.AsyncClient) -> httpx.AsyncClient:
    assert results(await send_roll(instructor, [ELDER], **CONFIRMED)) == ["created"]
    return instructor


def three(named: bool = True, **more: Any) -> list[dict[str, Any]]:
    numbers = {day: f"A-{day}" if named else None for day in (1, 2, 3)}
    return [a_visit(**{"记录编号": number, "探访日期": f"2026-10-0{day}", **more}) for day, number in numbers.items()]


async def roll_back(client: httpx.AsyncClient, report: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = await client.post(f"/v1/visit-imports/{report['id']}/rollback")
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def standings(client: httpx.AsyncClient) -> list[str]:
    answer = await client.get("/v1/visits", params={"page_size": 200})
    return [visit["standing"] for visit in answer.json()["data"]]


async def moods(client: httpx.AsyncClient) -> Sequence[str]:
    listed = (await client.get("/v1/visits", params={"page_size": 200})).json()["data"]
    shown = [(await client.get(f"/v1/visits/{visit['id']}")).json() for visit in listed]
    return [visit["record"]["mood"] for visit in sorted(shown, key=lambda visit: visit["external_id"])]


async def visited(client: httpx.AsyncClient) -> int:
    """How many elders were visited at home in October."""
    total: dict[str, int] = (await client.get("/v1/visit-rates", params={"month": "2026-10"})).json()["total"]
    return total["visited_home"]


async def test_everything_a_file_brought_is_taken_back_and_rates_follow(office: httpx.AsyncClient) -> None:
    report = await send_visits(office, three(**AT_HOME))
    assert await visited(office) == 1
    back = await roll_back(office, report)
    assert (back["state"], back["id"], back["stats"]) == ("withdrawn", report["id"], report["stats"])
    assert (await standings(office), await visited(office)) == (["withdrawn"] * 3, 0)
    assert results(await send_visits(office, three(**AT_HOME))) == ["created"] * 3
    assert await visited(office) == 1


@pytest.mark.parametrize("named", [True, False])
async def test_what_was_taken_back_is_accepted_anew(office: httpx.AsyncClient, named: bool) -> None:
    await roll_back(office, await send_visits(office, three(named)))
    mended = three(named, 情绪状态="无变化")
    mended[0]["情绪状态"] = three()[0]["情绪状态"]
    again = await send_visits(office, mended)
    assert results(again) == ["created"] * 3
    assert await standings(office) == ["accepted"] * 3
    assert results(await send_visits(office, mended)) == ["unchanged"] * 3
    await roll_back(office, again)
    assert await standings(office) == ["withdrawn"] * 3


async def test_one_visit_a_day_without_an_hour_stays_one_when_its_file_is_sent_again(office: httpx.AsyncClient) -> None:
    timeless = {"记录编号": None, "开始时间": None, "结束时间": None}
    sheet = [a_visit(**timeless, 情绪状态=mood) for mood in ("正常", "无变化")]
    await roll_back(office, await send_visits(office, sheet))
    assert results(await send_visits(office, sheet)) == ["created"] * 2
    assert len(await standings(office)) == 2


async def test_corrected_records_say_again_what_they_said(office: httpx.AsyncClient) -> None:
    first = await send_visits(office, three())
    before = await moods(office)
    changed = three(情绪状态="无变化")
    second = await send_visits(office, changed, supersedes=first["id"])
    assert results(second) == ["updated"] * 3
    assert await moods(office) != before
    assert (await roll_back(office, first, 409))["code"] == "import_superseded"
    await roll_back(office, second)
    assert (await moods(office), await standings(office)) == (before, ["accepted"] * 3)
    third = await send_visits(office, changed, supersedes=first["id"])
    assert results(third) == ["updated"] * 3


async def test_corrections_without_numbers_are_taken_back_and_sent_again(office: httpx.AsyncClient) -> None:
    await send_visits(office, three(named=False))
    before, changed = await moods(office), three(named=False, 情绪状态="无变化")
    await roll_back(office, await send_visits(office, changed))
    assert await moods(office) == before
    assert results(await send_visits(office, three(named=False))) == ["unchanged"] * 3
    assert results(await send_visits(office, changed)) == ["updated"] * 3


async def test_held_records_wait_no_more_until_they_are_sent_again(office: httpx.AsyncClient) -> None:
    report = await send_visits(office, [a_visit(**STRANGER)])
    assert results(report) == ["held"]
    await roll_back(office, report)
    assert [held["state"] for held in (await office.get("/v1/held-visits")).json()["data"]] == ["dismissed"]
    again = await send_visits(office, [a_visit(**STRANGER)])
    assert results(again) == ["held"]
    assert [held["state"] for held in (await office.get("/v1/held-visits")).json()["data"]] == ["held"]
    await roll_back(office, again)


async def test_a_held_record_that_is_gone_from_the_corrected_file_waits_no_more(office: httpx.AsyncClient) -> None:
    first = await send_visits(office, [*three(), a_visit(**STRANGER)])
    second = await send_visits(office, three(), supersedes=first["id"])
    assert [held["state"] for held in (await office.get("/v1/held-visits")).json()["data"]] == ["dismissed"]
    both = await send_visits(office, [*three(), a_visit(**STRANGER)], supersedes=second["id"])
    assert results(both) == ["unchanged"] * 3 + ["held"]


async def test_rows_in_the_way_are_named_and_nothing_changes(office: httpx.AsyncClient, client_of: ClientOf) -> None:
    report = await send_visits(office, [*three(), a_visit(**STRANGER)])
    colleague = await client_of(an_instructor())
    voided, held = report["items"][1]["id"], report["items"][3]["id"]
    assert (await colleague.post(f"/v1/visits/{voided}/void", json={"reason": "不是这一天"})).status_code == 200
    assert (await office.post(f"/v1/held-visits/{held}/dismiss", json={"reason": "查无此人"})).status_code == 200
    problem = await roll_back(office, report, 409)
    assert (problem["code"], problem["params"]) == ("import_touched", {"count": 2})
    assert [(error["code"], error["params"]["row"]) for error in problem["errors"]] == [
        ("row_changed_since", report["items"][1]["row"]),
        ("row_decided_since", report["items"][3]["row"]),
    ]
    assert sorted(await standings(office)) == ["accepted", "accepted", "voided"]
    assert (await office.get(f"/v1/visit-imports/{report['id']}")).json()["state"] == "done"


async def test_a_file_is_taken_back_once_and_within_a_day(
    office: httpx.AsyncClient, client_of: ClientOf, clock: Clock
) -> None:
    early, late = await send_visits(office, three()[:1]), await send_visits(office, three()[1:])
    await roll_back(office, early)
    assert (await roll_back(office, early, 409))["code"] == "wrong_state"
    clock.now += timedelta(hours=24, seconds=1)
    tomorrow = await client_of(an_instructor())
    assert (await roll_back(tomorrow, late, 409))["code"] == "rollback_too_late"


async def test_a_rehearsal_brought_nothing(office: httpx.AsyncClient) -> None:
    await send_visits(office, three())
    rehearsal = await send_visits(office, three(情绪状态="无变化"), mode="validate")
    await roll_back(office, rehearsal)
    assert await standings(office) == ["accepted"] * 3


async def test_what_the_records_opened_falls_with_them_and_opens_anew(office: httpx.AsyncClient) -> None:
    sheet = [at_home(记录编号="A-1", 探访日期="2026-11-02", 燃气安全="不安全")]
    report = await send_visits(office, sheet)

    async def hazards() -> list[str]:
        return sorted(each["state"] for each in (await office.get("/v1/hazards")).json()["data"])

    opened = await hazards()
    assert len(opened) == 1
    await roll_back(office, report)
    assert await hazards() == ["cancelled"]
    await send_visits(office, sheet)
    assert await hazards() == sorted(["cancelled", *opened])
