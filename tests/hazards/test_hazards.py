"""Hazards told by hand, reminded of, gone: what the plan calls 提醒其及时消除隐患."""

from typing import Any

import pytest

from tests.builders import a_dashboard, an_instructor
from tests.duty.office import code
from tests.hazards.homes import Homes

REMINDER = {"to": "老人儿子", "means": "phone"}
GONE = {"how": "已更换软管", "seen_on": "2026-11-20"}


async def told(homes: Homes, elder_id: str, **said: Any) -> dict[str, Any]:
    """What the liaison is answered who tells of a hazard by hand."""
    return await homes.does(homes.liaison, "/v1/hazards", **{"elder_id": elder_id, "kind": "power", **said})


async def test_unsafe_gas_is_reminded_of_seen_again_and_escalated(homes: Homes) -> None:
    """The story: a visit → hazard → reminder → still unsafe → the same hazard, repeated → escalation."""
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    hazard = await homes.hazard(hazard_id)
    assert (hazard["state"], hazard["severity"], hazard["reminder"]) == ("open", "general", "unknown")
    assert (hazard["first_seen_on"], hazard["due_on"]) == ("2026-11-02", "2026-12-02")

    homes.on("2026-11-03")
    path = f"/v1/hazards/{hazard_id}"
    hazard = await homes.does(homes.liaison, f"{path}/remind", **REMINDER)
    assert (hazard["state"], hazard["reminded_at"], hazard["repeated"]) == ("reminded", "2026-11-03T02:00:00Z", False)

    again = await homes.sees(elder_id, "2026-11-17", gas_safety="unsafe")
    assert again["opened"]["hazards"] == [hazard_id]
    assert again["opened"]["escalations"] == []
    wanted = ["reminded", True, 2, "2026-11-17", "2026-12-02"]
    assert await homes.states(hazard_id, "repeated", "times_seen", "last_seen_on", "due_on") == wanted

    hazard = await homes.does(homes.instructor, f"{path}/escalate", text="多次提醒仍未整改")
    answer = await homes.reads(homes.instructor, f"/v1/escalations/{hazard['escalation_id']}")
    escalation = answer.json()
    assert (escalation["kind"], escalation["elder_id"], escalation["severity"]) == ("gas_leak", elder_id, "major")
    assert (hazard["state"], hazard["severity"]) == ("reminded", "general")

    homes.on("2026-11-20")
    hazard = await homes.does(homes.liaison, f"{path}/resolve", **GONE)
    assert (hazard["state"], hazard["resolved_on"]) == ("resolved", "2026-11-20")
    story = await homes.story(hazard_id)
    commands = ["open", "remind", "see_unsafe", "escalate", "resolve"]
    assert [version["command"] for version in story["history"]] == commands
    assert (story["reminded_to"], story["reminded_by_means"], story["resolved_how"]) == (
        "老人儿子",
        "phone",
        "已更换软管",
    )


async def test_the_history_shows_dates_and_hides_words(homes: Homes) -> None:
    hazard_id = await homes.unsafe_gas(await homes.elder(), "2026-11-02")
    await homes.does(homes.liaison, f"/v1/hazards/{hazard_id}/remind", **REMINDER)
    changes = {change["field"]: change for change in (await homes.story(hazard_id))["history"][-1]["changes"]}
    assert (changes["state"]["before"], changes["state"]["after"]) == ("open", "reminded")
    assert changes["reminded_to"] == {"field": "reminded_to", "before": None, "after": None, "sealed": True}


async def test_a_visit_that_says_who_was_reminded_leaves_the_household_reminded(homes: Homes) -> None:
    item = {"kind": "gas", "reminded": True, "reminded_to": "老人本人", "text": "软管老化"}
    hazard_id = await homes.unsafe_gas(await homes.elder(), "2026-11-02", hazards=[item])
    story = await homes.story(hazard_id)
    assert (story["hazard"]["state"], story["hazard"]["reminded_at"]) == ("reminded", "2026-11-02T01:00:00Z")
    assert (story["text"], story["reminded_to"]) == ("软管老化", "老人本人")


async def test_a_reminder_of_the_same_day_does_not_make_it_repeated(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02", hazards=[{"kind": "gas", "reminded": True}])
    homes.on("2026-11-02")
    assert (await told(homes, elder_id, kind="gas"))["id"] == hazard_id
    assert await homes.states(hazard_id, "repeated", "times_seen") == ["reminded", False, 2]


async def test_a_hazard_told_by_hand_is_the_one_the_household_has(homes: Homes) -> None:
    elder_id, husband = await homes.elder(), await homes.elder()
    await homes.live_together(elder_id, husband)
    first = await told(homes, elder_id, text="插座老化", reminded=False)
    second = await told(homes, husband, text="插座发黑", reminded=True)
    assert second["id"] == first["id"]
    assert (second["times_seen"], second["state"], second["reminder"]) == (2, "reminded", "given")
    story = await homes.story(first["id"])
    assert [each["id"] for each in story["elders"]] == sorted([elder_id, husband])
    assert story["text"] == "插座发黑"
    assert await homes.listed(elder_id=husband) == await homes.listed(elder_id=elder_id) == [first["id"]]


async def test_hazards_without_a_kind_are_told_apart_by_their_words(homes: Homes) -> None:
    elder_id = await homes.elder()
    first = await told(homes, elder_id, kind="other", text="院墙开裂")
    second = await told(homes, elder_id, kind="other", text="井口无盖")
    assert first["id"] != second["id"]
    bare = await homes.says(homes.liaison, "/v1/hazards", elder_id=elder_id, kind="other")
    assert code(bare) == "422 field_missing"


async def test_a_major_hazard_told_by_hand_is_a_risk_at_once(homes: Homes) -> None:
    hazard = await told(homes, await homes.elder(), kind="housing", severity="major", text="墙体倾斜")
    escalation = (await homes.reads(homes.instructor, f"/v1/escalations/{hazard['escalation_id']}")).json()
    assert (escalation["kind"], escalation["text"]) == ("collapse_risk", "墙体倾斜")


async def test_a_hazard_that_turns_out_major_stays_major(homes: Homes) -> None:
    elder_id = await homes.elder()
    await told(homes, elder_id)
    assert (await told(homes, elder_id, severity="major"))["severity"] == "major"
    assert (await told(homes, elder_id))["severity"] == "major"


async def test_escalated_twice_it_is_one_escalation(homes: Homes) -> None:
    hazard_id = (await told(homes, await homes.elder()))["id"]
    path = f"/v1/hazards/{hazard_id}/escalate"
    first = await homes.does(homes.liaison, path, text="有漏电危险")
    second = await homes.does(homes.liaison, path, text="仍未处理")
    assert first["escalation_id"] == second["escalation_id"]


async def test_what_is_gone_is_not_reminded_of_and_its_state_speaks_before_the_body(homes: Homes) -> None:
    hazard_id = (await told(homes, await homes.elder()))["id"]
    homes.on("2026-11-20")
    await homes.does(homes.liaison, f"/v1/hazards/{hazard_id}/resolve", **GONE)
    for command in ("remind", "resolve", "escalate"):
        answer = await homes.says(homes.liaison, f"/v1/hazards/{hazard_id}/{command}")
        assert code(answer) == "409 wrong_state"
        assert answer.json()["params"]["state"] == "resolved"


@pytest.mark.parametrize(
    ("command", "body", "refusal"),
    [
        ("resolve", {"how": "已更换", "seen_on": "2026-11-21"}, "422 day_in_future"),
        ("resolve", {"how": "已更换", "seen_on": "2026-11-19"}, "422 before_hazard_was_seen"),
        ("remind", {**REMINDER, "at": "2026-11-20T10:11:00+08:00"}, "422 time_in_future"),
        ("remind", {**REMINDER, "at": "2026-11-19T23:59:00+08:00"}, "422 before_hazard_was_seen"),
        ("remind", {"to": "老人儿子"}, "422 field_missing"),
    ],
)
async def test_days_that_cannot_be_are_refused(homes: Homes, command: str, body: dict[str, str], refusal: str) -> None:
    elder_id = await homes.elder()
    homes.on("2026-11-20")
    hazard_id = (await told(homes, elder_id))["id"]
    assert code(await homes.says(homes.liaison, f"/v1/hazards/{hazard_id}/{command}", **body)) == refusal


async def test_lists_tell_what_is_late_by_due_day(homes: Homes) -> None:
    early, late = await homes.elder(), await homes.elder()
    homes.on("2026-11-10")
    second = (await told(homes, late, kind="fall"))["id"]
    homes.on("2026-11-02")
    first = (await told(homes, early))["id"]
    homes.on("2026-12-02")
    assert await homes.listed(overdue="true") == []
    homes.on("2026-12-03")
    assert await homes.listed(overdue="true") == [first]
    assert await homes.listed(overdue="false") == [second]
    assert await homes.listed() == [first, second]
    assert await homes.listed(kind="fall") == await homes.listed(state="open", kind="fall") == [second]
    page = (await homes.reads(homes.instructor, "/v1/hazards?page_size=1")).json()
    assert [row["id"] for row in page["data"]] == [first]
    rest = await homes.listed(page_size=1, page_token=page["next_page_token"])
    assert rest == [second]
    await homes.does(homes.liaison, f"/v1/hazards/{first}/resolve", how="已修复", seen_on="2026-12-03")
    assert await homes.listed(overdue="true") == []


async def test_another_township_sees_nothing_of_it(homes: Homes) -> None:
    hazard_id = (await told(homes, await homes.elder()))["id"]
    stranger = an_instructor("350303101")
    assert code(await homes.reads(stranger, f"/v1/hazards/{hazard_id}")) == "404 not_found"
    assert code(await homes.says(stranger, f"/v1/hazards/{hazard_id}/remind", **REMINDER)) == "404 not_found"
    assert (await homes.reads(stranger, "/v1/hazards")).json()["data"] == []
    assert code(await homes.reads(a_dashboard(), "/v1/hazards")) == "403 permission_missing"
    unknown = await homes.says(stranger, "/v1/hazards", elder_id=str(await homes.elder()), kind="fall")
    assert code(unknown) == "422 elder_unknown"


async def test_who_has_left_has_no_new_hazards(homes: Homes) -> None:
    elder_id = await homes.elder()
    await homes.tells(elder_id, "exit", kind="moved_out", last_day_on="2026-11-02", source="family")
    answer = await homes.says(homes.liaison, "/v1/hazards", elder_id=elder_id, kind="fall")
    assert code(answer) == "409 wrong_state"


async def test_a_version_that_is_not_the_latest_is_refused(homes: Homes) -> None:
    hazard = await told(homes, await homes.elder())
    client = await homes.client_of(homes.liaison)
    path, stale = f"/v1/hazards/{hazard['id']}/remind", {"If-Match": '"7"'}
    assert code(await client.post(path, json=REMINDER, headers=stale)) == "412 version_changed"
    answer = await client.post(path, json=REMINDER, headers={"If-Match": hazard["etag"]})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
