"""Reports: heard from anybody, wherever, once."""

from typing import Any

import pytest

from tests.builders import DISTRICT, OTHER_VILLAGE, TOWNSHIP, VILLAGE, a_supervisor, an_auditor
from tests.escalations.desk import STRANGER, Desk, clock_states, only
from tests.visits.rounds import at, nobody_home

DELAYED = {
    "kind": "fire",
    "discovered_at": "2026-11-03T10:00:00+08:00",
    "emergency_called_at": "2026-11-03T10:05:00+08:00",
    "called_number": "119",
    "contact_reached_at": "2026-11-03T10:40:00+08:00",
    "contact": "女儿",
}


async def test_smoke_told_a_day_later_is_the_reporters_delay(desk: Desk) -> None:
    elder_id = await desk.elder()
    desk.at("2026-11-04 18:00")
    case = await desk.reported(elder_id=elder_id, **DELAYED)
    desk.at("2026-11-04 18:30")
    shown = await desk.orders(desk.instructor, case, "acknowledge")
    assert shown["report_delay_minutes"] == 32 * 60
    assert clock_states(shown) == dict.fromkeys(("emergency_call", "contact", "acknowledgement"), "in_time")
    assert (shown["called_number"], shown["contact"]) == ("119", "女儿")


async def test_a_general_case_of_friday_evening_is_due_on_monday(desk: Desk) -> None:
    elder_id = await desk.elder()
    desk.at("2026-11-06 17:50")
    case = await desk.reported(elder_id=elder_id, kind="other", text="屋顶漏雨")
    shown = await desk.standing(case)
    assert (shown["severity"], shown["clocks"]["emergency_call"]) == ("general", None)
    assert shown["clocks"]["acknowledgement"]["due_at"] == "2026-11-09T01:50:00Z"
    desk.at("2026-11-09 09:50")
    assert (await desk.standing(case))["level"] == "township"
    desk.later(seconds=1)
    assert (await desk.standing(case))["level"] == "district"


async def test_a_day_the_district_set_free_stops_the_general_clock(desk: Desk) -> None:
    elder_id = await desk.elder()
    client = await desk.client_of(desk.supervisor)
    answer = await client.put("/v1/calendar/2026-11-09", json={"kind": "free", "name": "台风停工"})
    assert answer.is_success, answer.text
    desk.at("2026-11-06 17:50")
    case = await desk.reported(elder_id=elder_id, kind="other")
    assert (await desk.standing(case))["clocks"]["acknowledgement"]["due_at"] == "2026-11-10T01:50:00Z"


async def test_who_reports_may_say_that_it_is_major_but_not_that_it_is_less(desk: Desk) -> None:
    elder_id = await desk.elder()
    for said, severity in (({"kind": "other", "severity": "major"}, "major"), ({"kind": "fire"}, "major")):
        case = await desk.reported(elder_id=elder_id, **said)
        assert (await desk.standing(case))["severity"] == severity
    case = await desk.reported(elder_id=elder_id, kind="fire", severity="general")
    assert (await desk.standing(case))["severity"] == "major"


@pytest.mark.parametrize(
    ("said", "village", "level"),
    [
        (VILLAGE, VILLAGE, "township"),
        (OTHER_VILLAGE, OTHER_VILLAGE, "township"),
        (TOWNSHIP, TOWNSHIP, "township"),
        (f"{TOWNSHIP}999", TOWNSHIP, "township"),
        (f"{DISTRICT}999999", DISTRICT, "district"),
        ("110101001001", DISTRICT, "district"),
    ],
)
async def test_a_wrong_code_loses_no_report(desk: Desk, said: str, village: str, level: str) -> None:
    case = await desk.reported(an_auditor(), **{**STRANGER, "village": said})
    shown = await desk.standing(case, by=desk.supervisor)
    assert (shown["village"], shown["level"]) == (village, level)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"kind": "fire"}, "elder_or_place_needed"),
        ({"kind": "fire", "village": VILLAGE}, "elder_or_place_needed"),
        ({**STRANGER, "kind": "flood"}, "value_not_listed"),
        ({**STRANGER, "discovered_at": "2026-11-03T10:11:00+08:00"}, "time_in_future"),
        ({**STRANGER, "phone": "1380000123"}, "phone_format"),
    ],
)
async def test_what_cannot_be_is_refused(desk: Desk, body: dict[str, Any], refusal: str) -> None:
    answer = await desk.says(desk.liaison, "/v1/escalations", **body)
    assert (answer.status_code, [error["code"] for error in answer.json()["errors"]]) == (422, [refusal])
    assert await desk.listed() == []


async def test_the_same_report_sent_again_is_one(desk: Desk) -> None:
    client = await desk.client_of(desk.liaison)
    headers = {"Idempotency-Key": "report-0123456789"}
    first, again = [await client.post("/v1/escalations", json=STRANGER, headers=headers) for _ in range(2)]
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert await desk.listed() == [first.json()["id"]]


async def test_the_audit_names_who_reported_and_on_whose_behalf_the_service_looked(desk: Desk) -> None:
    case = await desk.reported(desk.liaison, **STRANGER)
    shown = await desk.standing(case)
    assert shown["reported_by"] == only(shown["steps"], "reported")["by"]
    [opened] = [each for each in await desk.history("escalation", case) if each["command"] == "open"]
    assert str(opened["actor_id"]) == shown["reported_by"]


async def test_a_visit_that_sees_it_again_joins_and_after_the_end_of_the_danger_brings_it_back(desk: Desk) -> None:
    elder_id = await desk.elder()
    major = {"hazards": [{"kind": "gas", "severity": "major"}], "gas_safety": "unsafe"}
    [case] = (await desk.sends(elder_id, **at("2026-11-02"), **major))["opened"]["escalations"]
    desk.on("2026-11-04")
    assert (await desk.sends(elder_id, **at("2026-11-04"), **major))["opened"]["escalations"] == [case]
    assert (await desk.standing(case))["steps"][-1]["kind"] == "reported_again"
    await desk.mitigated(case)
    desk.on("2026-11-06")
    assert (await desk.sends(elder_id, **at("2026-11-06"), **major))["opened"]["escalations"] == [case]
    assert (await desk.standing(case))["state"] == "reopened"


async def test_two_months_of_old_paper_leave_the_desk_as_it_was(desk: Desk) -> None:
    elder_ids = [await desk.elder() for _ in range(3)]
    desk.on("2026-11-20")
    for elder_id in elder_ids:
        for day in ("2026-09-07", "2026-09-21", "2026-10-05", "2026-10-19"):
            unsafe = {"gas_safety": "unsafe", "major_risk": {"kind": "gas_leak"}}
            item = await desk.sends(elder_id, **at(day), **unsafe)
            assert item["opened"]["escalations"] == []
        for day in ("2026-09-14", "2026-10-12"):
            assert (await desk.sends(elder_id, **nobody_home(day)))["opened"]["escalations"] == []
    assert await desk.listed() == []
    assert await desk.listed(a_supervisor(), late="true") == []
