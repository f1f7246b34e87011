"""A death nobody had noticed in time, and what the district says of it (A5, A35)."""

import pytest

from api.store import tables
from tests.builders import an_instructor
from tests.duty.office import code
from tests.incidents.deaths import Mourners
from tests.visits.rounds import at, nobody_home


async def found_after_seven_weeks(mourners: Mourners) -> str:
    """Last seen on 3 October, dead about 10 November, found on the 28th."""
    elder = await mourners.elder()
    mourners.on("2026-10-03")
    await mourners.sends(elder, **at("2026-10-03"))
    mourners.on("2026-11-28")
    await mourners.dies(elder, "2026-11-10", "2026-11-28")
    return elder


async def test_found_dead_after_seven_weeks(mourners: Mourners) -> None:
    elder = await found_after_seven_weeks(mourners)

    [review] = await mourners.reviews()

    assert (review["kind"], review["state"], review["elder_id"]) == ("died_unseen", "open", elder)
    assert (review["died_on"], review["found_on"], review["last_contact_on"]) == (
        "2026-11-10",
        "2026-11-28",
        "2026-10-03",
    )
    assert (review["days_to_death"], review["days_to_discovery"]) == (38, 56)
    assert (review["source"], review["tier"]) == ("neighbour", "general")
    assert (await mourners.line(elder, "2026-11")).deaths_unseen == 1


async def test_nobody_ever_came_and_no_days_are_counted(mourners: Mourners) -> None:
    elder = await mourners.elder()
    mourners.on("2026-11-28")
    await mourners.dies(elder, "2026-11-10", "2026-11-28")

    [review] = await mourners.reviews()
    assert (review["last_contact_on"], review["days_to_death"], review["days_to_discovery"]) == (None, None, None)


@pytest.mark.parametrize("method", ["home", "phone"])
async def test_who_was_reached_in_the_running_period_was_seen_in_time(mourners: Mourners, method: str) -> None:
    elder = await mourners.elder()
    mourners.on("2026-11-05")
    await mourners.sends(elder, method=method, **at("2026-11-05"))
    mourners.on("2026-11-12")
    await mourners.dies(elder, "2026-11-10", "2026-11-11")

    assert await mourners.reviews() == []
    assert (await mourners.line(elder, "2026-11")).deaths_unseen == 0


async def test_the_district_concludes_once_and_the_township_reads_it(mourners: Mourners) -> None:
    await found_after_seven_weeks(mourners)
    [review] = await mourners.reviews(state="open")
    path = f"/v1/incident-reviews/{review['id']}"
    early = await mourners.says(mourners.instructor, f"{path}/conclude", finding="duty_missed", text="属实")
    assert code(early) == "403 permission_missing"

    concluded = await mourners.concludes(review, "duty_missed")

    assert (concluded["state"], concluded["finding"], concluded["text"]) == (
        "concluded",
        "duty_missed",
        "经区民政局核查",
    )
    assert (await mourners.reads(mourners.instructor, path)).json()["finding"] == "duty_missed"
    again = await mourners.says(mourners.supervisor, f"{path}/conclude", nonsense=1)
    assert (code(again), again.json()["params"]["state"]) == ("409 wrong_state", "concluded")
    assert code(await mourners.reads(an_instructor("350303101"), path)) == "404 not_found"
    assert code(await mourners.reads(mourners.liaison, path)) == "403 permission_missing"


async def test_alarms_stay_open_until_the_district_has_looked_into_the_death(mourners: Mourners) -> None:
    elder = await mourners.elder()
    for day in ("2026-11-07", "2026-11-14"):
        mourners.on(day)
        await mourners.sends(elder, **nobody_home(day))
    mourners.on("2026-11-15")
    await mourners.dies(elder, "2026-11-06", "2026-11-15")
    [alarm] = await mourners.rows(tables.Escalation)
    assert alarm.state == "open"

    [review] = await mourners.reviews()
    await mourners.concludes(review, "duty_done")

    [alarm] = await mourners.rows(tables.Escalation)
    assert alarm.state == "closed"


async def test_a_danger_open_at_death_is_looked_into_though_the_elder_was_seen_in_time(mourners: Mourners) -> None:
    elder = await mourners.elder()
    mourners.on("2026-11-05")
    await mourners.sends(elder, major_risk={"kind": "suicide_risk"}, **at("2026-11-05"))
    mourners.on("2026-11-12")
    await mourners.dies(elder, "2026-11-11", "2026-11-12")

    [review] = await mourners.reviews()
    assert review["kind"] == "open_risk"
    await mourners.concludes(review, "duty_done")
    assert [row.state for row in await mourners.rows(tables.Escalation)] == ["closed"]
