"""When a force, or one of its workers, could not come (暂停、清退)."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, update

from api.domain.providers import ForceState
from api.store import tables
from api.store.desk import Desk
from api.store.tables import table_of

_TABLE = table_of(tables.StandDown)
_SEAL = "stand_downs_of_forces.sealed"


class StandDowns:
    """Whoever sees the force, or the worker, sees these."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def begin(self, state: ForceState, on: date, reason: str, **whose: UUID) -> None:
        """From that day on it may not come; ``whose``: ``provider_id`` or ``worker_id``."""
        row_id = self._desk.new_id()
        row = {
            "id": row_id,
            "state": state.value,
            "starts_on": on,
            "created_at": self._desk.now,
            "created_by": self._desk.actor.id,
            "sealed": self._desk.sealer.seal_json(_SEAL, row_id, {"reason": reason}),
            **whose,
        }
        await self._session.execute(insert(_TABLE).values(row))

    async def end(self, row: Any, on: date) -> None:
        """It may come again from that day on; the day on which it was stood down counts whole."""
        last = max(on - timedelta(days=1), row.starts_on)
        await self._session.execute(update(_TABLE).where(_TABLE.c.id == row.id).values(ends_on=last))

    async def of(self, provider_ids: Collection[UUID] = (), worker_ids: Collection[UUID] = ()) -> list[Any]:
        """Those of these forces and workers, in order of their first day."""
        whose = or_(_TABLE.c.provider_id.in_(provider_ids), _TABLE.c.worker_id.in_(worker_ids))
        query = select(_TABLE).where(whose).order_by(_TABLE.c.starts_on, _TABLE.c.id)
        return list(await self._session.execute(query))

    def reason(self, row: Any) -> str:
        return str(self._desk.sealer.open_json(_SEAL, row.id, row.sealed)["reason"])
