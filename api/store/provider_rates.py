"""Whose merit a month's obligations are, counted by the provider who was to come (rule A30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, case, column, distinct, func, or_, select, values

from api.domain.access import AreaCode
from api.domain.charges import ObligationState
from api.domain.months import Month
from api.domain.provider_rates import ProviderCounts
from api.store import tables
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import table_of

_OWED, _ASSIGNED = table_of(tables.ObligationRow), table_of(tables.Assignment)
_VISITS, _PROVIDERS = table_of(tables.Visit), table_of(tables.Provider)
_KEY = ("elder_id", "period", "tier", "ordinal")
_DUE = (ObligationState.OPEN.value, ObligationState.MET.value)


@dataclass(frozen=True, slots=True)
class ProviderRow:
    provider_id: UUID
    name: str
    counts: ProviderCounts


class ProviderRates:
    """A provider's own people see their provider's row, and no other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def of(self, month: Month, areas: Sequence[AreaCode], provider_id: UUID | None = None) -> list[ProviderRow]:
        """The counts of those to whom anybody was assigned who counts in the areas, in order of their names."""
        owed = self._assigned_on_most_days(month, areas, provider_id)
        met = owed.c.state == ObligationState.MET
        own = and_(met, _VISITS.c.provider_id == owed.c.provider_id)
        others = and_(met, _VISITS.c.provider_id.is_distinct_from(owed.c.provider_id))
        missed = and_(owed.c.state == ObligationState.OPEN, owed.c.due_on < self._desk.today)
        counts = [
            func.count().label("assigned"),
            func.count().filter(own).label("met_by_own"),
            func.count().filter(others).label("met_by_others"),
            func.count().filter(missed).label("missed"),
        ]
        query = (
            select(_PROVIDERS.c.id, _PROVIDERS.c.name, *counts)
            .select_from(owed)
            .join(_PROVIDERS, _PROVIDERS.c.id == owed.c.provider_id)
            .outerjoin(_VISITS, _VISITS.c.id == owed.c.met_by)
            .group_by(_PROVIDERS.c.id, _PROVIDERS.c.name)
            .order_by(_PROVIDERS.c.name, _PROVIDERS.c.id)
        )
        return [
            ProviderRow(row.id, row.name, ProviderCounts(row.assigned, row.met_by_own, row.met_by_others, row.missed))
            for row in await self._session.execute(query)
        ]

    def elders(self, month: Month, areas: Sequence[AreaCode], provider_id: UUID) -> Select[Any]:
        """The ids of those behind a provider's counts."""
        return select(self._assigned_on_most_days(month, areas, provider_id).c.elder_id)

    def _assigned_on_most_days(self, month: Month, areas: Sequence[AreaCode], provider_id: UUID | None) -> Subquery:
        """Each obligation that was owed, once for each provider who was to meet it.

        Hardly anybody is assigned for a part of a period; of those alone the days are counted.
        """
        o, a = _OWED.c, _ASSIGNED.c
        all_of_it = and_(a.starts_on <= o.starts_on, or_(a.ends_on.is_(None), a.ends_on >= o.ends_on))
        some_of_it = and_(a.starts_on <= o.ends_on, or_(a.ends_on.is_(None), a.ends_on >= o.starts_on))
        wanted = self._wanted(month, areas, provider_id)
        columns = [*(o[name] for name in _KEY), o.state, o.due_on, o.met_by, a.provider_id]
        joined = _OWED.join(_ASSIGNED, a.elder_id == o.elder_id)
        whole = select(*columns).select_from(joined).where(*wanted, all_of_it)
        days = _days_of(month)
        there = case((and_(a.starts_on <= days.c.day, or_(a.ends_on.is_(None), a.ends_on >= days.c.day)), days.c.day))
        partly: Select[Any] = (
            select(*columns)
            .select_from(joined.join(days, days.c.day.between(o.starts_on, o.ends_on)))
            .where(*wanted, some_of_it, ~all_of_it)
            .group_by(*columns)
            .having(2 * func.count(distinct(there)) > func.count(distinct(days.c.day)))
        )
        return whole.union(partly).subquery()

    def _wanted(self, month: Month, areas: Sequence[AreaCode], provider_id: UUID | None) -> list[ColumnElement[bool]]:
        o, actor = _OWED.c, self._desk.actor
        whose = {each for each in (provider_id, actor.provider_id if actor.confined else None) if each is not None}
        of_provider = [_ASSIGNED.c.provider_id == each for each in whose]
        return [o.month == str(month), o.state.in_(_DUE), within(o.counted_village, areas), *of_provider]


def _days_of(month: Month) -> Any:
    days = [(month.first + timedelta(days=number),) for number in range(month.days)]
    return values(column("day", Date), name="days").data(days).cte("days")
