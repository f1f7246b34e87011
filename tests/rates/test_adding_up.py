"""Whatever happens in whatever order, the figures add up and a second look finds nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from api.deps import Service
from api.domain.elder_months import COUNTS
from api.domain.facts import ElderFacts
from api.domain.months import Month
from api.domain.policy import Method
from api.domain.visits import Outcome
from api.store import Registers, tables
from api.store.tables import table_of
from api.usecases.rejudging import months_from, rejudge
from api.usecases.verifying import verify
from tests.builders import DISTRICT, OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, a_supervisor
from tests.conftest import ClientOf, Clock
from tests.domain.duties import general, priority, visit
from tests.populations import as_system, planned, settled, visit_row

VILLAGES = (VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE, "350303102201")
MONTHS = (Month(2026, 10), Month(2026, 11), Month(2026, 12))
TODAY = date(2026, 12, 3)
NAMES = ("due_elders", *(name for name in COUNTS if name != "due"))


@dataclass
class Life:
    """One elder, to whom things happen on a day."""

    registers: Registers
    elder: Any
    day: date
    chance: Random

    async def is_visited(self) -> None:
        what = visit(
            self.day,
            self.chance.choice((Method.HOME, Method.HOME, Method.PHONE)),
            outcome=self.chance.choice((Outcome.COMPLETED, Outcome.COMPLETED, Outcome.NOT_MET)),
            late=self.chance.random() < 0.2,
        )
        row = visit_row(self._facts(), what) | {"id": self.registers.desk.new_id()}
        await self._execute(insert(table_of(tables.Visit)), [row | {"external_id": str(row["id"])}])

    async def loses_a_record(self) -> None:
        table = table_of(tables.Visit)
        one = select(table.c.id).where(table.c.elder_id == self.elder.id).order_by(table.c.id).limit(1)
        await self._execute(update(table).where(table.c.id.in_(one)).values(standing="voided"))

    async def goes_away(self) -> None:
        suspended = {
            "starts_on": self.day,
            "ends_on": self.day + timedelta(days=self.chance.randrange(3, 30)),
            "reason": "hospital",
            "reported_on": self.day,
            "state": self.chance.choice(("provisional", "confirmed")),
            "proof": self.chance.random() < 0.5,
            "version": 1,
        }
        await self._execute(insert(table_of(tables.Suspension)), [self._child() | suspended])

    async def leaves(self) -> None:
        table = table_of(tables.Stint)
        ending = {"last_day_on": self.day, "ending": "death", "reported_on": TODAY, "found_on": self.day}
        await self._execute(update(table).where(table.c.elder_id == self.elder.id).values(**ending))

    async def turns(self) -> None:
        changed = {
            "tier": self.chance.choice(("priority", "general")),
            "provisional": False,
            "valid_from": self.day,
            "duty_from": self.day,
            "basis": "raised",
            "reasons": [],
            "decided_at": self.registers.now,
        }
        table = table_of(tables.ElderTier)
        known = select(table.c.id).where(table.c.elder_id == self.elder.id, table.c.duty_from == self.day)
        if (await self.registers.desk.session.execute(known)).first() is None:
            await self._execute(insert(table), [self._child() | changed])

    async def moves(self) -> None:
        table = table_of(tables.ElderResidence)
        known = select(table.c.id).where(table.c.elder_id == self.elder.id, table.c.from_day >= self.day)
        if (await self.registers.desk.session.execute(known)).first() is None:
            lives_in = self.chance.choice(VILLAGES)
            await self._execute(insert(table), [self._child() | {"lives_in": lives_in, "from_day": self.day}])
            await self.registers.elders.change(self.elder, "move", village=lives_in)

    def _child(self) -> dict[str, Any]:
        return {"id": self.registers.desk.new_id(), "elder_id": self.elder.id, "village": self.elder.village}

    def _facts(self) -> ElderFacts:
        return general(elder_id=self.elder.id, village=self.elder.village)

    async def _execute(self, statement: Any, rows: Any = None) -> None:
        await self.registers.desk.session.execute(statement, rows)


EVENTS: tuple[Callable[[Life], Any], ...] = (
    Life.is_visited,
    Life.is_visited,
    Life.is_visited,
    Life.loses_a_record,
    Life.goes_away,
    Life.leaves,
    Life.turns,
    Life.moves,
)


async def something_happens(service: Service, elder_id: UUID, chance: Random) -> None:
    day = date(2026, 10, 1) + timedelta(days=chance.randrange(64))
    async with as_system(service) as registers:
        [elder] = await registers.elders.many([elder_id])
        await chance.choice(EVENTS)(Life(registers, elder, day, chance))
        await rejudge(registers, [elder_id], months_from(date(2026, 10, 1), TODAY))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_villages_townships_tiers_and_district_agree_whatever_happened(
    seed: int, service: Service, client_of: ClientOf, clock: Clock
) -> None:
    clock.now = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
    chance = Random(seed)
    people = [chance.choice((general, priority))(village=chance.choice(VILLAGES)) for _ in range(12)]
    await settled(service, people, tracking=date(2026, 10, 1))
    await planned(service, *MONTHS[: chance.randrange(4)])
    for _ in range(30):
        await something_happens(service, chance.choice(people).elder_id, chance)
    await planned(service, *MONTHS)

    supervisor = await client_of(a_supervisor())
    for month in MONTHS[:2]:
        totals = []
        for by in ("village", "township", "tier"):
            figures = (await supervisor.get("/v1/visit-rates", params={"month": str(month), "by": by})).json()
            totals.append({name: figures["total"][name] for name in NAMES})
            assert {name: sum(row[name] for row in figures["rows"]) for name in NAMES} == totals[-1]
        assert totals[0] == totals[1] == totals[2]
        assert totals[0]["due_elders"] > 0
    assert [each async for each in verify(service.store, DISTRICT)] == []
