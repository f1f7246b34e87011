"""Closing a month, and looking at what has become of a closed one (rule A14)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from api.domain.closings import LIFE, ClosingCommand, ClosingState, closing_state, proposed_on
from api.domain.errors import Conflict, Fault, NotFound
from api.domain.months import Month, months_between
from api.domain.policy import PolicyBook
from api.domain.rates import rates_of
from api.schemas.closings import ClosingFiguresOut, ClosingOut, ComparedOut, ComparedRowOut, TallyOut
from api.schemas.rates import Grouping, RatesOut
from api.store import Registers
from api.usecases.rates import Counts, Ground, keys_of, tally
from api.usecases.standing import refuse


@dataclass(frozen=True, slots=True)
class MonthToClose:
    """How a month stands; ``closing``: the row of a closed one."""

    month: Month
    state: ClosingState
    proposed_on: date
    closing: Any | None


async def tracked_months(registers: Registers) -> list[MonthToClose]:
    """Every month in which anything could be owed in the district, from this one back."""
    begins_on = _begins_on(await _books(registers))
    closings = await registers.closings.all()
    months = list(months_between(Month.of(begins_on), Month.of(registers.today)))
    return [await _stands(registers, month, closings.get(str(month))) for month in reversed(months)]


def require_ended(month: Month, today: date) -> None:
    """Raises Conflict ``month_still_running`` for a month that is not over."""
    if today <= month.last:
        raise Conflict("month_still_running")


async def close_month(registers: Registers, month: Month) -> MonthToClose:
    """Freeze the figures of a month that has ended and is planned, once and for all.

    Raises Refused ``month_not_tracked``, WrongState for a closed month.
    """
    books = await _books(registers)
    if month.last < _begins_on(books):
        refuse([Fault("month_not_tracked", "/month")])
    before = await _stands(registers, month, await registers.closings.locked(month))
    LIFE.after(ClosingCommand.CLOSE, before.state)
    versions = sorted({book.on(day).version for book in books for day in (month.first, month.last)})
    return await _stands(registers, month, await registers.closings.close(month, versions))


async def closing_figures(registers: Registers, month: Month, by: Grouping, area: str | None) -> ClosingFiguresOut:
    """A planned month as it was closed beside what it is now; raises NotFound for one nobody closes yet."""
    ground = await Ground.of(registers, area)
    if month > Month.of(registers.today) or month.last < _begins_on(await _books(registers)):
        raise NotFound()
    stands = await _stands(registers, month, await registers.closings.get(month))
    live = await tally(registers.rates, month, by, ground)
    frozen = await tally(registers.closings.frozen, month, by, ground) if stands.closing else None
    rated = stands.state is not ClosingState.RUNNING
    return ClosingFiguresOut(
        **dict(closing_out(stands)),
        by=by,
        total=ComparedOut(**_compared(live.total, frozen.total if frozen else None, rated=rated)),
        rows=[
            ComparedRowOut(
                key=key,
                name=ground.name_of(key),
                **_compared(live.of(key), frozen.of(key) if frozen else None, rated=rated),
            )
            for key in keys_of(live, frozen)
        ],
    )


def closing_out(stands: MonthToClose) -> ClosingOut:
    closing = stands.closing
    return ClosingOut(
        month=str(stands.month),
        state=stands.state,
        proposed_on=stands.proposed_on,
        closed_at=closing.closed_at if closing else None,
        closed_by=closing.closed_by if closing else None,
        policy_versions=closing.policy_versions if closing else None,
    )


async def _books(registers: Registers) -> list[PolicyBook]:
    """Those that any part of the district lives by."""
    return await registers.places.books_in(registers.closings.district)


def _begins_on(books: Sequence[PolicyBook]) -> date:
    """The first day on which anything may be owed anywhere (A20)."""
    return min(book.begins_on for book in books)


async def _stands(registers: Registers, month: Month, closing: Any | None) -> MonthToClose:
    book = await registers.places.book_for(registers.closings.district)
    proposed = proposed_on(month, book.on(month.next().first), await registers.calendar.working_days())
    state = closing_state(month, registers.today, proposed, closed=closing is not None)
    return MonthToClose(month, state, proposed, closing)


def _compared(live: Counts, frozen: Counts | None, *, rated: bool) -> dict[str, Any]:
    """The fields of ``ComparedOut``."""
    shown, was = on_the_wire(live), on_the_wire(frozen) if frozen is not None else {}
    return {
        "frozen": None if frozen is None else TallyOut(counts=was, rates=_rates(frozen)),
        "restated": TallyOut(counts=shown, rates=_rates(live) if rated else None),
        "difference": {name: shown[name] - was[name] for name in was if shown[name] != was[name]},
    }


def _rates(counts: Counts) -> RatesOut:
    return RatesOut(**asdict(rates_of(counts)))


def on_the_wire(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by the names they have beside the visit rate."""
    return {"due_elders" if name == "due" else name: count for name, count in counts.items()}
