"""The stored judgements: obligations, elders' months, villages' months, and the tasks judged with them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, literal, select, true, tuple_, update

from api.domain.access import AreaCode
from api.domain.charges import ObligationState
from api.domain.elder_months import COUNTS
from api.domain.elders import Category
from api.domain.months import Month
from api.domain.policy import Tier
from api.domain.standings import ObligationStanding
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import chunked, insert_into
from api.store.scope import within
from api.store.tables import table_of

_KEY = ("elder_id", "period", "tier", "ordinal")
_STATE = ("due_on", "state", "pending", "met_by", "met_on", "counted_village")
CATEGORY_BITS = {category: 1 << index for index, category in enumerate(Category)}
ALL = "all"


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
        obligations: defaultdict[tuple[UUID, str], dict[tuple[Any, ...], Any]] = defaultdict(dict)
        elder_months: dict[tuple[UUID, str], Any] = {}
        owed, lines = table_of(tables.ObligationRow), table_of(tables.ElderMonthRow)
        for ids in chunked(elder_ids):
            for row in await self._rows(owed, ids, months):
                obligations[row.elder_id, row.month][tuple(getattr(row, name) for name in _KEY)] = row
            for row in await self._rows(lines, ids, months):
                elder_months[row.elder_id, row.month] = row
        return Stored(obligations, elder_months)

    async def replace_obligations(
        self, before: Mapping[tuple[Any, ...], Any], after: Mapping[tuple[Any, ...], Mapping[str, Any]]
    ) -> None:
        """Write only what differs."""
        table = table_of(tables.ObligationRow)
        of_key = [table.c[name] == bindparam(f"k_{name}") for name in _KEY]
        gone = [key for key in before if key not in after]
        new = [values for key, values in after.items() if key not in before]
        changed = [values for key, values in after.items() if key in before and _differs(before[key], values)]
        if gone:
            await self._session.execute(delete(table).where(*of_key), [_keyed(key) for key in gone])
        if new:
            await self._session.execute(table.insert(), new)
        if changed:
            values: dict[str, Any] = {name: bindparam(f"v_{name}") for name in _STATE}
            rows = [_keyed(tuple(v[n] for n in _KEY)) | {f"v_{name}": v[name] for name in _STATE} for v in changed]
            await self._session.execute(update(table).where(*of_key).values(values), rows)

    async def replace_months(
        self, before: Mapping[tuple[UUID, str], Any], after: Mapping[tuple[UUID, str], Mapping[str, Any]]
    ) -> None:
        """Write what differs, and carry the difference into the villages' sums, sorted by key, last of all."""
        table = table_of(tables.ElderMonthRow)
        gone = [{"k_elder": elder, "k_month": month} for elder, month in before if (elder, month) not in after]
        written = [values for key, values in after.items() if key not in before or _differs(before[key], values)]
        if gone:
            of_key = (table.c.elder_id == bindparam("k_elder"), table.c.month == bindparam("k_month"))
            await self._session.execute(delete(table).where(*of_key), gone)
        if written:
            statement = insert_into(self._session, table)
            fresh = {c.name: statement.excluded[c.name] for c in table.c if c.name not in ("elder_id", "month")}
            statement = statement.on_conflict_do_update(index_elements=["elder_id", "month"], set_=fresh)
            await self._session.execute(statement, written)
        await self._carry(before.values(), after.values())

    async def sum_again(self, month: Month) -> None:
        """Make the month's sums in the actor's areas what the elders' months add up to."""
        lines, sums = table_of(tables.ElderMonthRow), table_of(tables.VillageMonth)
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

    async def last_seen(self, elder_ids: Sequence[UUID]) -> Mapping[UUID, date]:
        """The last day on which each was visited in the sense of the frequency."""
        table = table_of(tables.ElderMonthRow)
        found: dict[UUID, date] = {}
        for ids in chunked(elder_ids):
            query = (
                select(table.c.elder_id, func.max(table.c.last_seen_on))
                .where(table.c.elder_id.in_(ids), table.c.last_seen_on.is_not(None))
                .group_by(table.c.elder_id)
            )
            found.update({row[0]: row[1] for row in (await self._session.execute(query)).all()})
        return found

    async def open_ends(self, elder_ids: Sequence[UUID]) -> Mapping[UUID, list[date]]:
        """The due days of every period that is owed and unmet."""
        table = table_of(tables.ObligationRow)
        found: defaultdict[UUID, list[date]] = defaultdict(list)
        for ids in chunked(elder_ids):
            query = select(table.c.elder_id, table.c.due_on).where(table.c.elder_id.in_(ids), table.c.state == "open")
            for elder_id, due_on in (await self._session.execute(query)).all():
                found[elder_id].append(due_on)
        return found

    async def set_due(self, rows: Sequence[tuple[UUID, date | None, date | None]]) -> None:
        """Elder, due day, last day seen; only where they differ from what is stored."""
        table = table_of(tables.Elder)
        stored: dict[UUID, tuple[date | None, date | None]] = {}
        for ids in chunked([row[0] for row in rows]):
            query = select(table.c.id, table.c.due_on, table.c.last_seen_on).where(table.c.id.in_(ids))
            stored.update({r.id: (r.due_on, r.last_seen_on) for r in (await self._session.execute(query)).all()})
        changed = [
            {"k_id": elder_id, "v_due": due, "v_seen": seen}
            for elder_id, due, seen in rows
            if stored.get(elder_id) != (due, seen)
        ]
        if changed:
            statement = update(table).where(table.c.id == bindparam("k_id"))
            statement = statement.values(due_on=bindparam("v_due"), last_seen_on=bindparam("v_seen"))
            await self._session.execute(statement, changed)

    async def page(
        self, wanted: Wanted, areas: Sequence[AreaCode], *, after: Sequence[Any] | None, size: int
    ) -> list[Any]:
        """At most ``size`` obligations of elders who live, or are counted, in the areas; in order of key.

        ``after``: the key (elder, period, tier, ordinal) behind which to go on.
        """
        table = table_of(tables.ObligationRow)
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

    async def _rows(self, table: Table, ids: Sequence[UUID], months: Sequence[str]) -> Sequence[Any]:
        query = select(table).where(table.c.elder_id.in_(ids), table.c.month.in_(months))
        return (await self._session.execute(query)).all()

    async def _carry(self, before: Iterable[Any], after: Iterable[Mapping[str, Any]]) -> None:
        deltas: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * len(COUNTS))
        for row in before:
            _add(deltas, row._mapping, -1)
        for values in after:
            _add(deltas, values, 1)
        rows = [
            {"month": month, "village": village, "slice": part, **dict(zip(COUNTS, counts, strict=True))}
            for (month, village, part), counts in sorted(deltas.items())
            if any(counts)
        ]
        if not rows:
            return
        table = table_of(tables.VillageMonth)
        statement = insert_into(self._session, table)
        summed = {name: table.c[name] + statement.excluded[name] for name in COUNTS}
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["month", "village", "slice"], set_=summed), rows
        )


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
