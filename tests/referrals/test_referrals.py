"""Somebody else is asked to help until the township has heard that it did (R44, R48)."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.builders import OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, a_liaison, an_instructor
from tests.duty.office import code
from tests.referrals.helping import CONSENT, EASED, NOT_EASED, Helping
from tests.visits.rounds import at


async def test_a_severe_disease_is_followed_until_it_is_eased(office: Helping) -> None:
    """Rejected, passed on, delivered in vain, delivered again, closed: nothing of it is lost."""
    elder = await office.elder()
    await office.sends(elder, disease={"status": "severe", "name": "肺炎"}, **at("2026-11-02"))
    [notice] = (await office.shows(f"/v1/tasks?elder_id={elder}&kind=severe_disease"))["data"]
    clinic = await office.target(kind="medical", name="江口镇卫生院", serves=["medical"], area=TOWNSHIP)
    hospital = await office.target(kind="medical", name="涵江医院", serves=["medical"])

    referral = await office.refers(task_id=notice["id"], target_id=clinic, text="咳嗽发热三日")
    assert (referral["kind"], referral["state"], referral["due_on"]) == ("medical", "requested", "2026-11-08")
    [settled] = (await office.shows(f"/v1/tasks?elder_id={elder}&kind=severe_disease"))["data"]
    assert settled["state"] == "done"

    rejected = await office.moves(referral, "reject", reason="无呼吸科床位")
    assert (rejected["state"], rejected["rejections"]) == ("rejected", 1)
    office.on("2026-11-05")
    asked_anew = await office.moves(referral, "retarget", target_id=hospital)
    assert (asked_anew["state"], asked_anew["due_on"]) == ("requested", "2026-11-10")
    accepted = await office.moves(referral, "accept")
    assert (accepted["state"], accepted["due_on"]) == ("accepted", "2026-12-03")
    delivered = await office.moves(referral, "deliver", note="已住院")
    assert (delivered["state"], delivered["due_on"]) == ("delivered", "2026-11-12")

    office.on("2026-11-10")
    early = await office.says(office.colleague, f"/v1/referrals/{referral['id']}/close", anything="at all")
    assert code(early) == "409 follow_up_required"
    reopened = await office.asks_whether_it_helped(referral, **NOT_EASED, text="出院后仍咳嗽")
    assert (reopened["state"], reopened["eased"], reopened["deliver_by"]) == ("reopened", False, "2026-12-10")
    office.on("2026-11-12")
    await office.moves(referral, "deliver")
    office.on("2026-11-16")
    eased = await office.asks_whether_it_helped(referral, **EASED)
    assert (eased["state"], eased["eased"], eased["due_on"]) == ("followed_up", True, None)
    closed = await office.moves(referral, "close", by=office.colleague)
    assert (closed["state"], closed["closed_on"]) == ("closed", "2026-11-16")
    assert [(each["target"], each["answer"], each["reason"]) for each in closed["attempts"]] == [
        ("江口镇卫生院", "rejected", "无呼吸科床位"),
        ("涵江医院", "accepted", None),
    ]
    commands = [version["command"] for version in await office.history("referral", referral["id"])]
    assert commands == ["open", "reject", "retarget", "accept", "deliver", "reopen", "deliver", "confirm", "close"]


async def test_a_body_that_does_not_answer_is_not_waited_for(office: Helping) -> None:
    referral = await office.refers(elder_id=await office.elder(), kind="comfort")
    passed_on = await office.moves(referral, "retarget", target_text="莆田学院社工站", reason="多次联系未答复")
    first, second = passed_on["attempts"]
    assert (first["answer"], first["reason"]) == ("withdrawn", "多次联系未答复")
    assert (second["target"], second["answer"]) == ("莆田学院社工站", None)


async def test_who_did_the_work_does_not_ask_whether_it_helped(office: Helping) -> None:
    referral = await office.delivered(elder_id=await office.elder(), kind="comfort")
    await office.shows("/v1/needs", by=office.colleague)  # somebody else is on duty
    path = f"/v1/referrals/{referral['id']}/follow-ups"
    assert code(await office.says(office.instructor, path, **EASED)) == "403 follow_up_by_another"
    assert (await office.asks_whether_it_helped(referral, **EASED))["state"] == "followed_up"


async def test_where_the_township_has_nobody_else_it_asks_itself_and_says_so(office: Helping) -> None:
    referral = await office.delivered(elder_id=await office.elder(), kind="comfort")
    assert (await office.moves(referral, "follow-ups", **EASED))["state"] == "followed_up"
    [heard] = (await office.shows(f"/v1/follow-ups?case_id={referral['id']}"))["data"]
    assert (heard["subject"], heard["self_followed_up"]) == ("referral_delivered", True)
    assert (await office.moves(referral, "close"))["state"] == "closed"


async def test_whoever_was_not_reached_is_asked_again(office: Helping) -> None:
    referral = await office.delivered(elder_id=await office.elder(), kind="comfort")
    asked = await office.asks_whether_it_helped(referral, result="not_reached", method="phone")
    assert (asked["state"], asked["eased"], asked["followed_up_on"]) == ("delivered", None, None)
    assert (await office.asks_whether_it_helped(referral, **EASED))["state"] == "followed_up"


async def test_what_was_closed_is_opened_again_when_help_stops(office: Helping) -> None:
    referral = await office.delivered(elder_id=await office.elder(), kind="comfort")
    await office.asks_whether_it_helped(referral, **EASED)
    await office.moves(referral, "close", by=office.colleague)
    office.on("2026-12-01")
    again = await office.moves(referral, "reopen", reason="志愿者不再上门")
    assert (again["state"], again["deliver_by"], again["closed_on"]) == ("reopened", "2026-12-31", None)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"consent": None}, "422 referral_consent_needed"),
        ({"consent": {**CONSENT, "given_by": "family"}}, "422 word_not_entitled"),
        ({"consent": {**CONSENT, "on": "2026-11-04"}}, "422 day_in_future"),
        ({"kind": None}, "422 field_missing"),
        ({"target_text": None}, "422 referral_to_one"),
        ({"elder_id": None}, "422 referral_about_one"),
        ({"target_id": "018f0000-0000-7000-8000-000000000000", "target_text": None}, "422 referral_target_unknown"),
    ],
)
async def test_what_a_referral_lacks_is_said(office: Helping, said: dict[str, Any], refusal: str) -> None:
    form = {"elder_id": await office.elder(), "kind": "comfort", "target_text": "社工站", "consent": CONSENT, **said}
    assert code(await office.says(office.liaison, "/v1/referrals", **form)) == refusal


async def test_rescue_waits_for_no_consent_and_is_due_in_three_days(office: Helping) -> None:
    referral = await office.refers(elder_id=await office.elder(), kind="emergency_rescue", consent=None)
    assert (referral["urgent"], referral["deliver_by"], referral["due_on"]) == (True, "2026-11-06", "2026-11-06")


async def test_only_the_notice_of_a_severe_disease_becomes_a_referral(office: Helping) -> None:
    elder = await office.elder()
    await office.sends(elder, mobility="worse", **at("2026-11-02"))
    [task] = (await office.shows(f"/v1/tasks?elder_id={elder}&kind=suggest_assessment"))["data"]
    said = {"task_id": task["id"], "target_text": "卫生院", "consent": CONSENT}
    assert code(await office.says(office.liaison, "/v1/referrals", **said)) == "422 task_not_referable"
    [kept] = (await office.shows(f"/v1/tasks?elder_id={elder}&kind=suggest_assessment"))["data"]
    assert kept["state"] == "open"


async def test_a_need_says_itself_of_what_kind_it_is(office: Helping) -> None:
    need = await office.need(await office.elder())
    said = {"need_id": need, "kind": "comfort", "target_text": "社工站", "consent": CONSENT}
    assert code(await office.says(office.liaison, "/v1/referrals", **said)) == "422 referral_kind_of_need"


async def test_what_another_township_needs_cannot_be_referred(office: Helping) -> None:
    need = await office.need(await office.elder())
    said = {"target_text": "社工站", "consent": CONSENT}
    stranger = a_liaison(OTHER_VILLAGE)
    assert code(await office.says(stranger, "/v1/referrals", need_id=need, **said)) == "422 need_unknown"
    assert code(await office.says(stranger, "/v1/referrals", task_id=need, **said)) == "422 task_unknown"


@pytest.mark.parametrize(
    ("on", "refusal"), [("2026-11-04", "422 day_in_future"), ("2026-11-02", "422 dates_out_of_order")]
)
async def test_help_arrives_after_it_was_asked_for(office: Helping, on: str, refusal: str) -> None:
    referral = await office.refers(elder_id=await office.elder(), kind="comfort")
    await office.moves(referral, "accept")
    assert code(await office.says(office.instructor, f"/v1/referrals/{referral['id']}/deliver", on=on)) == refusal


async def test_help_that_was_in_vain_arrives_anew(office: Helping) -> None:
    referral = await office.delivered(elder_id=await office.elder(), kind="comfort")
    office.on("2026-11-06")
    await office.asks_whether_it_helped(referral, **NOT_EASED)
    path = f"/v1/referrals/{referral['id']}/deliver"
    assert code(await office.says(office.instructor, path, on="2026-11-05")) == "422 dates_out_of_order"
    assert (await office.moves(referral, "deliver", on="2026-11-06"))["state"] == "delivered"


async def test_the_village_asks_and_the_township_manages(office: Helping) -> None:
    referral = await office.refers(elder_id=await office.elder(), kind="comfort")
    for command in ("accept", "close"):
        refused = await office.says(office.liaison, f"/v1/referrals/{referral['id']}/{command}")
        assert code(refused) == "403 permission_missing"


async def test_of_eight_answers_at_once_one_is_heard(office: Helping) -> None:
    referral = await office.refers(elder_id=await office.elder(), kind="comfort")
    client = await office.client_of(office.instructor)
    calls = (client.post(f"/v1/referrals/{referral['id']}/accept") for _ in range(8))
    said = Counter("200" if answer.is_success else code(answer) for answer in await asyncio.gather(*calls))
    assert said == {"200": 1, "409 wrong_state": 7}


async def test_the_state_comes_before_what_was_sent(office: Helping) -> None:
    referral = await office.refers(elder_id=await office.elder(), kind="comfort")
    for command in ("deliver", "reopen", "follow-ups"):
        answer = await office.says(office.instructor, f"/v1/referrals/{referral['id']}/{command}", anything="at all")
        assert code(answer) == "409 wrong_state"
    assert code(await office.says(office.instructor, f"/v1/referrals/{referral['id']}/cancel")) == "422 field_missing"


async def test_what_is_late_is_late_from_the_day_after(office: Helping) -> None:
    referral = await office.refers(elder_id=await office.elder(), kind="comfort")

    async def late() -> list[bool]:
        lines = (await office.shows("/v1/referrals"))["data"]
        overdue = (await office.shows("/v1/referrals?late=true"))["data"]
        in_time = (await office.shows("/v1/referrals?late=false"))["data"]
        assert [line["id"] for line in lines if line["late"]] == [line["id"] for line in overdue]
        assert len(overdue) + len(in_time) == len(lines)
        return [line["late"] for line in lines]

    office.on(referral["due_on"])
    assert await late() == [False]
    office.on("2026-11-09")
    assert await late() == [True]
    await office.moves(referral, "cancel", reason="不再需要")
    assert await late() == [False]


async def test_the_summary_counts_every_stage_that_was_reached(office: Helping) -> None:
    await office.refers(elder_id=await office.elder(), kind="comfort")
    refused = await office.refers(elder_id=await office.elder(), kind="comfort")
    await office.moves(refused, "reject", reason="名额已满")
    helped = await office.delivered(elder_id=await office.elder(), kind="daily_care")
    await office.asks_whether_it_helped(helped, **EASED)
    in_vain = await office.delivered(elder_id=await office.elder(), kind="daily_care")
    await office.asks_whether_it_helped(in_vain, **NOT_EASED)
    office.on("2026-11-20")

    by_kind = await office.shows("/v1/referrals/summary?from=2026-11-01&to=2026-12-01")

    stages = ("requested", "accepted", "rejected", "delivered", "followed_up", "eased", "late")
    counted = {row["key"]: tuple(row[stage] for stage in stages) for row in by_kind["rows"]}
    assert counted == {"comfort": (2, 0, 1, 0, 0, 0, 2), "daily_care": (2, 2, 0, 2, 2, 1, 0)}
    by_township = await office.shows("/v1/referrals/summary?from=2026-11-01&to=2026-12-01&by=township")
    assert [(row["key"], row["name"], row["requested"]) for row in by_township["rows"]] == [(TOWNSHIP, "江口镇", 4)]
    assert by_kind["total"] == by_township["total"]
    before = await office.shows("/v1/referrals/summary?from=2026-10-01&to=2026-11-03")
    assert (before["rows"], before["total"]["requested"]) == ([], 0)
    elsewhere = await office.shows(
        "/v1/referrals/summary?from=2026-11-01&to=2026-12-01", by=an_instructor(OTHER_TOWNSHIP)
    )
    assert elsewhere["rows"] == []
    backwards = await office.reads(office.instructor, "/v1/referrals/summary?from=2026-11-02&to=2026-11-01")
    assert code(backwards) == "422 dates_out_of_order"
