"""Closed months: the figures as they were frozen, and every change of an elder's counts since (rule A14)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from api.domain.access import AreaCode
from api.domain.closings import shifts
from api.domain.months import Month
from api.store.desk import Desk
from api.store.dialect import chunked, one_at_a_time
from api.store.history import Change, History
from api.store.rates import Sums
from api.store.scope import within
from api.store.tables import FrozenMonth, MonthClosing, Restatement, VillageMonth, table_of

_CLOSINGS, _FROZEN, _LIVE = table_of(MonthClosing), table_of(FrozenMonth), table_of(VillageMonth)
_CHANGES = table_of(Restatement)
_DISTRICT = 6

Line = tuple[UUID, str]  # elder, month


class Closings:
    """A month is closed for a whole district; everybody in it reads that, and the own area's figures."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    @property
    def frozen(self) -> Sums:
        """The sums as they stood when their month was closed."""
        return Sums(self._desk, _FROZEN)

    @property
    def district(self) -> AreaCode:
        return self._desk.district

    async def all(self) -> dict[str, Any]:
        """Month → its closing, of the actor's district."""
        rows = await self._session.execute(select(_CLOSINGS).where(_CLOSINGS.c.area == self.district))
        return {row.month: row for row in rows}

    async def get(self, month: Month) -> Any | None:
        query = select(_CLOSINGS).where(_CLOSINGS.c.area == self.district, _CLOSINGS.c.month == str(month))
        return (await self._session.execute(query)).one_or_none()

    async def closed_at(self, months: Collection[Month]) -> dict[Month, datetime]:
        """When each of these months was closed; no question to the database about the running one."""
        ended = [str(month) for month in months if month < Month.of(self._desk.today)]
        if not ended:
            return {}
        query = select(_CLOSINGS).where(_CLOSINGS.c.area == self.district, _CLOSINGS.c.month.in_(ended))
        return {Month.parse(row.month): row.closed_at for row in await self._session.execute(query)}

    async def locked(self, month: Month) -> Any | None:
        """The closing, if there is one; until the transaction ends nobody closes the month or changes it."""
        await self._hold([(self.district, str(month))], shared=False)
        return await self.get(month)

    async def close(self, month: Month, policy_versions: Sequence[str]) -> Any:
        """Freeze the sums of a month that is ``locked`` and not closed."""
        closing_id = self._desk.new_id()
        written = await self._session.execute(
            insert(_CLOSINGS)
            .values(
                id=closing_id,
                area=self.district,
                month=str(month),
                closed_at=self._desk.now,
                closed_by=self._desk.actor.id,
                policy_versions=list(policy_versions),
            )
            .returning(*_CLOSINGS.c)
        )
        closing = written.one()
        columns = [column.name for column in _FROZEN.c]
        sums = select(*(_LIVE.c[name] for name in columns))
        sums = sums.where(_LIVE.c.month == str(month), within(_LIVE.c.village, [self.district]))
        await self._session.execute(insert(_FROZEN).from_select(columns, sums))
        closed = {"month": (None, str(month))}
        await History(self._desk).record([Change("month_closing", closing_id, self.district, 1, "close", closed)])
        return closing

    async def restate(self, before: Mapping[Line, Any], after: Mapping[Line, Mapping[str, Any]]) -> None:
        """Note what a judgement changes in the counts of months that are closed already.

        Whoever changes a past month keeps it from being closed until the transaction ends, so that every
        change is either in the frozen sums or noted here.
        """
        changes = list(self._changes(before, after))
        if not changes:
            return
        touched = {(change["village"][:_DISTRICT], change["month"]) for change in changes}
        await self._hold(sorted(touched), shared=True)
        closed = await self._closed_among({month for _, month in touched})
        rows = [change for change in changes if (change["village"][:_DISTRICT], change["month"]) in closed]
        for part in chunked(rows, 500):
            await self._session.execute(insert(_CHANGES).inline(), list(part))

    async def changes(self, month: Month, areas: Sequence[AreaCode], *, after: UUID | None, size: int) -> list[Any]:
        """At most ``size`` changes since the month was closed, in the order they were made."""
        c = _CHANGES.c
        query = select(_CHANGES).where(c.month == str(month), within(c.village, areas))
        query = query.where(within(c.village, self._desk.areas))
        if after is not None:
            query = query.where(c.id > after)
        return list(await self._session.execute(query.order_by(c.id).limit(size)))

    def _changes(self, before: Mapping[Line, Any], after: Mapping[Line, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        this = str(Month.of(self._desk.today))
        for line in sorted(before.keys() | after.keys()):
            elder_id, month = line
            if month >= this:
                continue
            was = before[line]._asdict() if line in before else None
            for shift in shifts(was, after.get(line)):
                village, tier = shift.cell
                yield {
                    "id": self._desk.new_id(),
                    "month": month,
                    "village": village,
                    "elder_id": elder_id,
                    "tier": tier,
                    "at": self._desk.now,
                    "actor_id": self._desk.actor.id,
                    "operation": self._desk.trace.operation,
                    "difference": dict(shift.difference),
                }

    async def _closed_among(self, months: Collection[str]) -> set[tuple[str, str]]:
        rows = await self._session.execute(
            select(_CLOSINGS.c.area, _CLOSINGS.c.month).where(_CLOSINGS.c.month.in_(sorted(months)))
        )
        return {(row.area, row.month) for row in rows}

    async def _hold(self, months: Iterable[tuple[str, str]], *, shared: bool) -> None:
        for area, month in months:
            key = self._desk.sealer.index("closing", f"{area}|{month}")
            await one_at_a_time(self._session, key, shared=shared)
