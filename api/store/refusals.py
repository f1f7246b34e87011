"""Who turned visitors away, and whom visitors say they were turned away by (拒访; rule A33)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, func, select

from api.domain.charges import ObligationState
from api.domain.months import Month
from api.domain.refusals import RefusalsBy, RefusalShare
from api.domain.visits import Outcome, Standing
from api.store.desk import Desk
from api.store.dialect import chunked
from api.store.scope import within
from api.store.tables import ObligationRow, Visit, table_of

_OWED = table_of(ObligationRow)
_VISITS = table_of(Visit)


@dataclass(slots=True)
class Periods:
    """An elder's periods in order of time, and the village he lives in."""

    village: str
    states: list[tuple[str, ObligationState]] = field(default_factory=list)


class Refusals:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def periods(self, elder_ids: Iterable[UUID]) -> Mapping[UUID, Periods]:
        """Every period of these elders and what became of it; of elders with a refused one alone."""
        c = _OWED.c
        found: dict[UUID, Periods] = {}
        for part in chunked(sorted(set(elder_ids))):
            refused = select(c.elder_id).where(c.elder_id.in_(part), c.state == ObligationState.REFUSED)
            query = select(c.elder_id, c.village, c.period, c.state, c.starts_on).distinct()
            query = query.where(c.elder_id.in_(refused), within(c.village, self._desk.areas))
            for row in await self._session.execute(query.order_by(c.elder_id, c.starts_on)):
                known = found.setdefault(row.elder_id, Periods(row.village))
                known.states.append((row.period, ObligationState(row.state)))
        return found

    async def shares(self, month: Month, area: str | None = None) -> list[RefusalShare]:
        """How often each worker and each village of the area was turned away in a month, in order of code and id."""
        c = _VISITS.c
        turned_away = func.sum((c.outcome == Outcome.REFUSED).cast(Integer)).label("refused")
        query = (
            select(c.village, c.worker_id, turned_away, func.count().label("records"))
            .where(self._standing_in(month, area))
            .group_by(c.village, c.worker_id)
        )
        villages: defaultdict[str, Counter[str]] = defaultdict(Counter)
        workers: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
        for row in await self._session.execute(query):
            counts = {"refused": row.refused, "records": row.records}
            villages[row.village].update(counts)
            if row.worker_id is not None:
                workers[row.worker_id].update(counts)
        return [
            *(RefusalShare(RefusalsBy.VILLAGE, None, key, **counts) for key, counts in sorted(villages.items())),
            *(RefusalShare(RefusalsBy.WORKER, key, None, **counts) for key, counts in sorted(workers.items())),
        ]

    async def records(self, month: Month, area: str | None, share: RefusalShare, most: int) -> list[UUID]:
        """The records of that month that say refused, of a share; at most so many, the oldest first."""
        c = _VISITS.c
        whose = c.worker_id == share.worker_id if share.by is RefusalsBy.WORKER else c.village == share.village
        query = select(c.id).where(self._standing_in(month, area), c.outcome == Outcome.REFUSED, whose)
        return list((await self._session.execute(query.order_by(c.visited_on, c.id).limit(most))).scalars())

    def _standing_in(self, month: Month, area: str | None) -> Any:
        c = _VISITS.c
        areas = self._desk.actor.narrowed(area)
        return and_(
            within(c.village, areas),
            c.visited_on >= month.first,
            c.visited_on <= month.last,
            c.standing == Standing.ACCEPTED,
        )
