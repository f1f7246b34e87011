"""The directory of bodies to which elders may be referred: by kind, by what they do, by area."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, insert, or_, select, update

from api.domain.access import AreaCode
from api.domain.errors import NotFound
from api.domain.referrals import ReferralKind, TargetKind
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import locking
from api.store.history import Change, History
from api.store.listings import Listing
from api.store.scope import within
from api.store.tables import table_of

_TARGETS = table_of(tables.ReferralTarget)
_SERVICES = table_of(tables.ReferralTargetService)
_LENGTHS = (6, 9, 12)
_NOUN = "referral_target"


class ReferralTargets:
    """A body belongs to an area; whoever works in it or around it may find it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._history = History(desk)

    async def get(self, target_id: UUID) -> Any:
        """Raises NotFound for one that does not exist and for another area's alike."""
        return await self._one(self._visible(self._desk.areas).where(_TARGETS.c.id == target_id))

    async def locked(self, target_id: UUID) -> Any:
        """One of the actor's own areas, held until the transaction ends."""
        own = select(_TARGETS).where(within(_TARGETS.c.area, self._desk.areas), _TARGETS.c.id == target_id)
        return await self._one(locking(self._session, own))

    def listing(
        self,
        *,
        area: str | None,
        kind: TargetKind | None,
        serves: ReferralKind | None,
        active_on: date | None,
    ) -> Listing:
        """The bodies in order of id; those of an area are also those of the areas around it."""
        c = _TARGETS.c
        query = self._visible(self._desk.actor.narrowed(area))
        if kind is not None:
            query = query.where(c.kind == kind)
        if serves is not None:
            query = query.where(c.id.in_(select(_SERVICES.c.target_id).where(_SERVICES.c.kind == serves)))
        if active_on is not None:
            query = query.where(c.active_from <= active_on, or_(c.active_to.is_(None), c.active_to >= active_on))
        return Listing(self._session, query, [c.id])

    async def services_of(self, target_ids: Collection[UUID]) -> Mapping[UUID, list[ReferralKind]]:
        """What each of them can be asked for, in order of the kinds."""
        query = select(_SERVICES).where(_SERVICES.c.target_id.in_(target_ids))
        found: dict[UUID, set[str]] = {target_id: set() for target_id in target_ids}
        for row in await self._session.execute(query):
            found[row.target_id].add(row.kind)
        return {target_id: [kind for kind in ReferralKind if kind in kinds] for target_id, kinds in found.items()}

    async def add(self, values: Mapping[str, Any], serves: Iterable[ReferralKind]) -> UUID:
        target_id = self._desk.new_id()
        row = {**values, "id": target_id, "created_at": self._desk.now, "version": 1}
        await self._session.execute(insert(_TARGETS).values(row))
        await self._serve(target_id, serves)
        shown = {name: (None, value) for name, value in values.items()}
        await self._history.record([Change(_NOUN, target_id, row["area"], 1, "open", shown)])
        return target_id

    async def change(self, row: Any, values: Mapping[str, Any], serves: Iterable[ReferralKind]) -> None:
        """Write a locked one anew, whole."""
        before = (await self.services_of([row.id]))[row.id]
        wanted = [kind for kind in ReferralKind if kind in set(serves)]
        changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
        if before != wanted:
            changes["serves"] = (before, wanted)
            await self._session.execute(delete(_SERVICES).where(_SERVICES.c.target_id == row.id))
            await self._serve(row.id, wanted)
        version = row.version + 1
        await self._session.execute(update(_TARGETS).where(_TARGETS.c.id == row.id).values(**values, version=version))
        await self._history.record([Change(_NOUN, row.id, row.area, version, "correct", changes)])

    async def _serve(self, target_id: UUID, kinds: Iterable[ReferralKind]) -> None:
        rows = [{"target_id": target_id, "kind": kind} for kind in dict.fromkeys(kinds)]
        await self._session.execute(insert(_SERVICES), rows)

    def _visible(self, areas: Iterable[AreaCode]) -> Select[Any]:
        return select(_TARGETS).where(or_(*(_serving(area) for area in areas)))

    async def _one(self, query: Select[Any]) -> Any:
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            raise NotFound()
        return row


def _serving(area: AreaCode) -> ColumnElement[bool]:
    """Of the area, of a part of it, or of one around it."""
    around = [area[:length] for length in _LENGTHS if length < len(area)]
    return or_(within(_TARGETS.c.area, [area]), _TARGETS.c.area.in_(around))
