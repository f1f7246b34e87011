"""Seen safe once it is proposed, seen safe on another day it is gone; old paper says nothing about today."""

import pytest

from api.store import tables
from tests.hazards.homes import UNSAFE, Homes
from tests.visits.rounds import a_visit, at

SAFE = {"gas_safety": "safe"}


def later_that_morning(day: str) -> dict[str, str]:
    """The times of a second visit on a day."""
    return {"started_at": f"{day}T09:45:00+08:00", "ended_at": f"{day}T10:00:00+08:00"}


async def test_safe_once_proposes_and_safe_on_another_day_resolves(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await homes.sees(elder_id, "2026-11-10", **SAFE)
    assert await homes.states(hazard_id, "safe_on", "resolved_on") == ["resolution_proposed", "2026-11-10", None]
    await homes.sees(elder_id, "2026-11-17", **SAFE)
    assert await homes.states(hazard_id, "safe_on", "resolved_on") == ["resolved", "2026-11-10", "2026-11-17"]


async def test_twice_safe_on_one_day_is_once(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await homes.sees(elder_id, "2026-11-10", **SAFE)
    await homes.sends(elder_id, homes.neighbour, **later_that_morning("2026-11-10"), **SAFE)
    assert await homes.states(hazard_id) == ["resolution_proposed"]


async def test_safe_on_the_day_it_was_seen_says_nothing(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await homes.sends(elder_id, homes.neighbour, **later_that_morning("2026-11-02"), **SAFE)
    assert await homes.states(hazard_id) == ["open"]


@pytest.mark.parametrize("box", ["fairly_safe", "not_present", "not_observed"])
async def test_only_safe_is_safe(homes: Homes, box: str) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await homes.sees(elder_id, "2026-11-10", gas_safety=box)
    assert await homes.states(hazard_id) == ["open"]


async def test_a_safe_box_beside_a_hazard_of_its_kind_is_not_safe(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await homes.sees(elder_id, "2026-11-10", gas_safety="safe", hazards=[{"kind": "gas", "reminded": True}])
    assert await homes.states(hazard_id, "times_seen") == ["reminded", 2]


async def test_there_again_it_is_open_and_reminded_if_it_was(homes: Homes) -> None:
    elder_id, other = await homes.elder(), await homes.elder()
    reminded = await homes.unsafe_gas(elder_id, "2026-11-02", hazards=[{"kind": "gas", "reminded": True}])
    not_reminded = await homes.unsafe_gas(other, "2026-11-02")
    for each in (elder_id, other):
        await homes.sees(each, "2026-11-10", **SAFE)
        await homes.sees(each, "2026-11-17", **UNSAFE)
    assert await homes.states(reminded, "repeated", "times_seen", "safe_on") == ["reminded", True, 2, None]
    assert await homes.states(not_reminded, "repeated", "times_seen", "safe_on") == ["open", False, 2, None]
    await homes.sees(elder_id, "2026-11-24", **SAFE)
    assert await homes.states(reminded) == ["resolution_proposed"]


async def test_what_is_there_again_after_it_was_gone_is_another_hazard(homes: Homes) -> None:
    elder_id = await homes.elder()
    gone = await homes.unsafe_gas(elder_id, "2026-11-02")
    await homes.sees(elder_id, "2026-11-10", **SAFE)
    await homes.sees(elder_id, "2026-11-17", **SAFE)
    assert await homes.unsafe_gas(elder_id, "2026-11-24") != gone


async def test_the_kitchen_of_a_couple_is_safe_for_both(homes: Homes) -> None:
    elder_id, husband = await homes.elder(), await homes.elder()
    await homes.live_together(elder_id, husband)
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await homes.sees(husband, "2026-11-10", **SAFE)
    await homes.sees(elder_id, "2026-11-11", **SAFE)
    assert await homes.states(hazard_id) == ["resolved"]


async def test_a_neighbours_kitchen_says_nothing_about_it(homes: Homes) -> None:
    hazard_id = await homes.unsafe_gas(await homes.elder(), "2026-11-02")
    await homes.sees(await homes.elder(), "2026-11-10", **SAFE)
    assert await homes.states(hazard_id) == ["open"]


async def test_a_record_that_no_longer_stands_no_longer_makes_it_gone(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    first = await homes.sees(elder_id, "2026-11-10", **SAFE)
    second = await homes.sees(elder_id, "2026-11-17", **SAFE)
    await homes.commands(homes.instructor, first["id"], "void")
    assert await homes.states(hazard_id, "safe_on", "resolved_on") == ["resolution_proposed", "2026-11-17", None]
    await homes.commands(homes.instructor, second["id"], "void")
    assert await homes.states(hazard_id, "safe_on", "resolved_on") == ["open", None, None]


async def test_what_somebody_saw_gone_stays_gone_without_the_record(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    look = await homes.sees(elder_id, "2026-11-10", **SAFE)
    await homes.does(homes.liaison, f"/v1/hazards/{hazard_id}/resolve", how="已修", seen_on="2026-11-10")
    await homes.commands(homes.instructor, look["id"], "void")
    assert await homes.states(hazard_id) == ["resolved"]


async def test_a_record_set_right_no_longer_makes_it_gone(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await homes.sees(elder_id, "2026-11-10", external_id="B-1", **SAFE)
    await homes.sends(elder_id, external_id="B-1", external_version=2, gas_safety="fairly_safe", **at("2026-11-10"))
    assert await homes.states(hazard_id, "safe_on") == ["open", None]


async def test_a_record_set_right_otherwise_still_makes_it_gone(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await homes.sees(elder_id, "2026-11-10", external_id="B-1", **SAFE)
    homes.on("2026-11-25")
    await homes.sends(elder_id, external_id="B-1", external_version=2, notes="更正", **at("2026-11-10"), **SAFE)
    assert await homes.states(hazard_id, "safe_on") == ["resolution_proposed", "2026-11-10"]


async def test_two_months_of_old_paper_open_check_tasks_and_make_nothing_gone(homes: Homes) -> None:
    elder_id = await homes.elder(months=("2026-09", "2026-12"))
    hazard_id = await homes.unsafe_gas(await homes.elder(), "2026-11-02")
    homes.on("2026-11-30")
    answer = await homes.sends(elder_id, **at("2026-10-05"), **UNSAFE)
    assert answer["opened"]["hazards"] == answer["opened"]["escalations"] == []
    assert len(answer["opened"]["tasks"]) == 1
    [hazard] = await homes.rows(tables.Hazard)
    assert (str(hazard.id), hazard.version) == (hazard_id, 1)


async def test_an_old_record_makes_nothing_gone(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    homes.on("2026-11-18")
    await homes.sends(elder_id, **at("2026-11-10"), **SAFE)
    assert await homes.states(hazard_id) == ["open"]


async def test_a_record_followed_by_a_later_contact_makes_nothing_gone(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    homes.on("2026-11-12")
    await homes.sends(elder_id, **at("2026-11-12"), gas_safety="not_observed")
    await homes.sends(elder_id, **at("2026-11-10"), **SAFE)
    assert await homes.states(hazard_id) == ["open"]


async def test_one_batch_may_tell_of_both(homes: Homes) -> None:
    elder_id, other = await homes.elder(), await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    homes.on("2026-11-10")
    looks = [a_visit(each, **at("2026-11-10"), **SAFE) for each in (elder_id, other)]
    await homes.batch(*looks)
    assert await homes.states(hazard_id) == ["resolution_proposed"]


async def test_whoever_visits_somebody_of_the_household_is_told_until_it_is_gone(homes: Homes) -> None:
    elder_id, husband, neighbour = [await homes.elder() for _ in range(3)]
    await homes.live_together(elder_id, husband)
    await homes.unsafe_gas(elder_id, "2026-11-02")
    note = [{"hazard": "gas", "since": "2026-11-02"}]
    assert await homes.notes() == {husband: note, neighbour: []}
    await homes.sees(husband, "2026-11-10", **SAFE)
    homes.on("2026-12-01")
    assert await homes.notes() == {elder_id: note, husband: note, neighbour: []}
    await homes.sees(husband, "2026-12-01", **SAFE)
    assert await homes.notes() == {elder_id: [], neighbour: []}
