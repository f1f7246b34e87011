import pytest

from tests.duty.office import GENERAL, PRIORITY, Office, code

WEEKLY = {"frequency": {"period": "week"}, "reason": "术后恢复期"}


async def test_a_township_that_asks_more_of_itself_gets_tasks_and_no_obligations(office: Office) -> None:
    elder = await office.confirmed("2026-11-01", **GENERAL)
    state = await office.tells(elder, "frequency", **WEEKLY, until="2026-11-30")
    due = [task["due_on"] for task in state["open_tasks"] if task["kind"] == "override"]
    assert due == ["2026-11-07", "2026-11-15", "2026-11-22", "2026-11-30"]
    assert await office.owed(elder, "2026-11") == ["M open"]


@pytest.mark.parametrize(
    ("frequency", "refusal"),
    [
        ({"period": "month"}, "422 frequency_not_higher"),
        ({"period": "half_month"}, "422 frequency_not_higher"),
        ({"period": "days", "days": 15}, "422 frequency_not_higher"),
        ({"period": "days"}, "422 days_of_a_period"),
        ({"period": "week", "days": 7}, "422 days_of_a_period"),
    ],
)
async def test_only_upwards(office: Office, frequency: dict[str, object], refusal: str) -> None:
    elder = await office.confirmed("2026-11-01", **PRIORITY)
    answer = await office.asks(elder, "frequency", frequency=frequency, reason="理由")
    assert code(answer) == refusal


async def test_a_frequency_of_its_own_ends_when_the_next_begins(office: Office) -> None:
    elder = await office.confirmed("2026-11-01", **GENERAL)
    await office.tells(elder, "frequency", **WEEKLY)
    assert code(await office.asks(elder, "frequency", **WEEKLY)) == "409 override_overlaps"
    past = await office.asks(elder, "frequency", **WEEKLY, **{"from": "2026-10-31"})
    assert code(past) == "422 day_in_past"
    office.on("2026-11-16")
    state = await office.tells(elder, "frequency", frequency=None, reason="已恢复")
    open_tasks = [task for task in state["open_tasks"] if task["kind"] == "override"]
    assert max(task["due_on"] for task in open_tasks) == "2026-11-15"


async def test_a_review_is_due_every_six_months(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    office.on("2027-05-02")
    path = f"/v1/elders/{elder}/reviews"
    state = await office.does(office.instructor, path, on="2027-04-30", note="情况无变化")
    assert state["review_due_on"] == "2027-10-30"
    assert code(await office.says(office.instructor, path, on="2027-04-30")) == "409 reviewed_since"
    assert code(await office.says(office.instructor, path, on="2027-05-03")) == "422 day_in_future"


async def test_the_last_day_of_august_comes_round_in_february(office: Office) -> None:
    """2023-08-31 → 2024-02-29 (A7)."""
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2027-08-31")
    assert (await office.tells(elder, "reviews"))["review_due_on"] == "2028-02-29"
