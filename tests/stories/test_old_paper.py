"""Two months of paper records come in as one file: it fills the register and rings nobody's bell (A27)."""

from typing import Any

from tests.builders import Person
from tests.imports.sending import CONFIRMED, results, send_roll, send_visits
from tests.imports.sheets import a_person, a_visit, an_id
from tests.imports.test_visit_imports_http import at_home
from tests.stories.town import Town

UNSAFE, EMPTY = ({"姓名": name, "身份证号": an_id("19460101", n)} for name, n in (("陈金花", 990), ("林阿妹", 992)))
DAYS = ("2026-09-07", "2026-09-14", "2026-10-05", "2026-10-12")


def two_months() -> list[dict[str, Any]]:
    """Four times the gas was unsafe at the one's; four times nobody answered at the other's, a week apart."""
    unsafe = [at_home(**UNSAFE, 记录编号=f"U-{day}", 探访日期=day, 燃气安全="不安全") for day in DAYS]
    empty = [a_visit(**EMPTY, 记录编号=f"E-{day}", 探访日期=day, 服务方式="上门探访", 探访结果="未遇") for day in DAYS]
    return [*unsafe, *empty]


async def test_two_months_of_old_paper_leave_tasks_to_check_and_nothing_else(town: Town) -> None:
    town.on("2026-11-20")
    office = await town.client_of(town.instructor)
    on_the_roll = {"村（居）": "新前村", "建档日期": "2026-09-01", "是否自愿接受探访": "是"}
    roll = [a_person(**who, **on_the_roll) for who in (UNSAFE, EMPTY)]
    assert results(await send_roll(office, roll, **CONFIRMED)) == ["created"] * 2
    people = (town.liaison, town.instructor, town.supervisor)
    before = [await waiting(town, person) for person in people]

    report = await send_visits(office, two_months())
    assert results(report) == ["created"] * 8

    [unsafe, empty] = [await check_tasks(town, item["id"]) for item in (report["items"][0], report["items"][4])]
    assert (len(unsafe), len(empty)) == (1, 1)
    assert [await waiting(town, person) for person in people] == before
    for noun in ("hazards", "escalations", "whereabouts-checks", "change-proposals", "needs"):
        assert (await town.shows(f"/v1/{noun}"))["data"] == [], noun


async def waiting(town: Town, person: Person) -> dict[str, tuple[int, int]]:
    """What waits for a person, but for visits that are owed and tasks for the next one."""
    return {kind: counts for kind, counts in (await town.inbox(person)).items() if kind not in ("task", "visit_missed")}


async def check_tasks(town: Town, visit_id: str) -> list[dict[str, Any]]:
    """What is to be looked at on the next visit to whom a record is about."""
    elder_id = (await town.shows(f"/v1/visits/{visit_id}"))["elder"]["id"]
    return [task for task in await town.about("tasks", elder_id, state="open") if task["kind"] == "check_next_visit"]
