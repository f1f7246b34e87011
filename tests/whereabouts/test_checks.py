"""What people answer, and what happens when nobody does."""

import asyncio
from typing import Any

import pytest

from api.store import tables
from tests.builders import OTHER_VILLAGE, a_liaison
from tests.duty.office import code
from tests.visits.rounds import at
from tests.whereabouts.asking import Village


async def sought(village: Village, **facts: Any) -> str:
    """Not at home on 7 November at nine; it is ten."""
    elder = await village.elder(**facts)
    await village.in_vain(elder, "2026-11-07")
    return elder


async def test_who_was_seen_or_reached_is_not_missing(village: Village) -> None:
    await sought(village)
    answered = await village.told("seen", note="上午在地里干活")
    assert (answered["state"], answered["told_by"], answered["note"]) == ("answered", "neighbour", "上午在地里干活")
    assert answered["told_at"] == "2026-11-07T02:00:00Z"

    village.at("2026-11-09", 9)
    await village.work()

    assert await village.alarms() == []


async def test_an_answer_counts_as_a_contact_between_two_searches(village: Village) -> None:
    elder = await sought(village)
    await village.told("on_phone", told_by="elder")

    second = await village.in_vain(elder, "2026-11-14")

    assert second["opened"]["escalations"] == []
    assert [check["state"] for check in await village.checks()] == ["answered", "open"]


@pytest.mark.parametrize("answer", ["in_hospital", "away"])
async def test_who_is_in_hospital_or_away_is_to_be_suspended(village: Village, answer: str) -> None:
    await sought(village)
    await village.told(answer, told_by="family")

    [proposal] = await village.rows(tables.Proposal)
    assert (proposal.kind, proposal.state) == ("suspension", "proposed")


async def test_having_asked_in_vain_leaves_the_clock_running(village: Village) -> None:
    await sought(village)
    assert (await village.told("unknown"))["state"] == "open"
    village.at("2026-11-08", 9, 0, 1)
    await village.work()

    assert await village.alarms() == [("missing", "open", "11-08 09:00:00")]


async def test_nobody_answers_and_the_alarm_is_of_the_second_the_time_was_up(village: Village) -> None:
    await sought(village)
    village.at("2026-11-08", 9)
    await village.work()
    assert await village.alarms() == []

    village.at("2026-11-08", 11, 30)
    await village.work()
    await village.work()

    assert await village.alarms() == [("missing", "open", "11-08 09:00:00")]
    assert (await village.the_check())["state"] == "escalated"


async def test_whoever_answers_too_late_finds_the_alarm_raised(village: Village) -> None:
    await sought(village)
    village.at("2026-11-08", 12)

    answered = await village.told("seen")
    await village.work()

    [alarm] = await village.rows(tables.Escalation)
    assert (answered["state"], answered["escalation_id"]) == ("answered", str(alarm.id))
    assert await village.alarms() == [("missing", "open", "11-08 09:00:00")]
    assert await village.done_with(answered["id"]) == ["open", "escalate", "answer"]


async def test_a_third_search_joins_the_check_and_the_alarm(village: Village) -> None:
    elder = await sought(village)
    second = await village.in_vain(elder, "2026-11-14")
    third = await village.in_vain(elder, "2026-11-15")

    assert second["opened"]["whereabouts_checks"] == third["opened"]["whereabouts_checks"]
    assert second["opened"]["escalations"] == third["opened"]["escalations"]
    assert len(await village.alarms()) == 1


async def test_a_record_taken_back_takes_its_check_along(village: Village) -> None:
    elder = await village.elder()
    item = await village.in_vain(elder, "2026-11-07")
    await village.commands(village.liaison, item["id"], "withdraw")

    assert (await village.the_check())["state"] == "cancelled"
    village.at("2026-11-09", 9)
    await village.work()
    assert await village.alarms() == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"at": "2026-11-07T08:00:00+08:00"}, "told_before_search"),
        ({"at": "2026-11-07T12:00:00+08:00"}, "time_in_future"),
    ],
)
async def test_answers_that_cannot_be_are_refused(village: Village, said: dict[str, str], fault: str) -> None:
    await sought(village)
    path = f"/v1/whereabouts-checks/{(await village.the_check())['id']}/answer"
    answer = await village.says(village.liaison, path, whereabouts="seen", told_by="neighbour", **said)
    assert (code(answer), answer.json()["errors"][0]["pointer"]) == (f"422 {fault}", "/at")


async def test_an_answered_check_is_answered(village: Village) -> None:
    await sought(village)
    check = await village.told("seen")
    path = f"/v1/whereabouts-checks/{check['id']}/answer"
    again = await village.says(village.liaison, path, whereabouts="seen", told_by="neighbour")
    assert (code(again), again.json()["params"]["state"]) == ("409 wrong_state", "answered")


async def test_lists_are_of_the_own_area(village: Village) -> None:
    elder = await sought(village)
    found = await village.the_check(elder_id=elder)
    assert (found["state"], found["opened_at"], found["due_at"]) == (
        "open",
        "2026-11-07T01:00:00Z",
        "2026-11-08T01:00:00Z",
    )
    elsewhere = a_liaison(OTHER_VILLAGE)
    path = f"/v1/whereabouts-checks/{found['id']}"
    assert code(await village.reads(elsewhere, path)) == "404 not_found"
    assert (await village.reads(elsewhere, "/v1/whereabouts-checks")).json()["data"] == []
    shown = await village.reads(village.instructor, path)
    assert shown.headers["etag"] == shown.json()["etag"]


async def test_lists_are_in_order_of_deadline_page_by_page(village: Village) -> None:
    later, sooner = await village.elder(), await village.elder()
    await village.in_vain(sooner, "2026-11-06")
    await village.in_vain(later, "2026-11-07")
    client = await village.client_of(village.instructor)
    first = (await client.get("/v1/whereabouts-checks", params={"page_size": 1})).json()
    token = first["next_page_token"]
    second = (await client.get("/v1/whereabouts-checks", params={"page_size": 1, "page_token": token})).json()

    assert [each["elder_id"] for each in (*first["data"], *second["data"])] == [sooner, later]
    assert second["has_more"] is False
    await village.sends(sooner, **at("2026-11-07", 9))
    assert [each["elder_id"] for each in await village.checks(state="open")] == [later]


async def test_found_at_the_daughters_the_check_is_answered_and_counts_as_a_contact(village: Village) -> None:
    """7 and 14 November: missing; a false alarm on the 14th; on the 20th the search begins anew."""
    elder = await sought(village)
    second = await village.in_vain(elder, "2026-11-14")
    [alarm] = second["opened"]["escalations"]
    path = f"/v1/escalations/{alarm}/false-alarm"
    await village.does(village.instructor, path, verified_by="指导员电话联系女儿", how="在女儿家小住")

    assert ((await village.the_check())["state"], (await village.the_check())["answer"]) == ("answered", "seen")
    third = await village.in_vain(elder, "2026-11-20")
    assert third["opened"]["escalations"] == []
    assert [check["state"] for check in await village.checks()] == ["answered", "open"]


async def test_who_has_moved_is_missing_where_he_lives_now(village: Village) -> None:
    elder = await sought(village)
    await village.does(village.supervisor, f"/v1/elders/{elder}/transfer", village=OTHER_VILLAGE)
    village.at("2026-11-08", 12)
    await village.work()

    [alarm] = await village.rows(tables.Escalation)
    assert (alarm.village, str(alarm.elder_id)) == (OTHER_VILLAGE, elder)


async def test_an_exit_in_error_does_not_silence_the_alarm(village: Village) -> None:
    elder = await sought(village)
    await village.tells(elder, "exit", kind="moved_out", last_day_on="2026-11-07", source="neighbour")
    village.at("2026-11-08", 12)
    await village.work()
    assert await village.alarms() == []

    await village.tells(elder, "reinstate", reason="误录")
    await village.work()

    assert await village.alarms() == [("missing", "open", "11-08 09:00:00")]


async def test_of_eight_answers_at_once_one_is_heard_and_seven_come_too_late(village: Village) -> None:
    await sought(village)
    path = f"/v1/whereabouts-checks/{(await village.the_check())['id']}/answer"
    client = await village.client_of(village.liaison)
    body = {"whereabouts": "seen", "told_by": "neighbour"}

    answers = await asyncio.gather(*(client.post(path, json=body) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    late = [answer.json() for answer in answers if answer.status_code == 409]
    assert {(each["code"], each["params"]["state"]) for each in late} == {("wrong_state", "answered")}
