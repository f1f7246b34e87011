"""Suspensions and endings (A5, A21, A22), and the exceptions that wait for the supervisor (A6)."""

from datetime import date
from typing import Any

import pytest

from api.domain.credits import NotCounted
from api.domain.facts import Stint, VisitFact
from api.domain.months import Month
from api.domain.policy import Frequency, Method, PeriodKind, Policy, PolicyBook, Tier
from api.domain.rates import rates_of
from tests.domain.duties import (
    LONG_AGO,
    NOVEMBER,
    away,
    general,
    gone,
    judged,
    line,
    not_met,
    nov,
    priority,
    states,
    summed,
    visit,
)

THIRD_OF_DECEMBER = date(2026, 12, 3)


class TestSuspension:
    def test_in_hospital_from_the_1st_to_the_20th(self) -> None:
        elder = priority(visit(25), suspensions=(away(1, 20),))
        assert states(elder) == ["H1 excused", "H2 met"]
        assert (line(elder).due, line(elder).excused) == (1, 1)

    def test_away_all_month_leaves_the_denominator(self) -> None:
        elder = general(suspensions=(away(date(2026, 10, 28), THIRD_OF_DECEMBER),))
        assert states(elder) == ["M excused"]
        assert (line(elder).due, line(elder).excused) == (0, 1)

    def test_five_days_away_excuse_nothing(self) -> None:
        assert states(general(suspensions=(away(10, 14),))) == ["M open"]

    def test_stretches_away_add_up_and_overlapping_days_count_once(self) -> None:
        assert states(general(suspensions=(away(1, 8), away(6, 15)))) == ["M open"]
        assert states(general(suspensions=(away(1, 8), away(9, 16)))) == ["M excused"]

    def test_a_late_joiner_who_is_also_away_has_no_row(self) -> None:
        elder = general(stints=(Stint(nov(20)),), suspensions=(away(22, 30),))
        assert states(elder) == []
        assert line(elder).new_not_due == 1

    def test_a_visit_while_suspended_does_not_count(self) -> None:
        elder = general(visit(12), suspensions=(away(10, 14),))
        assert [credit.not_counted for credit in judged(elder).credits.values()] == [NotCounted.SUSPENDED]
        assert states(elder) == ["M open"]

    def test_the_villages_word_takes_effect_provisionally_at_once(self) -> None:
        elder = general(suspensions=(away(5, 30, confirmed=False),))
        assert states(elder) == ["M excused"]
        assert (line(elder).excused, line(elder).excused_provisional) == (1, 1)

    def test_what_confirmed_days_excuse_alone_is_not_provisional(self) -> None:
        elder = general(suspensions=(away(1, 20), away(21, 30, confirmed=False)))
        assert (line(elder).excused, line(elder).excused_provisional) == (1, 0)

    def test_what_needs_provisional_days_as_well_is_provisional(self) -> None:
        elder = general(suspensions=(away(1, 10), away(11, 20, confirmed=False)))
        assert (line(elder).excused, line(elder).excused_provisional) == (1, 1)

    def test_a_visit_on_the_remaining_days_of_an_excused_period_is_not_owed(self) -> None:
        elder = priority(visit(14), suspensions=(away(1, 12),))
        assert states(elder) == ["H1 excused", "H2 open"]
        assert [credit.not_counted for credit in judged(elder).credits.values()] == [NotCounted.NOTHING_DUE]
        assert line(elder).visited_home == 1

    def test_each_visit_asked_for_in_a_period_is_excused(self) -> None:
        twice = PolicyBook((Policy(frequencies={Tier.GENERAL: Frequency(PeriodKind.MONTH, min_visits=2)}),))
        elder = general(suspensions=(away(1, 20),))
        assert states(elder, book=twice) == ["M excused", "M excused"]
        assert line(elder, book=twice).excused == 2


class TestEnding:
    def test_leaving_inside_a_period_waives_it_and_earlier_periods_stay(self) -> None:
        assert states(priority(visit(3), stints=(gone(19),))) == ["H1 met", "H2 waived"]
        assert states(priority(stints=(gone(19),))) == ["H1 open", "H2 waived"]

    def test_leaving_on_the_last_day_of_a_period_keeps_it_due(self) -> None:
        assert states(priority(stints=(gone(15),))) == ["H1 open"]
        assert states(priority(stints=(gone(14, approved=True),))) == ["H1 waived"]

    def test_an_elder_who_left_is_counted_in_the_month_of_the_last_day(self) -> None:
        left = general(visit(3), stints=(gone(10),))
        assert (line(left).due, line(left).exited) == (0, 1)
        assert judged(left, NOVEMBER.next()).month is None

    def test_a_waived_period_is_not_owed_even_if_it_was_visited(self) -> None:
        left = general(visit(3), stints=(gone(19),))
        assert states(left) == ["M waived"]
        assert [credit.not_counted for credit in judged(left).credits.values()] == [NotCounted.NOTHING_DUE]

    def test_a_return_in_the_same_period_keeps_it_due_when_half_of_it_is_left(self) -> None:
        assert states(general(stints=(gone(5), Stint(nov(10))))) == ["M open"]
        assert states(general(stints=(gone(5), Stint(nov(25))))) == ["M waived"]

    def test_a_return_from_a_care_home_starts_duty_anew(self) -> None:
        stints = (gone(date(2026, 9, 9), "institution"), Stint(nov(25)))
        assert states(priority(stints=stints)) == []
        assert states(priority(stints=stints), NOVEMBER.next()) == ["H1 open", "H2 open"]


class TestBackdated:
    """40 of 900 are reported away for all of November on 3 December, without proof."""

    @staticmethod
    def rate_and_counts(**changes: Any) -> tuple[str | None, int, int]:
        late = away(1, 30, reported_on=THIRD_OF_DECEMBER, **changes)
        counts = summed(
            [
                *(general(visit(9)) for _ in range(820)),
                *(general() for _ in range(40)),
                *(general(suspensions=(late,)) for _ in range(40)),
            ]
        )
        return rates_of(counts).visit_rate, counts["excused_pending"], counts["excused_backdated"]

    def test_they_stay_due_until_the_supervisor_has_decided(self) -> None:
        assert self.rate_and_counts() == ("91.11", 40, 0)

    def test_granted_they_leave_the_denominator_and_are_counted_apart(self) -> None:
        assert self.rate_and_counts(approved=True) == ("95.35", 0, 40)

    def test_rejected_they_stay_due(self) -> None:
        assert self.rate_and_counts(approved=False) == ("91.11", 0, 0)

    def test_with_proof_they_are_no_exception(self) -> None:
        assert self.rate_and_counts(proof=True) == ("95.35", 0, 0)


class TestExceptions:
    @pytest.mark.parametrize("record", [not_met(7), visit(7, Method.PHONE)])
    def test_an_attempt_or_a_call_in_the_time_away_speaks_for_a_late_report(self, record: VisitFact) -> None:
        late = away(5, 30, reported_on=THIRD_OF_DECEMBER)
        assert states(general(record, suspensions=(late,))) == ["M excused"]

    @pytest.mark.parametrize("record", [not_met(4), visit(7, Method.PHONE, blocked="voided")])
    def test_a_record_from_before_or_one_that_does_not_stand_does_not(self, record: VisitFact) -> None:
        late = away(5, 30, reported_on=THIRD_OF_DECEMBER)
        assert states(general(record, suspensions=(late,))) == ["M open pending"]

    def test_three_days_late_is_in_time(self) -> None:
        assert states(general(suspensions=(away(5, 30, reported_on=nov(8)),))) == ["M excused"]
        assert states(general(suspensions=(away(5, 30, reported_on=nov(9)),))) == ["M open pending"]

    def test_a_visited_period_is_never_an_exception(self) -> None:
        late = away(5, 30, reported_on=THIRD_OF_DECEMBER)
        assert states(general(visit(3), suspensions=(late,))) == ["M excused"]

    def test_leaving_past_the_middle_of_an_unvisited_period_waits_for_the_supervisor(self) -> None:
        assert states(general(stints=(gone(14),))) == ["M waived"]
        assert states(general(stints=(gone(15),))) == ["M open pending"]
        assert states(general(stints=(gone(15, proof=True),))) == ["M open pending"]
        assert states(general(visit(3), stints=(gone(15),))) == ["M waived"]

    def test_the_supervisors_word_on_an_ending(self) -> None:
        granted, rejected = (general(stints=(gone(19, approved=word),)) for word in (True, False))
        assert states(granted) == ["M waived"]
        assert line(granted).excused_backdated == 0
        assert states(rejected) == ["M open"]

    def test_a_pending_period_is_due(self) -> None:
        counts = line(general(stints=(gone(19),)))
        assert (counts.due, counts.obligations, counts.excused_pending, counts.exited) == (1, 1, 1, 1)

    def test_a_death_is_reported_late_only_from_the_day_it_was_found(self) -> None:
        in_time = gone(10, "death", found_on=nov(28), reported_on=date(2026, 12, 1))
        assert states(general(stints=(in_time,))) == ["M waived"]
        too_late = gone(10, "death", found_on=nov(28), reported_on=date(2026, 12, 2))
        assert states(general(stints=(too_late,))) == ["M open pending"]

    def test_a_withdrawal_is_guarded_like_any_ending(self) -> None:
        assert states(general(stints=(gone(20, "declined"),))) == ["M open pending"]

    def test_a_backdated_ending_does_not_wipe_out_the_misses_in_between(self) -> None:
        last_day = date(2026, 9, 30)
        left = gone(last_day, reported_on=THIRD_OF_DECEMBER)
        october = Month(2026, 10)
        assert states(general(stints=(left,)), october) == ["M open pending"]
        assert states(general(stints=(left,)), NOVEMBER) == ["M open pending"]
        assert states(general(stints=(left,)), Month(2027, 1)) == []
        granted = general(stints=(gone(last_day, reported_on=THIRD_OF_DECEMBER, approved=True),))
        assert states(granted) == ["M waived"]
        assert line(granted).excused_backdated == 1

    def test_an_ending_reported_in_time_owes_nothing_afterwards(self) -> None:
        left = gone(date(2026, 10, 31), reported_on=nov(3))
        assert states(general(stints=(left,))) == []

    def test_a_firm_suspension_stands_beside_a_doubtful_ending(self) -> None:
        elder = general(suspensions=(away(2, 30),), stints=(gone(25, "death"),))
        assert states(elder) == ["M excused"]

    def test_the_supervisors_no_undoes_a_suspension(self) -> None:
        rejected = away(5, 30, reported_on=THIRD_OF_DECEMBER, approved=False)
        assert states(general(visit(20), suspensions=(rejected,))) == ["M met"]


def test_a_new_start_before_the_report_ends_what_a_late_ending_answers_for() -> None:
    stints = (gone(date(2026, 10, 10), reported_on=nov(25)), Stint(nov(5)))
    assert states(general(stints=stints)) == ["M open"]
    left_again = (gone(date(2026, 10, 10), reported_on=date(2026, 12, 20)), gone(12, since=nov(5)))
    assert states(general(stints=left_again), Month(2026, 12)) == []


def test_a_return_within_the_month_leaves_both_halves_owed() -> None:
    assert states(priority(stints=(Stint(LONG_AGO, nov(3), "moved_out"), Stint(nov(9))))) == [
        "H1 open",
        "H2 open",
    ]
