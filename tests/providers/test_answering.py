"""What a force does besides visiting: it answers referrals and findings, notices changes, and does what is due."""

from typing import Any

import pytest

from tests.builders import TOWNSHIP, VILLAGE
from tests.duty.office import GENERAL, code
from tests.visits.forces import Force, a_force, a_visitor
from tests.visits.rounds import Rounds, a_visit, at

CONSENT = {"given_by": "self", "on": "2026-11-01"}
MOVED = {"kind": "exit_moved_out", "change": {"last_day_on": "2026-11-09", "source": "family"}}
NOTE = {"note": "电话回访，老人说没有人来"}


async def a_company(rounds: Rounds) -> Force:
    force = await a_force(rounds)
    await force.contract(TOWNSHIP)
    return force


async def a_body(rounds: Rounds, force: Force | None, name: str = "夕阳红服务中心") -> str:
    """A body of the directory, and the force behind it."""
    form = {"area": "350303", "kind": "care_provider", "name": name, "serves": ["daily_care"]}
    form |= {"active_from": "2026-01-01", "provider_id": str(force.id) if force else None}
    return str((await rounds.does(rounds.supervisor, "/v1/referral-targets", **form))["id"])


async def referred(rounds: Rounds, elder_id: str, target_id: str) -> str:
    said = {"elder_id": elder_id, "kind": "daily_care", "target_id": target_id, "consent": CONSENT}
    return str((await rounds.does(rounds.liaison, "/v1/referrals", **said))["id"])


async def ids(rounds: Rounds, person: Any, path: str) -> list[str]:
    answer = await rounds.reads(person, path)
    assert answer.status_code == 200, answer.text
    return sorted(each["id"] for each in answer.json()["data"])


async def found_wrong(rounds: Rounds, visit_id: str) -> str:
    """The second look at a record, which found that nobody had come."""
    [inspection_id] = (await rounds.does(rounds.instructor, "/v1/inspections", visit_ids=[visit_id]))["inspections"]
    concluded = {"finding": "not_visited", "method": "phone", **NOTE}
    await rounds.does(rounds.instructor, f"/v1/inspections/{inspection_id}/conclude", **concluded)
    return str(inspection_id)


# --- referrals ----------------------------------------------------------------------------------------


async def test_nothing_is_referred_to_a_force_that_is_stood_down(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    body, other = await a_body(rounds, force), await a_body(rounds, None, "另一中心")
    referral_id = await referred(rounds, elder_id, other)
    asked = {"elder_id": await rounds.elder(), "kind": "daily_care", "target_id": body, "consent": CONSENT}
    await force.rests("2026-11-10", "2026-11-10")

    path = f"/v1/referrals/{referral_id}/retarget"
    moved = await rounds.says(rounds.instructor, path, target_id=body, reason="换一家")
    refused = await rounds.says(rounds.liaison, "/v1/referrals", **asked)

    assert [code(each) for each in (moved, refused)] == ["422 target_stood_down"] * 2
    rounds.on("2026-11-11")
    await rounds.does(rounds.liaison, "/v1/referrals", **asked)


async def test_a_force_accepts_and_delivers_what_is_referred_to_it(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    referral_id = await referred(rounds, elder_id, await a_body(rounds, force))

    assert await ids(rounds, force.person, "/v1/referrals") == [referral_id]
    await rounds.does(force.person, f"/v1/referrals/{referral_id}/accept")
    delivered = await rounds.does(force.person, f"/v1/referrals/{referral_id}/deliver", note="已开始送餐")
    assert (delivered["state"], delivered["delivered_on"]) == ("delivered", "2026-11-10")


async def test_whether_it_helped_is_not_for_the_force_to_say(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    referral_id = await referred(rounds, elder_id, await a_body(rounds, force))

    for command in ("retarget", "follow-ups", "close", "reopen", "cancel"):
        answer = await rounds.says(force.person, f"/v1/referrals/{referral_id}/{command}")
        assert code(answer) == "403 permission_missing"


async def test_what_lies_with_another_body_is_not_there(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    other = await referred(rounds, elder_id, await a_body(rounds, await a_company(rounds), "长寿服务中心"))

    assert await ids(rounds, force.person, "/v1/referrals") == []
    assert code(await rounds.reads(force.person, f"/v1/referrals/{other}")) == "404 not_found"
    assert code(await rounds.says(force.person, f"/v1/referrals/{other}/accept")) == "404 not_found"


async def test_what_a_force_refused_is_gone_once_another_is_asked_and_the_next_is_not_told(rounds: Rounds) -> None:
    force, next_one, elder_id = await a_company(rounds), await a_company(rounds), await rounds.elder()
    referral_id = await referred(rounds, elder_id, await a_body(rounds, force))
    path = f"/v1/referrals/{referral_id}"
    refused = await rounds.does(force.person, f"{path}/reject", reason="服务名额已满")
    assert refused["state"] == "rejected"
    await rounds.does(rounds.instructor, f"{path}/retarget", target_id=await a_body(rounds, next_one, "长寿服务中心"))

    assert code(await rounds.reads(force.person, path)) == "404 not_found"
    [attempt] = (await rounds.reads(next_one.person, path)).json()["attempts"]
    assert (attempt["ordinal"], attempt["reason"]) == (2, None)


async def test_a_referral_is_known_to_the_force_until_it_is_closed(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    referral_id = await referred(rounds, elder_id, await a_body(rounds, force))
    path = f"/v1/referrals/{referral_id}"
    await rounds.does(force.person, f"{path}/accept")
    await rounds.does(force.person, f"{path}/deliver")
    await rounds.does(rounds.instructor, f"{path}/follow-ups", result="eased", method="phone")
    assert (await rounds.reads(force.person, path)).json()["state"] == "followed_up"
    await rounds.does(rounds.instructor, f"{path}/close")
    assert code(await rounds.reads(force.person, path)) == "404 not_found"


async def test_a_body_of_the_directory_names_a_force_that_there_is(rounds: Rounds) -> None:
    rounds.on("2026-11-10")
    form = {"area": "350303", "kind": "care_provider", "name": "中心", "serves": ["daily_care"]}
    unknown = {"active_from": "2026-01-01", "provider_id": "01930000-0000-7000-8000-000000000009"}
    answer = await rounds.says(rounds.supervisor, "/v1/referral-targets", **form, **unknown)
    assert code(answer) == "422 provider_unknown"


# --- second looks and orders --------------------------------------------------------------------------


async def test_a_force_learns_of_a_second_look_when_it_is_done_and_says_its_word(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    sent = await rounds.sends(elder_id, force.person, external_id="A-1")
    planned = (await rounds.does(rounds.instructor, "/v1/inspections", visit_ids=[sent["id"]]))["inspections"]
    assert await ids(rounds, force.person, "/v1/inspections") == []
    assert code(await rounds.reads(force.person, f"/v1/inspections/{planned[0]}")) == "404 not_found"

    concluded = {"finding": "not_visited", "method": "phone", **NOTE}
    await rounds.does(rounds.instructor, f"/v1/inspections/{planned[0]}/conclude", **concluded)
    shown = (await rounds.reads(force.person, f"/v1/inspections/{planned[0]}")).json()
    assert (shown["finding"], shown["note"], shown["answer"]) == ("not_visited", None, None)
    await rounds.does(force.person, f"/v1/inspections/{planned[0]}/answer", answer="当日由李阿姨上门")
    to_office = (await rounds.reads(rounds.instructor, f"/v1/inspections/{planned[0]}")).json()
    assert (to_office["answer"], to_office["note"]) == ("当日由李阿姨上门", NOTE["note"])


async def test_what_was_found_of_others_records_is_not_there(rounds: Rounds) -> None:
    force, other, elder_id = await a_company(rounds), await a_company(rounds), await rounds.elder()
    sent = await rounds.sends(elder_id, other.person, external_id="A-1")
    inspection_id = await found_wrong(rounds, sent["id"])

    path = f"/v1/inspections/{inspection_id}"
    assert code(await rounds.reads(force.person, path)) == "404 not_found"
    assert code(await rounds.says(force.person, f"{path}/answer", answer="与我方无关")) == "404 not_found"


@pytest.mark.parametrize("by_inspection", [False, True], ids=["record", "second look"])
async def test_a_force_reports_what_it_put_right(rounds: Rounds, by_inspection: bool) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    sent = await rounds.sends(elder_id, force.person, external_id="A-1")
    about = {"inspection_id": await found_wrong(rounds, sent["id"])} if by_inspection else {"visit_id": sent["id"]}
    ordered = await rounds.does(rounds.instructor, "/v1/rectifications", text="请补签", **about)
    of_village = await rounds.does(rounds.instructor, "/v1/rectifications", text="请补签", area=VILLAGE)

    assert await ids(rounds, force.person, "/v1/rectifications") == [ordered["id"]]
    answered = await rounds.does(force.person, f"/v1/rectifications/{ordered['id']}/answer", proof="已补签")
    assert answered["state"] == "answered"
    answer = await rounds.says(force.person, f"/v1/rectifications/{of_village['id']}/answer", proof="已补签")
    assert code(answer) == "404 not_found"
    answer = await rounds.says(force.person, f"/v1/rectifications/{ordered['id']}/accept", **NOTE)
    assert code(answer) == "403 permission_missing"


async def test_what_concerns_its_records_stays_a_forces_own_after_the_contract(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()
    await force.contract(TOWNSHIP, ends_on="2026-11-15")
    sent = await rounds.sends(elder_id, force.person, external_id="A-1")
    inspection_id = await found_wrong(rounds, sent["id"])
    ordered = await rounds.does(rounds.instructor, "/v1/rectifications", text="请补签", visit_id=sent["id"])
    rounds.on("2026-11-18")

    await rounds.does(force.person, f"/v1/inspections/{inspection_id}/answer", answer="当日由李阿姨上门")
    await rounds.does(force.person, f"/v1/rectifications/{ordered['id']}/answer", proof="已补签")


# --- what was noticed ---------------------------------------------------------------------------------


async def test_a_force_proposes_what_it_noticed_and_reads_what_became_of_it(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    proposed = await rounds.does(force.person, "/v1/change-proposals", elder_id=elder_id, **MOVED)
    await rounds.does(rounds.instructor, f"/v1/change-proposals/{proposed['id']}/reject", reason="老人未搬离")

    shown = (await rounds.reads(force.person, f"/v1/change-proposals/{proposed['id']}")).json()
    assert (shown["state"], shown["reason"]) == ("rejected", "老人未搬离")


async def test_a_proposed_telephone_does_not_show_the_one_that_is_known(rounds: Rounds) -> None:
    elder_id, force = await rounds.confirmed("2026-11-03", **GENERAL), await a_company(rounds)
    new = {"phones": [{"number": "13800001234", "owner": "self"}]}
    said = {"elder_id": elder_id, "kind": "phone", "change": new}
    proposed = await rounds.does(force.person, "/v1/change-proposals", **said)

    assert [(each["field"], each["from"]) for each in proposed["fields"]] == [("phones", None)]


async def test_what_others_proposed_is_neither_told_nor_made_again(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    known = await rounds.does(rounds.liaison, "/v1/change-proposals", elder_id=elder_id, **MOVED)

    answer = await rounds.says(force.person, "/v1/change-proposals", elder_id=elder_id, **MOVED)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await ids(rounds, force.person, "/v1/change-proposals") == []
    assert await ids(rounds, rounds.instructor, "/v1/change-proposals") == [known["id"]]
    path = f"/v1/change-proposals/{known['id']}"
    assert code(await rounds.reads(force.person, path)) == "404 not_found"
    assert code(await rounds.says(force.person, f"{path}/withdraw")) == "404 not_found"


async def test_papers_and_families_are_not_for_a_force_to_propose(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    said = {"kind": "resident_id", "change": {"resident_id": "35030319461123998X"}}
    answer = await rounds.says(force.person, "/v1/change-proposals", elder_id=elder_id, **said)
    assert code(answer) == "422 proposal_of_office"


async def test_of_whom_a_force_served_it_proposes_nothing_and_reads_no_proposal(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()
    await force.contract(TOWNSHIP, ends_on="2026-11-15")
    proposed = await rounds.does(force.person, "/v1/change-proposals", elder_id=elder_id, **MOVED)
    rounds.on("2026-11-18")

    answer = await rounds.says(force.person, "/v1/change-proposals", elder_id=elder_id, **MOVED)
    assert code(answer) == "403 assignment_ended"
    assert code(await rounds.reads(force.person, f"/v1/change-proposals/{proposed['id']}")) == "404 not_found"


# --- what is due, and what is held --------------------------------------------------------------------


async def a_check(rounds: Rounds, elder_id: str) -> str:
    """Something that an old record told of, to be looked at when somebody comes next."""
    gas = {"major_risk": {"kind": "gas_leak", "discovered_at": "2026-10-20T09:00:00+08:00"}}
    await rounds.sends(elder_id, **at("2026-10-20"), **gas)
    [task_id] = await ids(rounds, rounds.liaison, f"/v1/tasks?elder_id={elder_id}&kind=check_next_visit&state=open")
    return task_id


async def test_a_force_does_what_is_to_be_looked_at_when_somebody_comes_next(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    task_id = await a_check(rounds, elder_id)

    assert task_id in await ids(rounds, force.person, "/v1/tasks")
    done = await rounds.does(force.person, f"/v1/tasks/{task_id}/done", note="燃气已修好")
    assert done["state"] == "done"


async def test_what_the_office_is_to_do_is_not_in_a_forces_list(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    await rounds.sends(elder_id, **at("2026-11-09"), disease={"status": "severe", "name": "心衰"})
    [task_id] = await ids(rounds, rounds.liaison, f"/v1/tasks?elder_id={elder_id}&kind=severe_disease")

    assert task_id not in await ids(rounds, force.person, "/v1/tasks")
    assert code(await rounds.says(force.person, f"/v1/tasks/{task_id}/done")) == "404 not_found"


async def test_a_visitor_does_what_is_due_of_those_he_is_sent_to_and_no_more(rounds: Rounds) -> None:
    force = await a_company(rounds)
    mine, other = await rounds.elder(), await rounds.elder(name="林阿公")
    worker_id = await force.worker()
    await force.sent_to(mine, VILLAGE, worker_id=worker_id)
    visitor = await a_visitor(force, worker_id)
    task_id, of_other = await a_check(rounds, mine), await a_check(rounds, other)

    assert await ids(rounds, visitor, "/v1/tasks?kind=check_next_visit") == [task_id]
    assert code(await rounds.says(visitor, f"/v1/tasks/{of_other}/done")) == "404 not_found"
    await rounds.does(visitor, "/v1/change-proposals", elder_id=mine, **MOVED)
    assert code(await rounds.says(visitor, "/v1/change-proposals", elder_id=other, **MOVED)) == "404 not_found"
    for path in ("/v1/referrals", "/v1/inspections", "/v1/rectifications"):
        assert code(await rounds.reads(visitor, path)) == "403 permission_missing"


async def test_a_force_reads_which_of_its_records_are_held_and_decides_nothing(rounds: Rounds) -> None:
    force = await a_company(rounds)
    stranger = {"village": VILLAGE, "name": "没有这个人"}
    held = await rounds.does(force.person, "/v1/visits", **a_visit(None, elder=stranger, external_id="A-1"))
    await rounds.does(rounds.liaison, "/v1/visits", **a_visit(None, elder=stranger, external_id="B-1"))

    assert await ids(rounds, force.person, "/v1/held-visits") == [held["id"]]
    answer = await rounds.says(force.person, f"/v1/held-visits/{held['id']}/dismiss", reason="重复")
    assert code(answer) == "403 permission_missing"


# --- the end ------------------------------------------------------------------------------------------


async def test_a_force_that_was_stood_down_answers_nothing(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    referral_id = await referred(rounds, elder_id, await a_body(rounds, force))
    await force.rests("2026-11-10")

    for path in ("referrals", "inspections", "rectifications", "change-proposals", "tasks", "held-visits"):
        assert code(await rounds.reads(force.person, f"/v1/{path}")) == "403 provider_suspended"
    answer = await rounds.says(force.person, f"/v1/referrals/{referral_id}/accept")
    assert code(answer) == "403 provider_suspended"
