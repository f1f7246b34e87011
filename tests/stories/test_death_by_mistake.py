"""A death that was none: reported on 28 November, taken back on the 30th (A5, R19)."""

from collections.abc import Mapping
from typing import Any

from api.store import tables
from tests.stories.town import Town

JUDGED = (tables.ElderMonthRow, tables.ObligationRow)
OPEN = (tables.Hazard, tables.Need, tables.Referral, tables.WhereaboutsCheck, tables.Proposal, tables.Stint)


async def test_a_death_reported_by_mistake_leaves_november_as_if_nothing_had_happened(town: Town) -> None:
    elder = await town.elder(tier="priority", months=("2026-10", "2026-12"))
    await town.visits(elder, "2026-11-04", gas_safety="unsafe", disease={"status": "severe", "name": "肺炎"})
    await town.tells(elder, "frequency", frequency={"period": "week"}, reason="术后观察")
    need = await town.need(elder)
    await town.moves(await town.refers(need_id=need), "accept")
    await town.visits(elder, "2026-11-20", mobility="worse")
    await town.finds_nobody(elder, "2026-11-27")
    town.on("2026-11-28")
    before = await november(town, elder)
    waiting = await town.inbox(town.instructor), await town.inbox(town.liaison)
    figures = await town.shows("/v1/visit-rates?month=2026-11")

    await town.dies(elder, "2026-11-18", "2026-11-28")
    assert await town.owed(elder, "2026-11") == ["H1 met", "H2 waived"]
    assert await november(town, elder) != before
    assert await town.inbox(town.liaison) == {}
    town.on("2026-11-30")
    assert (await town.tells(elder, "reinstate", reason="同名误报"))["status"] == "confirmed"

    for kind, rows in (await november(town, elder)).items():
        assert rows == before[kind], kind
    town.on("2026-11-28")
    assert (await town.inbox(town.instructor), await town.inbox(town.liaison)) == waiting
    assert await town.shows("/v1/visit-rates?month=2026-11") == figures
    told = {(review["kind"], review["state"]) for review in await town.reviews()}
    assert told == {("died_unseen", "withdrawn"), ("visit_after_death", "withdrawn")}


async def november(town: Town, elder: str) -> Mapping[str, list[dict[str, Any]]]:
    """All that is judged of an elder, and all that is open about him; tasks come and go with the judging."""
    rows = {model.__tablename__: await town.kept(model, elder) for model in (*JUDGED, *OPEN)}
    return {**rows, "tasks": await town.kept(tables.Task, elder, but=("id", "created_at", "version"))}
