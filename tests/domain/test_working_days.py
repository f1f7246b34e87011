"""Offices work on weekdays, holidays and moved working days apart; service hours run on working days only."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.months import SHANGHAI, Month
from api.domain.working_days import CalendarDay, DayKind, DaySource, WorkingDays

OPENS, CLOSES = time(8), time(18)
SATURDAY, SUNDAY, MONDAY, TUESDAY = (date(2026, 11, day) for day in (21, 22, 23, 24))
WEEKS = WorkingDays()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def calendar(**kinds: date) -> WorkingDays:
    return WorkingDays.of(CalendarDay(day, DayKind(kind), "国庆节", DaySource.PUBLISHED) for kind, day in kinds.items())


def test_weekends_are_free_and_weekdays_are_not() -> None:
    assert [WEEKS.works(day) for day in (SATURDAY, SUNDAY, MONDAY)] == [False, False, True]


def test_a_holiday_is_free_and_a_moved_weekend_day_is_worked() -> None:
    days = calendar(free=MONDAY, moved=SATURDAY)
    assert [days.works(day) for day in (SATURDAY, SUNDAY, MONDAY, TUESDAY)] == [True, False, False, True]


def test_a_weekend_day_said_to_be_free_stays_free() -> None:
    assert not calendar(free=SATURDAY).works(SATURDAY)


def test_the_fifth_working_day_is_counted_from_the_first_of_the_month() -> None:
    assert WEEKS.nth_of(Month(2026, 11), 5) == date(2026, 11, 6)
    october = WorkingDays(
        free=frozenset(date(2026, 10, day) for day in range(1, 8)), moved=frozenset({date(2026, 10, 10)})
    )
    assert october.nth_of(Month(2026, 10), 5) == date(2026, 10, 13)


def test_received_on_friday_at_ten_to_six_is_due_on_monday_at_ten_to_ten() -> None:
    friday = at(date(2026, 11, 20), 17, 50)
    assert WEEKS.after_service_time(friday, 120, OPENS, CLOSES) == at(MONDAY, 9, 50)


def test_the_clock_waits_out_a_holiday_and_runs_on_a_moved_working_day() -> None:
    friday = at(date(2026, 11, 20), 17, 50)
    assert calendar(free=MONDAY).after_service_time(friday, 120, OPENS, CLOSES) == at(TUESDAY, 9, 50)
    assert calendar(moved=SATURDAY).after_service_time(friday, 120, OPENS, CLOSES) == at(SATURDAY, 9, 50)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (at(MONDAY, 6), at(MONDAY, 10)),
        (at(MONDAY, 8), at(MONDAY, 10)),
        (at(MONDAY, 16), at(MONDAY, 18)),
        (at(MONDAY, 16, 1), at(TUESDAY, 8, 1)),
        (at(MONDAY, 22), at(TUESDAY, 10)),
        (at(SUNDAY, 12), at(MONDAY, 10)),
    ],
    ids=["before opening", "at opening", "until closing", "a minute beyond", "after closing", "on a Sunday"],
)
def test_minutes_outside_service_hours_do_not_count(received: datetime, due: datetime) -> None:
    assert WEEKS.after_service_time(received, 120, OPENS, CLOSES) == due


def test_the_answer_has_the_offset_of_the_question() -> None:
    due = WEEKS.after_service_time(datetime(2026, 11, 20, 9, 50, tzinfo=UTC), 120, OPENS, CLOSES)
    assert due == at(MONDAY, 9, 50)
    assert due.tzinfo is UTC


_INSTANTS = st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: at(date(2024, 1, 1), 0) + timedelta(minutes=minutes))


@given(_INSTANTS, st.integers(1, 3000), st.integers(1, 3000))
def test_the_clock_runs_on_from_where_it_stood(start: datetime, first: int, then: int) -> None:
    halfway = WEEKS.after_service_time(start, first, OPENS, CLOSES)
    assert WEEKS.after_service_time(halfway, then, OPENS, CLOSES) == WEEKS.after_service_time(
        start, first + then, OPENS, CLOSES
    )
    assert halfway >= start + timedelta(minutes=first)
    assert WEEKS.works(halfway.date())
