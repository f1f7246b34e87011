"""What was left to a provider, and what it made of it (A30)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from api.domain.provider_rates import ProviderCounts
from api.store.tables import Assignment, Elder, ObligationRow, table_of
from tests.builders import (
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    a_dashboard,
    a_liaison,
    a_supervisor,
    an_instructor,
)
from tests.conftest import ClientOf
from tests.duty.office import code
from tests.settlements.conftest import purchases as purchases
from tests.settlements.purchases import Purchases

_ASSIGNMENTS, _OWED, _ELDERS = table_of(Assignment), table_of(ObligationRow), table_of(Elder)


async def assigned(
    purchases: Purchases,
    provider: str,
    elders: Sequence[str],
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = None,
) -> None:
    async with purchases.opened(writes=True) as registers:
        desk = registers.desk
        for elder in elders:
            village = select(_ELDERS.c.village).where(_ELDERS.c.id == UUID(elder)).scalar_subquery()
            row = {
                "id": desk.new_id(),
                "elder_id": UUID(elder),
                "village": village,
                "provider_id": UUID(provider),
                "state": "ended" if ends_on else "running",
                "starts_on": starts_on,
                "ends_on": ends_on,
                "created_at": desk.now,
                "version": 1,
            }
            await desk.session.execute(insert(_ASSIGNMENTS).values(row))


async def rows(purchases: Purchases, month: str = "2026-11", by: Any = None) -> dict[str, dict[str, Any]]:
    answer = await purchases.reads(by or purchases.supervisor, f"/v1/visit-rates?by=provider&month={month}")
    assert answer.status_code == 200, answer.text
    return {row["key"]: row for row in answer.json()["rows"]}


def counts(row: dict[str, Any]) -> tuple[int, int, int, int, str | None]:
    return row["assigned"], row["met_by_own"], row["met_by_others"], row["missed"], row["rate"]


def test_what_others_met_before_is_neither_merit_nor_miss() -> None:
    assert ProviderCounts(assigned=100, met_by_own=70, met_by_others=30).rate == "100.00"
    assert ProviderCounts(assigned=100, met_by_own=35, met_by_others=30, missed=35).rate == "50.00"
    assert ProviderCounts(assigned=30, met_by_others=30).rate is None


async def test_an_obligation_is_met_by_whoever_came_first(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, volunteers = await purchases.provider(), await purchases.provider()
    own, others, both, unseen = [await purchases.elder(name=name) for name in ("甲一", "乙二", "丙三", "丁四")]
    await assigned(purchases, provider, [own, others, both, unseen])
    await purchases.visited(provider, own, "2026-11-02")
    await purchases.visited(volunteers, others, "2026-11-02")
    await purchases.visited(volunteers, both, "2026-11-02")
    await purchases.visited(provider, both, "2026-11-09")
    running = (await rows(purchases))[provider]
    assert (running["rate"], running["progress"], running["elapsed"]) == (None, "50.00", "100.00")
    purchases.on("2026-12-01")
    assert counts((await rows(purchases))[provider]) == (4, 1, 2, 1, "50.00")
    assert volunteers not in await rows(purchases)


async def test_assigned_is_who_was_so_on_most_days_of_the_period(purchases: Purchases) -> None:
    purchases.on("2026-12-01")
    provider = await purchases.provider()
    names = ("甲一", "乙二", "丙三", "丁四", "戊五")
    most, half, twice, before, tomorrow = [await purchases.elder(name=name) for name in names]
    await assigned(purchases, provider, [most], date(2026, 11, 15))  # 16 of 30
    await assigned(purchases, provider, [half], date(2026, 11, 16))  # 15 of 30
    await assigned(purchases, provider, [twice], date(2026, 11, 1), date(2026, 11, 10))
    await assigned(purchases, provider, [twice], date(2026, 11, 5), date(2026, 11, 12))
    await assigned(purchases, provider, [twice], date(2026, 11, 20), date(2026, 11, 23))  # 16 of 30 in all
    await assigned(purchases, provider, [before], date(2026, 1, 1), date(2026, 10, 31))
    await assigned(purchases, provider, [tomorrow], date(2026, 12, 1))
    assert counts((await rows(purchases))[provider]) == (2, 0, 0, 2, "0.00")


async def test_a_period_of_half_a_month_counts_by_its_own_days(purchases: Purchases) -> None:
    purchases.on("2026-12-01")
    provider = await purchases.provider()
    elder = await purchases.elder(tier="priority")
    await assigned(purchases, provider, [elder], date(2026, 11, 8))
    assert counts((await rows(purchases))[provider])[0] == 2
    await assigned(purchases, other := await purchases.provider(), [elder], date(2026, 11, 9))
    assert counts((await rows(purchases))[other])[0] == 1


async def test_what_nobody_owes_is_not_counted(purchases: Purchases) -> None:
    purchases.on("2026-12-01")
    provider, elder = await purchases.provider(), await purchases.elder()
    await assigned(purchases, provider, [elder])
    assert len(await rows(purchases)) == 1
    async with purchases.opened(writes=True) as registers:
        excused = update(_OWED).where(_OWED.c.elder_id == UUID(elder)).values(state="excused")
        await registers.desk.session.execute(excused)
    assert await rows(purchases) == {}


async def test_everybody_sees_the_rows_of_the_own_area(purchases: Purchases) -> None:
    purchases.on("2026-12-01")
    provider = await purchases.provider()
    await assigned(purchases, provider, [await purchases.elder(), await purchases.elder(village=OTHER_VILLAGE)])
    for person, number in ((a_supervisor(), 2), (an_instructor(TOWNSHIP), 1), (a_liaison(VILLAGE), 1)):
        assert (await rows(purchases, by=person))[provider]["assigned"] == number
    assert (await rows(purchases, by=an_instructor(OTHER_TOWNSHIP)))[provider]["assigned"] == 1
    shown = (await rows(purchases, by=a_dashboard()))[provider]
    assert (shown["assigned"], shown["missed"], shown["met_by_own"], shown["rate"]) == (None, None, 0, None)


async def test_a_provider_sees_its_own_row_alone(purchases: Purchases) -> None:
    purchases.on("2026-12-01")
    mine, other = await purchases.provider(), await purchases.provider()
    elder = await purchases.elder()
    for each in (mine, other):
        await assigned(purchases, each, [elder])
    manager = await purchases.manager(mine)
    shown = await rows(purchases, by=manager)
    assert {key: row["assigned"] for key, row in shown.items()} == {mine: 1}
    assert code(await purchases.reads(manager, "/v1/visit-rates?month=2026-11")) == "403 own_rates_only"
    assert set(await rows(purchases)) == {mine, other}


async def test_the_names_behind_a_providers_counts(purchases: Purchases) -> None:
    purchases.on("2026-12-01")
    provider = await purchases.provider()
    seen, unseen, _ = [await purchases.elder(name=name) for name in ("甲一", "乙二", "丙三")]
    await assigned(purchases, provider, [seen, unseen])
    await purchases.visited(provider, seen, "2026-11-30")
    for asked, ids in (("due", {seen, unseen}), ("unvisited", {unseen})):
        path = f"/v1/visit-rates/elders?month=2026-11&in={asked}&provider_id={provider}"
        answer = await purchases.reads(purchases.instructor, path)
        assert {line["elder"]["id"] for line in answer.json()["data"]} == ids


async def test_what_is_frozen_is_not_kept_by_provider(client_of: ClientOf) -> None:
    answer = await (await client_of(a_supervisor())).get("/v1/month-closings/2026-10?by=provider")
    assert answer.status_code == 422, answer.text
