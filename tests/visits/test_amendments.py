"""An author says what a record should have said: it counts as amended, and what it tells of is heard."""

import pytest

from api.store import tables
from tests.builders import VILLAGE
from tests.duty.office import code
from tests.visits.rounds import REASON, Rounds, a_visit, at


async def test_an_author_amends_the_record_and_the_figures_follow(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, external_id="A-1", method="phone")
    assert not await rounds.met(elder_id)

    answer = await rounds.commands(rounds.liaison, sent["id"], "amend", record=a_visit(elder_id))

    item = answer.json()
    assert (answer.status_code, item["result"], item["id"]) == (200, "updated", sent["id"])
    assert item["counts_toward"] == [{"period": "2026-11-M", "tier": "general", "counted": True}]
    assert await rounds.met(elder_id)


async def test_an_amendment_leaves_both_versions_and_the_reason(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, notes="原来的话")
    await rounds.commands(rounds.liaison, sent["id"], "amend", record=a_visit(elder_id, notes="改后的话"))

    _, amended = await rounds.history("visit", sent["id"])

    assert (amended["version"], amended["command"]) == (2, "amend")
    assert amended["changes"]["record"]["from"]["notes"] == "原来的话"
    assert amended["changes"]["record"]["to"]["notes"] == "改后的话"
    assert amended["changes"]["reason"]["to"] == REASON


async def test_a_returned_record_stands_again_once_it_is_amended(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id)
    await rounds.commands(rounds.instructor, sent["id"], "return")
    assert not await rounds.met(elder_id)

    await rounds.commands(rounds.liaison, sent["id"], "amend", record=a_visit(elder_id, notes="已补充"))

    assert await rounds.met(elder_id)
    shown = (await rounds.reads(rounds.liaison, f"/v1/visits/{sent['id']}")).json()
    assert (shown["standing"], shown["visit_no"]) == ("accepted", 1)


async def test_only_its_author_amends_a_record(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id)

    for person in (rounds.neighbour, rounds.instructor):
        answer = await rounds.commands(person, sent["id"], "amend", record=a_visit(elder_id))
        assert code(answer) == "403 not_own_record"


async def test_an_amendment_that_could_not_stand_is_refused_field_by_field(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, external_id="A-1")

    answer = await rounds.commands(
        rounds.liaison, sent["id"], "amend", record=a_visit(elder_id, mood="sad", gas_safety=None, colour="red")
    )
    other = await rounds.commands(rounds.liaison, sent["id"], "amend", record=a_visit(elder_id, external_id="A-2"))

    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/record/mood",
        "/record/colour",
        "/record/gas_safety",
    }
    assert code(other) == "422 external_id_fixed"
    assert len(await rounds.history("visit", sent["id"])) == 1


async def test_a_record_amended_to_another_elder_moves_with_all_that_it_means(rounds: Rounds) -> None:
    wrong, right = await rounds.elder(), await rounds.elder()
    await rounds.sends(right, **at("2026-10-30"))
    sent = await rounds.sends(wrong, gas_safety="unsafe")

    answer = await rounds.commands(rounds.liaison, sent["id"], "amend", record=a_visit(right, gas_safety="unsafe"))

    assert not await rounds.met(wrong)
    assert await rounds.met(right)
    hazards = {str(row.elder_id): row.state for row in await rounds.rows(tables.Hazard)}
    assert hazards == {wrong: "cancelled", right: "open"}
    shown = (await rounds.reads(rounds.liaison, f"/v1/visits/{answer.json()['id']}")).json()
    assert (shown["elder"]["id"], shown["visit_no"]) == (right, 2)


async def test_an_amended_record_opens_what_it_says_besides_and_drops_what_it_no_longer_says(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, gas_safety="unsafe", mobility="worse")

    record = a_visit(elder_id, power_safety="unsafe", mobility="worse")
    item = (await rounds.commands(rounds.liaison, sent["id"], "amend", record=record)).json()

    hazards = {row.kind: row.state for row in await rounds.rows(tables.Hazard)}
    assert hazards == {"gas": "cancelled", "power": "open"}
    assert len(item["opened"]["hazards"]) == 1
    assert item["opened"]["tasks"] == []
    suggested = [row.state for row in await rounds.rows(tables.Task) if row.kind == "suggest_assessment"]
    assert suggested == ["open"]


async def test_a_note_added_weeks_later_makes_nothing_late_and_opens_nothing_again(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, gas_safety="unsafe")
    rounds.on("2026-11-25")

    item = (
        await rounds.commands(
            rounds.liaison, sent["id"], "amend", record=a_visit(elder_id, gas_safety="unsafe", notes="补充")
        )
    ).json()

    assert item["flags"] == []
    assert not any(item["opened"].values())
    assert [row.state for row in await rounds.rows(tables.Hazard)] == ["open"]


async def test_a_correction_keeps_the_offices_word_unless_it_says_something_else(rounds: Rounds) -> None:
    elder_id = await rounds.elder(months=("2026-07", "2026-12"))
    sent = await rounds.sends(elder_id, **at("2026-07-20"))
    await rounds.commands(rounds.instructor, sent["id"], "accept")
    assert await rounds.why_not(sent["id"]) is None

    await rounds.commands(rounds.liaison, sent["id"], "amend", record=a_visit(elder_id, **at("2026-07-20", 15)))
    assert await rounds.why_not(sent["id"]) is None

    await rounds.commands(rounds.liaison, sent["id"], "amend", record=a_visit(elder_id, **at("2026-07-21")))
    assert await rounds.why_not(sent["id"]) == "awaiting_acceptance"


RISK = {"kind": "gas_leak", "text": "厨房有煤气味"}


@pytest.mark.parametrize("wrong", [{"method": "nonsense"}, {"elder": 5}, {"external_id": "A-2"}, {"reason": None}])
async def test_a_refused_amendment_keeps_its_major_risk_once_and_nothing_else(
    rounds: Rounds, wrong: dict[str, object]
) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, external_id="A-1")
    body = {"reason": wrong.get("reason", REASON), "record": a_visit(elder_id, major_risk=RISK) | wrong}

    answers = [await rounds.commands(rounds.liaison, sent["id"], "amend", **body) for _ in range(2)]

    [escalation] = await rounds.rows(tables.Escalation)
    assert [answer.status_code for answer in answers] == [422, 422]
    assert [answer.json()["opened"]["escalations"] for answer in answers] == [[str(escalation.id)]] * 2
    assert (escalation.kind, escalation.village, escalation.source_visit) == ("gas_leak", VILLAGE, None)
    assert str(escalation.elder_id) == (elder_id if "elder" not in wrong else "None")
    assert len(await rounds.history("visit", sent["id"])) == 1


async def test_the_amendment_that_is_sent_again_whole_opens_the_same_risk(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id)
    record = a_visit(elder_id, major_risk=RISK)
    await rounds.commands(rounds.liaison, sent["id"], "amend", record=record | {"mood": "sad"})

    amended = (await rounds.commands(rounds.liaison, sent["id"], "amend", record=record)).json()

    [escalation] = await rounds.rows(tables.Escalation)
    assert amended["opened"]["escalations"] == [str(escalation.id)]


async def test_a_danger_is_heard_although_the_record_can_no_longer_be_amended(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id)
    await rounds.commands(rounds.instructor, sent["id"], "void")
    record = a_visit(elder_id, major_risk=RISK)

    void = await rounds.commands(rounds.liaison, sent["id"], "amend", record=record)
    other = await rounds.commands(rounds.neighbour, sent["id"], "amend", record=record)

    [escalation] = await rounds.rows(tables.Escalation)
    assert (code(void), code(other)) == ("409 wrong_state", "403 not_own_record")
    assert void.json()["opened"]["escalations"] == other.json()["opened"]["escalations"] == [str(escalation.id)]
