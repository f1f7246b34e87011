"""Days on which nobody can go out: what ends in them may be met in a grace (reading A17)."""

from datetime import date
from typing import Any

import pytest

from api.domain.jobs import JobState
from api.jobs.worker import Worker
from api.usecases import surges
from tests.builders import OTHER_TOWNSHIP
from tests.duty.office import code
from tests.surges.weather import Weather

AUTUMN = ("2026-08", "2026-10")


@pytest.fixture
async def elder(weather: Weather) -> str:
    """Of the priority tier; it is the second day of the storm of 13–15 September."""
    await weather.planned_for("2026-08", "2026-09", "2026-10")
    weather.on("2026-09-14")
    [elder] = await weather.settled(1, months=AUTUMN)
    for day in ("2026-08-04", "2026-08-20"):
        await weather.sees(elder, day)
    return elder


async def halves(weather: Weather, elder: str, month: str = "2026-09") -> list[tuple[Any, ...]]:
    """(period, due day, state, day it was met) as of today."""
    answer = await weather.reads(weather.supervisor, f"/v1/obligations?month={month}&elder_id={elder}")
    return [(row["period"][8:], row["due_on"], row["state"], row["met_on"]) for row in answer.json()["data"]]


async def test_a_visit_in_the_grace_meets_the_period_before_first(weather: Weather, elder: str) -> None:
    await weather.stands_down("2026-09-13", "2026-09-15")
    assert await halves(weather, elder) == [
        ("H1", "2026-09-21", "open", None),
        ("H2", "2026-09-30", "open", None),
    ]
    weather.on("2026-09-17")
    [line] = (await weather.reads(weather.liaison, "/v1/worklist")).json()["data"]
    assert (line["due_on"], line["standing"], line["period"]) == ("2026-09-21", "due_soon", "2026-09-H1")
    seen = await weather.sees(elder, "2026-09-17")
    assert seen["counts_toward"] == [
        {"period": "2026-09-H1", "tier": "priority", "counted": True},
        {"period": "2026-09-H2", "tier": "priority", "counted": False},
    ]
    assert await halves(weather, elder) == [
        ("H1", "2026-09-21", "met", "2026-09-17"),
        ("H2", "2026-09-30", "open", None),
    ]
    weather.on("2026-09-18")
    again = await weather.sees(elder, "2026-09-18")
    assert again["counts_toward"] == [{"period": "2026-09-H2", "tier": "priority", "counted": True}]
    assert await weather.wrong() == []


async def test_whoever_was_seen_before_the_storm_owes_the_next_period(weather: Weather, elder: str) -> None:
    await weather.sees(elder, "2026-09-04")
    await weather.stands_down("2026-09-13", "2026-09-15")
    weather.on("2026-09-17")
    seen = await weather.sees(elder, "2026-09-17")
    assert seen["counts_toward"] == [{"period": "2026-09-H2", "tier": "priority", "counted": True}]


async def test_without_a_visit_the_period_is_missed_after_its_grace(weather: Weather, elder: str) -> None:
    await weather.stands_down("2026-09-13", "2026-09-15")
    weather.on("2026-09-21")
    assert (await halves(weather, elder))[0][2] == "open"
    weather.on("2026-09-22")
    assert (await halves(weather, elder))[0][2] == "missed"
    late = await weather.sees(elder, "2026-09-22")
    assert late["counts_toward"] == [{"period": "2026-09-H2", "tier": "priority", "counted": True}]


async def test_told_of_afterwards_it_changes_what_a_visit_met(weather: Weather, elder: str) -> None:
    weather.on("2026-09-20")
    visit = await weather.sees(elder, "2026-09-17")
    assert (await weather.credit(visit["id"]))["counts_toward"][0]["period"] == "2026-09-H2"
    stand_down = await weather.stands_down("2026-09-13", "2026-09-15")
    assert [row[2] for row in await halves(weather, elder)] == ["met", "open"]
    assert (await weather.credit(visit["id"]))["counts_toward"][0]["counted"]
    await weather.does(weather.supervisor, f"/v1/surges/{stand_down}/cancel")
    assert [row[2] for row in await halves(weather, elder)] == ["missed", "met"]
    assert await weather.wrong() == []


async def test_ended_sooner_the_grace_is_shorter(weather: Weather, elder: str) -> None:
    stand_down = await weather.stands_down("2026-09-13", "2026-09-18")
    assert (await halves(weather, elder))[0][1] == "2026-09-24"
    ended = await weather.does(weather.supervisor, f"/v1/surges/{stand_down}/end")
    assert (ended["state"], ended["ends_on"], ended["grace_days"]) == ("ended", "2026-09-14", 3)
    assert (await halves(weather, elder))[0][1] == "2026-09-20"
    assert await weather.wrong() == []


async def test_a_period_that_ends_within_three_days_after_has_the_grace_and_a_later_one_has_not(
    weather: Weather, elder: str
) -> None:
    await weather.stands_down("2026-09-11", "2026-09-12")
    assert (await halves(weather, elder))[0][1] == "2026-09-20"
    weather.on("2026-09-15")
    other = await weather.stands_down("2026-09-10", "2026-09-11", areas=[OTHER_TOWNSHIP])
    assert (await halves(weather, elder))[0][1] == "2026-09-20"
    await weather.does(weather.supervisor, f"/v1/surges/{other}/cancel")
    assert await weather.wrong() == []


async def test_a_storm_in_another_township_moves_nothing(weather: Weather, elder: str) -> None:
    await weather.stands_down("2026-09-13", "2026-09-15", areas=[OTHER_TOWNSHIP])
    assert (await halves(weather, elder))[0][1] == "2026-09-15"


async def test_a_grace_over_the_end_of_the_month_takes_its_visit_there(weather: Weather, elder: str) -> None:
    await weather.sees(elder, "2026-09-04")
    weather.on("2026-09-29")
    await weather.stands_down("2026-09-29", "2026-09-30")
    weather.on("2026-10-06")
    first = await weather.sees(elder, "2026-10-02")
    assert first["counts_toward"] == [
        {"period": "2026-09-H2", "tier": "priority", "counted": True},
        {"period": "2026-10-H1", "tier": "priority", "counted": False},
    ]
    assert (await halves(weather, elder))[1] == ("H2", "2026-10-05", "met", "2026-10-02")
    assert [row[2] for row in await halves(weather, elder, "2026-10")] == ["open", "open"]
    second = await weather.sees(elder, "2026-10-03")
    assert second["counts_toward"][-1] == {"period": "2026-10-H1", "tier": "priority", "counted": True}
    assert await weather.wrong() == []
    await weather.commands(weather.instructor, first["id"], "void")
    assert (await halves(weather, elder))[1] == ("H2", "2026-10-05", "met", "2026-10-03")
    assert [row[2] for row in await halves(weather, elder, "2026-10")] == ["open", "open"]
    in_time = await weather.sees(elder, "2026-09-20")
    assert in_time["counts_toward"] == [{"period": "2026-09-H2", "tier": "priority", "counted": True}]
    assert [row[3] for row in await halves(weather, elder, "2026-10")] == ["2026-10-03", None]
    assert await weather.wrong() == []


async def test_a_visit_in_the_grace_counts_for_the_month_whose_period_it_meets(weather: Weather, elder: str) -> None:
    [general] = await weather.settled(1, "general", months=AUTUMN)
    weather.on("2026-09-29")
    await weather.stands_down("2026-09-29", "2026-09-30")
    weather.on("2026-10-06")
    await weather.sees(general, "2026-10-02")
    september, october = [await weather.line(general, month) for month in ("2026-09", "2026-10")]
    assert (september.visited_home, september.fully_compliant, september.obligations_met) == (1, 1, 1)
    assert (october.visited_home, october.fully_compliant, october.obligations) == (0, 0, 1)
    assert october.last_seen_on == date(2026, 10, 2)
    assert await weather.wrong() == []


async def test_storms_at_the_ends_of_months_leave_what_was_seen_before_all_of_them(weather: Weather) -> None:
    """Graces lead from August into November: what comes in then is judged with August, and all of its visits."""
    await weather.planned_for("2026-08", "2026-09", "2026-10", "2026-11", "2026-12")
    weather.on("2026-08-20")
    [elder] = await weather.settled(1, months=("2026-08", "2026-12"))
    for day in ("2026-08-04", "2026-08-20"):
        await weather.sees(elder, day)
    for first, last in (("2026-08-30", "2026-08-31"), ("2026-09-29", "2026-09-30"), ("2026-10-30", "2026-10-31")):
        weather.on(first)
        await weather.stands_down(first, last)

    weather.on("2026-11-20")
    await weather.sees(elder, "2026-11-20")

    assert [state for _, _, state, _ in await halves(weather, elder, "2026-08")] == ["met", "met"]
    assert await weather.wrong() == []


async def test_over_many_elders_a_job_judges_them(
    weather: Weather, elder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surges, "MOST_AT_ONCE", 0)
    await weather.stands_down("2026-09-13", "2026-09-15")
    assert (await halves(weather, elder))[0][1] == "2026-09-15"
    worker = Worker(weather.service)
    while await worker.step():
        pass
    assert (await halves(weather, elder))[0][1] == "2026-09-21"
    [job] = [row for row in await weather.jobs() if row.kind == "judge_window"]
    assert (job.state, job.result) == (JobState.DONE, {"elders": 1})
    assert await weather.wrong() == []


async def test_nobody_is_told_of_a_storm_long_past(weather: Weather, elder: str) -> None:
    form = {"kind": "stand_down", "starts_on": "2026-08-20", "ends_on": "2026-08-21"}
    assert code(await weather.says(weather.supervisor, "/v1/surges", **form)) == "422 window_over"
