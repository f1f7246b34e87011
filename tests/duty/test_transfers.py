from uuid import UUID

from tests.builders import OTHER_TOWNSHIP, OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, an_instructor
from tests.duty.office import GENERAL, Office, code


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


async def test_between_townships_it_is_the_supervisor_who_transfers(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    assert code(await office.asks(elder, "transfer", village=OTHER_VILLAGE)) == "403 transfer_outside_area"
    path = f"/v1/elders/{elder}/transfer"
    assert (await office.does(office.supervisor, path, village=OTHER_VILLAGE))["village"] == OTHER_VILLAGE
    there = an_instructor(OTHER_TOWNSHIP)
    assert (await office.reads(there, f"/v1/elders/{elder}")).status_code == 200
    assert code(await office.reads(office.instructor, f"/v1/elders/{elder}")) == "404 not_found"


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
