"""Elders put straight into the register, for tests that are about something else."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from api.deps import Service
from api.domain.access import Actor
from api.domain.identity import fold_name, short_no, uuid7
from api.domain.months import Month, months_between
from api.store import Trace, tables
from api.store.tables import table_of
from api.usecases.rejudging import rejudge
from tests.builders import DISTRICT, VILLAGE

_numbers = count(1)


async def an_elder_on_duty(
    service: Service,
    *,
    village: str = VILLAGE,
    name: str = "陈阿婆",
    tier: str = "general",
    starts_on: date = date(2023, 8, 1),
    tiers: Sequence[tuple[date, str]] = (),
    months: tuple[str, str] = ("2026-10", "2026-12"),
    born_on: date = date(1940, 1, 1),
    status: str = "confirmed",
) -> UUID:
    """A confirmed elder; answers the id."""
    actor, trace = Actor.system(DISTRICT, "test"), Trace("test", "test", "local")
    async with service.store.opened(actor, trace, writes=True) as registers:
        desk, number = registers.desk, next(_numbers)
        elder_id = uuid7(desk.now)
        elder: dict[str, Any] = {
            "id": elder_id,
            "short_no": short_no(number),
            "village": village,
            "status": status,
            "name": name,
            "name_folded": fold_name(name),
            "sex": "female",
            "id_type": "none",
            "born_on": born_on,
            "categories": ["living_alone"],
            "tier": tier,
            "filed_on": starts_on,
            "confirmed_on": starts_on,
            "created_at": desk.now,
            "updated_at": desk.now,
            "sealed": desk.sealer.seal_json("elders.sealed", elder_id, {}),
            "id_conflict": False,
            "tier_provisional": False,
            "visit_count": 0,
            "version": 1,
        }
        await desk.session.execute(insert(table_of(tables.Elder)), [elder])
        child = {"elder_id": elder_id, "village": village}
        await desk.session.execute(
            insert(table_of(tables.Stint)),
            [{"id": uuid7(desk.now), **child, "starts_on": starts_on, "proof": False}],
        )
        await desk.session.execute(
            insert(table_of(tables.ElderResidence)),
            [{"id": uuid7(desk.now), **child, "lives_in": village, "from_day": starts_on}],
        )
        dated = tiers or ((starts_on, tier),)
        await desk.session.execute(
            insert(table_of(tables.ElderTier)),
            [
                {
                    "id": uuid7(desk.now),
                    **child,
                    "tier": each,
                    "provisional": False,
                    "valid_from": day,
                    "duty_from": day,
                    "basis": "computed",
                    "reasons": [],
                    "decided_at": desk.now,
                }
                for day, each in dated
            ],
        )
        await rejudge(registers, [elder_id], list(months_between(*map(Month.parse, months))))
        return elder_id
