"""Builders of dated facts: made-up elders whose duty is to be judged, in November 2026 unless said."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from api.domain.elder_months import ElderMonth
from api.domain.facts import ElderFacts, Stint, Suspension, TierOfDuty, VisitFact
from api.domain.months import Month
from api.domain.obligations import Judgement, judge
from api.domain.policy import PLAN_BOOK, Method, Place, PolicyBook, Tier
from api.domain.rates import total
from api.domain.visits import Outcome

NOVEMBER = Month(2026, 11)
LONG_AGO = date(2023, 8, 1)
PINE = "350303104201"
LAKE = "350303104202"

_numbers = count(1)


def nov(day: int) -> date:
    return date(2026, 11, day)


def visit(on: date | int, method: Method = Method.HOME, **changes: Any) -> VisitFact:
    """A completed visit at home, recorded the same day."""
    day = nov(on) if isinstance(on, int) else on
    fact = VisitFact(UUID(int=next(_numbers)), day, method, Place.HOME, Outcome.COMPLETED, day)
    return replace(fact, **changes)


def not_met(on: date | int) -> VisitFact:
    return visit(on, outcome=Outcome.NOT_MET)


def refusal(on: date | int, **changes: Any) -> VisitFact:
    """Met at the door and refused by the elder himself."""
    return visit(on, outcome=Outcome.REFUSED, **{"refused_by_elder": True, **changes})


def away(first: date | int, last: date | int, **changes: Any) -> Suspension:
    """A suspension reported on its first day and confirmed by the township."""
    starts_on = nov(first) if isinstance(first, int) else first
    ends_on = nov(last) if isinstance(last, int) else last
    return replace(Suspension(starts_on, ends_on, "hospital", starts_on, confirmed=True), **changes)


def gone(last_day: date | int, ending: str = "moved_out", since: date = LONG_AGO, **changes: Any) -> Stint:
    """A stint that ended, reported in time."""
    last = nov(last_day) if isinstance(last_day, int) else last_day
    return replace(Stint(since, last, ending), **changes)


def an_elder(tier: Tier | None, *visits: VisitFact, **changes: Any) -> ElderFacts:
    """On the roll since long ago, with consent, in 松 village, unless ``changes`` say otherwise."""
    facts = ElderFacts(
        elder_id=UUID(int=next(_numbers)),
        born_on=date(1940, 1, 1),
        village=PINE,
        enrolled_on=LONG_AGO,
        stints=(Stint(LONG_AGO),),
        tiers=(TierOfDuty(date(2000, 1, 1), tier),),
        visits=visits,
        consented_on=LONG_AGO,
    )
    return replace(facts, **changes)


def priority(*visits: VisitFact, **changes: Any) -> ElderFacts:
    return an_elder(Tier.PRIORITY, *visits, **changes)


def general(*visits: VisitFact, **changes: Any) -> ElderFacts:
    return an_elder(Tier.GENERAL, *visits, **changes)


def judged(facts: ElderFacts, month: Month = NOVEMBER, book: PolicyBook = PLAN_BOOK) -> Judgement:
    return judge(facts, month, book)


def line(facts: ElderFacts, month: Month = NOVEMBER, book: PolicyBook = PLAN_BOOK) -> ElderMonth:
    """The elder's line of the month, which must not be empty."""
    found = judge(facts, month, book).month
    assert found is not None
    return found


def states(facts: ElderFacts, month: Month = NOVEMBER, book: PolicyBook = PLAN_BOOK) -> list[str]:
    """``["H1 met", "H2 open pending"]``"""
    return [
        f"{each.period.label[8:]} {each.state.value}" + (" pending" if each.pending else "")
        for each in judge(facts, month, book).obligations
    ]


def summed(elders: Iterable[ElderFacts], month: Month = NOVEMBER, book: PolicyBook = PLAN_BOOK) -> Mapping[str, int]:
    months = (judge(elder, month, book).month for elder in elders)
    return total(found for found in months if found is not None)
