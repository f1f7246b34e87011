"""First visits, a township's own frequency, and who needs a visit now (A4, A32, R35; the worklist)."""

from datetime import date

from api.domain.charges import ObligationState
from api.domain.facts import ElderFacts, Override, Stint, TierOfDuty
from api.domain.months import Month
from api.domain.obligations import judge
from api.domain.policy import PLAN, PLAN_BOOK, Frequency, Method, PeriodKind, PolicyBook, Tier
from api.domain.standings import (
    ObligationStanding,
    due_on,
    earliest_due,
    standing_on,
)
from api.domain.tasks import VisitTask, VisitTaskKind, visit_tasks
from tests.domain.duties import LONG_AGO, NOVEMBER, away, general, gone, nov, priority, visit

OCTOBER, DECEMBER = Month(2026, 10), Month(2026, 12)
YEAR_END = date(2026, 12, 31)
WEEKLY = Override(nov(1), nov(30), Frequency(PeriodKind.WEEK))


def tasks(facts: ElderFacts, book: PolicyBook = PLAN_BOOK) -> list[tuple[str, str, str | None]]:
    """Start, due day and day done, as month and day."""
    found = visit_tasks(facts, book, YEAR_END, date(2026, 10, 1))
    return [(f"{t.starts_on:%m-%d}", f"{t.due_on:%m-%d}", f"{t.done_on:%m-%d}" if t.done_on else None) for t in found]


def due(facts: ElderFacts) -> date | None:
    """``due_on`` from October to December 2026."""
    judgements = [judge(facts, month, PLAN_BOOK) for month in (OCTOBER, NOVEMBER, DECEMBER)]
    return due_on(
        [obligation for judgement in judgements for obligation in judgement.obligations],
        [day for judgement in judgements for day in judgement.seen_on],
        visit_tasks(facts, PLAN_BOOK, YEAR_END, OCTOBER.first),
    )


class TestFirstVisit:
    def test_within_seven_days_of_confirmation(self) -> None:
        assert tasks(general(stints=(Stint(nov(20)),))) == [("11-20", "11-26", None)]

    def test_done_by_the_first_visit_the_frequency_asks_for(self) -> None:
        first = visit(22)
        called = visit(21, Method.PHONE)
        facts = general(visit(25), first, called, stints=(Stint(nov(20)),))
        (task,) = visit_tasks(facts, PLAN_BOOK, YEAR_END, OCTOBER.first)
        assert (task.kind, task.key) == (VisitTaskKind.FIRST_VISIT, "2026-11-20")
        assert (task.done_by, task.done_on) == (first.id, nov(22))

    def test_a_visit_after_the_due_day_is_late_but_done(self) -> None:
        assert tasks(general(visit(28), stints=(Stint(nov(20)),))) == [("11-20", "11-26", "11-28")]

    def test_none_for_a_roll_confirmed_before_tracking_began(self) -> None:
        book = PolicyBook((PLAN,), tracking_starts_on=date(2026, 10, 1))
        assert tasks(general(stints=(Stint(date(2026, 9, 28)),)), book) == []
        assert tasks(general(stints=(Stint(date(2026, 10, 1)),)), book) == [("10-01", "10-07", None)]

    def test_home_from_hospital_on_25_january_has_until_the_31st(self) -> None:
        facts = general(suspensions=(away(date(2026, 1, 5), date(2026, 1, 24)),))
        (task,) = visit_tasks(facts, PLAN_BOOK, date(2026, 1, 31), date(2026, 1, 1))
        assert (task.starts_on, task.due_on) == (date(2026, 1, 25), date(2026, 1, 31))

    def test_a_renewed_suspension_has_one_return(self) -> None:
        assert tasks(general(suspensions=(away(1, 9), away(10, 20)))) == [("11-21", "11-27", None)]

    def test_a_raise_to_priority_calls_for_one_and_lowering_does_not(self) -> None:
        raised = (TierOfDuty(LONG_AGO, Tier.GENERAL), TierOfDuty(nov(10), Tier.PRIORITY))
        lowered = (TierOfDuty(LONG_AGO, Tier.PRIORITY), TierOfDuty(nov(10), Tier.GENERAL))
        assert tasks(general(tiers=raised)) == [("11-10", "11-16", None)]
        assert tasks(general(tiers=lowered)) == []

    def test_confirmation_and_raise_on_one_day_call_for_one_visit(self) -> None:
        raised = (TierOfDuty(LONG_AGO, Tier.GENERAL), TierOfDuty(nov(10), Tier.PRIORITY))
        assert len(tasks(general(tiers=raised, stints=(Stint(nov(10)),)))) == 1

    def test_back_in_hospital_before_it_was_due_drops_it(self) -> None:
        facts = general(visit(25), stints=(Stint(nov(2)),), suspensions=(away(5, 20),))
        assert tasks(facts) == [("11-21", "11-27", "11-25")]

    def test_a_suspension_after_it_was_due_does_not(self) -> None:
        facts = general(stints=(Stint(nov(2)),), suspensions=(away(12, 20),))
        assert tasks(facts) == [("11-02", "11-08", None), ("11-21", "11-27", None)]

    def test_leaving_drops_what_was_not_done(self) -> None:
        assert tasks(general(stints=(gone(15, since=nov(2)),))) == []
        assert tasks(general(visit(4), stints=(gone(15, since=nov(2)),))) == [("11-02", "11-08", "11-04")]


class TestOverride:
    def test_a_weekly_frequency_of_ones_own_is_a_task_each_week_and_no_obligation(self) -> None:
        facts = general(visit(3), visit(20), overrides=(WEEKLY,))
        assert tasks(facts) == [
            ("11-01", "11-07", "11-03"),
            ("11-08", "11-15", None),
            ("11-16", "11-22", "11-20"),
            ("11-23", "11-30", None),
        ]
        assert len(judge(facts, NOVEMBER, PLAN_BOOK).obligations) == 1

    def test_two_visits_a_week_are_two_tasks_on_different_days(self) -> None:
        twice = Override(nov(1), nov(7), Frequency(PeriodKind.WEEK, min_visits=2))
        facts = general(visit(3), visit(3), overrides=(twice,))
        assert [task.done_on for task in visit_tasks(facts, PLAN_BOOK, YEAR_END, OCTOBER.first)] == [
            nov(3),
            None,
        ]
        assert len({task.key for task in visit_tasks(facts, PLAN_BOOK, YEAR_END, OCTOBER.first)}) == 2

    def test_weeks_mostly_in_hospital_ask_for_nothing(self) -> None:
        facts = general(overrides=(WEEKLY,), suspensions=(away(6, 30),))
        assert tasks(facts) == [("11-01", "11-07", None), ("12-01", "12-07", None)]

    def test_tasks_end_with_the_override_and_with_the_days_asked_about(self) -> None:
        endless = Override(nov(3), None, Frequency(PeriodKind.MONTH))
        found = visit_tasks(general(overrides=(endless,)), PLAN_BOOK, date(2026, 12, 1), OCTOBER.first)
        assert [task.starts_on for task in found] == [nov(3), date(2026, 12, 1)]
        later = visit_tasks(general(overrides=(endless,)), PLAN_BOOK, YEAR_END, date(2026, 12, 1))
        assert [task.due_on for task in later] == [YEAR_END]


class TestDueOn:
    def test_the_end_of_the_running_period(self) -> None:
        assert due(priority(visit(date(2026, 10, 3)), visit(date(2026, 10, 20)))) == nov(15)

    def test_a_missed_period_stays_first_until_the_next_home_visit(self) -> None:
        seen_in_october = (visit(date(2026, 10, 3)), visit(date(2026, 10, 20)))
        assert due(priority(*seen_in_october, visit(18, Method.PHONE))) == nov(15)
        assert due(priority(*seen_in_october, visit(18))) == date(2026, 12, 15)

    def test_a_first_visit_comes_before_the_end_of_the_period(self) -> None:
        joined = (Stint(nov(2)),)
        assert due(general(stints=joined)) == nov(8)
        assert due(general(visit(4), stints=joined)) == YEAR_END

    def test_what_was_refused_excused_or_waived_is_not_asked_for(self) -> None:
        assert due(general(suspensions=(away(date(2026, 9, 25), YEAR_END),))) is None

    def test_a_week_missed_under_an_override_is_gone_with_the_next_visit(self) -> None:
        october = visit(date(2026, 10, 20))
        assert due(general(october, visit(20), overrides=(WEEKLY,))) == nov(30)

    def test_nothing_is_owed_to_nobody(self) -> None:
        assert due_on([], [], []) is None

    def test_only_a_visit_after_the_end_follows_it(self) -> None:
        assert earliest_due([nov(15), nov(30)], nov(15)) == nov(15)
        assert earliest_due([nov(15), nov(30)], nov(16)) == nov(30)

    def test_a_done_task_asks_for_nothing(self) -> None:
        done = VisitTask(VisitTaskKind.FIRST_VISIT, "x", nov(1), nov(7), None, nov(2))
        assert due_on([], [], [done]) is None


def test_a_first_half_is_final_on_the_16th() -> None:
    assert standing_on(ObligationState.OPEN, nov(15), nov(15)) is ObligationStanding.OPEN
    assert standing_on(ObligationState.OPEN, nov(15), nov(16)) is ObligationStanding.MISSED
    assert standing_on(ObligationState.EXCUSED, nov(15), nov(16)) is ObligationStanding.EXCUSED
