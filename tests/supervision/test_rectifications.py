"""Orders to put something right: deadline, proof, and somebody else who says that it was (R52)."""

from typing import Any

import pytest

from tests.builders import TOWNSHIP, VILLAGE
from tests.duty.office import code
from tests.visits.rounds import Rounds, at

TEXT = {"text": "十月记录签字不全，请补签"}
PROOF = {"proof": "已补签"}
NOTE = {"note": "看过补签的记录"}


async def ordered(rounds: Rounds, by: Any = None, **about: Any) -> dict[str, Any]:
    rounds.on("2026-11-20")
    return await rounds.does(by or rounds.instructor, "/v1/rectifications", **({"area": VILLAGE} | about), **TEXT)


async def tells(rounds: Rounds, by: Any, order: dict[str, Any], command: str, **body: Any) -> Any:
    return await rounds.says(by, f"/v1/rectifications/{order['id']}/{command}", **body)


async def test_an_order_is_answered_with_proof_and_accepted_by_who_gave_it(rounds: Rounds) -> None:
    order = await ordered(rounds)
    assert (order["state"], order["due_on"]) == ("ordered", "2026-12-05")
    answered = (await tells(rounds, rounds.liaison, order, "answer", **PROOF)).json()
    assert (answered["state"], answered["proof"], answered["answered_on"]) == ("answered", "已补签", "2026-11-20")
    accepted = (await tells(rounds, rounds.instructor, order, "accept", **NOTE)).json()
    assert accepted["state"] == "accepted"


async def test_a_poor_answer_sends_the_order_back(rounds: Rounds) -> None:
    order = await ordered(rounds, due_on="2026-11-25")
    await tells(rounds, rounds.liaison, order, "answer", **PROOF)
    rounds.on("2026-11-24")
    again = (await tells(rounds, rounds.instructor, order, "reject", **NOTE)).json()
    assert (again["state"], again["due_on"], again["times_rejected"]) == ("ordered", "2026-11-29", 1)


async def test_nobody_accepts_an_answer_of_his_own(rounds: Rounds) -> None:
    order = await ordered(rounds, by=rounds.supervisor)
    await tells(rounds, rounds.instructor, order, "answer", **PROOF)
    assert code(await tells(rounds, rounds.instructor, order, "accept", **NOTE)) == "403 own_answer"


async def test_what_a_township_owes_the_district_judges(rounds: Rounds) -> None:
    order = await ordered(rounds, by=rounds.supervisor, area=TOWNSHIP)
    assert code(await tells(rounds, rounds.instructor, order, "cancel", **NOTE)) == "403 supervisor_decides"
    assert code(await tells(rounds, rounds.liaison, order, "answer", **PROOF)) == "404 not_found"
    await tells(rounds, rounds.instructor, order, "answer", **PROOF)
    assert (await tells(rounds, rounds.supervisor, order, "accept", **NOTE)).json()["state"] == "accepted"


async def test_an_order_is_late_on_the_day_after_its_deadline(rounds: Rounds) -> None:
    order = await ordered(rounds, due_on="2026-11-25")
    for day, late in (("2026-11-25", []), ("2026-11-26", [order["id"]])):
        rounds.on(day)
        shown = (await rounds.reads(rounds.supervisor, "/v1/rectifications?late=true")).json()["data"]
        assert [each["id"] for each in shown] == late


async def test_a_deadline_moves_only_later(rounds: Rounds) -> None:
    order = await ordered(rounds, due_on="2026-11-25")
    sooner = await tells(rounds, rounds.instructor, order, "extend", due_on="2026-11-25", **NOTE)
    assert code(sooner) == "422 dates_out_of_order"
    later = await tells(rounds, rounds.instructor, order, "extend", due_on="2026-11-30", **NOTE)
    assert later.json()["due_on"] == "2026-11-30"


async def test_an_order_about_a_record_lies_on_its_villages_desk(rounds: Rounds) -> None:
    rounds.on("2026-11-20")
    sent = await rounds.sends(await rounds.elder(), **at("2026-11-19"))
    order = await ordered(rounds, area=None, visit_id=sent["id"])
    assert (order["area"], order["visit_id"]) == (VILLAGE, sent["id"])


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"area": None}, "422 rectification_of_nothing"),
        ({"due_on": "2026-11-19"}, "422 day_in_past"),
        ({"area": "350303101"}, "404 not_found"),
    ],
)
async def test_an_order_names_a_desk_and_a_day_to_come(rounds: Rounds, body: dict[str, Any], refusal: str) -> None:
    rounds.on("2026-11-20")
    said = {"area": VILLAGE} | body
    assert code(await rounds.says(rounds.instructor, "/v1/rectifications", **said, **TEXT)) == refusal
