"""Other places' rules (domain §3.2) are other data in the same policy, never other code."""

from datetime import date

from api.domain.credits import NotCounted
from api.domain.facts import TierOfDuty
from api.domain.months import Month
from api.domain.policy import PLAN, Frequency, Method, PeriodKind, Policy, PolicyBook, Tier
from tests.domain.duties import LONG_AGO, away, general, judged, line, nov, priority, states, visit

BY_ANY_MODE = frozenset({Method.HOME, Method.PHONE, Method.ONLINE, Method.REMOTE_MONITORING})

QINGHAI = PolicyBook(
    (Policy("青海", frequencies={tier: Frequency(PeriodKind.MONTH, methods=BY_ANY_MODE) for tier in Tier}),)
)
WEIHAI = PolicyBook(
    (
        Policy(
            "威海",
            frequencies={
                Tier.PRIORITY: Frequency(PeriodKind.DAYS, days=2, methods=frozenset({Method.HOME, Method.PHONE}))
            },
        ),
    )
)
XUHUI = PolicyBook(
    (
        Policy(
            "徐汇",
            frequencies={Tier.PRIORITY: Frequency(PeriodKind.DAYS, days=3, methods=frozenset({Method.PHONE}))},
        ),
    )
)
INNER_MONGOLIA = PolicyBook(
    (
        Policy(
            "内蒙古",
            frequencies={
                Tier.PRIORITY: Frequency(PeriodKind.WEEK),
                Tier.GENERAL: Frequency(PeriodKind.MONTH),  # a quarter there; no period crosses a month
            },
        ),
    )
)


def test_in_qinghai_any_mode_meets_the_month_and_counts_as_a_visit() -> None:
    for method in BY_ANY_MODE:
        elder = priority(visit(9, method))
        assert states(elder, book=QINGHAI) == ["M met"]
        assert line(elder, book=QINGHAI).visited_home == 1


def test_in_weihai_a_visit_or_a_call_is_owed_every_two_days() -> None:
    elder = priority(*(visit(day, Method.PHONE if day % 4 else Method.HOME) for day in range(2, 31, 2)))
    assert states(elder, book=WEIHAI) == [f"D{day:02} met" for day in range(1, 30, 2)]
    assert len(judged(elder, Month(2026, 12), WEIHAI).obligations) == 16


def test_a_tier_the_policy_does_not_name_owes_nothing() -> None:
    assert states(general(visit(9)), book=WEIHAI) == []
    (credit,) = judged(general(visit(9)), book=WEIHAI).credits.values()
    assert credit.not_counted is NotCounted.NOTHING_DUE


def test_in_xuhui_only_the_active_call_counts() -> None:
    elder = priority(visit(1, Method.PHONE), visit(4))
    assert states(elder, book=XUHUI)[:3] == ["D01 met", "D04 open", "D07 open"]
    assert len(judged(elder, book=XUHUI).obligations) == 10


def test_in_inner_mongolia_the_highest_tier_is_owed_a_visit_a_week() -> None:
    elder = priority(visit(7), visit(8), visit(23))
    assert states(elder, book=INNER_MONGOLIA) == ["W1 met", "W2 met", "W3 open", "W4 met"]


def test_two_visits_in_one_period_are_two_obligations_met_on_two_days() -> None:
    twice = PolicyBook((Policy(frequencies={Tier.GENERAL: Frequency(PeriodKind.MONTH, min_visits=2)}),))
    once = general(visit(9), visit(9))
    assert states(once, book=twice) == ["M met", "M open"]
    assert [o.ordinal for o in judged(once, book=twice).obligations] == [1, 2]
    both = line(general(visit(9), visit(10)), book=twice)
    assert (both.obligations, both.obligations_met, both.fully_compliant) == (2, 2, 1)


def test_a_policy_holds_for_the_periods_that_begin_under_it() -> None:
    weekly_from_the_16th = Policy(
        "加密", valid_from=nov(16), frequencies={tier: Frequency(PeriodKind.WEEK) for tier in Tier}
    )
    book = PolicyBook((PLAN, weekly_from_the_16th))
    assert states(general(), book=book) == ["M open", "W3 open", "W4 open"]
    assert states(priority(), book=book) == ["H1 open", "W3 open", "W4 open"]
    assert states(general(), Month(2026, 10), book) == ["M open"]
    assert states(general(), Month(2026, 12), book) == ["W1 open", "W2 open", "W3 open", "W4 open"]


def test_half_of_a_two_day_stretch_is_one_day() -> None:
    elder = priority(suspensions=(away(1, 3),), tiers=(TierOfDuty(LONG_AGO, Tier.PRIORITY),))
    assert states(elder, book=WEIHAI)[:3] == ["D01 excused", "D03 open", "D05 open"]
    assert judged(elder, book=WEIHAI).obligations[0].period.starts_on == date(2026, 11, 1)
