"""Commands: the state is looked at first, what was sent afterwards."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.main import create_app, enveloped
from api.security import Keys
from api.settings import Settings
from api.usecases.escalations import settled
from tests.builders import (
    DISTRICT,
    OTHER_VILLAGE,
    SIBLING_VILLAGE,
    TOWNSHIP,
    a_client,
    a_liaison,
    an_instructor,
    settle,
)
from tests.duty.office import code
from tests.escalations.desk import EASED, MITIGATED, STRANGER, Desk, clock_states, kinds, only

BODIES: dict[str, dict[str, Any]] = {
    "as it should be": {"json": {}},
    "an unknown field": {"json": {"nonsense": 1}},
    "another shape": {"json": [1, 2]},
    "null": {"content": b"null", "headers": {"Content-Type": "application/json"}},
    "no JSON": {"content": b"{", "headers": {"Content-Type": "application/json"}},
    "two keys alike": {"content": b'{"text":"a","text":"b"}', "headers": {"Content-Type": "application/json"}},
    "nothing": {},
    "with a key": {"json": {"nonsense": 1}, "headers": {"Idempotency-Key": "close-0123456789ab"}},
    "unreadable, with a key": {
        "content": b"{",
        "headers": {"Content-Type": "application/json", "Idempotency-Key": "close-0123456789cd"},
    },
}


@pytest.fixture
async def case(desk: Desk) -> str:
    return await desk.reported(elder_id=await desk.elder(), kind="gas_leak")


@pytest.mark.parametrize("sent", BODIES.values(), ids=list(BODIES))
async def test_too_early_to_close_is_too_early_whatever_was_sent(desk: Desk, case: str, sent: dict[str, Any]) -> None:
    client = await desk.client_of(desk.instructor)
    path = f"/v1/escalations/{case}/close"
    assert code(await client.post(path, **sent)) == "409 follow_up_required"
    await desk.mitigated(case)
    assert code(await client.post(path, **sent)) == "409 follow_up_required"


async def test_when_it_is_time_what_was_sent_is_read(desk: Desk, case: str) -> None:
    await desk.mitigated(case)
    await desk.orders(desk.instructor, case, "follow-ups", **EASED)
    client = await desk.client_of(desk.instructor)
    wrong = list(BODIES.values())[1:6]
    refusals = [code(await client.post(f"/v1/escalations/{case}/close", **sent)) for sent in wrong]
    assert refusals == [
        "422 field_unknown",
        "422 value_type",
        "422 value_type",
        "400 json_invalid",
        "400 json_invalid",
    ]
    assert (await client.post(f"/v1/escalations/{case}/close")).json()["state"] == "closed"
    assert code(await client.post(f"/v1/escalations/{case}/close", content=b"x")) == "415 media_type_unsupported"


@pytest.fixture
async def another_instance(settings: Settings, keys: Keys, desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """The instructor at a second instance of the service, on the same database."""
    app = create_app(settings, keys=keys, clock=desk.clock)
    token = await settle(desk.service, desk.instructor)
    async with app.router.lifespan_context(app), a_client(enveloped(app, settings), token) as client:
        yield client


async def test_of_eight_at_once_at_two_instances_one_takes_it_in_hand(
    desk: Desk, case: str, another_instance: httpx.AsyncClient
) -> None:
    clients = [await desk.client_of(desk.instructor), another_instance] * 4
    answers = await asyncio.gather(*(each.post(f"/v1/escalations/{case}/acknowledge", json={}) for each in clients))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    refusals = [answer.json() for answer in answers if answer.status_code == 409]
    assert {each["code"] for each in refusals} == {"wrong_state"}
    assert all(each["params"] == {"state": "responding", "allowed": "open, reopened"} for each in refusals)
    assert kinds(await desk.standing(case)) == ["reported", "acknowledged"]


async def test_a_move_of_the_clock_is_written_once_by_whoever_comes_next(desk: Desk, case: str) -> None:
    desk.later(hours=5)
    client = await desk.client_of(desk.instructor)
    await asyncio.gather(*(client.post(f"/v1/escalations/{case}/actions", json={"kind": "visit"}) for _ in range(4)))
    await desk.worker_passes()
    shown = await desk.standing(case)
    assert Counter(kinds(shown)) == {"reported": 1, "clock_ran_out": 1, "visit": 4}
    moved = only(shown["steps"], "clock_ran_out")
    assert (moved["at"], moved["recorded_at"]) == ("2026-11-03T04:00:00Z", "2026-11-03T07:00:00Z")


async def test_what_nobody_touches_the_worker_moves_up(desk: Desk, case: str) -> None:
    desk.later(hours=2)
    await desk.worker_passes()
    assert kinds(await desk.standing(case)) == ["reported"]
    desk.later(seconds=1)
    await desk.worker_passes()
    shown = await desk.standing(case)
    assert kinds(shown) == ["reported", "clock_ran_out"]
    assert only(shown["steps"], "clock_ran_out")["at"] == "2026-11-03T04:00:00Z"
    async with desk.opened(writes=True) as registers:
        row = await registers.escalations.locked(UUID(case))
        assert await settled(registers, row) == row


async def test_taken_in_hand_in_time_no_clock_moves_it(desk: Desk, case: str) -> None:
    await desk.orders(desk.liaison, case, "acknowledge")
    desk.later(days=2)
    await desk.worker_passes()
    shown = await desk.standing(case)
    assert (kinds(shown), shown["level"]) == (["reported", "acknowledged"], "township")


async def test_calls_are_told_later_and_the_first_one_counts(desk: Desk, case: str) -> None:
    desk.later(hours=1)
    call = {"kind": "emergency_call", "at": "2026-11-03T10:10:00+08:00", "called_number": "119"}
    shown = await desk.orders(desk.liaison, case, "actions", **call)
    assert (shown["called_number"], clock_states(shown)["emergency_call"]) == ("119", "in_time")
    late = {"kind": "emergency_call", "called_number": "120"}
    shown = await desk.orders(desk.liaison, case, "actions", **late)
    assert (shown["called_number"], clock_states(shown)["emergency_call"]) == ("119", "in_time")
    desk.later(seconds=1)
    contact = {"kind": "contact_reached", "contact": "儿子", "at": "2026-11-03T11:00:01+08:00"}
    shown = await desk.orders(desk.liaison, case, "actions", **contact)
    assert (shown["contact"], clock_states(shown)["contact"]) == ("儿子", "late")
    assert [step["called_number"] for step in shown["steps"]] == [None, "119", "120", None]
    ahead = await desk.commands_it(desk.liaison, case, "actions", kind="visit", at="2026-11-03T11:11:00+08:00")
    assert code(ahead) == "422 time_in_future"
    other = await desk.commands_it(desk.liaison, case, "actions", kind="closed")
    assert code(other) == "422 value_not_listed"


async def test_up_and_down_between_the_desks(desk: Desk, case: str) -> None:
    assert code(await desk.commands_it(desk.instructor, case, "hand-over", to="village")) == "409 wrong_state"
    await desk.orders(desk.instructor, case, "acknowledge")
    shown = await desk.orders(desk.instructor, case, "hand-over", to="village", text="请到场")
    assert shown["level"] == "village"
    assert (await desk.orders(desk.liaison, case, "escalate", text="无法进门"))["level"] == "township"
    assert (await desk.orders(desk.instructor, case, "escalate"))["level"] == "district"
    again = await desk.commands_it(desk.instructor, case, "escalate")
    assert code(again) == "409 wrong_state"
    assert again.json()["params"] == {"state": "district", "allowed": "village, township"}
    assert code(await desk.commands_it(desk.instructor, case, "hand-over", to="township")) == "403 desk_above"
    assert code(await desk.commands_it(desk.liaison, case, "false-alarm")) == "403 desk_above"
    assert (await desk.orders(desk.liaison, case, "actions", kind="visit"))["level"] == "district"
    assert (await desk.orders(desk.supervisor, case, "hand-over", to="township"))["level"] == "township"


async def test_whose_place_nobody_knew_is_handed_to_the_township_where_it_is(desk: Desk) -> None:
    case = await desk.reported(**{**STRANGER, "village": f"{DISTRICT}999999"})
    assert await desk.listed() == []
    await desk.orders(desk.supervisor, case, "acknowledge")
    vague = await desk.commands_it(desk.supervisor, case, "hand-over", to="township")
    assert code(vague) == "422 place_too_wide"
    unknown = await desk.commands_it(desk.supervisor, case, "hand-over", to="township", village=f"{DISTRICT}999")
    assert code(unknown) == "422 village_code_unknown"
    shown = await desk.orders(desk.supervisor, case, "hand-over", to="township", village=TOWNSHIP)
    assert (shown["level"], shown["village"]) == ("township", TOWNSHIP)
    assert await desk.listed() == [case]
    far = await desk.commands_it(desk.instructor, case, "hand-over", to="village", village=OTHER_VILLAGE)
    assert code(far) == "422 village_code_unknown"
    assert (await desk.orders(desk.instructor, case, "hand-over", to="village", village=SIBLING_VILLAGE))[
        "village"
    ] == (SIBLING_VILLAGE)
    assert await desk.listed(a_liaison(SIBLING_VILLAGE)) == [case]


async def test_an_elders_case_lies_where_the_elder_lives(desk: Desk, case: str) -> None:
    await desk.orders(desk.instructor, case, "acknowledge")
    moved = await desk.commands_it(desk.instructor, case, "hand-over", to="village", village=SIBLING_VILLAGE)
    assert code(moved) == "422 place_is_the_elders"
    stranger = await desk.reported(**STRANGER)
    elder_id = await desk.elder(village=SIBLING_VILLAGE)
    shown = await desk.orders(desk.instructor, stranger, "link", elder_id=elder_id)
    assert (shown["village"], shown["short_no"]) == (SIBLING_VILLAGE, (await _file(desk, elder_id))["short_no"])
    assert (await desk.standing(stranger, by=a_liaison(SIBLING_VILLAGE)))["steps"][0]["kind"] == "reported"


async def _file(desk: Desk, elder_id: str) -> dict[str, Any]:
    return dict((await desk.reads(desk.instructor, f"/v1/elders/{elder_id}")).json())


@pytest.mark.parametrize(
    ("command", "body", "refusal"),
    [
        ("link", {}, "422 elder_or_lead_needed"),
        ("link", {"elder_id": "00000000-0000-7000-8000-000000000000"}, "422 elder_unknown"),
        ("link", {"lead_id": "00000000-0000-7000-8000-000000000000"}, "422 lead_unknown"),
        ("duplicate", {"of": "00000000-0000-7000-8000-000000000000"}, "422 escalation_unknown"),
        ("mitigate", MITIGATED, "409 wrong_state"),
        ("follow-ups", EASED, "409 wrong_state"),
        ("reopen", {"text": "仍有气味"}, "409 wrong_state"),
    ],
)
async def test_what_does_not_fit_is_refused(
    desk: Desk, case: str, command: str, body: dict[str, Any], refusal: str
) -> None:
    assert code(await desk.commands_it(desk.instructor, case, command, **body)) == refusal


async def test_the_same_danger_reported_twice_goes_on_once(desk: Desk, case: str) -> None:
    again = await desk.reported(elder_id=(await desk.standing(case))["elder_id"], kind="fire")
    assert code(await desk.commands_it(desk.instructor, again, "duplicate", of=again)) == "422 duplicate_of_nothing"
    shown = await desk.orders(desk.instructor, again, "duplicate", of=case)
    assert (shown["state"], shown["duplicate_of"]) == ("duplicate", case)
    assert code(await desk.commands_it(desk.instructor, case, "duplicate", of=again)) == "422 duplicate_of_nothing"
    shown = await desk.orders(desk.instructor, again, "reopen", text="不是同一件事")
    assert (shown["state"], shown["duplicate_of"]) == ("reopened", None)


async def test_a_general_report_may_turn_out_to_be_major(desk: Desk) -> None:
    case = await desk.reported(elder_id=await desk.elder(), kind="other")
    shown = await desk.orders(desk.instructor, case, "acknowledge", severity="major")
    assert shown["severity"] == "major"
    assert set(clock_states(shown)) == {"emergency_call", "contact", "acknowledgement"}


async def test_an_etag_tells_of_changes_that_time_made(desk: Desk, case: str) -> None:
    client = await desk.client_of(desk.supervisor)
    path = f"/v1/escalations/{case}"
    seen = (await client.get(path)).headers["ETag"]
    assert (await client.get(path, headers={"If-None-Match": seen})).status_code == 304
    desk.later(minutes=16)
    client = await desk.client_of(desk.supervisor)
    changed = await client.get(path, headers={"If-None-Match": seen})
    assert (changed.status_code, changed.json()["clocks"]["emergency_call"]["state"]) == (200, "late")
    headers = {"If-Match": seen}
    assert (await client.post(f"{path}/acknowledge", json={}, headers=headers)).status_code == 200
    stale = await client.post(f"{path}/mitigate", json=MITIGATED, headers=headers)
    assert code(stale) == "412 version_changed"


async def test_lists_are_narrowed(desk: Desk, case: str) -> None:
    other = await desk.reported(elder_id=await desk.elder(village=SIBLING_VILLAGE), kind="other")
    assert await desk.listed() == [case, other]
    assert await desk.listed(area=SIBLING_VILLAGE) == [other]
    assert await desk.listed(severity="major") == await desk.listed(kind="gas_leak") == [case]
    assert await desk.listed(late="true") == []
    await desk.orders(desk.instructor, other, "acknowledge")
    assert await desk.listed(state="responding") == [other]
    desk.later(minutes=16)
    assert await desk.listed(late="true") == [case]
    assert await desk.listed(an_instructor(OTHER_VILLAGE[:9])) == []
    client = await desk.client_of(desk.liaison)
    assert (await client.get("/v1/escalations", params={"area": SIBLING_VILLAGE})).status_code == 404


async def test_what_is_overdue_is_so_in_the_list_and_by_itself(desk: Desk, case: str) -> None:
    """The list asks the database, the answer the rule: the two agree all the way."""
    steps: list[tuple[str, dict[str, Any], dict[str, float]]] = [
        ("actions", {"kind": "emergency_call"}, {"minutes": 15, "seconds": 1}),
        ("actions", {"kind": "contact_reached"}, {"minutes": 50}),
        ("acknowledge", {}, {"hours": 3}),
        ("mitigate", MITIGATED, {"days": 1}),
        ("follow-ups", EASED, {"days": 7, "seconds": 1}),
        ("close", {}, {"days": 30}),
    ]
    seen = []
    for command, body, passed in steps:
        desk.later(**passed)
        late = (await desk.standing(case))["late"]
        assert (await desk.listed(late="true") == [case]) is late
        seen.append(late)
        await desk.orders(desk.instructor, case, command, **body)
    assert seen == [True, True, True, False, True, False]
    assert await desk.listed(late="true") == []
