"""What holds about an elder from a day to a day: who comes to see him, who keeps in touch."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Table, case, literal, select, update

from api.store.cases import Cases
from api.store.dialect import chunked, locking
from api.store.history import Change
from api.store.scope import runs_on
from api.store.tables import Elder, table_of

_ELDERS = table_of(Elder)


class Stretches(Cases):
    """Cases with ``starts_on`` and ``ends_on``, both inclusive; open where there is no end."""

    def running_on(self, day: date | None) -> list[ColumnElement[bool]]:
        """Those that hold on a day; None asks for nothing."""
        return [] if day is None else [runs_on(self._table.c, day)]

    async def held(self, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        """Those in sight, held until the transaction ends; their elders before them, in order of id."""
        c = self._table.c
        found: dict[UUID, Any] = {}
        for part in chunked(sorted(set(ids))):
            whose = select(c.elder_id).where(c.id.in_(part))
            elders = select(_ELDERS.c.id).where(_ELDERS.c.id.in_(whose)).order_by(_ELDERS.c.id)
            await self._session.execute(locking(self._session, elders))
            rows = locking(self._session, self.visible.where(c.id.in_(part)).order_by(c.id))
            found |= {row.id: row for row in await self._session.execute(rows)}
        return found

    async def end_all(self, rows: Sequence[Any], on: date, state: str, *, reason: str | None = None) -> None:
        """Give locked rows a last day, all in one statement; the history says which they had.

        One that ends earlier keeps its own, and one that begins later has its first.
        """
        c = self._table.c
        for part in chunked(rows):
            ended = update(self._table).where(c.id.in_([row.id for row in part]))
            values = {"state": state, "ends_on": last_day(self._table, on), "version": c.version + 1}
            await self._session.execute(ended.values(values))
            await self._history.record([self._ended(row, on, state, reason) for row in part])

    def _ended(self, row: Any, on: date, state: str, reason: str | None) -> Change:
        last = max(row.starts_on, min(on, row.ends_on or date.max))
        changes = {"state": (row.state, state), "ends_on": (row.ends_on, last)}
        noted = {"reason": (None, reason)} if reason else {}
        return Change(self.noun, row.id, row.village, row.version + 1, "end", {**changes, **noted})


def last_day(table: Table, on: date) -> ColumnElement[date]:
    """The last day of a stretch that ends on a day at the latest, and has one day at least."""
    c, end = table.c, literal(on, Date)
    return case((c.starts_on > end, c.starts_on), (c.ends_on < end, c.ends_on), else_=end)
