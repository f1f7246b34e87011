"""The workers of forces (服务人员): who they are, whether they may come."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, update

from api.domain.access import AreaCode
from api.domain.engagements import source_of_provider
from api.domain.errors import Conflict, NotFound
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import insert_into, locking
from api.store.history import Change, History
from api.store.listings import Listing
from api.store.scope import within
from api.store.surges import touches
from api.store.tables import table_of

_WORKERS, _FORCES = table_of(tables.Worker), table_of(tables.Provider)
_NOUN = "worker"
_SEAL = "workers.sealed"
_ROWS = select(
    _WORKERS,
    select(_FORCES.c.area).where(_FORCES.c.id == _WORKERS.c.provider_id).scalar_subquery().label("area"),
    select(_FORCES.c.own_force).where(_FORCES.c.id == _WORKERS.c.provider_id).scalar_subquery().label("own_force"),
)


class Rosters:
    """Whoever sees a force sees its workers; whoever answers for its area may change them.

    A row has besides its own columns the force's ``area`` and ``own_force``.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._history = History(desk)

    async def get(self, worker_id: UUID) -> Any:
        """Raises NotFound for one that does not exist and for one of a force out of sight alike."""
        return await self._one(self._of(self._serving(self._desk.areas)).where(_WORKERS.c.id == worker_id))

    async def locked(self, worker_id: UUID) -> Any:
        """One of a force of the actor's own areas, held until the transaction ends."""
        own = self._of(within(_FORCES.c.area, self._desk.areas)).where(_WORKERS.c.id == worker_id)
        return await self._one(locking(self._session, own))

    async def worker_of(self, provider_id: UUID, worker_id: UUID) -> Any | None:
        """One of a force's own, if he is."""
        query = select(_WORKERS).where(_WORKERS.c.id == worker_id, _WORKERS.c.provider_id == provider_id)
        return (await self._session.execute(query)).one_or_none()

    def listing(self, area: str | None = None, **wanted: Any) -> Listing:
        """The workers of the forces that serve an area, in order of id. Raises NotFound for an area out of reach."""
        conditions = [_WORKERS.c[name] == value for name, value in wanted.items() if value is not None]
        here = self._of(self._serving(self._desk.actor.narrowed(area)))
        return Listing(self._session, here.where(*conditions), [_WORKERS.c.id])

    def details(self, row: Any) -> dict[str, Any]:
        """Phone and vetting, as far as they are known."""
        return dict(self._desk.sealer.open_json(_SEAL, row.id, row.sealed) or {})

    async def add(self, provider: Any, values: Mapping[str, Any], details: Mapping[str, Any]) -> UUID:
        """One more of a force. Raises Conflict ``worker_listed_already`` for a name or number that it has."""
        worker_id = self._desk.new_id()
        row = {
            **values,
            "id": worker_id,
            "source": source_of_provider(provider.id),
            "provider_id": provider.id,
            "created_at": self._desk.now,
            "created_by": self._desk.actor.id,
            "version": 1,
            "sealed": self._desk.sealer.seal_json(_SEAL, worker_id, dict(details)),
        }
        statement = insert_into(self._session, _WORKERS).values(row).on_conflict_do_nothing()
        if (await self._session.execute(statement.returning(_WORKERS.c.id))).one_or_none() is None:
            raise Conflict("worker_listed_already")
        await self._history.record([Change(_NOUN, worker_id, provider.area, 1, "enlist", {})])
        return worker_id

    async def change(
        self,
        row: Any,
        command: str,
        *,
        details: Mapping[str, Any] | None = None,
        noted: Mapping[str, tuple[Any, Any]] | None = None,
        **columns: Any,
    ) -> None:
        """Write a locked row anew; ``details`` are laid over what is sealed."""
        known = self.details(row)
        said = {**known, **(details or {})}
        changes = {name: (getattr(row, name), value) for name, value in columns.items()}
        changes |= {name: (known.get(name), value) for name, value in said.items()}
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        sealed = self._desk.sealer.seal_json(_SEAL, row.id, said)
        written = update(_WORKERS).where(_WORKERS.c.id == row.id)
        await self._session.execute(written.values(**columns, sealed=sealed, version=row.version + 1))
        await self._history.record(
            [Change(_NOUN, row.id, row.area, row.version + 1, command, {**changes, **(noted or {})})]
        )

    async def namesakes(self, row: Any, kind: str, name: str, external_id: str | None) -> bool:
        """Whether another of the same sender has this kind and name, or this number."""
        c = _WORKERS.c
        alike = (c.kind == kind) & (c.name == name)
        if external_id is not None:
            alike |= c.external_id == external_id
        query = select(c.id).where(c.source == row.source, c.id != row.id, alike).limit(1)
        return (await self._session.execute(query)).first() is not None

    def _of(self, force: ColumnElement[bool]) -> Select[Any]:
        return _ROWS.where(_WORKERS.c.provider_id.in_(select(_FORCES.c.id).where(force)))

    def _serving(self, areas: Sequence[AreaCode]) -> ColumnElement[bool]:
        return touches(_FORCES.c.area, areas)

    async def _one(self, query: Select[Any]) -> Any:
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            raise NotFound()
        return row
