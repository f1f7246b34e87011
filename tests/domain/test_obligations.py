"""What is owed, and what meets it: the plan's frequencies and readings A1–A5, A16, A23–A25, A33, A34, A36."""

from datetime import date, timedelta

import pytest

from api.domain.credits import NotCounted
from api.domain.facts import ElderFacts, Residence, Stint, TierOfDuty, VisitFact
from api.domain.months import Month
from api.domain.policy import PLAN, Method, Place, PolicyBook, Tier
from api.domain.rates import rates_of
from api.domain.visits import Outcome
from tests.domain.duties import (
    LAKE,
    LONG_AGO,
    NOVEMBER,
    PINE,
    an_elder,
    away,
    general,
    gone,
    judged,
    line,
    not_met,
    nov,
    priority,
    refusal,
    states,
    summed,
    visit,
)

RAISED_ON_THE_TENTH = (TierOfDuty(LONG_AGO, Tier.GENERAL), TierOfDuty(nov(10), Tier.PRIORITY))


def why(elder: ElderFacts) -> NotCounted | None:
    """The reason given to the only visit of an elder's November."""
    (credit,) = judged(elder).credits.values()
    return credit.not_counted


class TestWhatMeetsTheFrequency:
    def test_a_priority_elder_owes_a_home_visit_each_half_month_and_a_general_one_each_month(self) -> None:
        assert states(priority()) == ["H1 open", "H2 open"]
        assert states(general()) == ["M open"]

    def test_halves_are_the_calendars_not_fifteen_rolling_days(self) -> None:
        assert states(priority(visit(1), visit(30))) == ["H1 met", "H2 met"]

    def test_nothing_carries_over_from_another_month(self) -> None:
        assert states(general(visit(date(2026, 10, 31)), visit(date(2026, 12, 1)))) == ["M open"]

    def test_the_obligation_names_the_visit_that_met_it(self) -> None:
        seen = visit(9)
        (obligation,) = judged(general(seen)).obligations
        assert (obligation.met_by, obligation.met_on, obligation.ordinal) == (seen.id, nov(9), 1)

    @pytest.mark.parametrize("method", [Method.PHONE, Method.ONLINE])
    def test_a_call_does_not_meet_the_obligation_but_is_contact(self, method: Method) -> None:
        elder = general(visit(9, method))
        assert states(elder) == ["M open"]
        assert why(elder) is NotCounted.NOT_HOME
        assert (line(elder).visited_home, line(elder).visited_any) == (0, 1)

    @pytest.mark.parametrize("method", [Method.REMOTE_MONITORING, Method.OTHER])
    def test_what_is_neither_visit_nor_call_is_recorded_only(self, method: Method) -> None:
        elder = general(visit(9, method))
        assert why(elder) is NotCounted.NOT_HOME
        assert line(elder).visited_any == 0

    def test_priority_seen_at_home_and_by_video_misses_the_second_half(self) -> None:
        assert states(priority(visit(4), visit(19, Method.ONLINE))) == ["H1 met", "H2 open"]

    @pytest.mark.parametrize("method", [Method.HOME, Method.OTHER])
    def test_thirty_met_at_the_canteen_are_seen_elsewhere(self, method: Method) -> None:
        elders = [general(visit(5, method, place=Place.CANTEEN)) for _ in range(30)]
        counts = summed([*elders, *(general(visit(6)) for _ in range(10))])
        assert why(elders[0]) is NotCounted.PLACE
        assert (counts["visited_home"], counts["visited_any"], counts["seen_elsewhere"]) == (10, 10, 30)

    @pytest.mark.parametrize("place", [Place.RELATIVE_HOME, Place.SHELTER])
    def test_a_visit_where_the_elder_stays_counts(self, place: Place) -> None:
        assert states(general(visit(9, place=place))) == ["M met"]

    def test_an_attempt_does_not_count(self) -> None:
        elder = general(not_met(6))
        assert states(elder) == ["M open"]
        assert why(elder) is NotCounted.OUTCOME

    @pytest.mark.parametrize("blocked", ["voided", "withdrawn", "returned", "worker_related", "incident_review"])
    def test_a_record_that_people_or_the_record_itself_bar_does_not_count(self, blocked: str) -> None:
        elder = general(visit(6, blocked=blocked))
        assert states(elder) == ["M open"]
        assert why(elder) == blocked
        assert line(elder).visited_any == 0
        assert line(elder).voided == (blocked == "voided")

    def test_two_visits_on_one_day_meet_one_half(self) -> None:
        elder = priority(visit(15), visit(15))
        assert states(elder) == ["H1 met", "H2 open"]
        reasons = [credit.not_counted for credit in judged(elder).credits.values()]
        assert sorted(reasons, key=str) == [None, NotCounted.ALREADY_MET]

    def test_the_first_visit_of_a_period_is_the_one_that_meets_it(self) -> None:
        early, late = visit(3), visit(9)
        assert judged(general(late, early)).obligations[0].met_by == early.id

    def test_late_records_are_counted_beside_and_meet_all_the_same(self) -> None:
        elder = general(visit(9, late=True))
        assert (line(elder).late, line(elder).obligations_met) == (1, 1)


class TestJoiningInMidPeriod:
    @pytest.mark.parametrize(
        ("start", "due"),
        [(8, ["H1 open", "H2 open"]), (9, ["H2 open"]), (24, ["H2 open"]), (25, [])],
    )
    def test_half_of_a_31_day_months_halves_decides(self, start: int, due: list[str]) -> None:
        joined = priority(stints=(Stint(date(2024, 1, start)),))
        assert states(joined, Month(2024, 1)) == due

    @pytest.mark.parametrize(("month", "start", "due"), [((2024, 4), 16, 1), ((2024, 4), 17, 0)])
    def test_half_of_a_30_day_month_decides(self, month: tuple[int, int], start: int, due: int) -> None:
        found = line(general(stints=(Stint(date(*month, start)),)), Month(*month))
        assert (found.due, found.new_not_due) == (due, 1 - due)

    def test_a_late_joiner_who_owes_the_second_half_is_not_listed_as_new(self) -> None:
        assert line(priority(stints=(Stint(nov(12)),))).new_not_due == 0

    def test_a_visit_in_a_period_that_is_not_owed_is_kept(self) -> None:
        elder = general(visit(29), stints=(Stint(nov(25)),))
        assert why(elder) is NotCounted.NOTHING_DUE
        assert judged(elder).seen_on == (nov(29),)

    def test_a_visit_before_confirmation_does_not_count(self) -> None:
        elder = general(visit(date(2026, 11, 4)), stints=(Stint(nov(5)),))
        assert why(elder) is NotCounted.BEFORE_CONFIRMATION
        assert states(elder) == ["M open"]

    def test_confirmed_on_the_last_of_july_owes_nothing_in_july(self) -> None:
        july, confirmed = Month(2023, 7), (Stint(date(2023, 7, 31)),)
        elders = [priority(visit(date(2023, 7, 31)), stints=confirmed), general(stints=confirmed)]
        counts = summed(elders, july)
        assert (counts["due"], counts["new_not_due"]) == (0, 2)
        assert rates_of(counts).visit_rate is None

    def test_duty_waits_for_the_sixtieth_birthday(self) -> None:
        turns_60 = general(visit(3), born_on=date(1966, 11, 10))
        assert states(turns_60) == ["M open"]
        assert why(turns_60) is NotCounted.BEFORE_CONFIRMATION
        assert states(general(born_on=date(1966, 11, 20))) == []

    def test_nobody_owes_anything_before_the_area_is_tracked(self) -> None:
        book = PolicyBook((PLAN,), tracking_starts_on=date(2026, 10, 1))
        before = judged(general(visit(date(2026, 9, 9))), Month(2026, 9), book)
        assert before.obligations == ()
        assert before.month is None
        assert [credit.not_counted for credit in before.credits.values()] == [NotCounted.NOT_TRACKED]
        assert states(general(), Month(2026, 10), book) == ["M open"]

    def test_a_person_not_yet_confirmed_is_counted_beside_the_rate(self) -> None:
        draft = general(visit(9), stints=(), enrolled_on=nov(2))
        assert (line(draft).due, line(draft).not_confirmed) == (0, 1)
        assert why(draft) is NotCounted.NOT_CONFIRMED
        assert judged(draft, NOVEMBER.previous()).month is None

    def test_an_elder_without_tier_owes_nothing_until_one_is_given(self) -> None:
        assert judged(an_elder(None)).month is None
        assert states(an_elder(None, tiers=(TierOfDuty(nov(10), Tier.GENERAL),))) == ["M open"]
        assert states(an_elder(None, tiers=(TierOfDuty(nov(20), Tier.GENERAL),))) == []


class TestChangeOfTier:
    def test_a_raise_on_the_tenth_owes_the_month_and_the_second_half(self) -> None:
        assert states(general(visit(5), tiers=RAISED_ON_THE_TENTH)) == ["M met", "H2 open"]

    def test_one_visit_may_meet_two_overlapping_obligations(self) -> None:
        elder = general(visit(20), tiers=RAISED_ON_THE_TENTH)
        assert states(elder) == ["M met", "H2 met"]
        (credit,) = judged(elder).credits.values()
        assert [(t.period_label, t.tier, t.counted) for t in credit.counts_toward] == [
            ("2026-11-M", Tier.GENERAL, True),
            ("2026-11-H2", Tier.PRIORITY, True),
        ]

    def test_a_lowered_tier_owes_only_the_half_it_began(self) -> None:
        lowered = (TierOfDuty(LONG_AGO, Tier.PRIORITY), TierOfDuty(nov(10), Tier.GENERAL))
        assert states(priority(visit(12), tiers=lowered)) == ["H1 met"]

    def test_an_assessment_decided_late_changes_nothing_before_the_decision(self) -> None:
        decided = (TierOfDuty(LONG_AGO, Tier.GENERAL), TierOfDuty(nov(25), Tier.PRIORITY))
        assert states(general(tiers=decided)) == ["M open"]
        assert states(general(tiers=decided), NOVEMBER.next()) == ["H1 open", "H2 open"]

    def test_an_elder_counts_once_a_month_in_the_tier_of_the_first_due_obligation(self) -> None:
        assert line(general(tiers=RAISED_ON_THE_TENTH)).tier is Tier.GENERAL
        assert line(general(tiers=RAISED_ON_THE_TENTH), NOVEMBER.next()).tier is Tier.PRIORITY

    def test_a_raise_during_a_stay_in_hospital_leaves_the_month_as_it_began(self) -> None:
        elder = general(tiers=RAISED_ON_THE_TENTH, suspensions=(away(1, 12),))
        assert states(elder) == ["M open", "H2 open"]


class TestConsent:
    def test_no_word_yet_owes_as_others_do_and_is_shown(self) -> None:
        given = [general(visit(9)) for _ in range(300)]
        counts = summed([*given, *(general(consented_on=None) for _ in range(600))])
        assert (counts["due"], counts["consent_pending"]) == (900, 600)
        assert rates_of(counts).visit_rate == "33.33"

    def test_a_withdrawal_on_the_16th_keeps_the_first_half(self) -> None:
        elder = priority(visit(9), stints=(gone(15, "declined"),))
        assert states(elder) == ["H1 met"]
        assert (line(elder).due, line(elder).declined, line(elder).exited) == (1, 1, 0)

    def test_the_declined_owe_nothing_and_are_counted_beside_the_rate(self) -> None:
        from_the_start = Stint(LONG_AGO, LONG_AGO - timedelta(days=1), "declined")
        elder = general(visit(9), stints=(from_the_start,), consented_on=None)
        assert (line(elder).due, line(elder).declined, line(elder).consent_pending) == (0, 1, 0)
        assert why(elder) is NotCounted.DECLINED

    def test_restored_consent_starts_duty_anew(self) -> None:
        stints = (gone(date(2026, 9, 30), "declined"), Stint(nov(10)))
        assert states(priority(stints=stints)) == ["H2 open"]
        assert line(priority(stints=stints)).declined == 0


class TestRefusedAtTheDoor:
    def test_refused_on_two_days_leaves_the_denominator(self) -> None:
        counts = summed(
            [*(general(visit(9)) for _ in range(22)), *(general(refusal(3), refusal(12)) for _ in range(3))]
        )
        assert (counts["due"], counts["refused"]) == (22, 3)
        assert rates_of(counts).visit_rate == "100.00"

    def test_refused_once_is_still_due(self) -> None:
        counts = summed([*(general(visit(9)) for _ in range(22)), *(general(refusal(3)) for _ in range(3))])
        assert (counts["due"], counts["refused"]) == (25, 0)
        assert rates_of(counts).visit_rate == "88.00"

    def test_refused_twice_on_one_day_is_once(self) -> None:
        assert states(general(refusal(3), refusal(3))) == ["M open"]

    def test_one_conclusive_refusal_suffices(self) -> None:
        assert states(general(refusal(3, refusal_conclusive=True))) == ["M refused"]

    def test_turned_away_by_a_daughter_is_not_the_elders_refusal(self) -> None:
        by_family = [refusal(day, refused_by_elder=False) for day in (3, 12)]
        assert states(general(*by_family)) == ["M open"]

    def test_a_voided_refusal_is_none(self) -> None:
        assert states(general(refusal(3), refusal(12, blocked="voided"))) == ["M open"]

    def test_refusals_in_two_halves_do_not_add_up(self) -> None:
        assert states(priority(refusal(12), refusal(18))) == ["H1 open", "H2 open"]

    def test_a_visit_before_the_refusal_was_established_keeps_the_period(self) -> None:
        assert states(general(refusal(3), visit(8), refusal(12))) == ["M met"]

    def test_a_visit_on_the_day_it_was_established_keeps_it_too(self) -> None:
        assert states(general(refusal(3), refusal(12), visit(12))) == ["M met"]

    def test_a_visit_after_it_is_kept_but_not_counted(self) -> None:
        elder = general(refusal(3), refusal(12), visit(20))
        assert states(elder) == ["M refused"]
        reasons = {credit.not_counted for credit in judged(elder).credits.values()}
        assert reasons == {NotCounted.OUTCOME, NotCounted.REFUSED_PERIOD}


class TestMovingWithinTheDistrict:
    @pytest.mark.parametrize(("moved_on", "village"), [(20, PINE), (10, LAKE), (16, PINE), (15, LAKE), (17, PINE)])
    def test_the_month_counts_where_most_active_days_were_lived(self, moved_on: int, village: str) -> None:
        residences = (Residence(LONG_AGO, PINE), Residence(nov(moved_on), LAKE))
        moved = general(visit(25), residences=residences, village=LAKE)
        assert states(moved) == ["M met"]
        assert line(moved).counted_village == village

    def test_days_in_hospital_do_not_decide_where_a_month_counts(self) -> None:
        residences = (Residence(LONG_AGO, PINE), Residence(nov(18), LAKE))
        moved = general(residences=residences, suspensions=(away(1, 14),))
        assert line(moved).counted_village == LAKE

    def test_living_by_turns_adds_up_the_days_of_each_village(self) -> None:
        turns = (Residence(LONG_AGO, PINE), Residence(nov(9), LAKE), Residence(nov(22), PINE))
        assert line(general(residences=turns)).counted_village == PINE

    def test_without_an_active_day_all_days_weigh(self) -> None:
        residences = (Residence(LONG_AGO, PINE), Residence(nov(10), LAKE))
        whole_month = away(date(2026, 10, 20), date(2026, 12, 9))
        assert line(general(residences=residences, suspensions=(whole_month,))).counted_village == LAKE

    def test_a_move_planned_for_later_changes_nothing_yet(self) -> None:
        planned = (Residence(LONG_AGO, PINE), Residence(date(2026, 12, 5), LAKE))
        assert line(general(residences=planned)).counted_village == PINE


class TestDeath:
    def test_a_death_unseen_in_the_running_period_is_counted_beside_the_rate(self) -> None:
        seen_in_october = visit(date(2026, 10, 3))
        died = general(seen_in_october, stints=(gone(10, "death", found_on=nov(28), reported_on=nov(28)),))
        counts = summed([died, *(general(visit(9)) for _ in range(24))])
        assert (counts["due"], counts["deaths_unseen"], counts["exited"]) == (24, 1, 1)
        assert rates_of(counts).visit_rate == "100.00"

    @pytest.mark.parametrize("method", [Method.HOME, Method.PHONE, Method.REMOTE_MONITORING])
    def test_a_contact_of_any_mode_before_death_is_enough(self, method: Method) -> None:
        assert line(general(visit(4, method), stints=(gone(10, "death"),))).deaths_unseen == 0

    def test_a_contact_in_the_half_before_is_not(self) -> None:
        assert line(priority(visit(14), stints=(gone(20, "death"),))).deaths_unseen == 1

    @pytest.mark.parametrize("record", [not_met(9), visit(11), visit(9, blocked="incident_review")])
    def test_an_attempt_or_a_record_after_death_or_in_doubt_is_not(self, record: VisitFact) -> None:
        died = general(record, stints=(gone(10, "death"),))
        assert line(died).deaths_unseen == 1

    def test_other_endings_are_no_deaths(self) -> None:
        assert line(general(stints=(gone(10, "institution"),))).deaths_unseen == 0

    def test_a_visit_after_the_end_does_not_count(self) -> None:
        elder = general(visit(12), stints=(gone(10, "death"),))
        assert why(elder) is NotCounted.EXITED


def test_the_judgement_of_a_quiet_month_is_empty() -> None:
    left = judged(general(visit(9), stints=(gone(date(2026, 10, 5)),)))
    assert (left.obligations, left.month, left.seen_on) == ((), None, ())
    assert [credit.not_counted for credit in left.credits.values()] == [NotCounted.EXITED]


def test_visits_of_other_months_have_no_credit_here() -> None:
    assert judged(general(visit(date(2026, 10, 9)))).credits == {}


def test_an_outcome_other_than_completed_is_never_seen() -> None:
    for outcome in Outcome:
        seen = judged(general(visit(9, outcome=outcome))).seen_on
        assert bool(seen) is (outcome is Outcome.COMPLETED)
