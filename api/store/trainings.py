"""Trainings of forces (业务培训; R51)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from api.store import tables
from api.store.area_cases import AreaCases
from api.store.history import Change


class Trainings(AreaCases):
    model = tables.Training
    noun = "training"

    async def hold(self, values: Mapping[str, Any]) -> UUID:
        """One more training."""
        row = {
            **values,
            "id": self._desk.new_id(),
            "created_at": self._desk.now,
            "created_by": self._desk.actor.id,
            "version": 1,
        }
        await self._session.execute(insert(self._table).values(row))
        await self._history.record([Change(self.noun, row["id"], row["area"], 1, "hold", {})])
        return UUID(str(row["id"]))

    async def lasting(self, provider_id: UUID, worker_ids: Collection[UUID]) -> dict[UUID, date | None]:
        """Worker → until when the last of his trainings holds; those of the whole force are everybody's.

        None: one of them has no end. Who was never trained is missing.
        """
        c = self._table.c
        query = select(c.worker_id, c.valid_until).where(c.provider_id == provider_id)
        until: defaultdict[UUID | None, list[date | None]] = defaultdict(list)
        for row in await self._session.execute(query):
            until[row.worker_id].append(row.valid_until)
        held = {each: [*until[each], *until[None]] for each in worker_ids}
        return {each: max(filter(None, days)) if all(days) else None for each, days in held.items() if days}
