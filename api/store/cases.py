"""Things that somebody is to settle: each lies in a village, is in a state, and has a version and a history.

A register of hazards, referrals, checks … is a ``Cases`` with what is its own added to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, false, insert, select, update
from sqlmodel import SQLModel

from api.domain.access import AreaCode
from api.domain.errors import NotFound
from api.store.desk import Desk
from api.store.dialect import chunked, is_sqlite, locking
from api.store.history import Change, History
from api.store.listings import Listing
from api.store.scope import within
from api.store.tables import Elder, table_of

_ELDERS = table_of(Elder)
_HIDDEN = ("version", "sealed", "updated_at")


class Cases:
    """Open for one actor: what lies outside the actor's areas is not found here.

    ``model``: its table, with ``id``, ``village``, ``state`` and ``version``, and ``sealed`` (a JSON document
    of all that is personal) where it has any. ``noun``: of its history, events and audit. ``place``: the column
    that says where a row lies.
    """

    model: ClassVar[type[SQLModel]]
    noun: ClassVar[str]
    place: ClassVar[str] = "village"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._table = table_of(self.model)
        self._history = History(desk)

    @property
    def table(self) -> Table:
        return self._table

    @property
    def visible(self) -> Select[Any]:
        """Rows of the actor's areas, unordered; of those in them a provider's people see what is ``theirs``."""
        return select(self._table).where(self._seen)

    @property
    def theirs(self) -> ColumnElement[bool]:
        """What a provider's people see of it: nothing, unless a register says otherwise."""
        return false()

    @property
    def shown(self) -> Select[Any]:
        """Visible rows with what a register's readers want beside them; ``locked`` gives the row alone."""
        return self.visible

    async def get(self, case_id: UUID) -> Any:
        """Raises NotFound for one that does not exist and for one out of sight alike."""
        return await self._one(self.shown.where(self._table.c.id == case_id))

    async def locked(self, case_id: UUID) -> Any:
        """The row, held until the transaction ends: of two commands at once the second sees the first's state.

        Whose it is, is held before it: nobody who holds the elder, as visits and exits do, waits in a circle.
        """
        await self._hold_elder(case_id)
        return await self._one(locking(self._session, self.visible.where(self._table.c.id == case_id)))

    def listing(self, *conditions: ColumnElement[bool], area: str | None = None) -> Listing:
        """The cases of an area in order of id. Raises NotFound for an area out of reach."""
        here = self._in(self._desk.actor.walled(area))
        return Listing(self._session, self.shown.where(here, *conditions), [self._table.c.id])

    async def of_elders(self, elder_ids: Iterable[UUID], *conditions: ColumnElement[bool]) -> list[Any]:
        """Rows about these elders in sight, in order of id."""
        found: list[Any] = []
        for part in chunked(sorted(set(elder_ids))):
            query = self.visible.where(self._table.c.elder_id.in_(part), *conditions)
            found += list(await self._session.execute(query.order_by(self._table.c.id)))
        return sorted(found, key=lambda row: row.id)

    def matching(self, **wanted: Any) -> list[ColumnElement[bool]]:
        """Conditions by column; None asks for nothing."""
        return [self._table.c[name] == value for name, value in wanted.items() if value is not None]

    def details(self, row: Any) -> dict[str, Any]:
        """What is sealed of a row; empty where nothing is."""
        return dict(self._desk.sealer.open_json(self._seal, row.id, row.sealed) or {})

    async def add(self, rows: Sequence[Mapping[str, Any]], *, command: str = "open") -> list[UUID]:
        """New rows at version 1; ``id`` is given where a row has none, ``sealed`` is a document to be sealed."""
        new = [self._new(row) for row in rows]
        for part in chunked(new, 500):
            await self._session.execute(insert(self._table), list(part))
        await self._history.record(
            [Change(self.noun, row["id"], row[self.place], 1, command, {"state": (None, row["state"])}) for row in new]
        )
        return [row["id"] for row in new]

    async def change(
        self,
        row: Any,
        command: str,
        *,
        details: Mapping[str, Any] | None = None,
        noted: Mapping[str, tuple[Any, Any]] | None = None,
        **columns: Any,
    ) -> Any:
        """Write a locked row anew; the history says who changed which field from what to what.

        ``details`` are laid over what is sealed. ``noted``: what the history says beside the fields.
        """
        before = {name: getattr(row, name) for name in columns}
        changes = {name: (before[name], value) for name, value in columns.items() if before[name] != value}
        if details is not None:
            known = self.details(row)
            changes |= {name: (known.get(name), value) for name, value in details.items() if known.get(name) != value}
            columns["sealed"] = self._desk.sealer.seal_json(self._seal, row.id, {**known, **details})
        written = await self._session.execute(
            update(self._table)
            .where(self._table.c.id == row.id, self._table.c.version == row.version)
            .values(**columns, version=row.version + 1)
            .returning(*self._table.c)
        )
        after = written.one()
        shown = {name: pair for name, pair in changes.items() if name not in _HIDDEN}
        where = getattr(after, self.place)
        await self._history.record(
            [Change(self.noun, after.id, where, after.version, command, {**shown, **(noted or {})})]
        )
        return after

    async def history(self, case_id: UUID) -> list[dict[str, Any]]:
        """Every version of a case in sight, oldest first."""
        return await self._history.of(self.noun, (await self.get(case_id)).id)

    async def _hold_elder(self, case_id: UUID) -> None:
        if "elder_id" not in self._table.c or is_sqlite(self._session):
            return
        whose = select(self._table.c.elder_id).where(self._table.c.id == case_id).scalar_subquery()
        await self._session.execute(locking(self._session, select(_ELDERS.c.id).where(_ELDERS.c.id == whose)))

    @property
    def _seen(self) -> ColumnElement[bool]:
        here = self._in(self._desk.actor.areas)
        return and_(here, self.theirs) if self._desk.actor.confined else here

    def _in(self, areas: Sequence[AreaCode]) -> ColumnElement[bool]:
        return within(self._table.c[self.place], areas)

    @property
    def _seal(self) -> str:
        return f"{self._table.name}.sealed"

    def _new(self, row: Mapping[str, Any]) -> dict[str, Any]:
        new = {"id": row.get("id") or self._desk.new_id(), **row, "version": 1}
        if "sealed" in new:
            new["sealed"] = self._desk.sealer.seal_json(self._seal, new["id"], new["sealed"])
        return new

    async def _one(self, query: Select[Any]) -> Any:
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            raise NotFound()
        return row
