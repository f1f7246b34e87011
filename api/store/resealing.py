"""Sealed anew under the keys of now: every sealed column, in short stretches, while people work.

What is sealed names where it belongs: its column, and its row by what ``_NAMES`` says or else by ``id``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Select, Table, and_, bindparam, func, literal, select, tuple_
from sqlalchemy import update as updating
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.sandbox import SANDBOX
from api.store.crypto import Sealer
from api.store.dialect import locking, unhurried
from api.store.tables import Elder, metadata, table_of
from api.store.tables.base import SEALED

Key = tuple[Any, ...]

DIGESTS = frozenset({"hazards.key", "needs.key", "visits.answers"})
"""Bytes that are no sealed values but keyed digests."""

_NAMES: Mapping[str, Callable[[Any], str]] = {
    "versions.changes": lambda row: f"{row.subject_id}|{row.version}",
    "escalation_steps.sealed": lambda row: f"{row.escalation_id}|{row.version}",
    "idempotency.body": lambda row: f"{row.owner}|{row.operation}|{row.key}",
    "import_parts.sealed": lambda row: f"{row.import_id}/{row.number}",
    "refresh_tokens.successor": lambda row: row.token_hash.hex(),
    "second_factors.secret": lambda row: str(row.user_id),
    "duty_contacts.sealed": lambda row: row.area,
}


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed column."""

    column: Column[Any]

    def __str__(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def table(self) -> Table:
        table: Table = self.column.table
        return table

    @property
    def key(self) -> Sequence[Column[Any]]:
        return list(self.table.primary_key.columns)

    def place(self, row: Any) -> str:
        return f"import_parts.{row.kind}" if str(self) == "import_parts.sealed" else str(self)

    def name(self, row: Any) -> str:
        return _NAMES.get(str(self), lambda each: str(each.id))(row)


def _seals() -> Iterator[Seal]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.type is SEALED and f"{table.name}.{column.name}" not in DIGESTS:
                yield Seal(column)


SEALS: tuple[Seal, ...] = tuple(_seals())


class Resealing:
    def __init__(self, session: AsyncSession, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    async def counts(self) -> Mapping[int, int]:
        """How many values are sealed under each key."""
        await unhurried(self._session)
        found: Counter[int] = Counter()
        for seal in SEALS:
            prefix = func.substr(seal.column, 1, 2)
            query = select(prefix, func.count()).where(seal.column.is_not(None)).group_by(prefix)
            for start, count in await self._session.execute(query):
                found[bytes(start)[1]] += count
        return found

    async def reseal(self, seal: Seal, after: Key | None, most: int) -> tuple[Key | None, int]:
        """Seal a stretch anew; where it ended, None at the last, and how many values there were.

        What others hold is left to the next round. Raises SealBroken for what does not open.
        """
        query = self._stretch(seal, after).where(self._stale(seal)).limit(most)
        rows = (await self._session.execute(locking(self._session, query, skip_locked=True))).all()
        if rows:
            await self._session.execute(_written(seal), [self._anew(seal, row) for row in rows])
        last = tuple(getattr(rows[-1], column.name) for column in seal.key) if len(rows) == most else None
        return last, len(rows)

    async def samples(self) -> bool:
        """Whether the keys are those of this database: a value of each column opens, and a number is found.

        Raises SealBroken for keys of another one.
        """
        for seal in SEALS:
            row = (await self._session.execute(select(seal.table).where(seal.column.is_not(None)).limit(1))).first()
            if row is not None:
                self._sealer.open(seal.place(row), seal.name(row), getattr(row, seal.column.name))
        return await self._finds_a_number()

    async def _finds_a_number(self) -> bool:
        elders = table_of(Elder)
        query = select(elders).where(elders.c.resident_id_index.is_not(None), elders.c.district != SANDBOX).limit(1)
        row = (await self._session.execute(query)).first()
        if row is None:
            return True
        number = self._sealer.open_json("elders.sealed", row.id, row.sealed).get("resident_id")
        return number is None or self._sealer.index("resident_id", number) == row.resident_id_index

    def _stretch(self, seal: Seal, after: Key | None) -> Select[Any]:
        query = select(seal.table).order_by(*seal.key)
        return query if after is None else query.where(tuple_(*seal.key) > tuple_(*map(literal, after)))

    def _stale(self, seal: Seal) -> ColumnElement[bool]:
        return func.substr(seal.column, 1, 2) != literal(self._sealer.mark, LargeBinary)

    def _anew(self, seal: Seal, row: Any) -> dict[str, Any]:
        place, name, known = seal.place(row), seal.name(row), getattr(row, seal.column.name)
        sealed = self._sealer.seal(place, name, self._sealer.open(place, name, known))
        keys = {f"key_{column.name}": getattr(row, column.name) for column in seal.key}
        return {**keys, "known": known, "anew": sealed}


def _written(seal: Seal) -> Any:
    """Only where it still is as it was read."""
    found = [column == bindparam(f"key_{column.name}", type_=column.type) for column in seal.key]
    return (
        updating(seal.table)
        .where(and_(*found, seal.column == bindparam("known", type_=seal.column.type)))
        .values({seal.column.name: bindparam("anew", type_=seal.column.type)})
    )
