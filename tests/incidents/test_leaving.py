"""What an exit closes, and how everything stands again when it was an error."""

from typing import Any
from uuid import UUID

from api.store import tables
from tests.incidents.deaths import Mourners
from tests.visits.rounds import at, nobody_home

OPEN = (
    tables.Hazard,
    tables.Need,
    tables.Proposal,
    tables.WhereaboutsCheck,
    tables.Task,
)
LEFT = {"kind": "institution", "last_day_on": "2026-11-18", "source": "family"}


async def with_everything_open(mourners: Mourners) -> str:
    """Somebody about whom there is something open of every kind; it is 18 November."""
    elder = await mourners.elder(months=("2026-10", "2026-12"))
    mourners.on("2026-11-12")
    await mourners.sends(
        elder,
        gas_safety="unsafe",
        power_safety="unsafe",
        hazards=[{"kind": "power", "reminded": True}],
        needs=[{"kind": "daily_care"}],
        population_change={"kind": "decrease", "count": 1},
        mood="worse",
        disease={"status": "severe", "name": "肺炎"},
        **at("2026-11-11"),
    )
    await mourners.sends(elder, mood="worse", gas_safety="safe", power_safety="unsafe", **at("2026-11-12"))
    mourners.on("2026-11-18")
    await mourners.sends(elder, **nobody_home("2026-11-18"))
    return elder


async def states(mourners: Mourners, elder_id: str) -> dict[str, list[str]]:
    """The state of everything about the elder, by table and then by kind."""
    found: dict[str, list[str]] = {}
    for model in OPEN:
        rows = [row for row in await mourners.rows(model) if row.elder_id == UUID(elder_id)]
        found[model.__tablename__] = sorted(f"{getattr(row, 'kind', 'check')} {row.state}" for row in rows)
    return found


async def figures(mourners: Mourners, elder_id: str) -> Any:
    """All that is counted of the elder in November, and what is owed."""
    return await mourners.line(elder_id, "2026-11"), await mourners.owed(elder_id, "2026-11")


async def test_an_exit_closes_everything_open(mourners: Mourners) -> None:
    elder = await with_everything_open(mourners)
    before = await states(mourners, elder)
    assert all(before.values()), before

    await mourners.tells(elder, "exit", **LEFT)

    after = await states(mourners, elder)
    tasks = [told for told in after.pop("tasks") if not told.startswith(("first_visit", "override"))]
    assert tasks
    assert {told.split()[1] for told in tasks} == {"cancelled"}
    assert {told.split()[1] for each in after.values() for told in each} == {"closed_by_exit"}


async def test_a_death_reported_by_mistake_is_as_if_it_had_never_been(mourners: Mourners) -> None:
    """Reported on the 28th, taken back on the 30th: November as if nothing had happened."""
    elder = await with_everything_open(mourners)
    mourners.on("2026-11-25")
    item = await mourners.sends(elder, **at("2026-11-25", 8))
    mourners.on("2026-11-28")
    before, owed = await states(mourners, elder), await figures(mourners, elder)
    await mourners.dies(elder, "2026-11-20", "2026-11-27")
    assert await figures(mourners, elder) != owed
    [review] = await mourners.reviews()
    assert review["records"] == [item["id"]]

    mourners.on("2026-11-30")
    state = await mourners.tells(elder, "reinstate", reason="同名误报")

    assert state["status"] == "confirmed"
    assert await states(mourners, elder) == before
    assert await figures(mourners, elder) == owed
    assert [each["state"] for each in await mourners.reviews()] == ["withdrawn"]
    shown = (await mourners.reads(mourners.instructor, f"/v1/visits/{item['id']}")).json()
    assert (shown["flags"], await mourners.why_not(item["id"])) == ([], "already_met")


async def test_what_another_exit_closed_stays_closed(mourners: Mourners) -> None:
    """Back from an institution everything begins anew; only the second exit was an error."""
    elder = await mourners.confirmed("2026-10-05")
    mourners.on("2026-11-05")
    await mourners.sends(elder, gas_safety="unsafe", **at("2026-11-05"))
    await mourners.tells(elder, "exit", **LEFT | {"last_day_on": "2026-11-05"})
    mourners.on("2026-11-18")
    await mourners.tells(elder, "re-enter", reason="返家")
    await mourners.sends(elder, power_safety="unsafe", **at("2026-11-18", 8))
    await mourners.tells(elder, "exit", **LEFT)
    await mourners.tells(elder, "reinstate", reason="误录")

    assert (await states(mourners, elder))["hazards"] == ["gas closed_by_exit", "power open"]
