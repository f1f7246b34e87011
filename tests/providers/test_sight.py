"""Whom a force may look up, in Python and in SQL: the two agree, whatever was bought and whoever was sent."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domain.assignments import Assignment
from api.domain.contracts import Contract, Reach
from api.domain.engagements import Engagement, Span
from api.domain.sight import confided, in_reach, served_until
from api.store import scope, tables
from api.store.tables import table_of
from tests.builders import DISTRICT, OTHER_TOWNSHIP, OTHER_VILLAGE, SIBLING_VILLAGE, TOWNSHIP, VILLAGE
from tests.visits.forces import Force, a_force, a_row
from tests.visits.rounds import Rounds

_FIRST = date(2026, 11, 1)
_VILLAGES = (VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE)
_AREAS = (DISTRICT, TOWNSHIP, OTHER_TOWNSHIP, *_VILLAGES)


def _span(random: Random) -> tuple[date, date]:
    first = _FIRST + timedelta(days=random.randrange(6))
    return first, first + timedelta(days=random.randrange(4))


async def _bought(rounds: Rounds, force: Force, random: Random) -> Contract:
    starts_on, ends_on = _span(random)
    reach, clause = random.choice(list(Reach)), random.random() < 0.5
    areas = tuple(random.sample(_AREAS, k=random.randint(1, 2))) if reach is Reach.AREAS else ()
    said = {"reach": reach.value, "data_clause": clause, "starts_on": starts_on, "ends_on": ends_on}
    contract_id = await a_row(
        rounds,
        tables.Contract,
        provider_id=force.id,
        area=DISTRICT,
        number="涵民购〔2026〕1号",
        purpose="探访关爱",
        state="signed",
        **said,
    )
    for area in areas:
        await a_row(rounds, tables.ContractArea, keyed=False, contract_id=contract_id, area=area)
    return Contract(contract_id, force.id, reach, areas, clause, starts_on, ends_on)


async def _sent(
    rounds: Rounds,
    force: Force,
    elder: tuple[str, str],
    worker_id: UUID | None,
    contract: Contract | None,
    chance: Random,
) -> Assignment:
    starts_on, last = _span(chance)
    ends_on = last if chance.random() < 0.7 else None
    said = {"elder_id": UUID(elder[0]), "provider_id": force.id, "worker_id": worker_id}
    said["contract_id"] = contract and contract.id
    row_id = await a_row(
        rounds, tables.Assignment, village=elder[1], state="running", starts_on=starts_on, ends_on=ends_on, **said
    )
    return Assignment(row_id, **said, starts_on=starts_on, ends_on=ends_on)


@pytest.mark.parametrize("seed", range(3))
async def test_python_and_sql_agree_on_whom_a_force_serves(rounds: Rounds, seed: int) -> None:
    random = Random(seed)
    elders = [(await rounds.elder(village=village), village) for village in _VILLAGES for _ in range(3)]
    forces = [await a_force(rounds) for _ in range(2)]
    workers = {force.id: [await force.worker(name) for name in ("甲", "乙")] for force in forces}
    bought = {force.id: [await _bought(rounds, force, random) for _ in range(4)] for force in forces}
    sent = {force.id: list[Assignment]() for force in forces}
    for force in random.choices(forces, k=16):
        worker, contract = random.choice([None, *workers[force.id]]), random.choice([None, *bought[force.id]])
        sent[force.id].append(await _sent(rounds, force, random.choice(elders), worker, contract, random))

    table = table_of(tables.Elder)
    columns = table.c.id, table.c.village
    seen = 0
    async with rounds.opened() as registers:
        for force in forces:
            for alone in (None, *workers[force.id]):
                for day in (_FIRST + timedelta(days=each) for each in range(-1, 11)):
                    served = scope.served(table.c.id, force.id, day, alone=alone)
                    told = scope.confided(table.c.id, force.id, day, alone=alone)
                    rows = (await registers.desk.session.execute(select(*columns, served, told))).all()
                    for elder_id, village, is_served, is_told in rows:
                        facts = bought[force.id], sent[force.id]
                        assert bool(is_served) is in_reach(elder_id, village, day, *facts, alone=alone)
                        assert bool(is_told) is confided(elder_id, day, *facts, alone=alone)
                        assert is_served or not is_told
                        seen += bool(is_served)
    assert seen


def test_what_runs_or_is_to_come_has_not_ended() -> None:
    def until(*spans: tuple[str, str | None]) -> date | None:
        days = (Span(date.fromisoformat(first), last and date.fromisoformat(last)) for first, last in spans)
        return served_until((Engagement(span, bought=True) for span in days), date(2026, 11, 10))

    assert until() is None
    assert until(("2026-11-01", None)) is None
    assert until(("2026-11-01", "2026-11-10")) is None
    assert until(("2026-12-01", "2026-12-31")) is None
    assert until(("2026-11-01", "2026-11-09"), ("2026-10-01", "2026-10-31")) == date(2026, 11, 9)
