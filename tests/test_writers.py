"""Many writers at once: no visit lost, every sum right, never a 500."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine

from api.deps import Service
from api.domain.elder_months import COUNTS
from api.security import Keys
from api.store.dialect import normalised
from api.store.tables import ElderMonthRow, VillageMonth, Visit, table_of
from tests.builders import a_liaison, settle
from tests.conftest import Urls
from tests.elders_on_duty import an_elder_on_duty
from tests.serving import served
from tests.visits.test_intake import a_visit

WRITERS, ELDERS, EACH = 8, 50, 50


async def test_eight_writers_over_two_processes_lose_nothing(
    database: Urls, service: Service, keys: Keys, tmp_path: Path
) -> None:
    elders = [
        await an_elder_on_duty(service, tier="priority" if n % 2 else "general", months=("2026-11", "2026-11"))
        for n in range(ELDERS)
    ]
    tokens = [await settle(service, a_liaison()) for _ in range(WRITERS)]
    now = service.clock().isoformat()
    with served(database, keys, tmp_path, now=now) as one, served(database, keys, tmp_path, now=now) as other:
        statuses = await asyncio.gather(*(_write(n, (one, other)[n % 2], tokens[n], elders) for n in range(WRITERS)))
    assert sum(statuses, Counter()) == {201: WRITERS * EACH}
    await _check_sums(database, elders)


async def _write(writer: int, server: str, token: str, elders: list[Any]) -> Counter[int]:
    seen: Counter[int] = Counter()
    async with httpx.AsyncClient(base_url=server, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        for n in range(EACH):
            day = 1 + (n + writer) % 2
            visit = a_visit(
                elders[(n * 7 + writer) % len(elders)],
                external_id=f"W{writer}-{n}",
                started_at=f"2026-11-{day:02}T0{writer}:00:00+08:00",
                ended_at=f"2026-11-{day:02}T0{writer}:20:00+08:00",
                worker={"name": f"工作人员{'甲乙丙丁戊己庚辛'[writer]}", "kind": "volunteer"},
            )
            answer = await client.post("/v1/visits", json=visit)
            seen[answer.status_code] += 1
    return seen


async def _check_sums(database: Urls, elders: list[Any]) -> None:
    engine = create_async_engine(normalised(database.owner))
    months, sums, visits = table_of(ElderMonthRow), table_of(VillageMonth), table_of(Visit)
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for name, value in (("low", "35"), ("high", "36")):
                await connection.execute(select(func.set_config(f"tanfang.{name}", value, True)))
        counted = (await connection.execute(select(func.count()).select_from(visits))).scalar_one()
        expected = (await connection.execute(select(*(func.sum(months.c[name]) for name in COUNTS)))).one()
        stored = (await connection.execute(select(*(sums.c[n] for n in COUNTS)).where(sums.c.slice == "all"))).one()
        due = (await connection.execute(select(func.sum(months.c.due)))).scalar_one()
    await engine.dispose()
    assert counted == WRITERS * EACH
    assert tuple(stored) == tuple(expected)
    assert due == len(elders)
