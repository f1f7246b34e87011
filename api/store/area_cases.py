"""Things that belong to an area and serve all of it: a township's force is also that of its villages."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from api.domain.access import AreaCode
from api.store.cases import Cases
from api.store.dialect import locking
from api.store.scope import within
from api.store.surges import touches


class AreaCases(Cases):
    """Read by whoever works in the area, in a part of it or around it; changed by who answers for all of it."""

    place = "area"

    async def locked(self, case_id: UUID) -> Any:
        """One of the actor's own areas, held until the transaction ends. Raises NotFound for any other."""
        own = select(self._table).where(within(self._table.c.area, self._desk.areas), self._table.c.id == case_id)
        return await self._one(locking(self._session, own))

    async def many(self, case_ids: Collection[UUID]) -> dict[UUID, Any]:
        """Those in sight, by id."""
        rows = await self._session.execute(self.visible.where(self._table.c.id.in_(case_ids)))
        return {row.id: row for row in rows}

    def _in(self, areas: Sequence[AreaCode]) -> ColumnElement[bool]:
        return touches(self._table.c.area, areas)
