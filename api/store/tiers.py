"""Tiers and categories as dated rows, and the frequencies a township sets for one elder.

Rows before the day of a decision are history and stand; later ones are plans and are replaced. What a plan
said stays in the file's versions.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update

from api.domain.elders import Category
from api.domain.errors import Conflict
from api.domain.policy import Frequency, Tier
from api.domain.timelines import DatedCategory, DatedTier, reason_document, reason_of
from api.store.desk import Desk
from api.store.dialect import chunked
from api.store.policies import frequency_document
from api.store.scope import within
from api.store.tables import Elder, ElderCategory, ElderTier, FrequencyOverride, table_of

_TIERS = table_of(ElderTier)
_CATEGORIES = table_of(ElderCategory)
_OVERRIDES = table_of(FrequencyOverride)
_DAY = timedelta(days=1)


class Tiers:
    """Rows only; the elder's version and history are raised by ``Elders.change`` in the same transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def of(self, elder_id: UUID) -> list[DatedTier]:
        """Every tier of an elder, in order of the day duty follows it."""
        rows = await self._all(_TIERS, [elder_id], _TIERS.c.duty_from)
        return [_dated(row) for row in rows]

    async def categories_of(self, elder_id: UUID) -> list[DatedCategory]:
        rows = await self._all(_CATEGORIES, [elder_id], _CATEGORIES.c.from_day)
        return [DatedCategory(Category(r.category), r.from_day, r.to_day, r.basis) for r in rows]

    async def plan(self, elder: Elder, from_day: date, rows: Sequence[DatedTier]) -> None:
        """Make ``rows`` the tiers from ``from_day`` on."""
        await self._session.execute(delete(_TIERS).where(_TIERS.c.elder_id == elder.id, _TIERS.c.duty_from >= from_day))
        await self.add_many([(elder.id, elder.village, row) for row in rows])

    async def add_many(self, tiers: Sequence[tuple[UUID, str, DatedTier]]) -> None:
        for part in chunked(tiers):
            await self._session.execute(insert(_TIERS).inline(), [self._tier_row(*each) for each in part])

    async def plan_categories(
        self, elder: Elder, from_day: date, stored: Sequence[DatedCategory], rows: Sequence[DatedCategory]
    ) -> None:
        """Make ``rows`` the categories from ``from_day`` on; one that held before it goes on as one row."""
        await self._session.execute(
            delete(_CATEGORIES).where(_CATEGORIES.c.elder_id == elder.id, _CATEGORIES.c.from_day >= from_day)
        )
        going_on = {row.category: row for row in rows if row.from_day == from_day}
        begun = [row for row in stored if row.from_day < from_day and row.holds_on(from_day)]
        closings = [
            {
                "k_category": row.category.value,
                "k_from": row.from_day,
                "v_to": going_on[row.category].to_day if row.category in going_on else from_day - _DAY,
            }
            for row in begun
        ]
        if closings:
            c = _CATEGORIES.c
            statement = update(_CATEGORIES).where(
                c.elder_id == elder.id,
                c.category == bindparam("k_category"),
                c.from_day == bindparam("k_from"),
            )
            await self._session.execute(statement.values(to_day=bindparam("v_to")), closings)
        held = {row.category for row in begun}
        new = [row for row in rows if row.from_day > from_day or row.category not in held]
        await self.add_categories([(elder.id, elder.village, row) for row in new])

    async def add_categories(self, categories: Sequence[tuple[UUID, str, DatedCategory]]) -> None:
        for part in chunked(categories):
            rows = [
                {
                    "elder_id": elder_id,
                    "category": row.category.value,
                    "from_day": row.from_day,
                    "to_day": row.to_day,
                    "village": village,
                    "basis": row.basis,
                }
                for elder_id, village, row in part
            ]
            await self._session.execute(insert(_CATEGORIES).inline(), rows)

    async def turning(self, first: date, last: date) -> Mapping[UUID, list[DatedTier]]:
        """Elders of the actor's area with a tier that begins within these days, and all their tiers."""
        mine = within(_TIERS.c.village, self._desk.areas)
        due = select(_TIERS.c.elder_id).where(mine, _TIERS.c.duty_from >= first, _TIERS.c.duty_from <= last)
        ids = sorted(set((await self._session.execute(due)).scalars()))
        found: defaultdict[UUID, list[DatedTier]] = defaultdict(list)
        for part in chunked(ids):
            for row in await self._all(_TIERS, part, _TIERS.c.duty_from):
                found[row.elder_id].append(_dated(row))
        return found

    async def categories_turning(self, first: date, last: date) -> list[UUID]:
        """Elders of the actor's area of whom a category begins or no longer holds within these days."""
        c = _CATEGORIES.c
        turns = c.from_day.between(first, last) | c.to_day.between(first - _DAY, last - _DAY)
        query = select(c.elder_id).where(within(c.village, self._desk.areas), turns).distinct()
        return sorted((await self._session.execute(query)).scalars())

    # --- overrides ------------------------------------------------------------------------------------

    async def override(
        self, elder: Elder, from_day: date, until: date | None, frequency: Frequency | None, reason: str
    ) -> None:
        """The elder's own frequency from a day on; without one the tier's own holds again.

        The one that runs ends the day before. Raises Conflict ``override_overlaps`` when one begins on or
        after that day.
        """
        c = _OVERRIDES.c
        mine = c.elder_id == elder.id
        later = select(func.count()).select_from(_OVERRIDES).where(mine, c.from_day >= from_day)
        if (await self._session.execute(later)).scalar_one():
            raise Conflict("override_overlaps")
        running = update(_OVERRIDES).where(mine, c.until.is_(None) | (c.until >= from_day))
        await self._session.execute(running.values(until=from_day - _DAY))
        if frequency is None:
            return
        override_id = self._desk.new_id()
        row = {
            "id": override_id,
            "elder_id": elder.id,
            "village": elder.village,
            "from_day": from_day,
            "until": until,
            "frequency": frequency_document(frequency),
            "reason": self._desk.sealer.seal("frequency_overrides.reason", override_id, reason.encode()),
            "decided_by": self._desk.actor.id,
        }
        await self._session.execute(insert(_OVERRIDES).inline(), [row])

    # --- rows -----------------------------------------------------------------------------------------

    async def _all(self, table: Any, ids: Sequence[UUID], order: Any) -> list[Any]:
        visible = within(table.c.village, self._desk.areas)
        query = select(table).where(table.c.elder_id.in_(ids), visible).order_by(order)
        return list(await self._session.execute(query))

    def _tier_row(self, elder_id: UUID, village: str, row: DatedTier) -> dict[str, Any]:
        return {
            "id": self._desk.new_id(),
            "elder_id": elder_id,
            "village": village,
            "tier": row.tier.value if row.tier else None,
            "provisional": row.provisional,
            "valid_from": row.valid_from,
            "duty_from": row.duty_from,
            "basis": row.basis,
            "reasons": [reason_document(reason) for reason in row.reasons],
            "decided_by": self._desk.actor.id,
            "decided_at": self._desk.now,
        }


def _dated(row: Any) -> DatedTier:
    return DatedTier(
        row.duty_from,
        row.valid_from,
        Tier(row.tier) if row.tier else None,
        row.provisional,
        row.basis,
        tuple(map(reason_of, row.reasons)),
    )
