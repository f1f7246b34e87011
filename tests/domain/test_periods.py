"""Months, days and periods: the calendar the plan counts in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.months import SHANGHAI, Month, add_months, civil_date, months_between
from api.domain.periods import periods_of
from api.domain.policy import Frequency, PeriodKind

MONTHS = st.builds(Month, st.integers(2000, 2100), st.integers(1, 12))
FREQUENCIES = st.one_of(
    st.sampled_from([Frequency(kind) for kind in PeriodKind if kind is not PeriodKind.DAYS]),
    st.integers(1, 40).map(lambda days: Frequency(PeriodKind.DAYS, days)),
)


def spans(month: Month, frequency: Frequency) -> dict[str, tuple[int, int]]:
    return {p.label[8:]: (p.starts_on.day, p.ends_on.day) for p in periods_of(month, frequency)}


def test_half_months_are_calendar_halves() -> None:
    assert spans(Month(2026, 11), Frequency(PeriodKind.HALF_MONTH)) == {"H1": (1, 15), "H2": (16, 30)}
    assert spans(Month(2024, 2), Frequency(PeriodKind.HALF_MONTH)) == {"H1": (1, 15), "H2": (16, 29)}


def test_a_month_is_one_period() -> None:
    (period,) = periods_of(Month(2026, 2), Frequency(PeriodKind.MONTH))
    assert (period.label, period.starts_on, period.ends_on) == (
        "2026-02-M",
        date(2026, 2, 1),
        date(2026, 2, 28),
    )


def test_the_four_weeks_of_a_month_begin_on_the_1st_8th_16th_and_23rd() -> None:
    weeks = {"W1": (1, 7), "W2": (8, 15), "W3": (16, 22), "W4": (23, 31)}
    assert spans(Month(2026, 10), Frequency(PeriodKind.WEEK)) == weeks


def test_stretches_of_days_start_anew_each_month_and_are_named_by_their_first_day() -> None:
    every_two_days = spans(Month(2026, 10), Frequency(PeriodKind.DAYS, days=2))
    assert len(every_two_days) == 16
    assert every_two_days["D03"] == (3, 4)
    assert every_two_days["D31"] == (31, 31)


@pytest.mark.parametrize(
    ("month", "label", "half", "middle"),
    [
        ("2024-01", "H1", 8, 8),
        ("2024-01", "H2", 8, 23),
        ("2024-02", "H2", 7, 22),
        ("2024-04", "M", 15, 15),
        ("2026-10", "M", 16, 16),
    ],
)
def test_half_of_a_period_is_rounded_up(month: str, label: str, half: int, middle: int) -> None:
    kind = PeriodKind.MONTH if label == "M" else PeriodKind.HALF_MONTH
    periods = {p.label[8:]: p for p in periods_of(Month.parse(month), Frequency(kind))}
    assert (periods[label].half, periods[label].middle.day) == (half, middle)


@given(MONTHS, FREQUENCIES)
def test_the_periods_of_a_month_cover_each_of_its_days_once(month: Month, frequency: Frequency) -> None:
    periods = periods_of(month, frequency)
    days = [p.starts_on + timedelta(days=n) for p in periods for n in range(p.days)]
    assert days == [month.first + timedelta(days=n) for n in range(month.days)]
    assert len({p.label for p in periods}) == len(periods)
    assert all(p.holds(p.middle) and p.label.startswith(f"{month}-") for p in periods)


@given(MONTHS)
def test_a_month_reads_back_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month == Month.of(month.last)
    assert month.next().previous() == month
    assert month.next().first == month.last + timedelta(days=1)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "202611", "0000-01", "2026-11-01", "２０２６-11"])
def test_any_other_spelling_of_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        Month.parse(text)


def test_months_between_names_both_ends() -> None:
    assert [str(m) for m in months_between(Month(2026, 11), Month(2027, 1))] == [
        "2026-11",
        "2026-12",
        "2027-01",
    ]
    assert list(months_between(Month(2026, 11), Month(2026, 10))) == []


def test_six_months_after_the_last_of_august_is_the_last_of_february() -> None:
    assert add_months(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert add_months(date(2024, 2, 29), 12 * 60) == date(2084, 2, 29)
    assert add_months(date(1964, 2, 29), 12 * 59) == date(2023, 2, 28)


def test_the_day_of_an_instant_is_the_day_in_shanghai() -> None:
    assert civil_date(datetime(2026, 10, 31, 16, 30, tzinfo=UTC)) == date(2026, 11, 1)
    assert civil_date(datetime(2026, 11, 15, 23, 50, tzinfo=SHANGHAI)) == date(2026, 11, 15)


def test_an_instant_without_offset_has_no_day() -> None:
    with pytest.raises(ValueError, match="offset"):
        civil_date(datetime.fromisoformat("2026-11-01T08:00:00"))
