"""Graces of stand-downs, who a surge counts, which days a window may have (reading A17)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain.charges import ObligationState
from api.domain.duty import Duty
from api.domain.facts import ElderFacts, Residence, StandDown, Surge, VisitFact
from api.domain.graces import Graces, judged_together
from api.domain.months import Month, months_between
from api.domain.obligations import judge
from api.domain.policy import PLAN, PLAN_BOOK, Method, Place, Tier
from api.domain.surges import (
    SurgeFigures,
    SurgeKind,
    SurgeState,
    Window,
    area_around,
    asked_after,
    state_on,
    window_faults,
    with_windows,
)
from api.domain.visits import Outcome
from tests.domain.duties import LAKE, PINE, an_elder, away, general, gone, not_met, nov, priority, visit

SEPTEMBER = Month(2026, 9)
SEASON = tuple(months_between(Month(2026, 8), Month(2026, 12)))


def sep(day: int) -> date:
    return date(2026, 9, day)


def storm(first: date, last: date, grace_days: int = 3) -> StandDown:
    return StandDown(first, last, grace_days)


# --- graces -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends_on", "due_on"),
    [(12, 12), (13, 19), (15, 21), (18, 24), (19, 19)],
)
def test_what_ends_in_a_stand_down_or_shortly_after_is_due_later(ends_on: int, due_on: int) -> None:
    assert Graces([storm(sep(13), sep(15))]).due(sep(ends_on)) == sep(due_on)


@pytest.mark.parametrize(
    ("storms", "due_on"),
    [
        ([], 15),
        ([(13, 15), (13, 15)], 21),
        ([(13, 15), (14, 16)], 22),
        ([(13, 15), (16, 17)], 23),
        ([(13, 15), (20, 22)], 27),
        ([(13, 15), (25, 26)], 21),
    ],
)
def test_storms_that_touch_are_one_and_another_moves_the_day_on(storms: list[tuple[int, int]], due_on: int) -> None:
    graces = Graces(storm(sep(first), sep(last)) for first, last in reversed(storms))
    assert graces.due(sep(15)) == sep(due_on)


def test_months_that_share_visits_are_judged_together() -> None:
    over_the_end = Graces([storm(sep(29), sep(30))])
    assert judged_together([SEPTEMBER], over_the_end) == [SEPTEMBER, Month(2026, 10)]
    assert judged_together([Month(2026, 10)], over_the_end) == [SEPTEMBER, Month(2026, 10)]
    assert judged_together([Month(2026, 11)], over_the_end) == [Month(2026, 11)]
    assert judged_together([SEPTEMBER], Graces([storm(sep(13), sep(15))])) == [SEPTEMBER]


def test_the_example_of_the_reading() -> None:
    """Stand-down 13–15 September, grace to the 21st: a visit on the 17th meets H1, H2 is still open."""
    elder = priority(visit(sep(17)), stand_downs=(storm(sep(13), sep(15)),))
    first, second = judge(elder, SEPTEMBER, PLAN_BOOK).obligations
    assert (first.state, first.due_on, first.met_on) == (ObligationState.MET, sep(21), sep(17))
    assert (second.state, second.due_on, second.met_on) == (ObligationState.OPEN, sep(30), None)


def test_a_refused_period_takes_no_visit_in_its_grace() -> None:
    said_no = {"outcome": Outcome.REFUSED, "refused_by_elder": True, "refusal_conclusive": True}
    elder = priority(visit(sep(10), **said_no), visit(sep(17)), stand_downs=(storm(sep(13), sep(15)),))
    first, second = judge(elder, SEPTEMBER, PLAN_BOOK).obligations
    assert (first.state, second.state) == (ObligationState.REFUSED, ObligationState.MET)


def test_a_call_in_the_grace_meets_nothing() -> None:
    call = visit(sep(17), Method.PHONE)
    judgement = judge(priority(call, stand_downs=(storm(sep(13), sep(15)),)), SEPTEMBER, PLAN_BOOK)
    credit = judgement.credits[call.id]
    assert [each.period_label[-2:] for each in credit.counts_toward] == ["H1", "H2"]
    assert credit.not_counted == "not_home"


DAYS = st.integers(0, 152).map(lambda n: date(2026, 8, 1) + timedelta(days=n))
VISITS = st.lists(DAYS, max_size=12).map(lambda days: tuple(visit(day) for day in days))
STORMS = st.lists(
    st.tuples(DAYS, st.integers(0, 6), st.integers(0, 5)).map(
        lambda each: StandDown(each[0], each[0] + timedelta(days=each[1]), each[2])
    ),
    max_size=4,
).map(tuple)
TIERS = st.sampled_from(list(Tier))


def naive_days_met(facts: ElderFacts) -> list[tuple[str, date | None]]:
    """Every period in turn takes the first visit that no earlier one took in its grace."""
    shut = {s.starts_on + timedelta(days=n): None for s in facts.stand_downs for n in range(_length(s))}
    spells: list[list[date]] = []
    for day in sorted(shut):
        if spells and spells[-1][-1] + timedelta(days=1) == day:
            spells[-1].append(day)
        else:
            spells.append([day])
    days = sorted(each.visited_on for each in facts.visits)
    found: list[tuple[str, date | None]] = []
    taken: list[date] = []
    for label, first, last in _periods(facts.tiers[0].tier):
        due = last
        for spell in spells:
            grace = max(s.grace_days for s in facts.stand_downs if spell[0] <= s.starts_on <= spell[-1])
            if spell[0] <= due <= spell[-1] + timedelta(days=grace):
                due += timedelta(days=len(spell) + grace)
        left = list(days)
        for day in taken:
            left.remove(day)
        met = next((day for day in left if first <= day <= due), None)
        if met is not None and met > last:
            taken.append(met)
        found.append((label, met))
    return found


def _length(stand_down: StandDown) -> int:
    return (stand_down.ends_on - stand_down.starts_on).days + 1


def _periods(tier: Tier | None) -> Iterable[tuple[str, date, date]]:
    for month in SEASON:
        middle = month.first + timedelta(days=14)
        if tier is Tier.GENERAL:
            yield f"{month}-M", month.first, month.last
        else:
            yield f"{month}-H1", month.first, middle
            yield f"{month}-H2", middle + timedelta(days=1), month.last


@settings(max_examples=300, deadline=None)
@given(TIERS, VISITS, STORMS)
def test_graces_agree_with_a_second_opinion_over_months(
    tier: Tier, visits: tuple[VisitFact, ...], storms: tuple[StandDown, ...]
) -> None:
    elder = an_elder(tier, *visits, stand_downs=storms)
    judged = [each for month in SEASON for each in judge(elder, month, PLAN_BOOK).obligations]
    assert [(each.period.label, each.met_on) for each in judged] == naive_days_met(elder)


@settings(max_examples=200, deadline=None)
@given(TIERS, VISITS, STORMS, DAYS)
def test_a_visit_changes_only_the_months_that_are_judged_together_with_its_own(
    tier: Tier, visits: tuple[VisitFact, ...], storms: tuple[StandDown, ...], day: date
) -> None:
    before = an_elder(tier, *visits, stand_downs=storms)
    after = replace(before, visits=(*visits, visit(day)))
    together = judged_together([Month.of(day)], Graces(storms))
    for month in set(SEASON) - set(together):
        assert judge(after, month, PLAN_BOOK) == judge(before, month, PLAN_BOOK)


@given(TIERS, VISITS, STORMS)
def test_nobody_is_fully_visited_in_a_month_in_which_he_was_not(
    tier: Tier, visits: tuple[VisitFact, ...], storms: tuple[StandDown, ...]
) -> None:
    for month in SEASON:
        line = judge(an_elder(tier, *visits, stand_downs=storms), month, PLAN_BOOK).month
        assert line is not None
        assert line.fully_compliant <= line.visited_home <= line.visited_any <= line.due == 1


# --- who is asked after -------------------------------------------------------------------------------

COLD = Surge(UUID(int=7), nov(10), nov(13), frozenset({Tier.PRIORITY}))


def asked(facts: ElderFacts, surge: Surge = COLD) -> tuple[bool, date | None]:
    """Whether the surge counts the elder, and the day that reached him."""
    facts = replace(facts, surges=(surge,))
    found = list(asked_after(facts, Duty(facts, None, PLAN)))
    return bool(found), found[0].contact.visited_on if found and found[0].contact else None


@pytest.mark.parametrize(
    ("facts", "counted"),
    [
        (priority(), True),
        (general(), False),
        (an_elder(None), False),
        (priority(stints=()), False),
        (priority(suspensions=(away(10, 11),)), True),
        (priority(suspensions=(away(10, 12),)), False),
        (priority(suspensions=(away(13, 13),)), False),
        (priority(stints=(gone(12),)), False),
        (priority(stints=(gone(13),)), True),
        (priority(stints=(replace(gone(30), starts_on=nov(12), last_day_on=None, ending=None),)), True),
        (priority(stints=(replace(gone(30), starts_on=nov(13), last_day_on=None, ending=None),)), False),
    ],
)
def test_half_the_days_and_the_last_one_on_duty(facts: ElderFacts, counted: bool) -> None:
    assert asked(facts) == (counted, None)


@pytest.mark.parametrize(
    ("contact", "reached"),
    [
        (visit(10), True),
        (visit(13, Method.PHONE), True),
        (visit(12, Method.ONLINE), True),
        (visit(12, Method.OTHER, place=Place.CANTEEN), True),
        (visit(12, place=Place.CANTEEN), True),
        (visit(12, Method.REMOTE_MONITORING), False),
        (visit(9), False),
        (visit(14), False),
        (not_met(12), False),
        (visit(12, blocked="voided"), False),
        (visit(12, blocked="worker_related"), False),
    ],
)
def test_any_contact_in_the_days_reaches(contact: VisitFact, reached: bool) -> None:
    assert asked(priority(contact)) == (True, contact.visited_on if reached else None)


def test_reached_though_away_counts_and_reached_after_leaving_does_not() -> None:
    call = visit(11, Method.PHONE)
    assert asked(priority(call, suspensions=(away(1, 30),))) == (True, nov(11))
    assert asked(priority(call, stints=(gone(10),))) == (False, None)
    assert asked(priority(call, stints=(gone(11),))) == (True, nov(11))


def test_a_visit_at_home_comes_before_an_earlier_call() -> None:
    assert asked(priority(visit(10, Method.PHONE), visit(12), visit(13))) == (True, nov(12))


def test_a_window_holds_where_the_elder_lives_on_its_last_day() -> None:
    def window(village: str, kind: SurgeKind) -> Window:
        return Window(UUID(int=1), kind, (village,), nov(10), nov(13), frozenset(Tier), 3)

    moved = priority(residences=(Residence(date(2023, 8, 1), PINE), Residence(nov(13), LAKE)), village=LAKE)
    both = [window(village, kind) for village in (PINE, LAKE) for kind in SurgeKind]
    held = with_windows(moved, both)
    assert (held.surges, held.stand_downs) == ((both[2].surge,), (both[3].stand_down,))
    assert with_windows(moved, both[:2]) is moved


# --- windows ------------------------------------------------------------------------------------------


def test_a_window_that_was_opened_ends_with_its_last_day() -> None:
    assert state_on(SurgeState.ACTIVE, nov(10), nov(10)) is SurgeState.ACTIVE
    assert state_on(SurgeState.ACTIVE, nov(10), nov(11)) is SurgeState.ENDED
    assert state_on(SurgeState.PLANNED, nov(10), nov(11)) is SurgeState.PLANNED
    assert state_on(SurgeState.CANCELLED, nov(10), nov(11)) is SurgeState.CANCELLED


@pytest.mark.parametrize(
    ("areas", "around"),
    [
        (["350303"], "350303"),
        (["350303104", "350303101"], "350303"),
        (["350303104201", "350303104202"], "350303104"),
        (["350303104201", "350303101"], "350303"),
    ],
)
def test_the_narrowest_area_around_some(areas: list[str], around: str) -> None:
    assert area_around(areas) == around


@pytest.mark.parametrize(
    ("kind", "first", "last", "codes"),
    [
        (SurgeKind.SURGE, nov(3), nov(3), []),
        (SurgeKind.SURGE, nov(2), nov(2), ["window_over"]),
        (SurgeKind.SURGE, nov(4), nov(3), ["dates_out_of_order"]),
        (SurgeKind.SURGE, nov(1), date(2026, 12, 1), []),
        (SurgeKind.SURGE, nov(1), date(2026, 12, 2), ["window_too_long"]),
        (SurgeKind.STAND_DOWN, date(2026, 10, 27), date(2026, 10, 27), []),
        (SurgeKind.STAND_DOWN, date(2026, 10, 26), date(2026, 10, 26), ["window_over"]),
    ],
)
def test_days_that_cannot_be(kind: SurgeKind, first: date, last: date, codes: list[str]) -> None:
    assert [fault.code for fault in window_faults(kind, first, last, 3, nov(3))] == codes


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_the_rate_is_whole_only_when_everybody_was_reached(home: int, silent: int) -> None:
    figures = SurgeFigures(home + silent, {Method.HOME: home})
    assert (figures.contacted, figures.not_reached) == (home, silent)
    assert (figures.rate == "100.00") is (home > 0 and silent == 0)
    assert (figures.rate is None) is (home + silent == 0)
