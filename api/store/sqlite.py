"""SQLite with one change of threads for a statement, where the driver takes four.

aiosqlite hands every step of a cursor (open, execute, fetch, close) to the connection's thread and waits for each.
A statement of this service takes less time than one such step, so all of them go together.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import aiosqlite

_FETCHED_AT_ONCE = 1000  # rows; whoever reads more of them fetches in parts of that size


class _Cursor(aiosqlite.Cursor):
    """A cursor that opens when it executes and has its first rows when it has executed."""

    def __init__(self, connection: "_Connection") -> None:
        self.iter_chunk_size = _FETCHED_AT_ONCE
        self._conn = self._home = connection
        self._rows: list[Any] = []
        self._more = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Self:
        await self._away(self._begin, "execute", sql, parameters or ())
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        await self._away(self._begin, "executemany", sql, parameters)
        return self

    async def fetchone(self) -> Any:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        wanted = size or self.arraysize
        if self._more and len(self._rows) < wanted:
            await self._away(self._fetch, max(wanted, _FETCHED_AT_ONCE))
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    async def fetchall(self) -> list[Any]:
        if self._more:
            await self._away(self._fetch, None)
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        if self._more:
            self._more = False
            await self._away(self._cursor.close)

    async def _away(self, do: Callable[..., object], *said: object) -> None:
        await self._home.away(do, *said)

    def _begin(self, how: str, sql: str, parameters: Any) -> None:
        self._cursor = self._conn._conn.cursor()
        getattr(self._cursor, how)(sql, parameters)
        self._more = self._cursor.description is not None
        if self._more:
            self._fetch(_FETCHED_AT_ONCE)

    def _fetch(self, most: int | None) -> None:
        rows = self._cursor.fetchall() if most is None else self._cursor.fetchmany(most)
        self._rows += rows
        self._more = len(rows) == most
        if not self._more:
            self._cursor.close()


class _Connection(aiosqlite.Connection):
    def cursor(self) -> Any:
        return _Cursor(self)

    async def fetched(self, sql: str, arguments: Sequence[Any]) -> list[Any]:
        """All rows of one statement."""
        rows: list[Any] = await self.away(lambda: self._conn.execute(sql, arguments).fetchall())
        return rows

    async def executed(self, steps: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """Statements one after the other, each for all of its rows."""
        await self.away(self._execute_all, steps)

    async def away(self, do: Callable[..., object], *said: object) -> Any:
        """In the connection's thread."""
        go: Callable[..., Awaitable[object]] = self._execute
        return await go(do, *said)

    def _execute_all(self, steps: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        for sql, rows in steps:
            self._conn.executemany(sql, rows)


async def connected(path: str) -> aiosqlite.Connection:
    """A connection of its own thread."""
    connection = _Connection(lambda: sqlite3.connect(path, check_same_thread=False), _FETCHED_AT_ONCE)
    connection._thread.daemon = True
    return await connection
