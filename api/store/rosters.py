"""The workers of forces (服务人员): who they are, whether they may come."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.store import tables
from api.store.desk import Desk
from api.store.tables import table_of

_WORKERS = table_of(tables.Worker)


class Rosters:
    """Whoever sees a force sees its workers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def worker_of(self, provider_id: UUID, worker_id: UUID) -> Any | None:
        """One of a force's own, if he is."""
        query = select(_WORKERS).where(_WORKERS.c.id == worker_id, _WORKERS.c.provider_id == provider_id)
        return (await self._session.execute(query)).one_or_none()
