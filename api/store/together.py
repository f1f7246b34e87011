"""Several questions in one round trip: on the way to a database and back more time is spent than in it.

Each is a SELECT that is made once, with named parameters. What is asked together is seen as of one moment, so rows
that must not change meanwhile are locked before.
"""

import json
from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    LargeBinary,
    Select,
    Text,
    Uuid,
    cast,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeDecorator

from api.store.dialect import is_sqlite
from api.store.prepared import rows_of

Answers = tuple[list[Any], ...]

_named: Callable[[str, Sequence[str]], Any] = namedtuple  # its fields are known only when the question is


async def ask(session: AsyncSession, questions: tuple[Select[Any], ...], given: Mapping[str, Any]) -> Answers:
    """The rows of each question, with their columns by name; ``given``: the parameters of all of them."""
    asked = _together(questions, sqlite=is_sqlite(session))
    [row] = await rows_of(session, asked.statement, given)
    return tuple(read(json.loads(text or "[]")) for read, text in zip(asked.readers, row, strict=True))


def by_elder(rows: Iterable[Any]) -> defaultdict[UUID, list[Any]]:
    """Rows of many elders, each elder's by themselves."""
    grouped: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.elder_id].append(row)
    return grouped


@dataclass(frozen=True, slots=True)
class _Asked:
    statement: Select[Any]
    readers: tuple[Callable[[list[Any]], list[Any]], ...]


@cache
def _together(questions: tuple[Select[Any], ...], *, sqlite: bool) -> _Asked:
    as_list, all_of = (func.json_array, func.json_group_array) if sqlite else (func.json_build_array, func.json_agg)
    parts = []
    for number, question in enumerate(questions):
        inner = question.subquery(f"q{number}")
        listed = all_of(as_list(*(_sent(column, sqlite=sqlite) for column in inner.c)))
        parts.append(select(cast(listed, Text)).scalar_subquery().label(f"a{number}"))
    return _Asked(select(*parts), tuple(map(_reader, questions)))


def _sent(column: Any, *, sqlite: bool) -> Any:
    """A column as JSON can carry it."""
    if isinstance(column.type, LargeBinary):
        return func.hex(column) if sqlite else func.encode(column, "hex")
    if sqlite and isinstance(column.type, JSON):
        return func.json(column)
    return column


def _reader(question: Select[Any]) -> Callable[[list[Any]], list[Any]]:
    columns = list(question.selected_columns)
    row = _named("row", question.selected_columns.keys())
    changed = [(number, turn) for number, column in enumerate(columns) if (turn := _turned(column.type)) is not None]

    def read(values: list[Any]) -> list[Any]:
        for each in values:
            for number, turn in changed:
                if each[number] is not None:
                    each[number] = turn(each[number])
        return [row._make(each) for each in values]

    return read


def _turned(kind: Any) -> Callable[[Any], Any] | None:
    """What makes of a JSON value what the column holds."""
    kind = kind.impl if isinstance(kind, TypeDecorator) else kind
    turns: tuple[tuple[type, Callable[[Any], Any]], ...] = (
        (Uuid, UUID),
        (Date, date.fromisoformat),
        (DateTime, _instant),
        (Boolean, bool),
        (LargeBinary, bytes.fromhex),
    )
    return next((turn for known, turn in turns if isinstance(kind, known)), None)


def _instant(text: str) -> datetime:
    """SQLite keeps instants in UTC without saying so."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
