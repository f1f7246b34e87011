"""The village tells, the township decides, and the register changes by the very command that was proposed."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import update

from api.store.tables import Proposal, table_of
from tests.builders import OTHER_VILLAGE, a_liaison
from tests.duty.office import GENERAL, PRIORITY, Office, code
from tests.visits.test_intake import a_visit

PROPOSALS = "/v1/change-proposals"
DIED: dict[str, Any] = {"last_day_on": "2026-11-02", "found_on": "2026-11-03", "source": "family"}
AWAY: dict[str, Any] = {"starts_on": "2026-11-01", "ends_on": "2026-11-20", "reason": "hospital"}


async def propose(office: Office, elder: str, kind: str, **change: Any) -> httpx.Response:
    return await office.says(office.liaison, PROPOSALS, elder_id=elder, kind=kind, change=change)


async def proposed(office: Office, elder: str, kind: str, **change: Any) -> str:
    answer = await propose(office, elder, kind, **change)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def accepted(office: Office, proposal: str, **how: Any) -> dict[str, Any]:
    return await office.does(office.instructor, f"{PROPOSALS}/{proposal}/accept", **how)


async def accepting(office: Office, proposal: str, **how: Any) -> str:
    return code(await office.says(office.instructor, f"{PROPOSALS}/{proposal}/accept", **how))


async def file_of(office: Office, elder: str) -> dict[str, Any]:
    return dict((await office.reads(office.instructor, f"/v1/elders/{elder}")).json())


def differences(proposal: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {field["field"]: (field["from"], field["to"]) for field in proposal["fields"]}


async def test_a_death_that_the_village_tells_of_is_an_exit_when_the_township_says_so(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2026-11-03")
    proposal = await proposed(office, elder, "exit_death", **DIED)
    assert (await file_of(office, elder))["status"] == "confirmed"
    decided = await accepted(office, proposal, overrides={"last_day_on": "2026-11-01"})
    assert (decided["state"], differences(decided)["last_day_on"]) == ("accepted", (None, "2026-11-01"))
    assert (await file_of(office, elder))["status"] == "exited"
    assert await office.owed(elder, "2026-11") == ["H1 waived"]


async def test_the_village_proposes_and_may_not_accept(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    proposal = await proposed(office, elder, "exit_moved_out", last_day_on="2026-11-02", source="neighbour")
    answer = await office.says(office.liaison, f"{PROPOSALS}/{proposal}/accept")
    assert code(answer) == "403 permission_missing"
    other = a_liaison(OTHER_VILLAGE)
    assert code(await office.reads(other, f"{PROPOSALS}/{proposal}")) == "404 not_found"
    assert (await office.reads(other, PROPOSALS)).json()["data"] == []


async def test_what_is_rejected_stays_as_it_is_and_the_village_reads_why(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    proposal = await proposed(office, elder, "exit_institution", last_day_on="2026-11-02", source="family")
    await office.does(office.instructor, f"{PROPOSALS}/{proposal}/reject", reason="只是短住")
    read = (await office.reads(office.liaison, f"{PROPOSALS}/{proposal}")).json()
    assert (read["state"], read["reason"]) == ("rejected", "只是短住")
    assert await accepting(office, proposal) == "409 wrong_state"
    assert (await file_of(office, elder))["status"] == "confirmed"


async def test_only_who_proposed_takes_it_back(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    proposal = await proposed(office, elder, "phone", phones=[{"number": "13850330009"}])
    path = f"{PROPOSALS}/{proposal}/withdraw"
    assert code(await office.says(office.instructor, path)) == "403 proposal_of_another"
    assert (await office.does(office.liaison, path))["state"] == "cancelled"
    assert code(await office.says(office.liaison, path)) == "409 wrong_state"


async def test_a_new_telephone_is_seen_by_village_and_masked_for_the_township(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", phones=[{"number": "13850330001"}], **GENERAL)
    proposal = await proposed(office, elder, "phone", phones=[{"number": "13850330009"}])
    by_village = (await office.reads(office.liaison, f"{PROPOSALS}/{proposal}")).json()
    old, new = differences(by_village)["phones"]
    assert (old[0]["number"], new[0]["number"]) == ("13850330001", "13850330009")
    masked = (await office.reads(office.instructor, f"{PROPOSALS}/{proposal}")).json()
    assert differences(masked)["phones"][1][0]["number"] == "138****0009"
    looked = await office.does(office.instructor, f"{PROPOSALS}/{proposal}/reveal", purpose="核对新的号码")
    assert differences(looked)["phones"][1][0]["number"] == "13850330009"
    await accepted(office, proposal)
    assert (await file_of(office, elder))["phones"][0]["number"] == "138****0009"


async def test_a_kind_changes_its_own_boxes_only(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    answer = await propose(office, elder, "phone", alias="阿芳")
    assert (code(answer), answer.json()["errors"][0]["pointer"]) == ("422 field_of_another_kind", "/change/alias")


async def test_what_the_register_says_already_is_nothing_to_propose(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", phones=[{"number": "13850330001"}], **GENERAL)
    assert (await propose(office, elder, "phone", phones=[{"number": "13850330001"}])).status_code == 204
    await office.does(office.liaison, f"/v1/elders/{elder}/suspensions", **AWAY)
    assert (await propose(office, elder, "suspension", **AWAY)).status_code == 204
    await office.tells(elder, "exit", kind="death", **DIED)
    assert (await propose(office, elder, "exit_death", **DIED)).status_code == 204
    assert (await office.reads(office.instructor, PROPOSALS)).json()["data"] == []


async def test_the_same_that_waits_is_proposed_once(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    first = await proposed(office, elder, "suspension", **AWAY)
    assert await proposed(office, elder, "suspension", **AWAY) == first


async def test_a_stay_in_hospital_that_is_accepted_is_confirmed_at_once(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2026-11-03")
    await accepted(office, await proposed(office, elder, "suspension", **AWAY))
    state = (await office.reads(office.instructor, f"/v1/elders/{elder}/suspensions")).json()["data"]
    assert [(row["state"], row["reason"]) for row in state] == [("confirmed", "hospital")]
    assert await office.owed(elder, "2026-11") == ["H1 excused", "H2 open"]


async def test_a_correction_of_a_confirmed_file_waits_and_is_made(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    liaison = await office.client_of(office.liaison)
    answer = await liaison.patch(f"/v1/elders/{elder}", json={"alias": "阿芳"}, headers={"If-Match": "*"})
    assert answer.status_code == 202
    decided = await accepted(office, answer.json()["proposal_id"])
    assert differences(decided) == {"alias": (None, "阿芳")}
    assert (await file_of(office, elder))["alias"] == "阿芳"


async def test_what_was_changed_since_is_stale_and_accepted_only_by_force(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    proposal = await proposed(office, elder, "correction", alias="阿芳", economic_kind="other")
    instructor = await office.client_of(office.instructor)
    await instructor.patch(f"/v1/elders/{elder}", json={"alias": "阿珍"}, headers={"If-Match": "*"})
    read = (await office.reads(office.instructor, f"{PROPOSALS}/{proposal}")).json()
    assert {field["field"]: field["stale"] for field in read["fields"]} == {"alias": True, "economic_kind": False}
    refused = await office.says(office.instructor, f"{PROPOSALS}/{proposal}/accept")
    assert (code(refused), refused.json()["params"]) == ("409 proposal_outdated", {"fields": "alias"})
    await accepted(office, proposal, force=True)
    assert (await file_of(office, elder))["alias"] == "阿芳"


async def test_what_became_so_meanwhile_is_accepted_without_a_trace_in_the_file(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    proposal = await proposed(office, elder, "correction", alias="阿芳")
    instructor = await office.client_of(office.instructor)
    changed = await instructor.patch(f"/v1/elders/{elder}", json={"alias": "阿芳"}, headers={"If-Match": "*"})
    await accepted(office, proposal)
    assert (await file_of(office, elder))["version"] == changed.json()["version"]


async def test_a_change_of_the_family_is_accepted(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    child = {"name": "林小明", "relation": "20", "alive": True}
    added = await proposed(office, elder, "family", member=child)
    await accepted(office, added)
    [member] = (await office.reads(office.instructor, f"/v1/elders/{elder}/family-members")).json()["data"]
    changed = await proposed(office, elder, "family", member_id=member["id"], member={"visits_often": True})
    decided = await accepted(office, changed)
    assert differences(decided)["member"][1]["visits_often"] is True
    await accepted(office, await proposed(office, elder, "family", member_id=member["id"], member=None))
    assert (await office.reads(office.instructor, f"/v1/elders/{elder}/family-members")).json()["data"] == []


async def test_what_a_visit_reveals_is_accepted_with_what_it_could_not_tell(office: Office) -> None:
    """A record knows neither when somebody died nor how long he stays in hospital."""
    died, ill = [await office.confirmed("2026-10-05", **GENERAL) for _ in range(2)]
    office.on("2026-11-03")
    death, stay = await told(office, died, "deceased"), await told(office, ill, "hospitalised")
    refused = await office.says(office.instructor, f"{PROPOSALS}/{death}/accept")
    assert (code(refused), refused.json()["errors"][0]["pointer"]) == ("422 field_missing", "/overrides/last_day_on")
    await accepted(office, death, overrides={"last_day_on": "2026-11-01"})
    await accepted(office, stay, overrides={"ends_on": "2026-11-30"})
    assert (await file_of(office, died))["status"] == "exited"
    assert (await file_of(office, ill))["status"] == "suspended"


async def told(office: Office, elder: str, outcome: str) -> str:
    """What the liaison's record of that outcome proposes."""
    record = {"elder": {"id": elder}, "worker": {"name": "林水妹", "kind": "grid_worker"}, "method": "home"}
    said = record | {"place": "home", "outcome": outcome, "started_at": "2026-11-03T09:00:00+08:00"}
    answer = await office.does(office.liaison, "/v1/visits", **said)
    [proposal] = answer["opened"]["proposals"]
    return str(proposal)


async def test_a_low_mood_twice_becomes_a_need_for_comfort(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **GENERAL)
    for day in ("2026-10-06", "2026-11-03"):
        office.on(day)
        at = {"started_at": f"{day}T09:00:00+08:00", "ended_at": f"{day}T09:30:00+08:00"}
        answer = await office.does(office.liaison, "/v1/visits", **a_visit(elder, mood="worse", **at))
    [proposal] = answer["opened"]["proposals"]
    assert (await accepted(office, proposal))["kind"] == "comfort_service"
    needs = (await office.reads(office.instructor, f"/v1/needs?elder_id={elder}")).json()["data"]
    assert [(need["kind"], need["state"]) for need in needs] == [("comfort", "requested")]


async def test_whoever_has_left_needs_no_change_and_gets_it_back_when_that_was_an_error(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    proposal = await proposed(office, elder, "correction", alias="阿芳")
    await office.tells(elder, "exit", kind="moved_out", last_day_on="2026-11-02", source="family")
    read = (await office.reads(office.instructor, f"{PROPOSALS}/{proposal}")).json()
    assert read["state"] == "closed_by_exit"
    await office.tells(elder, "reinstate", reason="误录")
    await accepted(office, proposal)


async def test_of_eight_who_accept_at_once_one_does(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    proposal = await proposed(office, elder, "exit_moved_out", last_day_on="2026-11-02", source="family")
    client = await office.client_of(office.instructor)
    path = f"{PROPOSALS}/{proposal}/accept"
    answers = await asyncio.gather(*(client.post(path, json={}) for _ in range(8)))
    told = sorted((answer.status_code, answer.json().get("params", {}).get("state")) for answer in answers)
    assert told == [(200, None), *[(409, "accepted")] * 7]


async def test_many_are_accepted_at_once_each_for_itself(office: Office) -> None:
    elders = [await office.confirmed("2026-11-03", **GENERAL) for _ in range(3)]
    ids = [await proposed(office, elder, "suspension", **AWAY) for elder in elders[:2]]
    ids.append(await proposed(office, elders[2], "exit_moved_out", last_day_on="2026-11-02", source="family"))
    await office.does(office.instructor, f"{PROPOSALS}/{ids[1]}/reject", reason="未住院")
    unknown = "01930000-0000-7000-8000-000000000001"
    answer = await office.says(office.instructor, f"{PROPOSALS}/accept", ids=[*ids, unknown])
    assert answer.status_code == 207
    items = [
        (item["id"], item["state"], [error["code"] for error in item["errors"]]) for item in answer.json()["items"]
    ]
    assert items == [
        (ids[0], "accepted", []),
        (ids[1], None, ["wrong_state"]),
        (ids[2], "accepted", []),
        (unknown, None, ["not_found"]),
    ]
    assert [(await file_of(office, elder))["status"] for elder in elders] == ["suspended", "confirmed", "exited"]


async def test_what_is_to_be_said_otherwise_is_not_said_of_many_at_once(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-03")
    many = {"ids": [await proposed(office, elder, "correction", alias="阿方")], "overrides": {"alias": "阿芳"}}
    answer = await office.says(office.instructor, f"{PROPOSALS}/accept", **many)
    assert [(fault["code"], fault["pointer"]) for fault in answer.json()["errors"]] == [("field_unknown", "/overrides")]


async def test_the_list_is_by_kind_state_and_elder(office: Office) -> None:
    one, other = [await office.confirmed("2026-11-03", **GENERAL) for _ in range(2)]
    first = await proposed(office, one, "suspension", **AWAY)
    second = await proposed(office, other, "exit_moved_out", last_day_on="2026-11-02", source="family")
    await accepted(office, first)

    async def listed(query: str) -> list[str]:
        return [row["id"] for row in (await office.reads(office.instructor, f"{PROPOSALS}?{query}")).json()["data"]]

    assert await listed("") == [first, second]
    assert await listed("state=proposed") == [second]
    assert await listed("kind=suspension") == [first]
    assert await listed(f"elder_id={other}") == [second]


async def test_a_proposal_of_before_it_kept_what_stood_is_read_and_accepted_like_any_other(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-03")
    proposal = await proposed(office, elder, "correction", alias="阿芳")
    async with office.opened(writes=True) as registers:
        old = registers.desk.sealer.seal_json("change_proposals.sealed", proposal, {"alias": "阿芳"})
        stored = table_of(Proposal)
        await registers.desk.session.execute(update(stored).where(stored.c.id == UUID(proposal)).values(sealed=old))
    assert differences((await office.reads(office.instructor, f"{PROPOSALS}/{proposal}")).json())["alias"][1] == "阿芳"
    assert (await accepted(office, proposal))["state"] == "accepted"
    assert (await file_of(office, elder))["alias"] == "阿芳"
