from datetime import date

import pytest

from tests.builders import OTHER_TOWNSHIP, an_instructor
from tests.duty.office import GENERAL, PRIORITY, Office, code, tasks_of


async def test_duty_starts_with_confirmation(office: Office) -> None:
    office.on("2026-11-03")
    elder = await office.verified()
    state = await office.tells(elder, "confirm")
    assert (state["status"], state["tier"], state["confirmed_on"]) == ("confirmed", "general", "2026-11-03")
    assert state["stint"] == {
        "starts_on": "2026-11-03",
        "last_day_on": None,
        "ending": None,
        "approved": None,
    }
    assert state["review_due_on"] == "2027-05-03"
    assert state["due_on"] == "2026-11-09"
    assert await office.owed(elder, "2026-11") == ["M open"]
    assert await office.owed(elder, "2026-12") == ["M open"]


async def test_what_the_form_lacks_is_dated_and_stops_nothing(office: Office) -> None:
    office.on("2026-11-03")
    state = await office.tells(await office.verified(), "confirm")
    assert tasks_of(state) == {
        "name_contact": "2026-11-10",
        "verify_facts": "2026-11-10",
        "complete_file": "2026-12-03",
        "first_visit": "2026-11-09",
    }


@pytest.mark.parametrize(
    ("day", "owed"),
    [
        ("2026-12-08", ["H1 open", "H2 open"]),
        ("2026-12-09", ["H2 open"]),
        ("2026-12-24", ["H2 open"]),
        ("2026-12-25", []),
    ],
)
async def test_a_half_month_is_owed_from_half_of_its_days(office: Office, day: str, owed: list[str]) -> None:
    elder = await office.confirmed(day, **PRIORITY)
    assert await office.owed(elder, "2026-12") == owed


async def test_a_confirmation_may_lie_in_the_past_but_not_before_filing_nor_ahead(office: Office) -> None:
    office.on("2026-11-03")
    elder = await office.verified()
    assert code(await office.asks(elder, "confirm", confirmed_on="2026-10-04")) == "422 confirmed_before_filed"
    assert code(await office.asks(elder, "confirm", confirmed_on="2026-11-04")) == "422 day_in_future"
    await office.tells(elder, "confirm", confirmed_on="2026-10-05")
    assert await office.owed(elder, "2026-10") == ["M open"]


async def test_nobody_is_confirmed_twice(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    answer = await office.asks(elder, "confirm")
    assert code(answer) == "409 wrong_state"
    assert answer.json()["params"] == {"state": "confirmed", "allowed": "declined, verified"}


async def test_a_draft_is_verified_first(office: Office) -> None:
    elder = await office.drafted()
    assert code(await office.asks(elder, "confirm")) == "409 wrong_state"


async def test_who_fits_no_category_is_taken_in_by_hand_as_general(office: Office) -> None:
    """c20: 83, alone, a son in another village of the township (A11)."""
    office.on("2026-11-03")
    son = {"name": "陈小明", "relation": "20", "alive": True, "adult": True, "co_resident": False}
    nothing_else = {
        "spouse": False,
        "children_complete": True,
        "relatives_complete": True,
        "has_caregiver": True,
        "at_home": True,
        "has_certificate": False,
        "family_planning": {"had_one_child": False},
    }
    elder = await office.verified(
        born=date(1943, 3, 5),
        facts=nothing_else,
        ability={"level": "intact", "basis": "formal", "assessed_on": "2026-10-01", "score": 90},
        registered_address={"text": "莆田市涵江区", "rural": False},
        family_members=[{**son, "township": "350303104"}],
    )
    assert code(await office.asks(elder, "confirm")) == "422 no_category"
    state = await office.tells(elder, "include", reason="独居，同镇之子不往来")
    assert (state["status"], state["tier"], state["categories"]) == ("verified", "general", [])
    assert code(await office.asks(elder, "include", reason="再次")) == "409 wrong_state"
    assert (await office.tells(elder, "confirm"))["tier"] == "general"
    assert await office.owed(elder, "2026-11") == ["M open"]


async def test_too_little_known_is_verified_first(office: Office) -> None:
    elder = await office.verified(name="陈阿婆")
    assert code(await office.asks(elder, "confirm")) == "422 category_unknown"


async def test_a_tier_may_be_confirmed_above_the_facts_with_a_reason_never_below(office: Office) -> None:
    office.on("2026-11-03")
    elder = await office.verified(**GENERAL)
    assert code(await office.asks(elder, "confirm", tier="priority")) == "422 reason_needed"
    state = await office.tells(elder, "confirm", tier="priority", reason="近期丧偶")
    assert state["tier"] == "priority"
    assert await office.owed(elder, "2026-11") == ["H1 open", "H2 open"]

    impaired = await office.verified(**PRIORITY)
    below = await office.asks(impaired, "confirm", tier="general", reason="情况稳定")
    assert code(below) == "422 tier_not_of_the_facts"


async def test_a_liaison_does_not_confirm_and_another_township_sees_nobody(office: Office) -> None:
    elder = await office.verified()
    path = f"/v1/elders/{elder}/confirm"
    assert code(await office.says(office.liaison, path)) == "403 permission_missing"
    assert code(await office.says(an_instructor(OTHER_TOWNSHIP), path)) == "404 not_found"


async def test_an_etag_that_is_sent_is_honoured(office: Office) -> None:
    elder = await office.verified()
    client = await office.client_of(office.instructor)
    stale = await client.post(f"/v1/elders/{elder}/confirm", json={}, headers={"If-Match": '"1"'})
    assert code(stale) == "412 version_changed"
    fresh = await client.post(f"/v1/elders/{elder}/confirm", json={}, headers={"If-Match": '"2"'})
    assert fresh.status_code == 200, fresh.text
    assert fresh.headers["etag"] == fresh.json()["etag"]
