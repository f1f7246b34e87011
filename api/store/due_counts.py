"""How many elders are due on which day, township by township: what the worklist's summary adds up.

An elder counts once for all days, and once less for the days he is known to be away, so that no count goes stale
because time passes. What changes meanwhile is carried to the end of the transaction and written in order of key: of
two writers in one township neither waits for the other while it has work to do.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.access import AreaCode
from api.domain.divisions import Level, unpad
from api.domain.worklist import ALWAYS, Away
from api.store.changes import insert_rows
from api.store.scope import within
from api.store.tables import DueCount, Elder, table_of

_COUNTS, _ELDERS = table_of(DueCount), table_of(Elder)
_KEY = ("township", "tier", "due_on", "from_day", "to_day")

Cell = tuple[str, str, date, date, date]  # the key of a count
Shifts = Counter[Cell]
DueDay = tuple[str | None, date, int]  # tier, due day, elders


@dataclass(frozen=True, slots=True)
class Due:
    """What the counts know of an elder: columns of his row."""

    village: str
    tier: str | None
    due_on: date | None
    away: Away

    @property
    def cells(self) -> Iterator[tuple[Cell, int]]:
        """Where the elder is counted, and where he is not; nobody is of whom no visit is asked."""
        if self.tier is None or self.due_on is None:
            return
        township = unpad(self.village, Level.TOWNSHIP)
        yield (township, self.tier, self.due_on, *ALWAYS), 1
        for first, last in self.away:
            yield (township, self.tier, self.due_on, date.fromisoformat(first), date.fromisoformat(last)), -1


def shift(shifts: Shifts, before: Due, after: Due) -> None:
    """Note what an elder's change does to the counts."""
    for cell, number in before.cells:
        shifts[cell] -= number
    for cell, number in after.cells:
        shifts[cell] += number


async def write_shifts(session: AsyncSession, shifts: Shifts) -> None:
    """Carry into the counts what the transaction changed; its last statement but for its traces."""
    changed = sorted((cell, number) for cell, number in shifts.items() if number)
    rows = [{**dict(zip(_KEY, cell, strict=True)), "elders": number} for cell, number in changed]
    if rows:
        await insert_rows(session, _COUNTS, rows, conflict=_KEY, add=["elders"])


async def due_counts(session: AsyncSession, areas: Sequence[AreaCode], day: date, until: date) -> list[DueDay]:
    """Tier, due day, and how many elders of whole townships or districts stand there on a day, due by ``until``."""
    c = _COUNTS.c
    query = (
        select(c.tier, c.due_on, func.sum(c.elders))
        .where(within(c.township, areas), c.due_on <= until, c.from_day <= day, c.to_day >= day)
        .group_by(c.tier, c.due_on)
    )
    return [(tier, due_on, int(elders)) for tier, due_on, elders in await session.execute(query)]


async def count_again(session: AsyncSession, areas: Sequence[AreaCode]) -> None:
    """Make the counts of the areas' townships what their elders add up to."""
    columns = _ELDERS.c.village, _ELDERS.c.tier, _ELDERS.c.due_on, _ELDERS.c.away
    query = select(*columns).where(within(_ELDERS.c.village, areas), _ELDERS.c.due_on.is_not(None))
    shifts: Shifts = Counter()
    async for row in await session.stream(query):
        for cell, number in Due(*row).cells:
            shifts[cell] += number
    await session.execute(delete(_COUNTS).where(within(_COUNTS.c.township, areas)))
    await write_shifts(session, shifts)
