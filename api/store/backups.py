"""Everything the service keeps, of one moment, as lines that either database can be filled from.

A backup is taken while people work and holds every row but sign-ins, so that whoever was signed in when it was
taken signs in anew. What is sealed in the database stays sealed as it was: to read it takes the same keys.
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, DateTime, LargeBinary, Table, TypeDecorator, Uuid, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.store.changes import update_rows
from api.store.dialect import is_sqlite
from api.store.tables import metadata

_SIGN_INS = frozenset({"sessions", "refresh_tokens", "failed_sign_ins", "quota_uses"})
_TOGETHER = 2000  # rows of one statement

Counts = Mapping[str, int]


class NotEmpty(Exception):
    """The database holds rows already; a backup is never mixed with them."""


class Backups:
    """Open on every row of every area."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lines(self) -> AsyncIterator[list[Any]]:
        """``[table, columns]`` before the rows of a table, ``[row]`` for each, ``[counts]`` at the end."""
        counts: Counter[str] = Counter()
        for table in _kept():
            columns = [column for column in table.columns if column.computed is None]
            yield [table.name, [column.name for column in columns]]
            written = [_outward(column) for column in columns]
            rows = await self._session.stream(select(*columns).execution_options(yield_per=_TOGETHER))
            async for row in rows:
                counts[table.name] += 1
                yield [[write(value) for write, value in zip(written, row, strict=True)]]
        yield [dict(counts)]

    async def size(self) -> int:
        """How many rows there are to write."""
        totals = [await self._session.scalar(select(func.count()).select_from(table)) for table in _kept()]
        return sum(total or 0 for total in totals)

    async def fill(self, lines: Iterable[list[Any]]) -> AsyncIterator[int]:
        """Fill an empty database; answers how many rows are in after each step.

        Raises NotEmpty, and ValueError when there is not what the last line says.
        """
        await self._require_empty()
        done: Counter[str] = Counter()
        said: Counts | None = None
        pointing: list[tuple[Table, Column[Any], list[dict[str, Any]]]] = []
        for table, rows, counts in _tables(lines):
            if counts is not None:
                said = counts
            if table is None:
                continue
            pointing += [
                (table, column, [_held_back(row, column) for row in rows if row[column.name]])
                for column in _to_itself(table)
            ]
            await self._session.execute(insert(table).inline(), rows)
            done[table.name] += len(rows)
            yield done.total()
        for table, column, held in pointing:
            await update_rows(self._session, table, ["id"], [{"id": row["id"], column.name: row["to"]} for row in held])
        if said is None or +Counter(said) != +done:
            raise ValueError("other rows than were written")
        await self._go_on_counting()

    async def _require_empty(self) -> None:
        for table in _kept():
            if await self._session.scalar(select(1).select_from(table).limit(1)):
                raise NotEmpty(table.name)

    async def _go_on_counting(self) -> None:
        """PostgreSQL's sequences start behind the rows; SQLite looks at the rows itself."""
        if is_sqlite(self._session):
            return
        for table in _kept():
            column = table.autoincrement_column
            if column is not None:
                sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :reached)")
                reached = await self._session.scalar(select(func.max(column)))
                if reached is not None:
                    given = {"table": table.name, "column": column.name, "reached": reached}
                    await self._session.execute(sequence, given)


def _kept() -> Iterator[Table]:
    """What a backup holds; a table comes after those it points to."""
    return (table for table in metadata.sorted_tables if table.name not in _SIGN_INS)


def _tables(
    lines: Iterable[list[Any]],
) -> Iterator[tuple[Table | None, list[dict[str, Any]], Counts | None]]:
    """Rows in handfuls, each of one table; the counts at the end."""
    table: Table | None = None
    names: list[str] = []
    read: list[Callable[[Any], Any]] = []
    rows: list[dict[str, Any]] = []
    for line in lines:
        if len(line) == 1 and isinstance(line[0], list):
            rows.append({name: each(value) for name, each, value in zip(names, read, line[0], strict=True)})
            if len(rows) < _TOGETHER:
                continue
        if rows:
            yield table, rows, None
            rows = []
        if len(line) == 2:
            table, names = metadata.tables[line[0]], line[1]
            read = [_inward(table.c[name]) for name in names]
        elif isinstance(line[0], dict):
            yield None, [], line[0]


def _to_itself(table: Table) -> Iterator[Column[Any]]:
    return (key.parent for key in table.foreign_keys if key.column.table is table)


def _held_back(row: dict[str, Any], column: Column[Any]) -> dict[str, Any]:
    """A row that points to a later one of its table points there when all are in."""
    held = {"id": row["id"], "to": row[column.name]}
    row[column.name] = None
    return held


def _outward(column: Column[Any]) -> Callable[[Any], Any]:
    kind = _kind(column)
    if isinstance(kind, LargeBinary):
        return lambda value: None if value is None else b64encode(value).decode()
    if isinstance(kind, Uuid):
        return lambda value: None if value is None else value.hex
    if isinstance(kind, DateTime | Date):
        return lambda value: None if value is None else value.isoformat()
    return lambda value: value


def _inward(column: Column[Any]) -> Callable[[Any], Any]:
    kind = _kind(column)
    if isinstance(kind, LargeBinary):
        return lambda value: None if value is None else b64decode(value)
    if isinstance(kind, Uuid):
        return lambda value: None if value is None else UUID(value)
    if isinstance(kind, DateTime):
        return lambda value: None if value is None else datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return lambda value: None if value is None else date.fromisoformat(value)
    return lambda value: value


def _kind(column: Column[Any]) -> Any:
    return column.type.impl if isinstance(column.type, TypeDecorator) else column.type
