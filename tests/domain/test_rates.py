"""月探访率 and its companions: the eighteen populations, rounding, sums, and the running month."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.charges import ObligationState
from api.domain.elder_months import COUNTS
from api.domain.facts import ElderFacts, Stint, TierOfDuty
from api.domain.months import Month
from api.domain.obligations import Obligation, judge
from api.domain.policy import PLAN_BOOK, Method, Tier
from api.domain.rates import elapsed_of, is_below, percentage, progress_of, rates_of, total
from api.domain.visits import Outcome
from tests.domain.duties import NOVEMBER, an_elder, away, general, nov, priority, summed, visit

POPULATIONS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "visit_rate.json").read_text(encoding="utf-8")
)
FIGURES = {
    "due_elders": "due",
    "visited_home": "visited_home",
    "visited_any_mode": "visited_any",
    "fully_compliant": "fully_compliant",
    "obligations": "obligations",
    "obligations_met": "obligations_met",
}
METHODS = {"HOME": Method.HOME, "PHONE": Method.PHONE, "ONLINE_AV": Method.ONLINE}


def people(case: dict[str, Any]) -> Iterator[tuple[str, ElderFacts]]:
    if case["no"] == 14:
        yield from ((f"G{n}", general(visit(8))) for n in range(1, 20_000))
        yield "G20000", general()
        return
    for person in case["population"]:
        visits = []
        for day, method, *outcome in person["visits"]:
            voided = outcome == ["VOIDED"]
            fact = visit(date.fromisoformat(day), METHODS[method], blocked="voided" if voided else None)
            if outcome == ["NOT_MET"]:
                fact = visit(date.fromisoformat(day), METHODS[method], outcome=Outcome.NOT_MET)
            visits.append(fact)
        left_on = date.fromisoformat(person["exit"]) if "exit" in person else None
        yield (
            person["id"],
            an_elder(
                None,
                *visits,
                tiers=tuple(TierOfDuty(date.fromisoformat(d), Tier(tier)) for d, tier in person["tiers"]),
                stints=(
                    Stint(
                        date.fromisoformat(person["start"]),
                        left_on and left_on - timedelta(days=1),
                        "moved_out" if left_on else None,
                        approved=True,
                    ),
                ),
                suspensions=tuple(
                    away(date.fromisoformat(first), date.fromisoformat(last))
                    for first, last in person.get("suspended", [])
                ),
            ),
        )


@pytest.mark.parametrize("case", POPULATIONS, ids=lambda case: f"{case['no']}: {case['title']}")
def test_the_figures_of_the_eighteen_populations(case: dict[str, Any]) -> None:
    month, expected = Month.parse(case["month"]), case["expected"]
    judgements = {name: judge(elder, month, PLAN_BOOK) for name, elder in people(case)}
    counts = total(j.month for j in judgements.values() if j.month is not None)
    rates = rates_of(counts)
    assert {told: counts[kept] for told, kept in FIGURES.items()} == {t: expected[t] for t in FIGURES}
    assert rates.visit_rate == expected["R1_monthly_visit_rate"]
    assert rates.frequency_rate == expected["R2_frequency_compliance"]
    assert rates.obligation_rate == expected["R2b_obligation_completion"]
    assert rates.contact_rate == expected["R3_any_mode_rate"]
    not_due = [name for name, j in judgements.items() if j.month is None or not j.month.due]
    assert not_due == expected["not_due"]
    assert [f"{n}:{o.period.label[8:]}" for n, o in missed(judgements)] == expected["missed"]


def missed(judgements: Mapping[str, Any]) -> Iterator[tuple[str, Obligation]]:
    for name, judgement in judgements.items():
        for obligation in judgement.obligations:
            if obligation.state is ObligationState.OPEN:
                yield name, obligation


def test_nobody_due_has_no_rate() -> None:
    rates = rates_of(total([]))
    assert rates.visit_rate is rates.frequency_rate is rates.obligation_rate is rates.contact_rate is None
    assert progress_of(total([])) is None


def test_a_roll_up_adds_counts_and_never_averages_rates() -> None:
    nobody = summed([])
    three_of_four = summed([general(visit(3)), general(visit(4)), general(visit(5)), general()])
    together = {name: nobody[name] + three_of_four[name] for name in COUNTS}
    assert rates_of(nobody).visit_rate is None
    assert rates_of(together).visit_rate == "75.00"


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (2, 3, "66.67"),
        (1, 3, "33.33"),
        (1, 16, "6.25"),
        (1, 800, "0.13"),
        (0, 7, "0.00"),
        (7, 7, "100.00"),
        (19_999, 20_000, "99.99"),
        (999_999, 1_000_000, "99.99"),
    ],
)
def test_rates_have_two_places_half_up_and_never_reach_100_early(part: int, whole: int, written: str) -> None:
    assert percentage(part, whole) == written


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_rate_lies_between_0_and_100_and_is_100_only_for_all(part: int, whole: int) -> None:
    part = min(part, whole)
    written = percentage(part, whole)
    assert written is not None
    assert 0 <= float(written) <= 100
    assert (written == "100.00") is (part == whole)
    assert abs(float(written) - 100 * part / whole) <= 0.0101


def test_a_running_month_shows_progress_beside_the_share_of_days_gone_by() -> None:
    counts = summed([general(visit(8)) if n < 300 else general() for n in range(900)])
    assert progress_of(counts) == "33.33"
    assert elapsed_of(NOVEMBER, nov(14)) == "46.67"
    assert elapsed_of(NOVEMBER, date(2026, 10, 31)) == "0.00"
    assert elapsed_of(NOVEMBER, date(2026, 12, 24)) == "100.00"


def test_the_tiers_add_up_to_the_whole() -> None:
    elders = [
        priority(visit(3), visit(20)),
        priority(visit(3)),
        general(visit(9)),
        general(),
        general(tiers=(TierOfDuty(date(2000, 1, 1), Tier.GENERAL), TierOfDuty(nov(10), Tier.PRIORITY))),
    ]
    lines = [found for elder in elders if (found := judge(elder, NOVEMBER, PLAN_BOOK).month)]
    by_tier = [total(found for found in lines if found.tier is tier) for tier in Tier]
    assert {name: sum(counts[name] for counts in by_tier) for name in COUNTS} == total(lines)
    assert [counts["due"] for counts in by_tier] == [2, 3]


@pytest.mark.parametrize(
    ("visited", "due", "month", "below"),
    [(99, 100, "2026-10", True), (100, 100, "2026-10", False), (0, 0, "2026-10", None), (1, 2, "2023-11", None)],
)
def test_the_target_holds_from_december_2023_on(visited: int, due: int, month: str, below: bool | None) -> None:
    assert is_below({"visited_home": visited, "due": due}, Month.parse(month), 100) is below


def test_a_lower_target_is_met_by_exactly_that_share() -> None:
    assert [is_below({"visited_home": n, "due": 40}, Month(2026, 10), 95) for n in (37, 38)] == [True, False]
