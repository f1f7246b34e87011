"""A list in its order: read page by page, and counted where somebody asks how long it is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Listing:
    """``query`` without its order; ``keys``: the columns that order it, the last of them unique.

    ``read``: what the rows of a page become.
    """

    session: AsyncSession
    query: Select[Any]
    keys: Sequence[ColumnElement[Any]]
    latest_first: bool = False
    read: Callable[[Iterable[Any]], list[Any]] = list

    async def __call__(self, *, after: object = None, size: int) -> list[Any]:
        """At most ``size`` rows behind the place ``after``: the last row's keys, or its key where there is one."""
        query = self.query.order_by(*(key.desc() if self.latest_first else key for key in self.keys)).limit(size)
        if after is not None:
            query = query.where(self._behind(after if isinstance(after, tuple) else (after,)))
        return self.read(await self.session.execute(query))

    async def count(self) -> int:
        """How many rows there are on all pages together."""
        query = self.query.with_only_columns(func.count(), maintain_column_froms=True)
        return int((await self.session.execute(query)).scalar_one())

    def _behind(self, place: tuple[Any, ...]) -> ColumnElement[bool]:
        keys, last = tuple_(*self.keys), tuple_(*map(literal, place))
        return keys < last if self.latest_first else keys > last
