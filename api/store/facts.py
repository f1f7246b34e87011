"""The facts that judging reads, loaded for many elders in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from api.domain.facts import ElderFacts, Override, Residence, Stint, Suspension, TierOfDuty, VisitFact
from api.domain.policy import Method, Place, Tier
from api.domain.surges import with_windows
from api.domain.visits import Outcome
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import chunked, locking
from api.store.policies import frequency_from
from api.store.scope import within
from api.store.surges import windows_since
from api.store.tables import table_of

_LIVE_SUSPENSIONS = ("provisional", "confirmed")


class Facts:
    """``rejudge`` locks what it reads, so that nobody judges the same elder beside it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, elder_ids: Iterable[UUID], *, visits_since: date) -> Mapping[UUID, ElderFacts]:
        """The facts of the elders in the actor's area."""
        return await self._load(elder_ids, visits_since, lock=False)

    async def locked(self, elder_ids: Iterable[UUID], *, visits_since: date) -> Mapping[UUID, ElderFacts]:
        """The same, the elders' rows locked in order of id."""
        return await self._load(elder_ids, visits_since, lock=True)

    async def _load(self, elder_ids: Iterable[UUID], visits_since: date, *, lock: bool) -> Mapping[UUID, ElderFacts]:
        elders = table_of(tables.Elder)
        found: dict[UUID, ElderFacts] = {}
        for ids in chunked(sorted(set(elder_ids))):
            query = select(elders.c.id, elders.c.village, elders.c.born_on, elders.c.filed_on, elders.c.consented_on)
            query = query.where(elders.c.id.in_(ids), within(elders.c.village, self._desk.areas)).order_by(elders.c.id)
            rows = (await self._desk.session.execute(locking(self._desk.session, query) if lock else query)).all()
            found.update(await self._facts_of(rows, visits_since))
        return found

    async def categories(self, ids: Sequence[UUID]) -> Mapping[UUID, list[tuple[str, date, date]]]:
        """Each elder's categories as (category, first day, last day)."""
        table = table_of(tables.ElderCategory)
        found: defaultdict[UUID, list[tuple[str, date, date]]] = defaultdict(list)
        for chunk in chunked(ids):
            for elder_id, rows in (await self._children(table, chunk)).items():
                found[elder_id] = [(row.category, row.from_day, row.to_day or date.max) for row in rows]
        return found

    async def _facts_of(self, elders: Sequence[Any], visits_since: date) -> dict[UUID, ElderFacts]:
        ids = [elder.id for elder in elders]
        stints = await self._children(table_of(tables.Stint), ids)
        suspensions = await self._children(table_of(tables.Suspension), ids)
        tiers = await self._children(table_of(tables.ElderTier), ids)
        residences = await self._children(table_of(tables.ElderResidence), ids)
        overrides = await self._children(table_of(tables.FrequencyOverride), ids)
        visits = await self._visits(ids, visits_since)
        windows = await windows_since(self._desk, visits_since)
        known = (
            ElderFacts(
                elder_id=elder.id,
                born_on=elder.born_on,
                village=elder.village,
                enrolled_on=elder.filed_on,
                stints=tuple(map(stint_fact, stints[elder.id])),
                suspensions=tuple(suspension_fact(r) for r in suspensions[elder.id] if r.state in _LIVE_SUSPENSIONS),
                tiers=tuple(TierOfDuty(r.duty_from, Tier(r.tier) if r.tier else None) for r in tiers[elder.id]),
                residences=tuple(Residence(r.from_day, r.lives_in) for r in residences[elder.id]),
                visits=tuple(map(visit_fact, visits[elder.id])),
                overrides=tuple(map(_override, overrides[elder.id])),
                consented_on=elder.consented_on,
            )
            for elder in elders
        )
        return {facts.elder_id: with_windows(facts, windows) for facts in known}

    async def _children(self, table: Table, ids: Sequence[UUID]) -> defaultdict[UUID, list[Any]]:
        rows = await self._desk.session.execute(select(table).where(table.c.elder_id.in_(ids)))
        return _by_elder(rows.all())

    async def _visits(self, ids: Sequence[UUID], since: date) -> defaultdict[UUID, list[Any]]:
        visits = table_of(tables.Visit).c
        query = select(
            visits.id,
            visits.elder_id,
            visits.visited_on,
            visits.method,
            visits.place,
            visits.outcome,
            visits.recorded_on,
            visits.standing,
            visits.blocked,
            visits.refused_by_elder,
            visits.refusal_conclusive,
            visits.late,
        ).where(visits.elder_id.in_(ids), visits.visited_on >= since)
        return _by_elder((await self._desk.session.execute(query)).all())


def visit_fact(row: Any) -> VisitFact:
    """What judging reads of a row of ``visits``; its standing bars it before anything else does."""
    return VisitFact(
        id=row.id,
        visited_on=row.visited_on,
        method=Method(row.method),
        place=Place(row.place),
        outcome=Outcome(row.outcome),
        recorded_on=row.recorded_on,
        blocked=row.blocked if row.standing == "accepted" else row.standing,
        refused_by_elder=row.refused_by_elder,
        refusal_conclusive=row.refusal_conclusive,
        late=row.late,
    )


def _by_elder(rows: Iterable[Any]) -> defaultdict[UUID, list[Any]]:
    grouped: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.elder_id].append(row)
    return grouped


def stint_fact(row: Any) -> Stint:
    return Stint(row.starts_on, row.last_day_on, row.ending, row.reported_on, row.found_on, row.proof, row.approved)


def suspension_fact(row: Any) -> Suspension:
    return Suspension(
        row.starts_on,
        row.ends_on,
        row.reason,
        row.reported_on,
        row.proof,
        row.state == "confirmed",
        row.approved,
    )


def _override(row: Any) -> Override:
    return Override(row.from_day, row.until, frequency_from(row.frequency))
