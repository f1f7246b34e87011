"""A file that is sent again with corrections: what is the same stays, what changed is put right, what is gone goes."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.imports.sending import CONFIRMED, results, send_roll, send_visits
from tests.imports.sheets import a_person, a_visit
from tests.promises.names import promise

ELDER = a_person(建档日期="2026-01-10", 是否自愿接受探访="是")


@pytest.fixture
async def office(instructor: httpx.AsyncClient) -> httpx.AsyncClient:
    assert results(await send_roll(instructor, [ELDER], **CONFIRMED)) == ["created"]
    return instructor


def a_sheet(rows: int, **more: Any) -> list[dict[str, Any]]:
    """A visit a day, without numbers, as a volunteer centre keeps them."""
    first = date(2026, 2, 1)
    days = [first + timedelta(days=number % 200) for number in range(rows)]
    hours = [f"{8 + number // 200:02}:15" for number in range(rows)]
    fixed = {"记录编号": None, "结束时间": None, **more}
    return [
        a_visit(**{**fixed, "探访日期": day.isoformat(), "开始时间": hour})
        for day, hour in zip(days, hours, strict=True)
    ]


async def listed(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await client.get("/v1/visits", params={"page_size": 200})
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


@promise("B1")
async def test_of_300_rows_with_three_cells_changed_297_are_unchanged_and_3_updated(office: httpx.AsyncClient) -> None:
    sheet = a_sheet(300)
    assert (await send_visits(office, sheet))["stats"]["created"] == 300
    for row in (7, 120, 299):
        sheet[row]["情绪状态"] = "无变化"
    stats = (await send_visits(office, sheet))["stats"]
    assert (stats["unchanged"], stats["updated"], stats["rejected"]) == (297, 3, 0)
    assert (await send_visits(office, sheet))["stats"]["unchanged"] == 300


async def test_a_row_without_an_hour_is_corrected_where_the_file_has_no_more_of_them(office: httpx.AsyncClient) -> None:
    sheet = [a_visit(记录编号=None, 开始时间=None, 结束时间=None, 探访日期=f"2026-10-0{day}") for day in (1, 2, 3)]
    assert results(await send_visits(office, sheet)) == ["created"] * 3
    sheet[1]["情绪状态"] = "无变化"
    assert results(await send_visits(office, sheet)) == ["unchanged", "updated", "unchanged"]
    assert len(await listed(office)) == 3


async def test_an_older_file_does_not_undo_a_newer_one(office: httpx.AsyncClient) -> None:
    older, newer = a_sheet(1), a_sheet(1, 情绪状态="无变化")
    assert results(await send_visits(office, older)) == ["created"]
    assert results(await send_visits(office, newer)) == ["updated"]
    assert results(await send_visits(office, older)) == ["rejected"]


async def test_a_file_that_supersedes_another_corrects_its_numbered_rows_and_takes_back_what_is_gone(
    office: httpx.AsyncClient,
) -> None:
    rows = [a_visit(记录编号=f"A-{day}", 探访日期=f"2026-10-0{day}") for day in (1, 2, 3)]
    first = await send_visits(office, rows)
    changed = [rows[0], {**rows[1], "情绪状态": "无变化"}]
    assert results(await send_visits(office, changed)) == ["unchanged", "rejected"]
    second = await send_visits(office, changed, supersedes=first["id"])
    assert (results(second), second["supersedes"]) == (["unchanged", "updated"], first["id"])
    standing = {visit["external_id"]: visit["standing"] for visit in await listed(office)}
    assert standing == {"A-1": "accepted", "A-2": "accepted", "A-3": "withdrawn"}


async def test_nothing_is_taken_back_while_a_row_of_the_corrected_file_cannot_be_read(
    office: httpx.AsyncClient,
) -> None:
    rows = [a_visit(记录编号=f"A-{day}", 探访日期=f"2026-10-0{day}") for day in (1, 2)]
    first = await send_visits(office, rows)
    assert results(await send_visits(office, [{**rows[0], "服务方式": "飞行"}], supersedes=first["id"])) == ["rejected"]
    assert {visit["standing"] for visit in await listed(office)} == {"accepted"}


async def test_a_rehearsal_takes_nothing_back(office: httpx.AsyncClient) -> None:
    rows = [a_visit(记录编号=f"A-{day}", 探访日期=f"2026-10-0{day}") for day in (1, 2)]
    first = await send_visits(office, rows)
    await send_visits(office, rows[:1], supersedes=first["id"], mode="validate")
    assert {visit["standing"] for visit in await listed(office)} == {"accepted"}


async def test_only_a_finished_file_of_the_same_sender_is_superseded(office: httpx.AsyncClient) -> None:
    report = await send_visits(office, a_sheet(1), supersedes="00000000-0000-7000-8000-000000000000")
    assert report["code"] == "import_unknown"
