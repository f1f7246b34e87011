"""One contact with everybody of a surge's tiers, whoever made it; a rate of its own (reading A17)."""

import asyncio
from collections import Counter
from datetime import date

import pytest

from api.deps import Service
from api.usecases.planning import rebuild
from tests.builders import DISTRICT, OTHER_TOWNSHIP, OTHER_VILLAGE, SIBLING_VILLAGE, TOWNSHIP, an_instructor
from tests.domain.duties import away, general, gone, nov, priority, visit
from tests.duty.office import code
from tests.populations import settled
from tests.surges.weather import Weather
from tests.verify.test_verifying import a_whole_register


@pytest.fixture(autouse=True)
async def _planned(weather: Weather) -> None:
    await weather.planned_for("2026-11", "2026-12")


FAMILY = {"starts_on": "2026-11-01", "ends_on": "2026-11-30", "reason": "with_family"}


async def test_eight_at_home_and_one_by_telephone_of_ten_are_ninety_percent(weather: Weather) -> None:
    elders = await weather.settled(10)
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    assert len(await weather.tasks_of(surge)) == 10
    weather.on("2026-11-04")
    for elder in elders[:8]:
        await weather.sees(elder, "2026-11-04")
    await weather.calls(elders[8], "2026-11-04")
    assert await weather.figures(surge) == {
        "tasks": 10,
        "contacted": 9,
        "home": 8,
        "phone": 1,
        "online": 0,
        "other": 0,
        "not_reached": 1,
        "contact_rate": "90.00",
    }
    assert await weather.not_reached(surge) == [elders[9]]


async def test_a_surge_leaves_the_visit_rate_alone(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    before = (await weather.reads(weather.supervisor, "/v1/visit-rates?month=2026-11")).json()["total"]
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    await weather.calls(elder, "2026-11-03")
    after = (await weather.reads(weather.supervisor, "/v1/visit-rates?month=2026-11")).json()["total"]
    assert (await weather.figures(surge))["contact_rate"] == "100.00"
    assert after == {**before, "visited_any": 1}


async def test_a_home_visit_meets_the_running_period_besides(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    seen = await weather.sees(elder, "2026-11-03")
    assert seen["counts_toward"] == [{"period": "2026-11-H1", "tier": "priority", "counted": True}]
    assert (await weather.figures(surge))["home"] == 1


async def test_seen_at_home_after_a_call_counts_as_seen_at_home(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    surge = await weather.opened_surge("2026-11-01", "2026-11-05")
    await weather.calls(elder, "2026-11-02")
    await weather.sees(elder, "2026-11-03")
    figures = await weather.figures(surge)
    assert (figures["home"], figures["phone"]) == (1, 0)


async def test_a_surge_is_for_priority_elders_unless_the_supervisor_says_otherwise(weather: Weather) -> None:
    [first] = await weather.settled(1)
    [second] = await weather.settled(1, "general")
    for_priority = await weather.opened_surge("2026-11-03", "2026-11-05")
    for_all = await weather.opened_surge("2026-11-03", "2026-11-05", tiers=["priority", "general"])
    assert set(await weather.tasks_of(for_priority)) == {first}
    assert set(await weather.tasks_of(for_all)) == {first, second}


async def test_one_contact_meets_every_window_open_that_day(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    cold = await weather.opened_surge("2026-11-03", "2026-11-05")
    wind = await weather.opened_surge("2026-11-01", "2026-11-03")
    later = await weather.opened_surge("2026-11-04", "2026-11-06")
    await weather.calls(elder, "2026-11-03")
    done = ("done", date(2026, 11, 3))
    assert await weather.tasks_of(cold) == {elder: done}
    assert await weather.tasks_of(wind) == {elder: done}
    assert await weather.tasks_of(later) == {elder: ("open", None)}


async def test_a_call_made_before_the_surge_was_opened_counts(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    await weather.calls(elder, "2026-11-02")
    surge = await weather.opened_surge("2026-11-01", "2026-11-05")
    assert (await weather.figures(surge))["phone"] == 1
    assert await weather.wrong() == []


async def test_who_stays_with_his_children_counts_when_their_telephone_was_answered(weather: Weather) -> None:
    called, silent = await weather.settled(2)
    for elder in (called, silent):
        await weather.tells(elder, "suspensions", **FAMILY)
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    assert await weather.tasks_of(surge) == {}
    await weather.calls(called, "2026-11-03")
    assert await weather.tasks_of(surge) == {called: ("done", date(2026, 11, 3))}


async def test_who_is_away_on_the_last_day_or_most_days_is_not_asked_after(weather: Weather) -> None:
    half, most, at_the_end = await weather.settled(3)
    surge = await weather.opened_surge("2026-11-03", "2026-11-06")
    for elder, first, last in (
        (half, "2026-11-03", "2026-11-04"),
        (most, "2026-11-03", "2026-11-05"),
        (at_the_end, "2026-11-06", "2026-11-08"),
    ):
        await weather.tells(elder, "suspensions", starts_on=first, ends_on=last, reason="away")
    assert set(await weather.tasks_of(surge)) == {half}


async def test_who_leaves_is_no_longer_asked_after_but_stays_counted_when_reached(weather: Weather) -> None:
    reached, silent = await weather.settled(2)
    surge = await weather.opened_surge("2026-11-03", "2026-11-06")
    await weather.calls(reached, "2026-11-03")
    weather.on("2026-11-05")
    for elder in (reached, silent):
        await weather.tells(elder, "exit", kind="moved_out", last_day_on="2026-11-04", source="family")
    assert set(await weather.tasks_of(surge)) == {reached}
    assert (await weather.figures(surge))["contact_rate"] == "100.00"


async def test_who_comes_on_the_roll_in_time_is_asked_after_too(weather: Weather) -> None:
    surge = await weather.opened_surge("2026-11-03", "2026-11-06")
    in_time = await weather.confirmed(
        "2026-11-05", ability={"level": "moderate", "basis": "formal", "assessed_on": "2026-10-01", "score": 50}
    )
    weather.on("2026-11-06")
    await weather.confirmed(
        "2026-11-06", ability={"level": "moderate", "basis": "formal", "assessed_on": "2026-10-01", "score": 50}
    )
    assert set(await weather.tasks_of(surge)) == {in_time}


async def test_a_voided_record_reached_nobody_and_a_late_one_did(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    call = await weather.calls(elder, "2026-11-03")
    assert (await weather.figures(surge))["contacted"] == 1
    await weather.commands(weather.instructor, call["id"], "void")
    assert (await weather.figures(surge))["contacted"] == 0
    weather.on("2026-11-20")
    await weather.calls(elder, "2026-11-05")
    assert (await weather.figures(surge))["contacted"] == 1
    assert await weather.wrong() == []


async def test_watching_from_afar_reaches_nobody(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    await weather.calls(elder, "2026-11-03", method="remote_monitoring")
    assert (await weather.figures(surge))["contacted"] == 0


async def test_a_surge_puts_its_elders_on_the_worklist_and_a_call_takes_them_off(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    await weather.sees(elder, "2026-11-02")
    assert await weather.due_on(elder) == "2026-11-30"
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    [line] = (await weather.reads(weather.liaison, "/v1/worklist")).json()["data"]
    assert (line["due_on"], line["standing"], line["period"]) == ("2026-11-05", "due_soon", None)
    assert line["reasons"] == [{"code": "surge_due", "period": None, "due_on": "2026-11-05"}]
    [task] = (await weather.reads(weather.liaison, "/v1/tasks?kind=surge")).json()["data"]
    assert (task["elder_id"], task["starts_on"], task["due_on"]) == (elder, "2026-11-03", "2026-11-05")
    await weather.calls(elder, "2026-11-03")
    assert await weather.due_on(elder) == "2026-11-30"
    assert (await weather.figures(surge))["contacted"] == 1
    assert await weather.wrong() == []


async def test_a_surge_beyond_the_running_period_is_on_the_worklist_from_its_first_day(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    weather.on("2026-11-14")
    await weather.sees(elder, "2026-11-13")
    await weather.opened_surge("2026-11-14", "2026-11-25")
    [line] = (await weather.reads(weather.liaison, "/v1/worklist")).json()["data"]
    assert (line["due_on"], line["standing"]) == ("2026-11-25", "open")


async def test_extending_ending_and_cancelling_move_the_tasks(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    await weather.does(weather.supervisor, f"/v1/surges/{surge}/extend", ends_on="2026-11-07")
    assert await weather.due_on(elder) == "2026-11-07"
    weather.on("2026-11-06")
    await weather.calls(elder, "2026-11-06")
    assert (await weather.figures(surge))["phone"] == 1
    ended = await weather.does(weather.supervisor, f"/v1/surges/{surge}/end", ends_on="2026-11-05")
    assert (ended["state"], ended["ends_on"]) == ("ended", "2026-11-05")
    assert (await weather.figures(surge))["phone"] == 0
    cancelled = await weather.does(weather.supervisor, f"/v1/surges/{surge}/cancel", note="台风转向")
    assert (cancelled["state"], cancelled["note"]) == ("cancelled", "台风转向")
    assert await weather.tasks_of(surge) == {}
    assert await weather.due_on(elder) == "2026-11-15"
    assert await weather.wrong() == []


async def test_a_window_that_is_over_has_ended_without_a_word(weather: Weather) -> None:
    surge = await weather.opened_surge("2026-11-03", "2026-11-05")
    await weather.proposed("2026-11-06", "2026-11-08")
    weather.on("2026-11-06")
    listed = (await weather.reads(weather.liaison, "/v1/surges?state=ended")).json()["data"]
    assert [each["id"] for each in listed] == [surge]
    assert (await weather.reads(weather.liaison, "/v1/surges?state=active")).json()["data"] == []
    refused = await weather.says(weather.supervisor, f"/v1/surges/{surge}/extend", ends_on="2026-11-09")
    assert code(refused) == "409 wrong_state"
    assert refused.json()["params"] == {"state": "ended", "allowed": "active"}


async def test_a_township_proposes_for_itself_and_the_district_opens(weather: Weather) -> None:
    [here] = await weather.settled(1)
    [there] = await weather.settled(1, village=OTHER_VILLAGE)
    surge = await weather.proposed("2026-11-03", "2026-11-05", by=weather.instructor, note="逐户问询")
    assert (surge["state"], surge["areas"], surge["note"]) == ("planned", [TOWNSHIP], "逐户问询")
    opening = f"/v1/surges/{surge['id']}/open"
    assert code(await weather.says(weather.instructor, opening)) == "403 permission_missing"
    await weather.does(weather.supervisor, opening)
    assert set(await weather.tasks_of(surge["id"])) == {here}
    elsewhere = await weather.says(
        weather.instructor, "/v1/surges", starts_on="2026-11-03", ends_on="2026-11-05", areas=[OTHER_TOWNSHIP]
    )
    assert code(elsewhere) == "422 division_unknown"
    assert code(await weather.reads(an_instructor(OTHER_TOWNSHIP), f"/v1/surges/{surge['id']}")) == "404 not_found"
    wider = await weather.proposed("2026-11-03", "2026-11-05", areas=[TOWNSHIP, OTHER_TOWNSHIP])
    opened = await weather.does(weather.supervisor, f"/v1/surges/{wider['id']}/open", tiers=["priority"])
    assert set(await weather.tasks_of(opened["id"])) == {here, there}
    assert (await weather.figures(opened["id"], OTHER_TOWNSHIP))["tasks"] == 1
    seen = (await weather.reads(weather.liaison, f"/v1/surges/{opened['id']}")).json()
    assert seen["figures"]["tasks"] == 1


async def test_who_moved_away_since_counts_where_he_lived_on_the_last_day(weather: Weather) -> None:
    [elder] = await weather.settled(1)
    surge = await weather.opened_surge("2026-11-03", "2026-11-05", areas=["350303104201"])
    weather.on("2026-11-04")
    await weather.tells(elder, "transfer", **{"village": SIBLING_VILLAGE, "from": "2026-11-06"})
    assert set(await weather.tasks_of(surge)) == {elder}
    other = await weather.opened_surge("2026-11-05", "2026-11-07", areas=["350303104201"])
    assert await weather.tasks_of(other) == {}
    assert await weather.wrong() == []


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({}, "422 window_or_festival"),
        ({"starts_on": "2026-11-03"}, "422 window_or_festival"),
        ({"festival": "qingming"}, "422 window_or_festival"),
        (
            {"starts_on": "2026-11-03", "ends_on": "2026-11-05", "festival": "qingming", "year": 2027},
            "422 window_or_festival",
        ),
        ({"starts_on": "2026-11-05", "ends_on": "2026-11-03"}, "422 dates_out_of_order"),
        ({"starts_on": "2026-11-03", "ends_on": "2026-12-04"}, "422 window_too_long"),
        ({"starts_on": "2026-11-01", "ends_on": "2026-11-02"}, "422 window_over"),
        (
            {"kind": "stand_down", "festival": "qingming", "year": 2027},
            "422 festival_of_a_stand_down",
        ),
        (
            {"kind": "stand_down", "starts_on": "2026-11-03", "ends_on": "2026-11-05", "tiers": ["priority"]},
            "422 tiers_of_a_stand_down",
        ),
    ],
)
async def test_what_cannot_be_is_refused(weather: Weather, said: dict[str, object], refusal: str) -> None:
    assert code(await weather.says(weather.supervisor, "/v1/surges", **said)) == refusal


async def test_the_state_is_looked_at_before_the_body(weather: Weather) -> None:
    surge = await weather.proposed("2026-11-03", "2026-11-05")
    path = f"/v1/surges/{surge['id']}"
    assert code(await weather.says(weather.supervisor, f"{path}/extend")) == "409 wrong_state"
    await weather.does(weather.supervisor, f"{path}/open")
    assert code(await weather.says(weather.supervisor, f"{path}/extend")) == "422 field_missing"
    assert code(await weather.says(weather.supervisor, f"{path}/extend", ends_on="2026-11-05")) == (
        "422 dates_out_of_order"
    )
    assert code(await weather.says(weather.supervisor, f"{path}/end", ends_on="2026-11-02")) == (
        "422 dates_out_of_order"
    )


async def test_whoever_has_anything_to_weigh_is_judged_as_the_facts_say(weather: Weather, service: Service) -> None:
    await settled(service, [*a_whole_register(), *_of_every_kind()], tracking=date(2026, 10, 1))
    await rebuild(service.store, DISTRICT)
    await weather.opened_surge("2026-11-09", "2026-11-12", tiers=["priority", "general"])
    await weather.opened_surge("2026-11-03", "2026-11-03")
    assert await weather.wrong() == []


def _of_every_kind() -> list[object]:
    return [
        priority(),
        general(born_on=date(1966, 11, 10)),
        priority(visit(9), visit(10, blocked="voided")),
        priority(suspensions=(away(10, 11),)),
        general(suspensions=(away(12, 12),)),
        general(stints=(gone(11), gone(8, since=nov(20)))),
    ]


async def test_opening_a_surge_costs_the_same_statements_for_twenty_elders_and_for_two_hundred(
    weather: Weather, service: Service
) -> None:
    """How long two thousand take is a figure of the benchmark."""
    await settled(service, [priority() for _ in range(20)], tracking=date(2026, 11, 1))
    few = await _opening(weather, tasks=20)
    await settled(service, [priority() for _ in range(180)], tracking=date(2026, 11, 1))
    assert await _opening(weather, tasks=200) <= few


async def _opening(weather: Weather, *, tasks: int) -> int:
    """How many statements it takes to open a surge."""
    surge = await weather.proposed("2026-11-03", "2026-11-05")
    with weather.statements() as taken:
        await weather.does(weather.supervisor, f"/v1/surges/{surge['id']}/open")
    assert (await weather.figures(surge["id"]))["tasks"] == tasks
    return len(taken)


async def test_of_eight_who_open_it_at_once_one_succeeds(weather: Weather) -> None:
    await weather.settled(2)
    surge = await weather.proposed("2026-11-03", "2026-11-05")
    client = await weather.client_of(weather.supervisor)
    path = f"/v1/surges/{surge['id']}/open"
    answers = await asyncio.gather(*(client.post(path, json={}) for _ in range(8)))
    said = Counter("200" if answer.is_success else code(answer) for answer in answers)
    assert said == {"200": 1, "409 wrong_state": 7}
    assert (await weather.figures(surge["id"]))["tasks"] == 2
