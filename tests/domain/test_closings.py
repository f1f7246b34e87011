"""What a closed month is: proposed on a working day, frozen once, restated beside."""

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.closings import LIFE, Cell, ClosingCommand, ClosingState, closing_state, proposed_on, shifts
from api.domain.elder_months import COUNTS
from api.domain.errors import WrongState
from api.domain.months import Month
from api.domain.policy import PLAN, Policy
from api.domain.working_days import WorkingDays

SEPTEMBER = Month(2026, 9)
GOLDEN_WEEK = WorkingDays(
    free=frozenset(date(2026, 10, day) for day in range(1, 8)), moved=frozenset({date(2026, 10, 10)})
)
PROPOSED = date(2026, 10, 13)


def test_closing_is_proposed_on_the_fifth_working_day_of_the_next_month() -> None:
    assert proposed_on(SEPTEMBER, PLAN, GOLDEN_WEEK) == PROPOSED
    assert proposed_on(SEPTEMBER, Policy(closing_working_day=1), GOLDEN_WEEK) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 9, 30), ClosingState.RUNNING),
        (date(2026, 10, 1), ClosingState.OPEN),
        (date(2026, 10, 12), ClosingState.OPEN),
        (PROPOSED, ClosingState.PROPOSED),
        (date(2027, 10, 12), ClosingState.PROPOSED),
    ],
)
def test_time_alone_makes_a_month_end_and_be_proposed(today: date, state: ClosingState) -> None:
    assert closing_state(SEPTEMBER, today, PROPOSED, closed=False) is state
    assert closing_state(SEPTEMBER, today, PROPOSED, closed=True) is ClosingState.CLOSED


def test_a_closed_month_is_never_closed_or_opened_again() -> None:
    assert list(LIFE.commands(ClosingState.CLOSED)) == []
    with pytest.raises(WrongState):
        LIFE.after(ClosingCommand.CLOSE, ClosingState.RUNNING)


def line(village: str = "350303104201", tier: str | None = "general", **counts: int) -> dict[str, Any]:
    return {"counted_village": village, "tier": tier, **dict.fromkeys(COUNTS, 0), **counts}


def test_a_late_visit_shifts_what_it_changes_and_nothing_else() -> None:
    [shift] = shifts(line(due=1, obligations=1), line(due=1, obligations=1, visited_home=1, late=1))
    assert (shift.cell, shift.difference) == (("350303104201", "general"), {"visited_home": 1, "late": 1})


def test_who_is_counted_elsewhere_leaves_one_cell_and_enters_another() -> None:
    moved = shifts(line(due=1), line("350303104202", due=1))
    assert {shift.cell[0]: shift.difference["due"] for shift in moved} == {"350303104201": -1, "350303104202": 1}


_LINES = st.none() | st.builds(
    line,
    st.sampled_from(["350303104201", "350303104202"]),
    st.sampled_from(["general", "priority", None]),
    due=st.integers(0, 2),
    late=st.integers(0, 2),
)


Totals = Counter[tuple[Cell, str]]


def added(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Totals:
    totals: Totals = Counter()
    for shift in shifts(before, after):
        totals.update({(shift.cell, name): count for name, count in shift.difference.items()})
    return totals


@given(st.lists(_LINES, min_size=2))
def test_shifts_add_up_to_the_way_from_the_first_to_the_last(history: list[dict[str, Any] | None]) -> None:
    stepwise: Totals = Counter()
    for before, after in pairwise(history):
        stepwise.update(added(before, after))
    assert stepwise == added(history[0], history[-1])


def test_what_changes_no_count_is_no_shift() -> None:
    assert [*shifts(line(due=1), line(due=1)), *shifts(None, None), *shifts(None, line())] == []
