"""What an exit ends: whatever is still open about an elder, and how it comes back when the exit was an error."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, select, update

from api.store.cases import Cases
from api.store.desk import Desk
from api.store.dialect import locking
from api.store.history import Change, History
from api.store.stretches import Stretches, last_day

CLOSE, UNDO = "close_by_exit", "undo_exit"


@dataclass(frozen=True, slots=True)
class Closable:
    """A table whose rows about the elder an exit ends, from some states into one.

    ``closing``, ``undoing``: columns that are written along. ``among``: which rows alone. ``last_day``: of what
    holds from a day to a day; the day it was to end on comes back with it.
    """

    table: Table
    noun: str
    states: Collection[str]
    closed: str = "closed_by_exit"
    closing: Mapping[str, Any] = field(default_factory=dict)
    undoing: Mapping[str, Any] = field(default_factory=dict)
    among: Sequence[ColumnElement[bool]] = ()
    last_day: date | None = None

    @classmethod
    def of(cls, register: Cases, states: Collection[str]) -> "Closable":
        return cls(register.table, register.noun, states)

    @classmethod
    def ended(cls, register: Stretches, states: Collection[str], on: date) -> "Closable":
        """Of what holds about the elder until it is ended."""
        return cls(register.table, register.noun, states, closed="ended", last_day=on)

    @property
    def columns(self) -> list[Column[Any]]:
        lasting = ("ends_on",) if self.last_day else ()
        return [self.table.c[name] for name in ("id", "village", "state", "version", *lasting)]

    @property
    def closed_with(self) -> Mapping[str, Any]:
        return {**self.closing, "ends_on": last_day(self.table, self.last_day)} if self.last_day else self.closing

    def undone_with(self, ends_on: str | None) -> Mapping[str, Any]:
        """``ends_on``: on which day it was to end, as the history keeps it."""
        last = date.fromisoformat(ends_on) if ends_on else None
        return {**self.undoing, "ends_on": last} if self.last_day else self.undoing

    def noted(self, row: Any) -> Mapping[str, tuple[Any, Any]]:
        return {"ends_on": (row.ends_on, self.last_day)} if self.last_day else {}


class Departures:
    """The history of each thing says by which exit it was closed and from which state: that is where it returns to."""

    def __init__(self, desk: Desk) -> None:
        self._session = desk.session
        self._history = History(desk)

    async def close(self, elder_id: UUID, stint_id: UUID, closables: Sequence[Closable]) -> None:
        """End what is open; ``stint_id``: of the stint that the exit ended."""
        for each in closables:
            c = each.table.c
            query = select(*each.columns).where(c.elder_id == elder_id, c.state.in_(each.states))
            rows = (await self._session.execute(locking(self._session, query.where(*each.among)))).all()
            if rows:
                await self._write(each, [row.id for row in rows], each.closed, each.closed_with)
                await self._history.record(
                    [
                        _change(each, row, CLOSE, each.closed, stint_id=(None, stint_id), **each.noted(row))
                        for row in rows
                    ]
                )

    async def undo(self, elder_id: UUID, stint_id: UUID, closables: Sequence[Closable]) -> None:
        """Everything that this exit closed, and nobody touched since, is in the state it was in."""
        for each in closables:
            c = each.table.c
            query = select(*each.columns).where(c.elder_id == elder_id, c.state == each.closed)
            rows = (await self._session.execute(locking(self._session, query.where(*each.among)))).all()
            made = await self._history.made_by(CLOSE, {row.id: row.version for row in rows})
            before: defaultdict[tuple[str, str | None], list[Any]] = defaultdict(list)
            for row in rows:
                changes = made.get(row.id)
                if changes is not None and changes["stint_id"]["to"] == str(stint_id):
                    before[changes["state"]["from"], changes.get("ends_on", {}).get("from")].append(row)
            for (state, ends_on), returning in before.items():
                await self._write(each, [row.id for row in returning], state, each.undone_with(ends_on))
                await self._history.record([_change(each, row, UNDO, state) for row in returning])

    async def _write(self, each: Closable, ids: Sequence[UUID], state: str, columns: Mapping[str, Any]) -> None:
        c = each.table.c
        written = update(each.table).where(c.id.in_(ids)).values(**columns, state=state, version=c.version + 1)
        await self._session.execute(written)


def _change(each: Closable, row: Any, command: str, state: str, **noted: tuple[Any, Any]) -> Change:
    return Change(each.noun, row.id, row.village, row.version + 1, command, {"state": (row.state, state), **noted})
