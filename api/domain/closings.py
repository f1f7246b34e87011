"""Closing a month (rule A14): the district freezes its figures once; whatever comes later is shown beside them.

Nothing is refused because a month is closed, and no month is ever opened again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from api.domain.elder_months import COUNTS
from api.domain.machines import Machine, move
from api.domain.months import Month
from api.domain.policy import Policy
from api.domain.working_days import WorkingDays


class ClosingState(StrEnum):
    RUNNING = "running"  # 当月进行中
    OPEN = "open"  # 已结束，未封账
    PROPOSED = "proposed"  # 待封账
    CLOSED = "closed"  # 已封账


class ClosingCommand(StrEnum):
    END = "end"  # 月末
    PROPOSE = "propose"  # 到达提请封账日
    CLOSE = "close"  # 封账


LIFE: Machine[ClosingState, ClosingCommand] = Machine(
    {
        ClosingCommand.END: move(ClosingState.RUNNING, to=ClosingState.OPEN),
        ClosingCommand.PROPOSE: move(ClosingState.OPEN, to=ClosingState.PROPOSED),
        ClosingCommand.CLOSE: move(ClosingState.OPEN, ClosingState.PROPOSED, to=ClosingState.CLOSED),
    }
)
"""END and PROPOSE are the calendar's own: nobody gives them, and no row is written when they happen."""


def proposed_on(month: Month, policy: Policy, calendar: WorkingDays) -> date:
    """The day from which closing a month is proposed: the 5th working day of the next."""
    return calendar.nth_of(month.next(), policy.closing_working_day)


def closing_state(month: Month, today: date, proposed: date, *, closed: bool) -> ClosingState:
    """What time, and the district, have made of a month by ``today``."""
    if closed:
        return ClosingState.CLOSED
    state = ClosingState.RUNNING
    if today > month.last:
        state = LIFE.after(ClosingCommand.END, state)
        if today >= proposed:
            state = LIFE.after(ClosingCommand.PROPOSE, state)
    return state


Cell = tuple[str, str | None]
"""Where an elder's month is added up: village and tier."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What one change adds to the counts of a village and tier."""

    cell: Cell
    difference: Mapping[str, int]  # only what is not 0


def shifts(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Shift]:
    """What replacing an elder's month by another changes, a cell at a time; nothing where the counts stay.

    ``before``, ``after``: the counts with ``counted_village`` and ``tier``; None where there are none.
    """
    cells: dict[Cell, dict[str, int]] = {}
    for line, sign in ((before, -1), (after, 1)):
        if line is not None:
            counts = cells.setdefault((line["counted_village"], line["tier"]), dict.fromkeys(COUNTS, 0))
            for name in COUNTS:
                counts[name] += sign * line[name]
    for cell, counts in cells.items():
        if difference := {name: count for name, count in counts.items() if count}:
            yield Shift(cell, difference)
