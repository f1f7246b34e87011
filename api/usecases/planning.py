"""Planning: every elder of a village is judged for a month before its figures are read.

Run ahead by the worker for this month and the next, and by whoever reads a month that nobody has planned
yet. Idempotent; a month is noted as planned after the last of a village's elders was judged.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from api.domain.access import Actor
from api.domain.errors import Fault, Refused
from api.domain.months import Month
from api.store import Registers, Store, Trace
from api.store.plans import Resident
from api.usecases.rejudging import rejudge

TOGETHER = 1000  # elders in one transaction
_DISTRICT = 6

Progress = Callable[[int, int], None]  # village-months done, in all


@dataclass(frozen=True, slots=True)
class Figures:
    """The door for readers of figures: opened after the month was planned in the actor's areas."""

    store: Store
    actor: Actor
    trace: Trace

    @asynccontextmanager
    async def of(self, month: Month, *, writes: bool = False) -> AsyncIterator[Registers]:
        """Raises Refused ``month_too_far_ahead`` for a month after the next."""
        try:
            async with self.store.opened(self.actor, self.trace, writes=writes) as registers:
                if month > Month.of(registers.today).next():
                    raise Refused([Fault("month_too_far_ahead", "/query/month")])
                if unplanned := await unplanned_villages(registers.at_work(), month):
                    raise _Unplanned(unplanned)
                yield registers
                return
        except _Unplanned as found:
            villages = found.villages
        await plan(self.store, villages, month)
        async with self.store.opened(self.actor, self.trace, writes=writes) as registers:
            yield registers


class _Unplanned(Exception):
    """Leaves a read that came too early, so that nothing is written while it is open."""

    def __init__(self, villages: Sequence[str]) -> None:
        super().__init__()
        self.villages = villages


async def unplanned_villages(registers: Registers, month: Month) -> list[str]:
    """The villages of the actor's areas whose month waits to be planned; none before tracking starts."""
    missing = await registers.plans.missing(month)
    books = await registers.places.books_for(missing)
    return [village for village in missing if books[village].begins_on <= month.last]


async def plan(store: Store, villages: Sequence[str], month: Month) -> None:
    """Judge the month of everybody who lives in these villages of one district."""
    waiting = sorted(villages)
    after: Resident | None = None
    while waiting:
        async with store.opened(_planner(waiting), _trace(), writes=True) as registers:
            people = await registers.plans.residents(waiting, after=after, size=TOGETHER)
            await rejudge(registers, [elder_id for _, elder_id in people], [month])
            after = people[-1] if len(people) == TOGETHER else None
            finished = [village for village in waiting if after is None or village < after[0]]
            await registers.plans.note(finished, month)
        waiting = waiting[len(finished) :]


async def plan_ahead(store: Store, district: str, today: date) -> int:
    """Plan this month and the next wherever that was not done; the number of village-months planned."""
    planned = 0
    for month in (Month.of(today), Month.of(today).next()):
        async with store.opened(_planner([district]), _trace(), writes=False) as registers:
            villages = await unplanned_villages(registers, month)
        await plan(store, villages, month)
        planned += len(villages)
    return planned


async def rebuild(store: Store, district: str, progress: Progress | None = None) -> int:
    """Judge every planned month of a district anew and add up its sums; the number of village-months.

    Run it while nobody writes.
    """
    async with store.opened(_planner([district]), _trace(), writes=False) as registers:
        noted = await registers.plans.noted()
    done = 0
    for month, group in groupby(noted, key=itemgetter(0)):
        villages = [village for _, village in group]
        await plan(store, villages, month)
        async with store.opened(_planner([district]), _trace(), writes=True) as registers:
            await registers.obligations.sum_again(month)
        done += len(villages)
        if progress is not None:
            progress(done, len(noted))
    async with store.opened(_planner([district]), _trace(), writes=True) as registers:
        await registers.obligations.count_due_again()
    return done


def _planner(villages: Sequence[str]) -> Actor:
    return Actor.system(villages[0][:_DISTRICT], "plan the month")


def _trace() -> Trace:
    return Trace(operation="plan", request_id="planning", source="service")
