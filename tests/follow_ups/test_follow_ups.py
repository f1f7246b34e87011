"""Somebody who did not do the work asks whether it helped (R48); what waits for that is listed by day."""

from datetime import date

from api.domain.accounts import NewGrant
from tests.builders import OTHER_TOWNSHIP, TOWNSHIP, a_dashboard, a_liaison, an_instructor
from tests.duty.office import code
from tests.follow_ups.asking import PATH, Asking
from tests.visits.rounds import at

WENT_WELL = {"text": "老人表示燃气软管已更换"}


async def test_a_colleague_asks_and_it_stands_in_the_list(office: Asking) -> None:
    await office.client_of(office.colleague)
    escalation_id = await office.put_right()
    answer = await office.asks_about(escalation_id, office.colleague, **WENT_WELL)
    assert answer.status_code == 200, answer.text
    [heard] = await office.heard()
    assert (heard["subject"], heard["kind"], heard["result"]) == ("risk_removed", "gas_leak", "eased")
    assert (heard["case_id"], heard["self_followed_up"]) == (escalation_id, False)
    assert "text" not in heard
    full = (await office.reads(office.liaison, f"{PATH}/{heard['id']}")).json()
    assert full["text"] == WENT_WELL["text"]


async def test_whoever_did_the_work_leaves_it_to_the_colleague(office: Asking) -> None:
    await office.client_of(office.colleague)
    escalation_id = await office.put_right()
    assert code(await office.asks_about(escalation_id, office.instructor)) == "403 follow_up_by_another"
    assert code(await office.asks_about(escalation_id, office.supervisor)) == "403 follow_up_by_another"
    assert await office.heard() == []


async def test_a_township_of_one_asks_itself_and_the_district_sees_that_it_did(office: Asking) -> None:
    escalation_id = await office.put_right()
    assert (await office.asks_about(escalation_id, office.instructor)).status_code == 200
    [flagged] = await office.heard(office.supervisor, self_followed_up="true")
    assert flagged["case_id"] == escalation_id
    assert await office.heard(office.supervisor, self_followed_up="false") == []


async def test_the_district_looks_once_into_what_somebody_heard_about_work_of_his_own(office: Asking) -> None:
    escalation_id = await office.put_right()
    heard = await office.asks_about(escalation_id, office.instructor)
    assert heard.status_code == 200
    waiting = (await office.reads(office.supervisor, "/v1/inbox/own_follow_up")).json()["data"]
    [own] = await office.heard(self_followed_up="true")
    assert [each["id"] for each in waiting] == [own["id"]]

    path = f"/v1/follow-ups/{own['id']}/inspect"
    assert code(await office.says(office.instructor, path, stands=True)) == "403 permission_missing"
    found = await office.does(office.supervisor, path, stands=False, note="电话回访，仍有异味")
    assert (found["stands"], found["note"]) == (False, "电话回访，仍有异味")
    assert (await office.reads(office.supervisor, "/v1/inbox/own_follow_up")).json()["data"] == []
    again = await office.says(office.supervisor, path, stands=True)
    assert (code(again), again.json()["params"]["state"]) == ("409 wrong_state", "inspected")


async def test_or_the_district_asks_for_a_township_of_one(office: Asking) -> None:
    escalation_id = await office.put_right()
    assert (await office.asks_about(escalation_id, office.supervisor)).status_code == 200
    assert [each["self_followed_up"] for each in await office.heard()] == [False]


async def test_who_is_on_leave_or_gone_is_nobody_else(office: Asking) -> None:
    """A colleague whose grant has ended, one whose account is closed, and one of another township."""
    gone, closed = an_instructor(ends_on=date(2026, 11, 2)), an_instructor()
    await office.client_of(an_instructor(OTHER_TOWNSHIP))
    for person in (gone, closed):
        await office.client_of(person)
    async with office.service.store.accounts() as accounts:
        user = await accounts.users.named(closed.username)
        assert user is not None
        user.disabled_at = accounts.now
        await accounts.users.save(user)
    escalation_id = await office.put_right()
    assert (await office.asks_about(escalation_id, office.instructor)).status_code == 200


async def test_who_stands_in_for_a_colleague_is_somebody_else(office: Asking) -> None:
    await office.client_of(office.colleague)
    deputy = a_liaison()
    await office.client_of(deputy)
    escalation_id = await office.put_right()
    await office.orders(office.colleague, escalation_id, "actions", kind="visit")
    async with office.service.store.accounts() as accounts:
        users = {person: await accounts.users.named(person.username) for person in (deputy, office.colleague)}
        [principal, stand_in] = [users[office.colleague], users[deputy]]
        assert principal is not None
        assert stand_in is not None
        days = (date(2026, 11, 1), date(2026, 11, 30))
        await accounts.users.give(stand_in.id, NewGrant(*days, deputy_for=principal.id), None)
    assert code(await office.asks_about(escalation_id, office.instructor)) == "403 follow_up_by_another"
    answer = await office.asks_about(escalation_id, deputy)
    assert answer.status_code == 200, answer.text
    assert [each["self_followed_up"] for each in await office.heard()] == [False]


async def test_nobody_can_have_asked_before_it_was_done_or_tomorrow(office: Asking) -> None:
    escalation_id = await office.put_right()
    early = await office.asks_about(escalation_id, office.instructor, at="2026-11-03T09:59:00+08:00")
    assert code(early) == "422 followed_up_too_early"
    ahead = await office.asks_about(escalation_id, office.instructor, at="2026-11-03T10:11:00+08:00")
    assert code(ahead) == "422 time_in_future"


async def test_what_waits_is_listed_by_due_day_over_all_kinds_of_cases(office: Asking) -> None:
    elder_id = await office.elder()
    risk = await office.put_right(elder_id=elder_id)
    office.on("2026-11-02")
    referral = await office.delivered(elder_id=elder_id, kind="daily_care")
    stranger = await office.put_right(village="350303104201", place_text="桥头", kind="other")
    wanted = [
        ("referral_delivered", referral["id"], "2026-11-09"),
        ("risk_removed", stranger, "2026-11-09"),
        ("risk_removed", risk, "2026-11-10"),
    ]
    due = await office.due()
    assert sorted((each["subject"], each["case_id"], each["due_on"]) for each in due) == sorted(wanted)
    assert [each["due_on"] for each in due] == ["2026-11-09", "2026-11-09", "2026-11-10"]
    assert [each["case_id"] for each in await office.due(subject="referral_delivered")] == [referral["id"]]
    assert await office.due(subject="difficulty_eased") == []

    office.on("2026-11-10")
    assert [each["late"] for each in await office.due()] == [True, True, False]
    await office.asks_about(risk, office.supervisor)
    assert risk not in [each["case_id"] for each in await office.due()]


async def test_the_due_list_goes_on_where_it_stopped(office: Asking) -> None:
    whole = [await office.put_right() for _ in range(3)]
    shown: list[str] = []
    token: dict[str, str] = {}
    client = await office.client_of(office.instructor)
    while True:
        page = (await client.get(f"{PATH}/due", params={"page_size": "2", **token})).json()
        shown += [each["case_id"] for each in page["data"]]
        if not page["has_more"]:
            break
        token = {"page_token": page["next_page_token"]}
    assert sorted(shown) == sorted(whole)
    assert len(shown) == len(set(shown))


async def test_lists_are_narrowed_by_what_is_asked_for(office: Asking) -> None:
    elder_id = await office.elder()
    first, second = await office.put_right(elder_id=elder_id), await office.put_right()
    await office.asks_about(first, office.supervisor)
    await office.asks_about(second, office.supervisor, "not_reached")
    assert [each["case_id"] for each in await office.heard(elder_id=elder_id)] == [first]
    assert [each["case_id"] for each in await office.heard(result="not_reached")] == [second]
    assert [each["case_id"] for each in await office.heard(case_id=second)] == [second]
    assert [each["case_id"] for each in await office.heard(page_size=1)] == [first]
    assert await office.heard(subject="referral_delivered") == []


async def test_another_township_hears_nothing_of_it(office: Asking) -> None:
    escalation_id = await office.put_right()
    stranger = an_instructor(OTHER_TOWNSHIP)
    assert await office.due(stranger) == []
    await office.asks_about(escalation_id, office.supervisor)
    [heard] = await office.heard()
    assert await office.heard(stranger) == []
    assert code(await office.reads(stranger, f"{PATH}/{heard['id']}")) == "404 not_found"
    assert code(await office.reads(stranger, f"{PATH}/due?area={TOWNSHIP}")) == "404 not_found"
    assert (await office.success(stranger))["rows"] == []
    assert code(await office.reads(a_dashboard(), PATH)) == "403 permission_missing"


async def test_instructors_of_a_township_are_known_by_today(office: Asking) -> None:
    await office.client_of(office.instructor)
    await office.client_of(an_instructor(starts_on=date(2026, 12, 1)))
    async with office.opened() as registers:
        assert len(await registers.staff.instructors_of("350303104201")) == 1


# --- what was met on the spot -------------------------------------------------------------------------


async def test_a_sharp_need_met_on_the_spot_waits_for_somebody_to_ask(office: Asking) -> None:
    """Rescue told by the liaison as solved: the instructor, who had no hand in it, asks within the week."""
    need = await office.need(await office.elder(), "emergency_rescue", solved=True)
    [due] = await office.due(subject="difficulty_eased")
    assert (due["case_id"], due["kind"], due["due_on"]) == (need, "emergency_rescue", "2026-11-10")
    path = f"/v1/needs/{need}/follow-ups"
    not_reached = await office.does(office.instructor, path, result="not_reached", method="phone")
    assert (not_reached["state"], not_reached["follow_up_due_on"]) == ("solved", "2026-11-10")
    eased = await office.does(office.instructor, path, result="eased", method="home")
    assert (eased["state"], eased["follow_up_due_on"]) == ("solved", None)
    assert await office.due(subject="difficulty_eased") == []
    assert [each["self_followed_up"] for each in await office.heard(case_id=need)] == [False, False]


async def test_what_has_not_eased_is_open_again_until_it_is_met_anew(office: Asking) -> None:
    need = await office.need(await office.elder(), "emergency_rescue", solved=True)
    path = f"/v1/needs/{need}"
    again = await office.does(office.instructor, f"{path}/follow-ups", result="not_eased", method="home")
    assert (again["state"], again["follow_up_due_on"]) == ("requested", None)
    assert code(await office.says(office.instructor, f"{path}/follow-ups")) == "409 wrong_state"
    office.on("2026-11-05")
    solved = await office.does(office.instructor, f"{path}/solve", note="已安装呼叫器")
    assert solved["follow_up_due_on"] == "2026-11-12"
    own = await office.does(office.instructor, f"{path}/follow-ups", result="eased", method="home")
    assert own["state"] == "solved"
    assert [each["self_followed_up"] for each in await office.heard(case_id=need)] == [False, True]


async def test_a_sharp_need_that_a_visit_met_waits_too_and_others_do_not(office: Asking) -> None:
    needs = [{"kind": "emergency_rescue", "solved": True}, {"kind": "comfort", "solved": True}]
    await office.sends(await office.elder(), needs=needs, **at("2026-11-02"))
    [due] = await office.due()
    assert (due["subject"], due["kind"], due["due_on"]) == ("difficulty_eased", "emergency_rescue", "2026-11-09")


async def test_old_paper_of_needs_that_were_met_asks_nobody(office: Asking) -> None:
    needs = [{"kind": "emergency_rescue", "solved": True}]
    await office.sends(await office.elder(), needs=needs, **at("2026-10-20"))
    assert await office.due() == []
