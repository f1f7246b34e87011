from datetime import date
from uuid import UUID

from api.usecases.planning import plan_ahead
from api.usecases.verifying import verify
from tests.builders import DISTRICT, OTHER_TOWNSHIP, OTHER_VILLAGE, SIBLING_VILLAGE, TOWNSHIP, VILLAGE, an_instructor
from tests.duty.office import GENERAL, Office, code
from tests.visits.test_intake import a_visit

PROPOSALS = "/v1/change-proposals"

there = an_instructor(OTHER_TOWNSHIP)


async def test_an_elder_who_moves_is_counted_where_most_days_were(office: Office) -> None:
    """Moves on the 20th: the old village 1; on the 10th: the new one; the duty lives on (A34)."""
    late = await office.confirmed("2026-10-05", **GENERAL)
    early = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-10")
    state = await office.tells(early, "transfer", village=SIBLING_VILLAGE)
    assert state["village"] == SIBLING_VILLAGE
    office.on("2026-11-20")
    await office.tells(late, "transfer", village=SIBLING_VILLAGE)
    assert (await office.line(late, "2026-11")).counted_village == VILLAGE
    assert (await office.line(early, "2026-11")).counted_village == SIBLING_VILLAGE
    assert await office.owed(late, "2026-11") == ["M open"]


async def test_a_move_leaves_the_months_before_the_file_where_they_are_counted(office: Office) -> None:
    """A visit of October, sent in for somebody who is on the roll since November, is a late record of October."""
    office.on("2026-11-03")
    tracking = {"area": DISTRICT, "starts_on": "2026-10-01"}
    await (await office.client(office.supervisor)).put("/v1/policy/tracking", json=tracking)
    await plan_ahead(office.service.store, DISTRICT, date(2026, 10, 3))
    elder = await office.confirmed("2026-11-03", **(GENERAL | {"filed_on": "2026-11-03"}))
    record = a_visit(elder, started_at="2026-10-20T09:00:00+08:00", ended_at="2026-10-20T09:30:00+08:00")
    await office.does(office.liaison, "/v1/visits", **record)
    assert (await office.line(elder, "2026-10")).counted_village == VILLAGE

    office.on("2026-11-10")
    await office.tells(elder, "transfer", village=SIBLING_VILLAGE)

    assert [each async for each in verify(office.service.store, DISTRICT)] == []
    assert (await office.line(elder, "2026-10")).counted_village == VILLAGE


async def test_scope_follows_the_elder_and_everything_about_him(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    await office.tells(elder, "transfer", village=SIBLING_VILLAGE)
    assert code(await office.reads(office.liaison, f"/v1/elders/{elder}")) == "404 not_found"
    assert (await office.reads(office.liaison, "/v1/tasks")).json()["data"] == []
    tasks = (await office.reads(office.instructor, f"/v1/tasks?elder_id={elder}")).json()["data"]
    assert {task["village"] for task in tasks} == {SIBLING_VILLAGE}


async def test_a_move_may_be_planned_and_takes_place_on_its_day(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    state = await office.tells(elder, "transfer", village=SIBLING_VILLAGE, **{"from": "2026-11-10"})
    assert state["village"] == VILLAGE
    assert (await office.line(elder, "2026-11")).counted_village == SIBLING_VILLAGE
    office.on("2026-11-10")
    await office.new_day(elder)
    async with office.opened() as registers:
        assert (await registers.elders.get(UUID(elder))).village == SIBLING_VILLAGE


async def test_the_supervisor_moves_between_townships_alone(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    path = f"/v1/elders/{elder}/transfer"
    assert (await office.does(office.supervisor, path, village=OTHER_VILLAGE))["village"] == OTHER_VILLAGE
    assert (await office.reads(there, f"/v1/elders/{elder}")).status_code == 200
    assert code(await office.reads(office.instructor, f"/v1/elders/{elder}")) == "404 not_found"


async def test_two_townships_move_an_elder_together(office: Office) -> None:
    """The one hands over whom to call and what to look out for; the other accepts; the duty lives on."""
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-20")
    hand_over = {"contact": {"name": "林小明", "phone": "13850330002"}, "safety_notes": "煤气阀旧，请查看"}
    handed = await office.asks(elder, "transfer", village=OTHER_VILLAGE, hand_over=hand_over)
    assert handed.status_code == 202
    path = f"{PROPOSALS}/{handed.json()['proposal_id']}"
    assert code(await office.says(office.instructor, f"{path}/accept")) == "403 transfer_by_receiver"
    assert code(await office.reads(there, f"/v1/elders/{elder}")) == "404 not_found"
    [waiting] = (await office.reads(there, PROPOSALS)).json()["data"]
    told = next(field["to"] for field in waiting["fields"] if field["field"] == "hand_over")
    assert told["safety_notes"] == "煤气阀旧，请查看"
    assert told["contact"]["phone"] == "138****0002"
    assert len(waiting["short_no"]) == 8
    accepted = await office.does(there, f"{path}/accept")
    assert (accepted["state"], accepted["village"]) == ("accepted", OTHER_VILLAGE)
    assert (await office.reads(there, f"/v1/elders/{elder}")).json()["residence"]["village"] == OTHER_VILLAGE
    assert code(await office.reads(office.instructor, f"/v1/elders/{elder}")) == "404 not_found"
    assert (await office.line(elder, "2026-11")).counted_village == VILLAGE
    assert await office.owed(elder, "2026-11") == ["M open"]


async def test_the_district_counts_one_whichever_township_does(office: Office) -> None:
    """A34: moves on 20 November: A due 1; on the 10th: B due 1; the district 1 always."""
    late, early = [await office.confirmed("2026-10-05", **GENERAL) for _ in range(2)]
    for elder, day in ((early, "2026-11-10"), (late, "2026-11-20")):
        office.on(day)
        handed = (await office.asks(elder, "transfer", village=OTHER_VILLAGE)).json()
        await office.does(there, f"{PROPOSALS}/{handed['proposal_id']}/accept")

    async def due(area: str) -> int:
        figures = (await office.reads(office.supervisor, f"/v1/visit-rates?month=2026-11&area={area}")).json()
        return int(figures["total"]["due_elders"])

    assert (await due(TOWNSHIP), await due(OTHER_TOWNSHIP), await due(DISTRICT)) == (1, 1, 2)


async def test_a_receiving_township_may_say_no(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    handed = (await office.asks(elder, "transfer", village=OTHER_VILLAGE)).json()
    path = f"{PROPOSALS}/{handed['proposal_id']}"
    await office.does(there, f"{path}/reject", reason="未在本地居住")
    assert (await office.reads(office.instructor, path)).json()["reason"] == "未在本地居住"
    assert (await office.reads(office.instructor, f"/v1/elders/{elder}")).status_code == 200


async def test_what_the_village_proposes_goes_by_its_own_township_first(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    said = {"elder_id": elder, "kind": "transfer", "change": {"village": OTHER_VILLAGE}}
    path = f"{PROPOSALS}/{(await office.does(office.liaison, PROPOSALS, **said))['id']}"
    assert code(await office.reads(there, path)) == "404 not_found"
    handed = await office.does(office.instructor, f"{path}/accept")
    assert (handed["state"], handed["to_village"]) == ("proposed", OTHER_VILLAGE)
    assert (await office.does(there, f"{path}/accept"))["state"] == "accepted"


async def test_an_accepted_move_may_lie_ahead(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    handed = (await office.asks(elder, "transfer", village=OTHER_VILLAGE, **{"from": "2026-12-01"})).json()
    accepted = await office.does(there, f"{PROPOSALS}/{handed['proposal_id']}/accept")
    assert (accepted["state"], accepted["village"], accepted["to_village"]) == ("accepted", VILLAGE, OTHER_VILLAGE)
    assert (await office.line(elder, "2026-12")).counted_village == OTHER_VILLAGE
    office.on("2026-12-01")
    await office.new_day(elder)
    assert (await office.reads(there, f"/v1/elders/{elder}")).status_code == 200


async def test_living_with_one_child_after_another_is_planned_ahead(office: Office) -> None:
    """轮养: three months here, three months there; each month is owed where most of it is lived."""
    elder = await office.confirmed("2026-11-03", **GENERAL)
    await office.tells(elder, "transfer", village=SIBLING_VILLAGE, **{"from": "2026-12-01"})
    await office.tells(elder, "transfer", village=VILLAGE, **{"from": "2027-03-01"})
    assert (await office.line(elder, "2026-11")).counted_village == VILLAGE
    assert (await office.line(elder, "2026-12")).counted_village == SIBLING_VILLAGE
    office.on("2027-03-01")
    await office.new_day(elder)
    state = (await office.reads(office.liaison, f"/v1/elders/{elder}")).json()
    assert state["residence"]["village"] == VILLAGE


async def test_a_move_goes_somewhere_else_and_forward(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    assert code(await office.asks(elder, "transfer", village=VILLAGE)) == "409 lives_there_already"
    assert code(await office.asks(elder, "transfer", village="350303104999")) == "422 village_code_unknown"
    await office.tells(elder, "transfer", village=SIBLING_VILLAGE)
    back = {"village": VILLAGE, "from": "2026-11-02"}
    assert code(await office.asks(elder, "transfer", **back)) in (
        "409 lives_there_already",
        "422 moved_later_already",
    )
