"""From the moment somebody notices until the township has made sure: whole cases through HTTP."""

from datetime import timedelta

from tests.builders import OTHER_VILLAGE, a_dashboard, a_liaison, an_instructor
from tests.duty.office import code
from tests.escalations.desk import EASED, MITIGATED, NOT_EASED, STRANGER, Desk, clock_states, kinds, only
from tests.visits.rounds import nobody_home


async def test_a_gas_leak_that_nobody_takes_in_hand_goes_to_the_district_and_to_its_end(desk: Desk) -> None:
    elder_id = await desk.elder()
    desk.at("2026-11-03 09:00")
    case = await desk.reported(elder_id=elder_id, kind="gas_leak", text="厨房有煤气味", called_number="119")
    due_at = desk.clock.now + timedelta(hours=2)
    assert (await desk.standing(case))["level"] == "township"
    await desk.client_of(desk.colleague)

    desk.later(hours=3)
    shown = await desk.standing(case)
    assert (shown["state"], shown["level"], shown["late"]) == ("open", "district", True)
    assert kinds(shown) == ["reported"]
    refused = await desk.commands_it(desk.liaison, case, "acknowledge")
    assert code(refused) == "403 desk_above"

    shown = await desk.orders(desk.supervisor, case, "acknowledge", text="区里接手")
    moved = only(shown["steps"], "clock_ran_out")
    assert kinds(shown) == ["reported", "clock_ran_out", "acknowledged"]
    assert (moved["at"], moved["recorded_at"]) == (due_at.strftime("%Y-%m-%dT03:00:00Z"), "2026-11-03T04:00:00Z")
    assert (moved["by"], moved["level"]) == (None, "district")
    assert clock_states(shown)["acknowledgement"] == "late"

    await desk.orders(desk.instructor, case, "mitigate", **MITIGATED)
    assert code(await desk.commands_it(desk.instructor, case, "close")) == "409 follow_up_required"
    assert code(await desk.commands_it(desk.instructor, case, "follow-ups", **EASED)) == "403 follow_up_by_another"
    shown = await desk.orders(desk.colleague, case, "follow-ups", **EASED)
    assert (shown["state"], shown["self_followed_up"]) == ("followed_up", False)
    shown = await desk.orders(desk.colleague, case, "close")
    assert (shown["state"], shown["late"]) == ("closed", False)
    assert code(await desk.commands_it(desk.colleague, case, "close")) == "409 wrong_state"


async def test_a_stranger_on_the_floor_out_of_every_sight_reaches_the_township_that_can_help(desk: Desk) -> None:
    elder_id = await desk.elder()
    passer_by = a_liaison(OTHER_VILLAGE)
    person = {"person_text": "约八十岁，蓝色外套，自称姓陈", "phone": "13800001234"}
    answer = await desk.says(passer_by, "/v1/escalations", **STRANGER, **person)
    assert answer.status_code == 202
    assert set(answer.json()) == {"id", "reference"}
    case = answer.json()["id"]
    assert (await desk.reads(passer_by, f"/v1/escalations/{case}")).status_code == 404

    assert await desk.listed() == [case]
    shown = await desk.standing(case)
    assert (shown["elder_id"], shown["place_text"]) == (None, STRANGER["place_text"])
    assert (shown["person_text"], shown["phone"]) == (person["person_text"], person["phone"])

    shown = await desk.orders(desk.instructor, case, "link", elder_id=elder_id)
    assert shown["elder_id"] == elder_id
    assert await desk.listed(elder_id=elder_id) == [case]
    lead = {"source": "other", "village": STRANGER["village"], "name": "陈水木"}
    found = await desk.does(desk.instructor, "/v1/leads", **lead)
    shown = await desk.orders(desk.instructor, case, "link", lead_id=found["id"])
    assert shown["lead_id"] == found["id"]


async def test_whoever_is_known_unknown_or_far_away_is_answered_alike(desk: Desk) -> None:
    near, far = await desk.elder(), await desk.elder(village=OTHER_VILLAGE)
    unknown = "00000000-0000-7000-8000-000000000000"
    for person in (desk.liaison, a_dashboard()):
        for elder_id in (near, far, unknown):
            answer = await desk.says(person, "/v1/escalations", elder_id=elder_id, kind="fire")
            assert (answer.status_code, set(answer.json())) == (202, {"id", "reference"})
            assert "location" not in answer.headers
    by_village = {row["village"] for row in (await desk.reads(desk.supervisor, "/v1/escalations")).json()["data"]}
    assert by_village == {"350303104201", OTHER_VILLAGE, "350303"}
    assert len(await desk.listed(an_instructor(OTHER_VILLAGE[:9]))) == 2


async def test_found_at_the_daughters_it_was_a_false_alarm_in_one_call(desk: Desk) -> None:
    elder_id = await desk.elder()
    desk.on("2026-11-07")
    await desk.sends(elder_id, **nobody_home("2026-11-07"))
    desk.on("2026-11-14")
    [case] = (await desk.sends(elder_id, **nobody_home("2026-11-14")))["opened"]["escalations"]
    found = {"verified_by": "村联络员", "how": "老人在女儿家，已视频确认"}
    shown = await desk.orders(desk.liaison, case, "false-alarm", **found)
    assert (shown["state"], shown["kind"]) == ("false_alarm", "missing")
    step = only(shown["steps"], "false_alarm")
    assert (step["verified_by"], step["text"]) == (found["verified_by"], found["how"])
    assert clock_states(shown)["acknowledgement"] == "in_time"


async def test_a_township_of_one_closes_its_own_case_and_that_shows(desk: Desk) -> None:
    case = await desk.reported(elder_id=await desk.elder(), kind="fire")
    await desk.mitigated(case)
    shown = await desk.orders(desk.instructor, case, "follow-ups", **EASED)
    assert (shown["state"], shown["self_followed_up"]) == ("followed_up", True)
    shown = await desk.orders(desk.instructor, case, "close")
    assert (shown["state"], shown["self_followed_up"]) == ("closed", True)


async def test_what_is_not_gone_begins_anew(desk: Desk) -> None:
    case = await desk.reported(elder_id=await desk.elder(), kind="gas_leak")
    await desk.mitigated(case)
    assert (await desk.orders(desk.instructor, case, "follow-ups", result="not_reached", method="phone"))["state"] == (
        "mitigated"
    )
    desk.later(days=1)
    shown = await desk.orders(desk.instructor, case, "follow-ups", **NOT_EASED)
    assert (shown["state"], shown["mitigated_at"]) == ("reopened", None)
    assert clock_states(shown)["acknowledgement"] == "running"
    assert code(await desk.commands_it(desk.instructor, case, "close")) == "409 follow_up_required"
    desk.later(hours=3)
    assert (await desk.standing(case))["level"] == "district"
    await desk.mitigated(case)
    await desk.orders(desk.instructor, case, "follow-ups", **EASED)
    assert (await desk.orders(desk.instructor, case, "close"))["state"] == "closed"


async def test_a_death_ends_with_the_districts_review_and_with_nothing_else(desk: Desk) -> None:
    case = await desk.reported(elder_id=await desk.elder(), kind="death_found")
    await desk.mitigated(case)
    for command, body in (("follow-ups", EASED), ("close", {})):
        assert code(await desk.commands_it(desk.instructor, case, command, **body)) == "409 incident_review_required"
    review = {"findings": "夜间突发心梗，此前按期探访"}
    assert code(await desk.commands_it(desk.instructor, case, "incident-review", **review)) == "403 permission_missing"
    shown = await desk.orders(desk.supervisor, case, "incident-review", **review)
    assert shown["state"] == "closed"
    assert only(shown["steps"], "reviewed")["text"] == review["findings"]
    other = await desk.reported(elder_id=await desk.elder(), kind="fire")
    assert code(await desk.commands_it(desk.supervisor, other, "incident-review")) == "409 no_death_to_review"
