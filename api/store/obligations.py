"""The stored judgements: obligations, elders' months, villages' months, and the tasks judged with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, literal, select, true, tuple_

from api.domain.access import AreaCode
from api.domain.charges import ObligationState
from api.domain.elder_months import COUNTS
from api.domain.elders import Category
from api.domain.months import Month
from api.domain.policy import Tier
from api.domain.standings import ObligationStanding
from api.store import tables
from api.store.changes import altered, inserted, update_rows, write
from api.store.desk import Desk
from api.store.dialect import among_bound
from api.store.due_counts import Due, count_again, shift
from api.store.scope import within
from api.store.tables import table_of
from api.store.tasks import UNDONE
from api.store.together import ask, by_elder

_KEY = ("elder_id", "period", "tier", "ordinal")
_STATE = ("due_on", "state", "pending", "met_by", "met_on", "counted_village")
CATEGORY_BITS = {category: 1 << index for index, category in enumerate(Category)}
ALL = "all"

Key = tuple[Any, ...]  # of an obligation
Line = tuple[UUID, str]  # elder, month
Row = Mapping[str, Any]


_OWED, _LINES = table_of(tables.ObligationRow), table_of(tables.ElderMonthRow)
_SUMS, _ELDERS = table_of(tables.VillageMonth), table_of(tables.Elder)
_LINE = tuple(column.name for column in _LINES.c if column.name not in ("elder_id", "month"))
_CATEGORIES = table_of(tables.ElderCategory)
BEFORE = (
    *(
        select(each).where(among_bound(each.c.elder_id, "ids"), among_bound(each.c.month, "months"))
        for each in (_OWED, _LINES)
    ),
    select(_CATEGORIES.c.elder_id, _CATEGORIES.c.category, _CATEGORIES.c.from_day, _CATEGORIES.c.to_day).where(
        among_bound(_CATEGORIES.c.elder_id, "ids")
    ),
)
_OPEN_ENDS = select(_OWED.c.elder_id, _OWED.c.due_on).where(
    among_bound(_OWED.c.elder_id, "ids"), _OWED.c.state == ObligationState.OPEN.value
)
_SEEN = select(
    _ELDERS.c.id,
    _ELDERS.c.village,
    _ELDERS.c.tier,
    _ELDERS.c.due_on,
    _ELDERS.c.away,
    _ELDERS.c.last_seen_on,
    select(func.max(_LINES.c.last_seen_on)).where(_LINES.c.elder_id == _ELDERS.c.id).scalar_subquery().label("seen_on"),
).where(among_bound(_ELDERS.c.id, "ids"))


def bits_of(categories: Iterable[Category | str]) -> int:
    """Categories as one number, a bit each in the order of ``Category``."""
    return sum(CATEGORY_BITS[Category(category)] for category in set(categories))


def slices_of(tier: str | None, bits: int) -> list[str]:
    """The sums that an elder's month goes into: all, its tier, each of its categories (A12)."""
    categories = [category.value for category, bit in CATEGORY_BITS.items() if bits & bit]
    return [ALL, *([tier] if tier else []), *categories]


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored for some elders and months before a judgement replaces it."""

    obligations: Mapping[tuple[UUID, str], Mapping[tuple[Any, ...], Any]]  # (elder, month) → key → row
    months: Mapping[tuple[UUID, str], Any]
    categories: Mapping[UUID, Sequence[Any]]  # dated; an elder without any has an empty one

    def categories_in(self, elder_id: UUID, month: Month) -> int:
        """The elder's categories of a month, as bits."""
        return bits_of(
            row.category
            for row in self.categories[elder_id]
            if row.from_day <= month.last and month.first <= (row.to_day or date.max)
        )


def stored_from(owed: Iterable[Any], lines: Iterable[Any], categories: Iterable[Any]) -> Stored:
    """From the answers to ``BEFORE``."""
    obligations: defaultdict[Line, dict[Key, Any]] = defaultdict(dict)
    for row in owed:
        obligations[row.elder_id, row.month][tuple(getattr(row, name) for name in _KEY)] = row
    return Stored(obligations, {(row.elder_id, row.month): row for row in lines}, by_elder(categories))


@dataclass(frozen=True, slots=True)
class Waiting:
    """``due`` and ``last_seen_on``: as the elder's row has them. ``seen_on``: the last visit in the sense of the
    frequency. ``open_ends``: the due days of every period that is owed and unmet, and of visits besides."""

    due: Due
    last_seen_on: date | None
    seen_on: date | None
    open_ends: Sequence[date]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which obligations to list; every condition that is given must hold."""

    month: Month | None = None
    standing: ObligationStanding | None = None
    elder_id: UUID | None = None


class Obligations:
    """Rows are written by ``rejudge`` only; everybody else reads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def stored(self, elder_ids: Sequence[UUID], months: Sequence[str]) -> Stored:
        """What is stored for these elders' months."""
        return stored_from(*await ask(self._session, BEFORE, {"ids": elder_ids, "months": months}))

    async def replace(self, before: Stored, owed: Mapping[Key, Row], lines: Mapping[Line, Row]) -> None:
        """Write only what differs, and carry the difference into the villages' sums, sorted by key."""
        stood = {key: row for rows in before.obligations.values() for key, row in rows.items()}
        await self._remove(stood.keys() - owed.keys(), before.months.keys() - lines.keys())
        new = [row for key, row in owed.items() if key not in stood]
        changed = [row for key, row in owed.items() if key in stood and _differs(stood[key], row)]
        written = [row for key, row in lines.items() if key not in before.months or _differs(before.months[key], row)]
        sums = _sums(before.months.values(), lines.values())
        await write(
            self._session,
            inserted(_OWED, new),
            altered(_OWED, _KEY, [{name: row[name] for name in (*_KEY, *_STATE)} for row in changed]),
            inserted(_LINES, written, conflict=["elder_id", "month"], replace=_LINE),
            inserted(_SUMS, sums, conflict=["month", "village", "slice"], add=COUNTS),
        )

    async def _remove(self, owed: Collection[Key], lines: Collection[Line]) -> None:
        if owed:
            of_key = [_OWED.c[name] == bindparam(f"k_{name}") for name in _KEY]
            await self._session.execute(delete(_OWED).where(*of_key), [_keyed(key) for key in owed])
        if lines:
            of_line = (_LINES.c.elder_id == bindparam("k_elder"), _LINES.c.month == bindparam("k_month"))
            gone = [{"k_elder": elder_id, "k_month": month} for elder_id, month in lines]
            await self._session.execute(delete(_LINES).where(*of_line), gone)

    async def sum_again(self, month: Month) -> None:
        """Make the month's sums in the actor's areas what the elders' months add up to."""
        lines, sums = _LINES, _SUMS
        slices = {ALL: true(), **{tier.value: lines.c.tier == tier.value for tier in Tier}}
        slices |= {c.value: lines.c.categories.bitwise_and(bit) != 0 for c, bit in CATEGORY_BITS.items()}
        of_month = [sums.c.month == str(month), within(sums.c.village, self._desk.areas)]
        await self._session.execute(delete(sums).where(*of_month))
        for part, belongs in slices.items():
            added = [func.sum(lines.c[name]) for name in COUNTS]
            query = (
                select(lines.c.month, lines.c.counted_village, literal(part), *added)
                .where(lines.c.month == str(month), within(lines.c.counted_village, self._desk.areas), belongs)
                .group_by(lines.c.month, lines.c.counted_village)
            )
            columns = ["month", "village", "slice", *COUNTS]
            await self._session.execute(sums.insert().from_select(columns, query))

    async def count_due_again(self) -> None:
        """Make the counts of due days in the actor's areas what the elders' rows add up to."""
        await count_again(self._session, self._desk.areas)

    async def waiting(self, elder_ids: Sequence[UUID]) -> Mapping[UUID, Waiting]:
        """What each elder's row says of the next visit, and what the judgements say now."""
        people, owed, tasks = await ask(self._session, (_SEEN, _OPEN_ENDS, UNDONE), {"ids": elder_ids})
        ends = by_elder([*owed, *tasks])
        return {
            row.id: Waiting(
                Due(row.village, row.tier, row.due_on, row.away),
                row.last_seen_on,
                row.seen_on,
                [each.due_on for each in ends[row.id]],
            )
            for row in people
        }

    async def set_due(self, rows: Sequence[tuple[UUID, Waiting, Due]]) -> None:
        """What each elder's row says becomes what the judgements say, and the counts of due days with it."""
        written = [
            {"id": elder_id, "due_on": due.due_on, "away": due.away, "last_seen_on": waiting.seen_on}
            for elder_id, waiting, due in rows
        ]
        for _, waiting, due in rows:
            shift(self._desk.due_shifts, waiting.due, due)
        await update_rows(self._session, _ELDERS, ["id"], written)

    async def page(
        self, wanted: Wanted, areas: Sequence[AreaCode], *, after: Sequence[Any] | None, size: int
    ) -> list[Any]:
        """At most ``size`` obligations of elders who live, or are counted, in the areas; in order of key.

        ``after``: the key (elder, period, tier, ordinal) behind which to go on.
        """
        table = _OWED
        key = [table.c[name] for name in _KEY]
        query = select(table).where(
            *(
                within(table.c.village, reach) | within(table.c.counted_village, reach)
                for reach in (areas, self._desk.areas)
            )
        )
        if wanted.month is not None:
            query = query.where(table.c.month == str(wanted.month))
        if wanted.elder_id is not None:
            query = query.where(table.c.elder_id == wanted.elder_id)
        if wanted.standing is not None:
            query = query.where(*_stands(table, wanted.standing, self._desk.today))
        if after is not None:
            query = query.where(tuple_(*key) > tuple(after))
        return list((await self._session.execute(query.order_by(*key).limit(size))).all())


def _sums(before: Iterable[Any], after: Iterable[Row]) -> list[dict[str, Any]]:
    """By how much the villages' months change."""
    deltas: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    for row in before:
        _add(deltas, row._asdict(), -1)
    for values in after:
        _add(deltas, values, 1)
    return [
        {"month": month, "village": village, "slice": part, **dict(zip(COUNTS, counts, strict=True))}
        for (month, village, part), counts in sorted(deltas.items())
        if any(counts)
    ]


def _stands(table: Table, standing: ObligationStanding, today: date) -> list[Any]:
    """The twin of ``standing_on``."""
    match standing:
        case ObligationStanding.MISSED:
            return [table.c.state == ObligationState.OPEN.value, table.c.due_on < today]
        case ObligationStanding.OPEN:
            return [table.c.state == ObligationState.OPEN.value, table.c.due_on >= today]
    return [table.c.state == standing.value]


def _add(deltas: dict[tuple[str, str, str], list[int]], line: Mapping[str, Any], sign: int) -> None:
    for part in slices_of(line["tier"], line["categories"]):
        sums = deltas[line["month"], line["counted_village"], part]
        for index, name in enumerate(COUNTS):
            sums[index] += sign * line[name]


def _differs(row: Any, values: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _keyed(key: tuple[Any, ...]) -> dict[str, Any]:
    return {f"k_{name}": value for name, value in zip(_KEY, key, strict=True)}
