"""Complaints about visits and those who make them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from api.domain.complaints import ComplaintState
from api.store import tables
from api.store.cases import Cases


class Complaints(Cases):
    model = tables.Complaint
    noun = "complaint"

    async def upheld_of(self, worker_ids: Collection[UUID]) -> dict[UUID, int]:
        """Worker → how many complaints in the actor's areas were founded."""
        c = self._table.c
        founded = self.visible.where(c.worker_id.in_(worker_ids), c.state == ComplaintState.UPHELD).subquery()
        query = select(founded.c.worker_id, func.count().label("upheld")).group_by(founded.c.worker_id)
        return {row.worker_id: row.upheld for row in await self._session.execute(query)}
