"""What may be done to a record that came in: taken back by its author, judged by the township, by the district."""

import asyncio

import pytest

from api.store import tables
from tests.builders import OTHER_VILLAGE, a_liaison, an_instructor
from tests.duty.office import code
from tests.promises.names import promise
from tests.visits.rounds import REASON, Rounds, a_visit, at, refused

UNKNOWN = "01890000-0000-7000-8000-000000000000"


# --- return and void -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "standing"), [("return", "returned"), ("void", "voided")])
async def test_a_record_that_is_returned_or_voided_meets_nothing(rounds: Rounds, command: str, standing: str) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id)

    answer = await rounds.commands(rounds.instructor, sent["id"], command)

    assert (answer.status_code, answer.json()["standing"]) == (200, standing)
    assert answer.headers["etag"].startswith('"2-')
    assert not await rounds.met(elder_id)
    [_, version] = await rounds.history("visit", sent["id"])
    assert version["command"] == command
    assert version["changes"] == {
        "standing": {"from": "accepted", "to": standing},
        "reason": {"from": None, "to": REASON},
    }


@promise("P30")
@pytest.mark.parametrize("command", ["return", "void", "accept"])
async def test_who_recorded_a_visit_does_not_pass_judgement_on_it(rounds: Rounds, command: str) -> None:
    sent = await rounds.sends(await rounds.elder(), by=rounds.instructor)

    assert code(await rounds.commands(rounds.instructor, sent["id"], command)) == "403 own_record"


@pytest.mark.parametrize("command", ["return", "void", "accept", "confirm-refusal"])
async def test_a_liaison_oversees_nobodys_records(rounds: Rounds, command: str) -> None:
    sent = await rounds.sends(await rounds.elder())

    assert code(await rounds.commands(rounds.neighbour, sent["id"], command)) == "403 permission_missing"


@pytest.mark.parametrize("command", ["return", "void", "accept"])
async def test_a_record_outside_the_area_is_as_good_as_unknown(rounds: Rounds, command: str) -> None:
    elder_id = await rounds.elder(village=OTHER_VILLAGE)
    sent = await rounds.sends(elder_id, by=a_liaison(OTHER_VILLAGE))

    assert code(await rounds.commands(rounds.instructor, sent["id"], command)) == "404 not_found"
    assert code(await rounds.commands(rounds.instructor, UNKNOWN, command)) == "404 not_found"


async def test_a_reason_is_asked_for(rounds: Rounds) -> None:
    sent = await rounds.sends(await rounds.elder())

    assert code(await rounds.commands(rounds.instructor, sent["id"], "void", reason=None)) == "422 validation_failed"


async def test_what_a_void_record_alone_opened_is_cancelled_but_for_the_major_risk(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(
        elder_id,
        gas_safety="unsafe",
        mobility="worse",
        disease={"status": "severe", "name": "肺炎"},
        needs=[{"kind": "daily_care"}],
        major_risk={"kind": "gas_leak"},
    )

    await rounds.commands(rounds.instructor, sent["id"], "void")

    for model in (tables.Hazard, tables.Need):
        assert [row.state for row in await rounds.rows(model)] == ["cancelled"]
    tasks = {row.kind: row.state for row in await rounds.rows(tables.Task) if row.source_visit}
    assert tasks == {"suggest_assessment": "cancelled", "severe_disease": "cancelled"}
    assert [row.state for row in await rounds.rows(tables.Escalation)] == ["open"]


async def test_what_another_record_saw_too_stays_when_the_first_is_voided(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    first = await rounds.sends(elder_id, gas_safety="unsafe", mobility="worse", **at("2026-11-01"))
    await rounds.sends(elder_id, gas_safety="unsafe", mobility="worse")

    await rounds.commands(rounds.instructor, first["id"], "void")

    assert [row.state for row in await rounds.rows(tables.Hazard)] == ["open"]
    assert [row.state for row in await rounds.rows(tables.Task) if row.source_visit] == ["open"]


async def test_a_void_record_does_not_come_back_under_its_name(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, external_id="A-1")
    await rounds.commands(rounds.instructor, sent["id"], "void")

    same = await rounds.tries(elder_id, external_id="A-1")
    newer = await rounds.tries(elder_id, external_id="A-1", external_version=2, notes="再报")

    assert (same.status_code, same.json()["result"], same.json()["not_counted"]) == (200, "unchanged", "voided")
    assert code(newer) == "409 visit_voided"
    assert code(await rounds.commands(rounds.liaison, sent["id"], "amend", record=a_visit(elder_id))) == (
        "409 wrong_state"
    )


# --- withdraw ------------------------------------------------------------------------------------------


async def test_an_author_takes_a_record_back_with_all_that_it_opened(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, gas_safety="unsafe")

    answer = await rounds.commands(rounds.liaison, sent["id"], "withdraw")

    assert (answer.status_code, answer.json()["standing"]) == (200, "withdrawn")
    assert not await rounds.met(elder_id)
    assert [row.state for row in await rounds.rows(tables.Hazard)] == ["cancelled"]


async def test_after_72_hours_a_record_is_not_taken_back(rounds: Rounds) -> None:
    sent = await rounds.sends(await rounds.elder())
    rounds.on("2026-11-06")
    last_moment = await rounds.sends(await rounds.elder(), **at("2026-11-05"))
    rounds.clock.now = rounds.clock.now.replace(minute=1)

    assert code(await rounds.commands(rounds.liaison, sent["id"], "withdraw")) == "409 withdraw_too_late"
    assert (await rounds.commands(rounds.liaison, last_moment["id"], "withdraw")).status_code == 200


async def test_a_record_is_not_taken_back_once_somebody_acted_on_it(rounds: Rounds) -> None:
    sent = await rounds.sends(await rounds.elder(), mobility="worse")
    [task_id] = sent["opened"]["tasks"]
    await rounds.does(rounds.liaison, f"/v1/tasks/{task_id}/done", note="已联系评估")

    assert code(await rounds.commands(rounds.liaison, sent["id"], "withdraw")) == "409 already_acted_on"


async def test_nobody_takes_back_somebody_elses_record(rounds: Rounds) -> None:
    sent = await rounds.sends(await rounds.elder())

    assert code(await rounds.commands(rounds.neighbour, sent["id"], "withdraw")) == "403 not_own_record"


# --- accept --------------------------------------------------------------------------------------------


async def test_a_record_of_long_ago_counts_once_the_township_accepts_it(rounds: Rounds) -> None:
    elder_id = await rounds.elder(months=("2026-07", "2026-12"))
    sent = await rounds.sends(elder_id, **at("2026-07-20"))
    assert await rounds.owed(elder_id, "2026-07") == ["M open"]

    answer = await rounds.commands(rounds.instructor, sent["id"], "accept")

    assert answer.status_code == 200
    assert await rounds.owed(elder_id, "2026-07") == ["M met"]


async def test_what_looked_like_a_duplicate_is_none_once_an_office_says_so(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    await rounds.sends(elder_id, by=rounds.neighbour)
    second = await rounds.sends(elder_id)
    assert await rounds.why_not(second["id"]) == "probable_duplicate"

    await rounds.commands(rounds.instructor, second["id"], "accept")

    assert await rounds.why_not(second["id"]) != "probable_duplicate"


async def test_the_review_of_an_incident_is_the_districts(rounds: Rounds) -> None:
    elder_id = await rounds.elder(tier="priority")
    await rounds.tells(elder_id, "exit", kind="death", last_day_on="2026-11-02", found_on="2026-11-03", source="family")
    sent = await rounds.sends(elder_id, **at("2026-11-01"))
    assert sent["not_counted"] == "incident_review"

    assert code(await rounds.commands(rounds.instructor, sent["id"], "accept")) == "403 supervisor_decides"
    assert (await rounds.commands(rounds.supervisor, sent["id"], "accept")).status_code == 200
    assert await rounds.why_not(sent["id"]) != "incident_review"


async def test_no_office_lets_a_member_of_the_household_count_as_a_visitor(rounds: Rounds) -> None:
    elder_id = await rounds.elder(name="林水妹")
    sent = await rounds.sends(elder_id)

    answer = await rounds.commands(rounds.supervisor, sent["id"], "accept")

    assert code(answer) == "409 wrong_state"
    assert answer.json()["params"]["state"] == "worker_related"


async def test_there_is_nothing_to_accept_about_a_record_that_counts(rounds: Rounds) -> None:
    sent = await rounds.sends(await rounds.elder())

    assert code(await rounds.commands(rounds.instructor, sent["id"], "accept")) == "409 wrong_state"


# --- refusals ------------------------------------------------------------------------------------------


async def test_a_call_back_settles_a_period_that_the_elder_refused_once(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, **refused("2026-11-02"))
    assert await rounds.owed(elder_id, "2026-11") == ["M open"]

    answer = await rounds.commands(rounds.instructor, sent["id"], "confirm-refusal", told_by_elder=True)

    assert answer.status_code == 200, answer.text
    assert await rounds.owed(elder_id, "2026-11") == ["M refused"]
    again = await rounds.commands(rounds.instructor, sent["id"], "confirm-refusal", told_by_elder=True)
    assert code(again) == "409 wrong_state"


async def test_a_call_back_about_a_refusal_at_the_gate_by_the_family_settles_nothing(rounds: Rounds) -> None:
    said = refused("2026-11-02") | {"refused": {"in_person": True, "by": "family"}}
    sent = await rounds.sends(await rounds.elder(), **said)

    answer = await rounds.commands(rounds.instructor, sent["id"], "confirm-refusal", told_by_elder=True)

    assert code(answer) == "409 refusal_not_by_elder"


async def test_a_call_back_in_which_the_elder_did_not_say_so_is_none(rounds: Rounds) -> None:
    sent = await rounds.sends(await rounds.elder(), **refused("2026-11-02"))

    for told in (False, 1, "true"):
        answer = await rounds.commands(rounds.instructor, sent["id"], "confirm-refusal", told_by_elder=told)
        assert answer.status_code == 422


# --- many at once --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["void", "return"])
async def test_of_eight_commands_at_once_one_is_done_and_seven_come_too_late(rounds: Rounds, command: str) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id)
    clients = [await rounds.client_of(an_instructor()) for _ in range(8)]

    path = f"/v1/visits/{sent['id']}/{command}"
    answers = await asyncio.gather(*(client.post(path, json={"reason": REASON}) for client in clients))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert {code(answer) for answer in answers if answer.status_code == 409} == {"409 wrong_state"}
    assert len(await rounds.history("visit", sent["id"])) == 2
    assert not await rounds.met(elder_id)


async def test_a_command_on_a_version_that_is_gone_is_refused(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id)
    client = await rounds.client_of(rounds.liaison)
    tag = (await client.get(f"/v1/visits/{sent['id']}")).headers["etag"]
    body = {"record": a_visit(elder_id, notes="改"), "reason": REASON}

    answers = await asyncio.gather(
        *(client.post(f"/v1/visits/{sent['id']}/amend", json=body, headers={"If-Match": tag}) for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
