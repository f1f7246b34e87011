"""When an elder leaves the roll: what nobody lives with any more is closed, and stands again after an error."""

from tests.hazards.homes import Homes


async def leaves(homes: Homes, elder_id: str) -> None:
    said = {"kind": "moved_out", "last_day_on": "2026-11-02", "source": "family"}
    await homes.tells(elder_id, "exit", **said)


async def is_back(homes: Homes, elder_id: str) -> None:
    await homes.tells(elder_id, "reinstate", reason="误录")


async def test_a_hazard_of_one_alone_closes_with_the_exit(homes: Homes) -> None:
    elder_id = await homes.elder()
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await leaves(homes, elder_id)
    assert await homes.states(hazard_id) == ["closed_by_exit"]


async def test_a_hazard_of_a_couple_is_the_others_from_then_on(homes: Homes) -> None:
    elder_id, husband = await homes.elder(), await homes.elder()
    await homes.live_together(elder_id, husband)
    hazard_id = await homes.unsafe_gas(elder_id, "2026-11-02")
    await leaves(homes, elder_id)
    assert await homes.states(hazard_id, "elder_id") == ["open", husband]


async def test_an_exit_in_error_leaves_no_trace_in_the_state(homes: Homes) -> None:
    open_one, reminded, proposed = [await homes.elder() for _ in range(3)]
    reminder = [{"kind": "gas", "reminded": True}]
    ids = [
        await homes.unsafe_gas(open_one, "2026-11-02"),
        await homes.unsafe_gas(reminded, "2026-11-02", hazards=reminder),
        await homes.unsafe_gas(proposed, "2026-11-02", hazards=reminder),
    ]
    await homes.sees(proposed, "2026-11-10", gas_safety="safe")
    for elder_id in (open_one, reminded, proposed):
        await leaves(homes, elder_id)
        await is_back(homes, elder_id)
    assert [await homes.states(each) for each in ids] == [["open"], ["reminded"], ["resolution_proposed"]]
