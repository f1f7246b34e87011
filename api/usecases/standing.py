"""What every command on an elder's duty has in common: state today, months to judge, tasks, the answer."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from api.domain.absences import LIVE
from api.domain.elders import ElderState
from api.domain.errors import Fault, Refused
from api.domain.months import Month
from api.domain.open_items import DutyTask
from api.store import Registers
from api.store.dialect import chunked
from api.store.tables import Elder
from api.store.tasks import NewTask
from api.usecases.rejudging import months_from, rejudge

_TOGETHER = 1000


async def state_today(registers: Registers, elder_id: UUID) -> ElderState:
    """Suspended while a suspension covers today, confirmed otherwise: of an elder on duty."""
    covered = any(
        row.state in LIVE and row.starts_on <= registers.today <= row.ends_on
        for row in await registers.stints.suspensions(elder_id)
    )
    return ElderState.SUSPENDED if covered else ElderState.CONFIRMED


async def rejudge_from(registers: Registers, elder: Elder, day: date) -> None:
    """Judge the elder's months from the day of a change; one after the next is judged when it is planned."""
    since, today = await judged_from(registers, elder.village, day), registers.today
    if Month.of(since) <= Month.of(today).next():
        await rejudge(registers, [elder.id], months_from(since, today))


async def rejudge_many_from(registers: Registers, changed: Iterable[tuple[UUID, str, date]]) -> None:
    """The same for many: elder, village, day of the change.

    By the month it begins in, so that those it touches late are not judged for the years before.
    """
    began = [(await judged_from(registers, village, day), elder_id) for elder_id, village, day in changed]
    upcoming = Month.of(registers.today).next()
    due = sorted((day, elder_id) for day, elder_id in began if Month.of(day) <= upcoming)
    for part in chunked(due, _TOGETHER):
        await rejudge(registers, [elder_id for _, elder_id in part], months_from(part[0][0], registers.today))


async def judged_from(registers: Registers, village: str, day: date) -> date:
    """The first day from ``day`` on when something can be owed: not before tracking, or the plan, began."""
    book = await registers.places.book_for(village)
    return max(day, book.tracking_starts_on or min(policy.valid_from for policy in book.versions))


def new_task(
    elder: Elder,
    kind: DutyTask,
    starts_on: date,
    due_on: date,
    *,
    key: str | None = None,
    note: str | None = None,
) -> NewTask:
    """A task about an elder, by default one of its kind and first day."""
    return NewTask(elder.id, elder.village, kind.value, key or starts_on.isoformat(), starts_on, due_on, note=note)


def refuse(faults: Iterable[Fault]) -> None:
    """Raises Refused with every fault there is."""
    if found := tuple(faults):
        raise Refused(found)
