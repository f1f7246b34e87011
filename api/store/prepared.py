"""Statements that are made once go straight to the driver.

SQLAlchemy writes them; to look a written one up, check and wrap it at every execution takes several times as long as
to send it. The session stays whose transaction it is: commits, savepoints and rollbacks are its own.
"""

import sqlite3
from collections import namedtuple
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import asyncpg
from asyncpg.exceptions import InterfaceError, PostgresConnectionError, PostgresError
from sqlalchemy import Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from api.store.dialect import Many

_MOST = 1000  # statements that are remembered
_ERRORS = (PostgresError, InterfaceError, sqlite3.Error)

Turn = Callable[[Any], Any]
Given = Mapping[str, Any]
_named: Callable[..., Any] = namedtuple  # its fields are known only when the statement is


async def rows_of(session: AsyncSession, statement: Any, given: Given) -> list[Any]:
    """The rows of a statement that was made once, with their columns by name; ``given``: its parameters.

    One that writes out the values of a list is another with every length of it, and goes the long way.
    """
    made = _made(statement, session.get_bind().dialect)
    if made is None:
        return list(await session.execute(statement, given))
    arguments = made.arguments(given)
    driver = _driver(session, [(made.text, arguments)])
    async with _errors_sorted(session, made.text):
        rows = await driver.fetched(made.text, arguments)
    return made.read(rows)


async def carry_out(session: AsyncSession, steps: Iterable[tuple[Any, Sequence[Given]]]) -> None:
    """Statements without an answer, each for all of its rows, all of them on one way where the driver can."""
    dialect = session.get_bind().dialect
    made = [(each, rows) for statement, rows in steps if (each := _made(statement, dialect)) is not None]
    ready = [(each.text, [*map(each.arguments, rows)]) for each, rows in made]
    driver = _driver(session, ready)
    async with _errors_sorted(session, "; ".join(text for text, _ in ready)):
        await driver.executed(ready)


class _Postgres:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def fetched(self, text: str, arguments: Sequence[Any]) -> Sequence[Any]:
        rows: Sequence[Any] = await self._connection.fetch(text, *arguments)
        return rows

    async def executed(self, steps: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        for text, rows in steps:
            for arguments in rows:
                await self._connection.fetch(text, *arguments)


def _driver(session: AsyncSession, asked: Sequence[tuple[str, Any]]) -> Any:
    """Of the transaction, which has begun. Whoever listens to the engine hears of these statements as of any other."""
    connection = session.sync_session.connection()
    for text, arguments in asked:
        for hear in connection.dispatch.before_cursor_execute:
            hear(connection, None, text, arguments, None, False)
    driver = connection.connection.driver_connection
    return _Postgres(driver) if isinstance(driver, asyncpg.Connection) else driver


@asynccontextmanager
async def _errors_sorted(session: AsyncSession, text: str) -> AsyncIterator[None]:
    """The driver's errors as SQLAlchemy's, without the values that were sent; what is lost is not used again."""
    try:
        yield
    except TimeoutError as error:  # even to roll back on it would wait
        await (await session.connection()).invalidate(error)
        raise
    except _ERRORS as error:
        lost = isinstance(error, InterfaceError | PostgresConnectionError)
        if lost:
            await (await session.connection()).invalidate(error)
        kinds = sqlite3.Error if isinstance(error, sqlite3.Error) else Exception
        raise DBAPIError.instance(
            text, None, error, kinds, hide_parameters=True, connection_invalidated=lost
        ) from error


@dataclass(frozen=True, slots=True)
class _Made:
    """A statement as the driver takes it."""

    text: str
    wanted: tuple[tuple[str, Turn | None], ...]  # parameters in order, with what makes of a value what is sent
    constants: Given
    row: Any
    turned: tuple[tuple[int, Turn], ...]  # columns of an answer that the driver gives in another shape

    def arguments(self, given: Given) -> list[Any]:
        constants = self.constants
        return [constants[name] if name in constants else _turned(turn, given[name]) for name, turn in self.wanted]

    def read(self, rows: Iterable[Sequence[Any]]) -> list[Any]:
        if not self.turned:
            return [self.row(row) for row in rows]
        return [self.row(self._reshaped(row)) for row in rows]

    def _reshaped(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for number, turn in self.turned:
            values[number] = turn(values[number])
        return values


@lru_cache(maxsize=_MOST)
def _made(statement: Any, dialect: Dialect) -> _Made | None:
    compiled = statement.compile(dialect=dialect)
    if any(bind.required and bind.expanding for bind in compiled.binds.values()):
        return None
    asked = {name for name, bind in compiled.binds.items() if bind.required}
    written = compiled.construct_expanded_state(dict.fromkeys(asked))
    turns = {**{name: _sent(bind.type, dialect) for name, bind in compiled.binds.items()}, **written.processors}
    columns = statement.selected_columns if isinstance(statement, Select) else None
    readers = [_received(column.type, dialect) for column in columns or ()]
    return _Made(
        text=written.statement,
        wanted=tuple((name, turns.get(name)) for name in written.positiontup),
        constants={name: _turned(turns.get(name), written.parameters[name]) for name in {*written.positiontup} - asked},
        row=tuple if columns is None else _named("row", columns.keys(), rename=True)._make,
        turned=tuple((number, turn) for number, turn in enumerate(readers) if turn is not None),
    )


def _turned(turn: Turn | None, value: Any) -> Any:
    return value if turn is None else turn(value)


def _sent(kind: Any, dialect: Dialect) -> Turn | None:
    if isinstance(kind, Many):
        return kind.sent_to(dialect)
    turn: Turn | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return turn


def _received(kind: Any, dialect: Dialect) -> Turn | None:
    turn: Turn | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return turn
