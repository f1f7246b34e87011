"""The plan's days and the fifteen duties, as the plan has them."""

from datetime import date

from api.domain.departments import DUTIES, NOT_KEPT, DutyNumber
from api.domain.milestones import MILESTONES, MilestoneKey


def test_annex_1_has_fifteen_duties_in_order_each_with_figures() -> None:
    assert [duty.number for duty in DUTIES] == [*range(1, 16)]
    assert all(duty.figures for duty in DUTIES)


def test_every_figure_is_some_duty_s_and_of_one_alone() -> None:
    shown = [figure for duty in DUTIES for figure in duty.figures]
    assert sorted(shown) == sorted(DutyNumber)
    assert NOT_KEPT.keys() <= set(shown)


def test_the_milestones_are_the_plans_in_order_of_day() -> None:
    assert [milestone.key for milestone in MILESTONES] == [*MilestoneKey]
    days = [milestone.planned_on for milestone in MILESTONES]
    assert days == sorted(days)
    assert (days[0], days[-1]) == (date(2023, 6, 30), date(2025, 12, 31))


def test_a_milestone_is_late_from_the_day_after_until_it_is_reached() -> None:
    collected = MILESTONES[0]
    assert collected.days_late(None, date(2023, 6, 30)) == 0
    assert collected.days_late(None, date(2023, 7, 3)) == 3
    assert collected.days_late(date(2023, 7, 1), date(2026, 1, 1)) == 1
    assert collected.days_late(date(2023, 6, 1), date(2026, 1, 1)) == 0
