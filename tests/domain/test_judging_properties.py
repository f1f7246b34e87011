"""Judging agrees with a slow second opinion on random facts, and keeps the promises of arithmetic."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain.elder_months import COUNTS
from api.domain.facts import ElderFacts, Residence, Stint, Suspension, TierOfDuty, VisitFact
from api.domain.obligations import judge
from api.domain.policy import PLAN, Frequency, Method, PeriodKind, Place, Policy, PolicyBook, Tier
from api.domain.visits import Outcome
from tests.domain.duties import LAKE, NOVEMBER, PINE
from tests.domain.naive import Naive, days_of

T = TypeVar("T")

START = date(2026, 9, 20)
DAYS = st.integers(0, 100).map(lambda n: START + timedelta(days=n))
IN_NOVEMBER = st.integers(1, 30).map(lambda day: date(2026, 11, day))
LONG_AGO_OR_LATELY = st.sampled_from([date(2023, 8, 1)] * 2) | DAYS
SPANS = st.tuples(DAYS, st.integers(0, 45))
ANYHOW = frozenset({Method.HOME, Method.PHONE, Method.ONLINE})
BOOKS = [
    PolicyBook((PLAN,)),
    PolicyBook((PLAN,), tracking_starts_on=date(2026, 11, 9)),
    PolicyBook((PLAN,), tracking_starts_on=date(2026, 12, 1)),
    PolicyBook((Policy(frequencies={Tier.PRIORITY: Frequency(PeriodKind.WEEK, min_visits=2)}),)),
    PolicyBook((Policy(frequencies={tier: Frequency(PeriodKind.DAYS, 4, methods=ANYHOW) for tier in Tier}),)),
    PolicyBook(
        (
            PLAN,
            Policy(
                valid_from=date(2026, 11, 8),
                frequencies={
                    Tier.PRIORITY: Frequency(PeriodKind.WEEK),
                    Tier.GENERAL: Frequency(PeriodKind.HALF_MONTH, methods=ANYHOW, min_visits=2),
                },
            ),
        )
    ),
]
BLOCKED = ["voided", "withdrawn", "returned", "worker_related", "probable_duplicate", "awaiting_acceptance"]


@st.composite
def a_visit(draw: st.DrawFn) -> VisitFact:
    outcome = draw(st.sampled_from([Outcome.COMPLETED] * 4 + [Outcome.REFUSED] * 3 + [Outcome.NOT_MET]))
    return VisitFact(
        id=draw(st.uuids(version=4)),
        visited_on=draw(IN_NOVEMBER | IN_NOVEMBER | DAYS),
        method=draw(st.sampled_from([Method.HOME] * 10 + list(Method))),
        place=draw(st.sampled_from([Place.HOME] * 8 + [Place.SHELTER, Place.CANTEEN, None])),
        outcome=outcome,
        recorded_on=draw(DAYS),
        blocked=draw(st.sampled_from([None] * 15 + BLOCKED)),
        refused_by_elder=outcome is Outcome.REFUSED and draw(st.sampled_from([True, True, True, False])),
        refusal_conclusive=draw(st.sampled_from([False, False, True])),
        late=draw(st.booleans()),
    )


@st.composite
def stints(draw: st.DrawFn) -> tuple[Stint, ...]:
    """Up to three stints that do not overlap; all but the last have ended."""
    found: list[Stint] = []
    starts_on = draw(LONG_AGO_OR_LATELY)
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 2, 3]))):
        if found and found[-1].last_day_on is None:
            break
        length = draw(st.none() | st.integers(-1, 50))
        last = None if length is None else max(starts_on, START) + timedelta(days=length)
        noticed = last and last + timedelta(days=draw(st.integers(0, 20)))
        delay = draw(st.none() | st.integers(0, 30))
        reported = None if noticed is None or delay is None else noticed + timedelta(days=delay)
        found.append(
            Stint(
                starts_on,
                last,
                draw(st.sampled_from(["death", "moved_out", "declined", "institution"])) if last else None,
                reported,
                noticed,
                draw(st.booleans()),
                draw(st.sampled_from([None, None, True, False])),
            )
        )
        starts_on = max(last or starts_on, starts_on) + timedelta(days=1 + draw(st.integers(0, 25)))
    return tuple(found)


@st.composite
def a_suspension(draw: st.DrawFn) -> Suspension:
    starts_on, length = draw(SPANS)
    return Suspension(
        starts_on,
        starts_on + timedelta(days=length),
        "hospital",
        starts_on + timedelta(days=draw(st.integers(0, 40))),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.sampled_from([None, None, True, False])),
    )


TIERS = st.lists(
    st.tuples(LONG_AGO_OR_LATELY, st.sampled_from([*Tier, *Tier, *Tier, None])),
    min_size=1,
    max_size=3,
    unique_by=lambda change: change[0],
).map(lambda changes: tuple(TierOfDuty(day, tier) for day, tier in changes))
RESIDENCES = st.lists(
    st.tuples(LONG_AGO_OR_LATELY, st.sampled_from([PINE, LAKE])),
    max_size=3,
    unique_by=lambda move: move[0],
).map(lambda moves: tuple(Residence(day, village) for day, village in moves))

ELDERS = st.builds(
    ElderFacts,
    elder_id=st.just(UUID(int=1)),
    born_on=st.one_of(st.just(date(1940, 1, 1)), st.integers(0, 100).map(lambda n: date(1966, 9, 20) + timedelta(n))),
    village=st.just(PINE),
    enrolled_on=DAYS,
    stints=stints(),
    suspensions=st.lists(a_suspension(), max_size=3).map(tuple),
    tiers=TIERS,
    residences=RESIDENCES,
    visits=st.lists(a_visit(), max_size=6, unique_by=lambda v: v.id).map(tuple),
    consented_on=st.none() | DAYS,
)


@settings(max_examples=400, deadline=None)
@given(ELDERS, st.sampled_from(BOOKS))
def test_judging_agrees_with_a_day_by_day_second_opinion(facts: ElderFacts, book: PolicyBook) -> None:
    judgement = judge(facts, NOVEMBER, book)
    opinion = Naive(facts, days_of(2026, 11), book).opinion()
    rows = [(o.period.label[8:], o.ordinal, o.tier, o.state.value, o.met_on, o.pending) for o in judgement.obligations]
    assert rows == opinion.rows
    assert {id_: credit.not_counted for id_, credit in judgement.credits.items()} == opinion.reasons
    counts = {name: getattr(judgement.month, name, 0) for name in COUNTS}
    assert counts == {name: int(opinion.counts[name]) for name in COUNTS}
    if judgement.month is not None:
        assert judgement.month.counted_village == opinion.village


def shuffled(items: tuple[T, ...], random: Random) -> tuple[T, ...]:
    return tuple(random.sample(items, len(items)))


@given(ELDERS, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_plays_no_part(facts: ElderFacts, random: Random) -> None:
    mixed = replace(
        facts,
        stints=shuffled(facts.stints, random),
        suspensions=shuffled(facts.suspensions, random),
        tiers=shuffled(facts.tiers, random),
        residences=shuffled(facts.residences, random),
        visits=shuffled(facts.visits, random),
    )
    assert judge(mixed, NOVEMBER, BOOKS[0]) == judge(facts, NOVEMBER, BOOKS[0])


@given(ELDERS, a_visit(), st.sampled_from(BOOKS))
def test_another_completed_visit_never_lowers_what_is_met(
    facts: ElderFacts, visit: VisitFact, book: PolicyBook
) -> None:
    def met(elder: ElderFacts) -> int:
        line = judge(elder, NOVEMBER, book).month
        return line.obligations_met if line else 0

    completed = replace(visit, outcome=Outcome.COMPLETED, refused_by_elder=False)
    assert met(replace(facts, visits=(*facts.visits, completed))) >= met(facts)


@given(ELDERS, st.sampled_from(BOOKS))
def test_a_visit_counts_exactly_when_it_meets_something(facts: ElderFacts, book: PolicyBook) -> None:
    judgement = judge(facts, NOVEMBER, book)
    counted = {id_ for id_, credit in judgement.credits.items() if credit.not_counted is None}
    assert counted == {each.met_by for each in judgement.obligations if each.met_by}
    for credit in judgement.credits.values():
        assert (credit.not_counted is None) is any(each.counted for each in credit.counts_toward)


@given(ELDERS, st.sampled_from(BOOKS))
def test_no_count_exceeds_what_it_is_part_of(facts: ElderFacts, book: PolicyBook) -> None:
    line = judge(facts, NOVEMBER, book).month
    if line is not None:
        assert line.fully_compliant <= line.visited_home <= line.visited_any <= line.due <= 1
        assert line.obligations_met <= line.obligations
        assert line.excused_pending <= line.obligations
        assert line.due == (line.obligations > 0)
        assert line.excused_provisional <= line.excused
