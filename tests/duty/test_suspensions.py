from typing import Any

import pytest

from tests.duty.office import PRIORITY, Office, code, tasks_of

HOSPITAL = {"starts_on": "2026-11-01", "ends_on": "2026-11-20", "reason": "hospital"}


async def suspended(office: Office, **changes: Any) -> tuple[str, dict[str, Any]]:
    """A priority elder since October and how he stands after the liaison's word on 1 November."""
    elder = await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2026-11-01")
    path = f"/v1/elders/{elder}/suspensions"
    return elder, await office.does(office.liaison, path, **{**HOSPITAL, **changes})


async def test_the_villages_word_frees_provisionally_at_once(office: Office) -> None:
    elder, state = await suspended(office)
    assert state["status"] == "suspended"
    assert state["suspensions"][0]["state"] == "provisional"
    assert tasks_of(state)["confirm_suspension"] == "2026-11-08"
    assert await office.owed(elder, "2026-11") == ["H1 excused", "H2 open"]
    line = await office.line(elder, "2026-11")
    assert (line.due, line.obligations, line.excused, line.excused_provisional) == (1, 1, 1, 1)


async def test_the_township_confirms_and_it_is_no_longer_provisional(office: Office) -> None:
    elder, state = await suspended(office)
    path = f"/v1/elders/{elder}/suspensions/{state['suspensions'][0]['id']}/confirm"
    assert code(await office.says(office.liaison, path)) == "403 permission_missing"
    state = await office.does(office.instructor, path)
    assert state["suspensions"][0]["state"] == "confirmed"
    assert "confirm_suspension" not in tasks_of(state)
    line = await office.line(elder, "2026-11")
    assert (line.excused, line.excused_provisional) == (1, 0)
    assert code(await office.says(office.instructor, path)) == "409 wrong_state"


async def test_a_rejected_suspension_was_none(office: Office) -> None:
    elder, state = await suspended(office)
    path = f"/v1/elders/{elder}/suspensions/{state['suspensions'][0]['id']}/reject"
    state = await office.does(office.instructor, path)
    assert (state["status"], state["suspensions"]) == ("confirmed", [])
    assert await office.owed(elder, "2026-11") == ["H1 open", "H2 open"]
    [kept] = (await office.reads(office.liaison, f"/v1/elders/{elder}/suspensions")).json()["data"]
    assert kept["state"] == "rejected"


async def test_home_again_a_first_visit_is_due_within_the_week(office: Office) -> None:
    """Home from hospital on 25 January: until the 31st (A4)."""
    elder = await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2027-01-10")
    away = {"starts_on": "2027-01-10", "ends_on": "2027-02-10", "reason": "hospital"}
    state = await office.tells(elder, "suspensions", **away)
    office.on("2027-01-25")
    end = f"suspensions/{state['suspensions'][0]['id']}/end"
    state = await office.tells(elder, end, ends_on="2027-01-24")
    assert state["status"] == "confirmed"
    assert tasks_of(state)["first_visit"] == "2027-01-31"
    assert code(await office.asks(elder, end, ends_on="2027-01-26")) == "422 dates_out_of_order"


async def test_ended_before_it_began_it_never_was(office: Office) -> None:
    elder, state = await suspended(office)
    end = f"suspensions/{state['suspensions'][0]['id']}/end"
    state = await office.tells(elder, end, ends_on="2026-10-31")
    assert (state["status"], state["suspensions"]) == ("confirmed", [])
    assert await office.owed(elder, "2026-11") == ["H1 open", "H2 open"]


async def test_sixty_days_then_a_contact_renews(office: Office) -> None:
    elder, state = await suspended(office, ends_on="2026-12-30")
    renew = f"suspensions/{state['suspensions'][0]['id']}/renew"
    office.on("2026-12-20")
    far = await office.asks(elder, renew, ends_on="2027-02-19", contacted_on="2026-12-20")
    assert code(far) == "422 suspension_too_long"
    state = await office.tells(elder, renew, ends_on="2027-02-18", contacted_on="2026-12-20")
    assert [each["starts_on"] for each in state["suspensions"]] == ["2026-11-01", "2026-12-31"]
    again = await office.asks(elder, renew, ends_on="2027-02-18", contacted_on="2026-12-20")
    assert code(again) == "409 suspension_overlaps"


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        ({"ends_on": "2026-12-31"}, "422 suspension_too_long"),
        ({"ends_on": "2026-10-31"}, "422 dates_out_of_order"),
        ({"starts_on": "2027-01-03", "ends_on": "2027-01-04"}, "422 too_far_ahead"),
    ],
)
async def test_days_that_cannot_be_are_refused(office: Office, days: dict[str, str], refusal: str) -> None:
    elder = await office.confirmed("2026-11-01")
    assert code(await office.asks(elder, "suspensions", **{**HOSPITAL, **days})) == refusal


async def test_one_absence_at_a_time(office: Office) -> None:
    elder = await office.confirmed("2026-11-01")
    ahead = {"starts_on": "2026-12-01", "ends_on": "2026-12-05", "reason": "away"}
    assert (await office.tells(elder, "suspensions", **ahead))["status"] == "confirmed"
    assert code(await office.asks(elder, "suspensions", **ahead)) == "409 suspension_overlaps"
    await office.tells(elder, "suspensions", **HOSPITAL)
    assert code(await office.asks(elder, "suspensions", **HOSPITAL)) == "409 wrong_state"


async def test_the_new_day_shows_who_has_left_and_who_is_back(office: Office) -> None:
    elder = await office.confirmed("2026-11-01")
    await office.tells(elder, "suspensions", starts_on="2026-11-05", ends_on="2026-11-10", reason="away")
    shown = []
    for day in ("2026-11-04", "2026-11-05", "2026-11-10", "2026-11-11"):
        office.on(day)
        shown.append(await office.new_day(elder))
    assert shown == ["confirmed", "suspended", "suspended", "confirmed"]
