"""Figures, read from the stored sums; and the names behind a figure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select

from api.domain.access import AreaCode
from api.domain.elder_months import COUNTS
from api.domain.elders import Category
from api.domain.months import Month
from api.store.desk import Desk
from api.store.dialect import chunked
from api.store.obligations import ALL, CATEGORY_BITS
from api.store.scope import within
from api.store.tables import Elder, ElderMonthRow, VillageMonth, table_of

_SUMS = table_of(VillageMonth)
_LINES = table_of(ElderMonthRow)
_ELDERS = table_of(Elder)

Counts = Mapping[str, int]

UNVISITED = "unvisited"
INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Behind:
    """Which of a month's elders are asked for: those whom the count ``group`` counts, of a tier or category.

    ``group`` is a name of ``COUNTS``, or due and ``unvisited``, or due and ``incomplete``. ``elders``: the ids of
    those to whom the list is confined.
    """

    month: Month
    group: str
    tier: str | None = None
    category: str | None = None
    elders: Select[Any] | None = None


class Sums:
    """Counts added up in a table of villages' months; every query is narrowed to the actor's areas."""

    def __init__(self, desk: Desk, table: Table) -> None:
        self._desk = desk
        self._session = desk.session
        self._table = table

    async def by_village(self, month: Month, areas: Sequence[AreaCode]) -> dict[str, Counts]:
        """Village → its counts, for the villages that have any."""
        c = self._table.c
        query = select(self._table).where(c.slice == ALL, *self._of(c.village, month, areas))
        return {row.village: _counts(row) for row in (await self._session.execute(query)).all()}

    async def by_slice(self, month: Month, areas: Sequence[AreaCode], slices: Collection[str]) -> dict[str, Counts]:
        """Tier or category → its counts in the areas together."""
        c = self._table.c
        sums = [func.sum(c[name]).label(name) for name in COUNTS]
        query = select(c.slice, *sums).where(c.slice.in_(slices), *self._of(c.village, month, areas)).group_by(c.slice)
        return {row.slice: _counts(row) for row in (await self._session.execute(query)).all()}

    def _of(self, village: ColumnElement[str], month: Month, areas: Sequence[AreaCode]) -> list[ColumnElement[bool]]:
        return [
            village.table.c.month == str(month),
            within(village, areas),
            within(village, self._desk.areas),
        ]


class Rates(Sums):
    """The live sums, which stand where an elder's month is counted (A34), and the lines behind them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _SUMS)

    async def behind(
        self, wanted: Behind, areas: Sequence[AreaCode], *, after: tuple[str, UUID] | None, size: int
    ) -> list[Any]:
        """At most ``size`` elders' months in order of the village they count in, and id."""
        counted, elder_id = _LINES.c.counted_village, _LINES.c.elder_id
        query = select(_LINES).where(*self._of(counted, wanted.month, areas), *_conditions(wanted))
        if after is not None:
            query = query.where(or_(counted > after[0], and_(counted == after[0], elder_id > after[1])))
        return list((await self._session.execute(query.order_by(counted, elder_id).limit(size))).all())

    async def short_nos(self, elder_ids: Sequence[UUID]) -> dict[UUID, str]:
        """The short numbers of elders in the actor's areas."""
        found: dict[UUID, str] = {}
        for ids in chunked(elder_ids):
            query = select(_ELDERS.c.id, _ELDERS.c.short_no).where(_ELDERS.c.id.in_(ids))
            query = query.where(within(_ELDERS.c.village, self._desk.areas))
            found |= {row.id: row.short_no for row in (await self._session.execute(query)).all()}
        return found


def _counts(row: Any) -> Counts:
    return {name: int(getattr(row, name)) for name in COUNTS}


def _conditions(wanted: Behind) -> list[ColumnElement[bool]]:
    if wanted.group == UNVISITED:
        conditions = [_LINES.c.due > 0, _LINES.c.visited_home == 0]
    elif wanted.group == INCOMPLETE:
        conditions = [_LINES.c.due > 0, _LINES.c.fully_compliant == 0]
    else:
        conditions = [_LINES.c[wanted.group] > 0]
    if wanted.tier is not None:
        conditions.append(_LINES.c.tier == wanted.tier)
    if wanted.elders is not None:
        conditions.append(_LINES.c.elder_id.in_(wanted.elders))
    if wanted.category is not None:
        bit = CATEGORY_BITS[Category(wanted.category)]
        conditions.append(_LINES.c.categories.bitwise_and(bit) != 0)
    return conditions
