"""What offices say they have done: dates of the plan's milestones, yearly reports on the duties of Annex 1."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import insert, select, update
from sqlmodel import SQLModel

from api.store import tables
from api.store.desk import Desk
from api.store.dialect import locking
from api.store.history import Change, History
from api.store.scope import within
from api.store.tables import table_of


class _Statements:
    """Rows of an area, each told by a few columns and said again whenever somebody knows better."""

    model: ClassVar[type[SQLModel]]
    noun: ClassVar[str]

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._table = table_of(self.model)
        self._history = History(desk)

    async def of(self, areas: Sequence[str], **wanted: Any) -> list[Any]:
        """Those of the areas and in sight."""
        query = select(self._table).where(*self._where(areas, wanted))
        return list(await self._session.execute(query.order_by(self._table.c.area, self._table.c.id)))

    async def locked(self, area: str, **wanted: Any) -> Any | None:
        """The one that was made before, held until the transaction ends."""
        query = select(self._table).where(self._table.c.area == area, *self._where([area], wanted))
        return (await self._session.execute(locking(self._session, query))).one_or_none()

    def details(self, row: Any) -> dict[str, Any]:
        return dict(self._desk.sealer.open_json(self._place, row.id, row.sealed))

    async def say(self, known: Any | None, details: Mapping[str, Any], **columns: Any) -> Any:
        """Make one, or replace ``known``, which is locked; the history says what changed."""
        row_id = known.id if known else self._desk.new_id()
        values = {
            **columns,
            "updated_by": self._desk.actor.id,
            "updated_at": self._desk.now,
            "sealed": self._desk.sealer.seal_json(self._place, row_id, dict(details)),
            "version": known.version + 1 if known else 1,
        }
        statement = (
            update(self._table).where(self._table.c.id == row_id).values(**values)
            if known
            else insert(self._table).values(id=row_id, **values)
        )
        row = (await self._session.execute(statement.returning(*self._table.c))).one()
        before = {**self.details(known), **{name: getattr(known, name) for name in columns}} if known else {}
        said = {**details, **columns}
        changes = {name: (before.get(name), value) for name, value in said.items() if before.get(name) != value}
        await self._history.record([Change(self.noun, row.id, row.area, row.version, "say", changes)])
        return row

    def _where(self, areas: Sequence[str], wanted: Mapping[str, Any]) -> list[Any]:
        c = self._table.c
        equal = [c[name] == value for name, value in wanted.items()]
        return [within(c.area, areas), within(c.area, self._desk.areas), *equal]

    @property
    def _place(self) -> str:
        return f"{self._table.name}.sealed"


class MilestoneDates(_Statements):
    model = tables.MilestoneDate
    noun = "milestone_date"


class DutyReports(_Statements):
    model = tables.DutyReport
    noun = "duty_report"
