"""The register of service forces (服务力量)."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from api.store import tables
from api.store.area_cases import AreaCases
from api.store.desk import Desk
from api.store.dialect import one_at_a_time
from api.store.stand_downs import StandDowns


class Providers(AreaCases):
    """``rests``: when forces and workers could not come."""

    model = tables.Provider
    noun = "provider"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.rests = StandDowns(desk)

    async def own_forces(self, provider_ids: Collection[UUID]) -> set[UUID]:
        """Which of these are a village's own force."""
        own = select(self._table.c.id).where(self._table.c.id.in_(provider_ids), self._table.c.own_force)
        return set(await self._session.scalars(own))

    async def own_force_of(self, village: str) -> Any | None:
        """The village's own force, if it was ever asked for."""
        own = self.visible.where(self._table.c.area == village, self._table.c.own_force)
        return (await self._session.execute(own)).one_or_none()

    async def found_own_force(self, village: str, row: Mapping[str, Any]) -> Any:
        """The village's own force: the one there is, or ``row``; two who ask at once get the same."""
        await one_at_a_time(self._session, self._desk.sealer.index("lock", f"own force of {village}"))
        return await self.own_force_of(village) or await self.get((await self.add([row], command="register"))[0])

    def on_the_list(self, *, own_force: bool | None) -> list[ColumnElement[bool]]:
        """Villages' own forces alone, or all others alone."""
        return [] if own_force is None else [self._table.c.own_force.is_(own_force)]
