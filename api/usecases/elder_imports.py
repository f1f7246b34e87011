"""Rolls of elders in (台账导入), as drafts or as confirmed (plan 三(三); rules A20, A24, A25, A36)."""

from collections.abc import Callable, Sequence
from uuid import UUID

from api.domain.access import AreaCode, Permission, contains
from api.domain.errors import Fault, NotFound, Refused, WrongState
from api.domain.imports import FileKind, ImportState, RowReport
from api.domain.months import Month, months_between
from api.store import Registers
from api.store.tables import Elder
from api.usecases.imports import (
    Imported,
    Importing,
    Order,
    Reading,
    Setting,
    Upload,
    Way,
    begun,
    import_file,
    parts_of,
    patiently,
    refused_with_the_rest,
)
from api.usecases.planning import plan, unplanned_villages
from api.usecases.roll_news import RollLine
from api.usecases.roll_rows import take_rows


async def import_roll(
    importing: Importing, order: Order, read: Callable[[Upload, Setting], Reading[RollLine]]
) -> Imported:
    """Take a roll in. Raises Forbidden for whoever may not confirm elders, or start tracking, as asked."""
    if order.confirmed:
        importing.actor.acting(Permission.ELDER_CONFIRM)
    _tracked(importing, order)
    return await import_file(importing, order, Way(read, _take))


async def _take(importing: Importing, order: Order, rows: Sequence[RollLine]) -> Sequence[RowReport]:
    if order.together:
        return await _take_together(importing, order, rows)
    if order.tracking_starts_on and not order.rehearsal:
        async with importing.store.opened(importing.actor, importing.trace_of_part(), writes=True) as registers:
            await _track(registers, importing, order)
        await _plan(importing, order)
    items: list[RowReport] = []
    for part in parts_of(rows):
        items += await _take_part(importing, order, part)
        await importing.advance(len(rows), len(items))
    return items


async def _take_part(importing: Importing, order: Order, rows: Sequence[RollLine]) -> Sequence[RowReport]:
    async def work(registers: Registers) -> Sequence[RowReport]:
        return await take_rows(registers, rows, confirmed=order.confirmed)

    taken = await patiently(lambda: importing.apart(order, work))
    if taken is not None:
        return taken
    items = [begun(row) for row in rows]
    for item in items:
        item.refuse(item.faults or [Fault("service_busy")])
    return items


async def _take_together(importing: Importing, order: Order, rows: Sequence[RollLine]) -> Sequence[RowReport]:
    async def work(registers: Registers) -> Sequence[RowReport]:
        await _track(registers, importing, order)
        return [item for part in parts_of(rows) for item in await take_rows(registers, part, confirmed=order.confirmed)]

    items = refused_with_the_rest(await importing.apart(order, work))
    if not order.rehearsal and not any(item.rejected for item in items):
        await _plan(importing, order)
    return items


async def missing_from(
    registers: Registers, import_id: UUID, area: str | None, after: UUID | None, size: int
) -> list[Elder]:
    """People of the file's area, or of a part of it, who are in no row, whether or not the row was taken.

    Raises NotFound; WrongState for a file that was not taken in.
    """
    report = await registers.imports.get(FileKind.ELDERS, import_id)
    if report.state is not ImportState.DONE or report.refused:
        raise WrongState("refused" if report.refused else report.state, [ImportState.DONE])
    if area is not None and not contains(AreaCode(report.area), area):
        raise NotFound()
    present = {item.id async for items in registers.imports.rows(report) for item in items if item.id is not None}
    return await registers.elders.absent(present, area or report.area, after=after, size=size)


# --- tracking -----------------------------------------------------------------------------------------


def _tracked(importing: Importing, order: Order) -> Sequence[AreaCode]:
    """The areas whose tracking the file starts; only who sets an area's policy may start it."""
    return importing.actor.acting(Permission.POLICY_MANAGE).areas if order.tracking_starts_on else ()


async def _track(registers: Registers, importing: Importing, order: Order) -> None:
    """Start tracking; what was planned by another day is planned anew."""
    starts_on = order.tracking_starts_on
    for area in _tracked(importing, order):
        book = await registers.places.book_for(area)
        if starts_on is None or book.tracking_starts_on == starts_on:
            continue
        began = min(policy.valid_from for policy in book.versions)
        if starts_on < began:
            raise Refused([Fault("tracking_before_plan", "/query/tracking_starts_on", {"began": began.isoformat()})])
        await registers.places.start_tracking(area, starts_on)
        await registers.policies.forget_plans(area)


async def _plan(importing: Importing, order: Order) -> None:
    """Plan from the start of tracking to the next month: best before the people come, when few are judged."""
    if order.tracking_starts_on is None:
        return
    async with importing.store.opened(importing.actor, importing.trace_of_part(), writes=False) as registers:
        months = months_between(Month.of(order.tracking_starts_on), Month.of(registers.today).next())
        waiting = [(month, await unplanned_villages(registers, month)) for month in months]
    for month, villages in waiting:
        await plan(importing.store, villages, month)
