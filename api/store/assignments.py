"""The register of assignments (派单): whom a force, or one of its workers, comes to see."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from api.store import tables
from api.store.stretches import Stretches


class Assignments(Stretches):
    model = tables.Assignment
    noun = "assignment"

    async def sent_on(self, day: date, worker_ids: Collection[UUID]) -> dict[UUID, int]:
        """Worker → to how many elders of the actor's areas he is sent on a day."""
        c = self._table.c
        of_worker = self.visible.where(c.worker_id.in_(worker_ids), *self.running_on(day)).subquery()
        query = select(of_worker.c.worker_id, func.count().label("elders")).group_by(of_worker.c.worker_id)
        return {row.worker_id: row.elders for row in await self._session.execute(query)}
