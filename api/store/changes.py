"""Many rows in one statement, many statements in one round trip: on the way more time is spent than in the database.

A statement is made once for the shape of its rows and reads the same for any number of them: PostgreSQL takes each
column as an array, SQLite row after row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.store.dialect import among, is_sqlite, unnested
from api.store.prepared import carry_out, rows_of


@dataclass(frozen=True, slots=True)
class Change:
    """Rows to insert or to alter; all of them name the same columns. ``inserted`` and ``altered`` make one."""

    shape: "_Shape"
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What tells one statement from another: the rest are parameters."""

    table: Table
    columns: tuple[str, ...]
    found_by: tuple[str, ...] | None = None
    conflict: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    add: tuple[str, ...] = ()


def inserted(
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    conflict: Sequence[str] = (),
    replace: Sequence[str] = (),
    add: Sequence[str] = (),
) -> Change:
    """Rows to insert. ``conflict``: the key on which one may be there already; it stays, but for the columns to
    ``replace`` and the numbers to ``add``.
    """
    shape = _Shape(table, tuple(rows[0]) if rows else (), None, tuple(conflict), tuple(replace), tuple(add))
    return Change(shape, rows)


def altered(table: Table, key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Change:
    """Rows to alter: the other columns, wherever ``key`` is found."""
    return Change(_Shape(table, tuple(rows[0]) if rows else (), tuple(key)), rows)


async def write(session: AsyncSession, *changes: Change) -> None:
    """Make all the changes; no two of them touch the same row. On PostgreSQL they are one statement."""
    made = [change for change in changes if change.rows]
    shapes = tuple(change.shape for change in made)
    if made and is_sqlite(session):
        await carry_out(session, [(_statement(each.shape, 0, sqlite=True), _rowwise(each)) for each in made])
    elif made:
        given = {name: values for number, change in enumerate(made) for name, values in _columnwise(change, number)}
        await carry_out(session, [(_at_once(shapes), [given])])


async def insert_rows(session: AsyncSession, table: Table, rows: Sequence[Mapping[str, Any]], **options: Any) -> None:
    """Insert rows in one statement, whatever their number; ``options`` of ``inserted``."""
    await write(session, inserted(table, rows, **options))


async def update_rows(
    session: AsyncSession, table: Table, key: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Alter rows in one statement, whatever their number."""
    await write(session, altered(table, key, rows))


async def insert_new(
    session: AsyncSession, table: Table, rows: Sequence[Mapping[str, Any]], *also: Change, conflict: Sequence[str]
) -> set[UUID]:
    """Insert what is not there yet, and make other changes with it; the ids of what was inserted."""
    if not rows:
        await write(session, *also)
        return set()
    made = [inserted(table, rows, conflict=conflict), *(change for change in also if change.rows)]
    if is_sqlite(session):
        await write(session, *made)
        stored = select(table.c.id).where(among(table.c.id, [row["id"] for row in rows]))
        return set((await session.execute(stored)).scalars())
    given = {name: values for number, change in enumerate(made) for name, values in _columnwise(change, number)}
    statement = _at_once(tuple(change.shape for change in made), returning=True)
    return {row[0] for row in await rows_of(session, statement, given)}


def _rowwise(change: Change) -> list[dict[str, Any]]:
    return [{f"v0_{name}": row[name] for name in change.shape.columns} for row in change.rows]


def _columnwise(change: Change, number: int) -> Iterator[tuple[str, list[Any]]]:
    return ((f"v{number}_{name}", [row[name] for row in change.rows]) for name in change.shape.columns)


@cache
def _at_once(shapes: tuple[_Shape, ...], *, returning: bool = False) -> Any:
    """Statements are made once for each shape: what costs time is to write and read one, not to run it.

    ``returning``: the ids of the first one's rows.
    """
    first, *others = (_statement(shape, number, sqlite=False) for number, shape in enumerate(shapes))
    if returning:
        first = first.returning(shapes[0].table.c.id)
    if not others:
        return first
    parts = [each.cte(f"w{number}") for number, each in enumerate((first, *others))]
    return select(parts[0].c.id if returning else literal(1)).add_cte(*parts)


@cache
def _statement(shape: _Shape, number: int, *, sqlite: bool) -> Any:
    return (
        _insertion(shape, number, sqlite=sqlite)
        if shape.found_by is None
        else _alteration(shape, number, sqlite=sqlite)
    )


def _insertion(shape: _Shape, number: int, *, sqlite: bool) -> Any:
    table = shape.table
    if sqlite:
        statement: Any = sqlite_insert(table).values(_one(shape, number))
    else:
        given = _unnested(shape, number)
        statement = postgresql.insert(table).from_select(shape.columns, select(*given.c))
    if not shape.conflict:
        return statement.inline() if sqlite else statement
    changed = {name: statement.excluded[name] for name in shape.replace}
    changed |= {name: table.c[name] + statement.excluded[name] for name in shape.add}
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=shape.conflict)
    return statement.on_conflict_do_update(index_elements=shape.conflict, set_=changed)


def _alteration(shape: _Shape, number: int, *, sqlite: bool) -> Any:
    table, key = shape.table, shape.found_by or ()
    given = _one(shape, number) if sqlite else _unnested(shape, number).c
    found = and_(*(table.c[name] == given[name] for name in key))
    return update(table).where(found).values({name: given[name] for name in shape.columns if name not in key})


def _one(shape: _Shape, number: int) -> dict[str, Any]:
    return {name: bindparam(f"v{number}_{name}", type_=shape.table.c[name].type) for name in shape.columns}


def _unnested(shape: _Shape, number: int) -> Any:
    return unnested({name: shape.table.c[name].type for name in shape.columns}, f"v{number}")
