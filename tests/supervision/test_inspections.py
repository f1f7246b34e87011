"""Second looks at visit records: drawn with a seed, called back, concluded by somebody else (R52)."""

import asyncio
from typing import Any

from tests.builders import OTHER_TOWNSHIP, an_instructor
from tests.duty.office import code
from tests.promises.names import promise
from tests.visits.rounds import Rounds, at

PHONE = {"method": "phone", "note": "电话回访"}


async def visited(rounds: Rounds, count: int = 1) -> list[str]:
    """The records of as many elders, each visited once in November."""
    rounds.on("2026-11-20")
    elders = [await rounds.elder(name=f"陈阿{'婆' * (number + 1)}") for number in range(count)]
    return [(await rounds.sends(elder, **at("2026-11-19")))["id"] for elder in elders]


async def drawn(rounds: Rounds, **more: Any) -> dict[str, Any]:
    return await rounds.does(rounds.supervisor, "/v1/inspections/samples", month="2026-11", **more)


async def one_planned(rounds: Rounds) -> tuple[str, str]:
    """A record, and the second look that is planned at it."""
    [visit_id] = await visited(rounds)
    chosen = await rounds.does(rounds.instructor, "/v1/inspections", visit_ids=[visit_id])
    return visit_id, chosen["inspections"][0]


async def tells(rounds: Rounds, inspection_id: str, command: str, **body: Any) -> Any:
    return await rounds.says(rounds.instructor, f"/v1/inspections/{inspection_id}/{command}", **body)


async def test_a_sample_is_a_share_of_the_months_records(rounds: Rounds) -> None:
    await visited(rounds, 9)
    sample = await drawn(rounds, percent=25, seed="first")
    assert (sample["records"], len(sample["inspections"]), sample["seed"]) == (9, 3, "first")
    shown = (await rounds.reads(rounds.supervisor, "/v1/inspections?month=2026-11&state=planned")).json()["data"]
    assert sorted(each["id"] for each in shown) == sorted(sample["inspections"])
    assert {each["reason"] for each in shown} == {"sample"}


async def test_what_was_drawn_is_not_drawn_again(rounds: Rounds) -> None:
    await visited(rounds, 4)
    first, second = await drawn(rounds, percent=50), await drawn(rounds, percent=100)
    assert (len(first["inspections"]), second["records"], len(second["inspections"])) == (2, 2, 2)


async def test_nobody_draws_records_of_his_own(rounds: Rounds) -> None:
    rounds.on("2026-11-20")
    await rounds.sends(await rounds.elder(), by=rounds.instructor, **at("2026-11-19"))
    own = await rounds.does(rounds.instructor, "/v1/inspections/samples", month="2026-11", percent=100)
    assert (own["records"], own["inspections"]) == (0, [])


async def test_a_record_found_untrue_is_voided_and_the_figures_follow(rounds: Rounds) -> None:
    visit_id, inspection_id = await one_planned(rounds)
    body = {"finding": "not_visited", "consequence": "void", **PHONE}
    answer = await tells(rounds, inspection_id, "conclude", **body)
    assert (answer.status_code, answer.json()["passed"], answer.json()["state"]) == (200, False, "done")
    assert await rounds.why_not(visit_id) == "voided"
    [unit] = (await rounds.reads(rounds.supervisor, "/v1/inspections/outcomes?month=2026-11")).json()
    assert (unit["key"], unit["drawn"], unit["done"], unit["findings"]["not_visited"]) == ("350303104", 1, 1, 1)


async def test_a_record_that_stood_the_test_does_not_fall(rounds: Rounds) -> None:
    visit_id, inspection_id = await one_planned(rounds)
    answer = await tells(rounds, inspection_id, "conclude", finding="confirmed", consequence="void", **PHONE)
    assert code(answer) == "422 consequence_of_a_doubt"
    assert await rounds.why_not(visit_id) is None


@promise("P30")
async def test_who_recorded_a_visit_does_not_look_at_it(rounds: Rounds) -> None:
    rounds.on("2026-11-20")
    sent = await rounds.sends(await rounds.elder(), by=rounds.instructor, **at("2026-11-19"))
    chosen = await rounds.does(rounds.supervisor, "/v1/inspections", visit_ids=[sent["id"]])
    answer = await tells(rounds, chosen["inspections"][0], "conclude", finding="confirmed", **PHONE)
    assert code(answer) == "403 own_record"


async def test_who_cannot_be_reached_is_tried_again(rounds: Rounds) -> None:
    _, inspection_id = await one_planned(rounds)
    for number in (1, 2):
        answer = await tells(rounds, inspection_id, "attempt", **PHONE)
        assert (answer.json()["attempts"], answer.json()["state"]) == (number, "planned")
    answer = await tells(rounds, inspection_id, "conclude", finding="not_reached", **PHONE)
    assert (answer.json()["passed"], answer.json()["state"]) == (None, "done")


async def test_of_eight_conclusions_at_once_one_is_written(rounds: Rounds) -> None:
    _, inspection_id = await one_planned(rounds)
    answers = await asyncio.gather(
        *(tells(rounds, inspection_id, "conclude", finding="confirmed", **PHONE) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {(each["code"], each["params"]["state"]) for each in refused} == {("wrong_state", "done")}


async def test_a_record_out_of_sight_cannot_be_chosen(rounds: Rounds) -> None:
    [visit_id] = await visited(rounds)
    answer = await rounds.says(an_instructor(OTHER_TOWNSHIP), "/v1/inspections", visit_ids=[visit_id])
    assert code(answer) == "422 visit_unknown"
