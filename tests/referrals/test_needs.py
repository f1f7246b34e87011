"""What elders lack is kept until somebody has met it (R16, R33, R41)."""

import pytest

from tests.builders import OTHER_TOWNSHIP, an_instructor
from tests.duty.office import code
from tests.referrals.helping import EASED, NOT_EASED, Helping
from tests.visits.rounds import at


async def test_a_need_told_on_a_visit_waits_and_one_solved_there_does_not(office: Helping) -> None:
    elder = await office.elder()
    await office.sends(
        elder,
        needs=[{"kind": "daily_care", "text": "做饭吃力"}, {"kind": "comfort", "solved": True}],
        **at("2026-11-02"),
    )
    lines = (await office.shows(f"/v1/needs?elder_id={elder}"))["data"]
    assert {line["kind"]: line["state"] for line in lines} == {"daily_care": "requested", "comfort": "solved"}
    [waiting] = (await office.shows("/v1/needs?state=requested"))["data"]
    assert "text" not in waiting
    assert (await office.shows(f"/v1/needs/{waiting['id']}"))["text"] == "做饭吃力"


async def test_the_same_need_told_again_is_the_same_need(office: Helping) -> None:
    elder = await office.elder()
    await office.need(elder)
    await office.sends(elder, needs=[{"kind": "daily_care"}], **at("2026-11-02"))
    assert len((await office.shows(f"/v1/needs?elder_id={elder}"))["data"]) == 1
    again = await office.says(office.liaison, "/v1/needs", elder_id=elder, kind="daily_care")
    assert code(again) == "409 need_open_already"


async def test_of_other_needs_there_may_be_many(office: Helping) -> None:
    elder = await office.elder()
    assert await office.need(elder, "other", text="修收音机") != await office.need(elder, "other", text="理发")


async def test_what_was_met_once_may_be_needed_again(office: Helping) -> None:
    elder = await office.elder()
    need = await office.need(elder)
    await office.does(office.liaison, f"/v1/needs/{need}/solve", note="邻居送餐")
    assert await office.need(elder) != need


async def test_a_need_is_solved_once_and_says_how(office: Helping) -> None:
    need = await office.need(await office.elder())
    solved = await office.does(office.liaison, f"/v1/needs/{need}/solve", note="邻居送餐")
    assert (solved["state"], solved["note"]) == ("solved", "邻居送餐")
    for command, body in (("solve", {"note": "又"}), ("cancel", {"reason": "又"})):
        assert code(await office.says(office.liaison, f"/v1/needs/{need}/{command}", **body)) == "409 wrong_state"


async def test_a_need_goes_where_its_referral_goes(office: Helping) -> None:
    need = await office.need(await office.elder())

    async def state() -> str:
        return str((await office.shows(f"/v1/needs/{need}"))["state"])

    cancelled = await office.refers(need_id=need)
    assert await state() == "referred"
    await office.moves(cancelled, "cancel", reason="家属自行联系")
    assert await state() == "requested"
    referral = await office.delivered(need_id=need)
    assert await state() == "referred"
    await office.asks_whether_it_helped(referral, **EASED)
    assert await state() == "met"
    await office.asks_whether_it_helped(referral, **NOT_EASED)
    assert await state() == "referred"


async def test_a_need_is_referred_once_at_a_time(office: Helping) -> None:
    need = await office.need(await office.elder())
    await office.refers(need_id=need)
    again = await office.says(office.liaison, "/v1/referrals", need_id=need, target_text="另一家")
    assert code(again) == "409 wrong_state"


async def test_a_referral_of_the_kind_takes_the_waiting_need_along(office: Helping) -> None:
    elder = await office.elder()
    need = await office.need(elder)
    assert (await office.refers(elder_id=elder, kind="daily_care"))["need_id"] == need


async def test_who_has_left_needs_nothing_more(office: Helping) -> None:
    elder = await office.elder()
    await office.tells(elder, "exit", kind="moved_out", last_day_on="2026-11-02", source="family")
    for path, body in (("/v1/needs", {"kind": "comfort"}), ("/v1/policy-applications", {"benefit": "other"})):
        assert code(await office.says(office.liaison, path, elder_id=elder, **body)) == "409 wrong_state"


async def test_another_townships_need_is_not_to_be_seen(office: Helping) -> None:
    need = await office.need(await office.elder())
    stranger = an_instructor(OTHER_TOWNSHIP)
    assert code(await office.reads(stranger, f"/v1/needs/{need}")) == "404 not_found"
    assert (await office.shows("/v1/needs", by=stranger))["data"] == []


@pytest.mark.parametrize("path", ["/v1/needs", "/v1/referrals", "/v1/policy-applications"])
async def test_every_list_is_paged(office: Helping, path: str) -> None:
    elders = [await office.elder() for _ in range(3)]
    for elder in elders:
        need = await office.need(elder)
        await office.refers(need_id=need)
        await office.does(office.liaison, "/v1/policy-applications", elder_id=elder, benefit="other")
    first = await office.shows(f"{path}?page_size=2")
    rest = await office.shows(f"{path}?page_size=2&page_token={first['next_page_token']}")
    assert [line["elder_id"] for line in first["data"] + rest["data"]] == elders
    assert not rest["has_more"]
