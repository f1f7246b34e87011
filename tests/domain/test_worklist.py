"""The stretches of the worklist: every due day in one, in the order in which people go out."""

from datetime import date, timedelta

import pytest

from api.domain.policy import PLAN, Tier
from api.domain.standings import WorklistStanding
from api.domain.worklist import stretches

STANDINGS = [OVERDUE, DUE_SOON, OPEN] = list(WorklistStanding)


@pytest.mark.parametrize("today", [date(2026, 11, day) for day in (1, 10, 11, 15, 16, 25, 26, 30)])
def test_the_list_goes_by_standing_then_tier(today: date) -> None:
    parts = stretches(today, PLAN)
    order = [(STANDINGS.index(part.standing), list(Tier).index(part.tier)) for part in parts]
    assert order == sorted(set(order))


@pytest.mark.parametrize("today", [date(2026, 11, day) for day in range(1, 31)])
def test_overdue_is_the_day_after_and_due_soon_within_five_days(today: date) -> None:
    for tier in Tier:
        for days in range(-40, 6):
            due_on = today + timedelta(days=days)
            [part] = [part for part in stretches(today, PLAN) if part.holds(tier, due_on)]
            assert part.standing is (OVERDUE if days < 0 else DUE_SOON if days <= 5 else OPEN)


@pytest.mark.parametrize(
    ("today", "tier", "due_on", "listed"),
    [
        (date(2026, 11, 3), Tier.GENERAL, date(2026, 11, 30), True),  # this month's visit
        (date(2026, 11, 3), Tier.GENERAL, date(2026, 12, 31), False),  # visited: the next month has not begun
        (date(2026, 11, 3), Tier.PRIORITY, date(2026, 11, 30), False),  # visited in the first half
        (date(2026, 11, 16), Tier.PRIORITY, date(2026, 11, 30), True),
        (date(2026, 11, 12), Tier.PRIORITY, date(2026, 11, 18), True),  # a first visit, past the half's end
    ],
)
def test_nobody_is_sent_before_the_period_begins(today: date, tier: Tier, due_on: date, listed: bool) -> None:
    assert any(part.holds(tier, due_on) for part in stretches(today, PLAN)) is listed
