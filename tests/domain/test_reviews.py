"""When files are looked through again."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from api.domain.policy import PLAN
from api.domain.reviews import first_review, next_review, review_slot


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2023, 8, 31), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 8, 29)),
        (date(2026, 6, 15), date(2026, 12, 15)),
    ],
)
def test_the_next_review_is_due_six_months_on(last: date, due: date) -> None:
    assert next_review(last, PLAN) == due


def test_first_reviews_after_a_roll_came_in_spread_over_half_a_year() -> None:
    taken_in = date(2026, 10, 1)
    elders = [UUID(int=number) for number in range(3600)]
    slots = [review_slot("350303001008", elder, PLAN) for elder in elders]
    assert slots == [review_slot("350303001008", elder, PLAN) for elder in elders]
    days = [first_review(taken_in, slot, PLAN) for slot in slots]
    assert min(days) > taken_in
    assert max(days) <= taken_in + timedelta(days=PLAN.review_spread_days)
    assert max(days) < next_review(taken_in, PLAN)
    busiest = max(days.count(day) for day in set(days))
    assert busiest < 3 * len(elders) / PLAN.review_spread_days
