"""Planning: every elder judged once for a month, ahead of it or when somebody asks; never before tracking."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from api.deps import Service
from api.domain.months import Month
from api.store import tables
from api.store.tables import table_of
from api.usecases import planning
from api.usecases.planning import plan, plan_ahead
from tests.builders import DISTRICT, OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, a_liaison, a_supervisor
from tests.conftest import ClientOf
from tests.domain.duties import NOVEMBER, general, priority, visit
from tests.populations import as_system, settled

DECEMBER = NOVEMBER.next()


async def rows(service: Service, model: Any) -> int:
    async with as_system(service, writes=False) as registers:
        counted = await registers.desk.session.scalar(select(func.count()).select_from(table_of(model)))
        return int(counted or 0)


async def noted(service: Service) -> set[tuple[Month, str]]:
    async with as_system(service, writes=False) as registers:
        return set(await registers.plans.noted())


async def test_the_worker_plans_this_month_and_the_next_once(service: Service) -> None:
    await settled(service, [general(), priority()], tracking=date(2026, 10, 1))

    assert await plan_ahead(service.store, DISTRICT, date(2026, 11, 3)) == 2 * 200
    assert {month for month, _ in await noted(service)} == {NOVEMBER, DECEMBER}
    assert await rows(service, tables.ObligationRow) == 2 * 3
    assert await plan_ahead(service.store, DISTRICT, date(2026, 11, 3)) == 0


async def test_planning_again_changes_nothing(service: Service) -> None:
    await settled(service, [general(visit(3)), priority(visit(4))])
    await plan(service.store, [VILLAGE], NOVEMBER)
    before = await rows(service, tables.ObligationRow), await rows(service, tables.ElderMonthRow)
    await plan(service.store, [VILLAGE], NOVEMBER)
    assert (await rows(service, tables.ObligationRow), await rows(service, tables.ElderMonthRow)) == before
    async with as_system(service, writes=False) as registers:
        [counts] = (await registers.rates.by_village(NOVEMBER, registers.actor.areas)).values()
    assert (counts["due"], counts["obligations"], counts["obligations_met"]) == (2, 3, 2)


async def test_many_elders_are_planned_in_several_transactions(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "TOGETHER", 2)
    villages = (VILLAGE, VILLAGE, VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE, OTHER_VILLAGE)
    await settled(service, [general(village=village) for village in villages])
    await plan(service.store, sorted(set(villages)), NOVEMBER)
    assert await rows(service, tables.ElderMonthRow) == 6
    assert await noted(service) == {(NOVEMBER, village) for village in villages}


async def test_nothing_is_planned_before_a_village_is_tracked(service: Service) -> None:
    await settled(service, [general(), general(village=OTHER_VILLAGE)], tracking=date(2026, 12, 1))
    async with as_system(service) as registers:
        await registers.places.start_tracking(OTHER_VILLAGE, date(2026, 11, 15))

    await plan_ahead(service.store, DISTRICT, date(2026, 11, 3))

    assert {village for month, village in await noted(service) if month == NOVEMBER} == {OTHER_VILLAGE}


async def test_a_read_plans_the_villages_its_reader_answers_for(service: Service, client_of: ClientOf) -> None:
    await settled(service, [general(), general(village=OTHER_VILLAGE)], tracking=date(2026, 10, 1))

    answer = await (await client_of(a_liaison())).get("/v1/visit-rates", params={"month": "2026-10"})
    assert answer.json()["total"]["due_elders"] == 1
    assert await noted(service) == {(Month(2026, 10), VILLAGE)}
    answer = await (await client_of(a_supervisor())).get("/v1/visit-rates", params={"month": "2026-10"})
    assert answer.json()["total"]["due_elders"] == 2
    assert len(await noted(service)) == 200


async def test_somebody_filed_but_not_confirmed_is_counted_beside_the_rate(
    service: Service, client_of: ClientOf
) -> None:
    draft = replace(general(stints=(), tiers=()), enrolled_on=date(2026, 11, 1))
    await settled(service, [draft])
    total = (await (await client_of(a_supervisor())).get("/v1/visit-rates")).json()["total"]
    assert (total["due_elders"], total["not_confirmed"]) == (0, 1)
