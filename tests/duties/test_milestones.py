"""The plan's days: what was reached late can be said late, and never before it happened."""

from typing import Any

from tests.builders import DISTRICT, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE
from tests.duty.office import Office, code


async def say(office: Office, area: str, milestone: str, version: str | None = None, **body: Any) -> Any:
    client = await office.client_of(office.supervisor)
    headers = {"If-Match": version} if version else {}
    return await client.put(f"/v1/milestones/{area}/{milestone}", json=body, headers=headers)


async def milestones(office: Office, area: str = DISTRICT) -> dict[tuple[str, str], Any]:
    rows = (await office.reads(office.supervisor, f"/v1/milestones?area={area}")).json()["data"]
    return {(row["area"], row["milestone"]): row for row in rows}


async def test_every_township_has_the_plans_seven_days(office: Office) -> None:
    rows = [row for (area, _), row in (await milestones(office)).items() if area == TOWNSHIP]
    assert [row["planned_on"] for row in rows] == [
        "2023-06-30",
        "2023-07-20",
        "2023-07-31",
        "2023-08-31",
        "2023-12-31",
        "2024-12-31",
        "2025-12-31",
    ]
    assert {(row["name"], row["done_on"], row["version"]) for row in rows} == {("江口镇", None, None)}


async def test_what_was_late_is_said_late(office: Office) -> None:
    said = await say(office, TOWNSHIP, "collected", done_on="2023-08-15", note="台风影响")
    assert said.status_code == 200, said.text
    row = (await milestones(office))[TOWNSHIP, "collected"]
    assert (row["done_on"], row["days_late"], row["note"], row["version"]) == ("2023-08-15", 46, "台风影响", 1)
    early = await say(office, DISTRICT, "collected", done_on="2023-06-20")
    assert early.json()["days_late"] == 0
    office.on("2026-01-10")
    assert (await milestones(office))[OTHER_TOWNSHIP, "impaired_helped"]["days_late"] == 10


async def test_a_day_can_be_taken_back_by_whoever_saw_it(office: Office) -> None:
    first = await say(office, TOWNSHIP, "confirmed", done_on="2023-07-31")
    second = await say(office, TOWNSHIP, "confirmed", first.headers["etag"], done_on=None)
    assert (second.json()["done_on"], second.json()["version"]) == (None, 2)
    assert code(await say(office, TOWNSHIP, "confirmed", first.headers["etag"], done_on=None)) == "412 version_changed"


async def test_only_districts_and_townships_have_milestones_and_only_in_the_past(office: Office) -> None:
    assert code(await say(office, VILLAGE, "collected", done_on=None)) == "422 milestone_area"
    assert code(await say(office, TOWNSHIP, "collected", done_on="2026-11-04")) == "422 day_in_future"
    assert code(await say(office, "350304", "collected", done_on=None)) == "404 not_found"


async def test_a_township_sees_its_own_days(office: Office) -> None:
    await say(office, TOWNSHIP, "collected", done_on="2023-07-01")
    await say(office, OTHER_TOWNSHIP, "collected", done_on="2023-07-02")
    rows = (await office.reads(office.instructor, "/v1/milestones")).json()["data"]
    assert [(row["area"], row["done_on"]) for row in rows if row["done_on"]] == [(TOWNSHIP, "2023-07-01")]
    client = await office.client_of(office.instructor)
    refused = await client.put(f"/v1/milestones/{TOWNSHIP}/collected", json={"done_on": None})
    assert code(refused) == "403 permission_missing"
