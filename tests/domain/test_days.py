"""Ages and terms, on the awkward days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.days import age_on, birthday, months_later


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(1944, 2, 29), date(2026, 2, 27), 81),
        (date(1944, 2, 29), date(2026, 2, 28), 82),
        (date(1944, 2, 29), date(2024, 2, 28), 79),
        (date(1944, 2, 29), date(2024, 2, 29), 80),
    ],
)
def test_born_on_a_leap_day_one_ages_on_the_last_of_february(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


@given(st.dates(date(1900, 1, 1), date(2000, 1, 1)), st.integers(0, 110))
def test_an_age_begins_on_its_birthday_and_not_a_day_before(born_on: date, age: int) -> None:
    day = birthday(born_on, age)
    assert age_on(born_on, day) == age
    assert age_on(born_on, day - timedelta(days=1)) == age - 1


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2022, 8, 31), 6, date(2023, 2, 28)),
        (date(2026, 5, 23), 6, date(2026, 11, 23)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_end_on_the_corresponding_or_the_last_day(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
