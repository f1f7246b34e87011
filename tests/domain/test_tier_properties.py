"""What holds of every elder: unknown facts decide nothing, and days ahead are judged like today."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.domain.elders import (
    Ability,
    Category,
    Certificate,
    Circumstances,
    EconomicKind,
    FamilyPlanning,
)
from api.domain.family import (
    Child,
    LeftReason,
    Relative,
)
from api.domain.policy import PLAN, Tier
from api.domain.tiers import (
    FACT_WORDS,
    TierState,
    categories_of,
    declared_faults,
    tier_of,
    tier_spans,
)

AS_OF = date(2026, 11, 23)
HERE, ELSEWHERE = "350303101", "350304001"


KNOWN = st.sampled_from([None, False, True])
PLACES = st.sampled_from([None, HERE, ELSEWHERE])
DAYS = st.dates(date(2026, 1, 1), date(2026, 11, 30))


@st.composite
def children(draw: st.DrawFn) -> Child:
    left_on = draw(st.none() | DAYS)
    return Child(
        alive=draw(KNOWN),
        adult=draw(KNOWN),
        co_resident=draw(KNOWN),
        township=draw(PLACES),
        in_institution=draw(st.booleans()),
        has_left=draw(KNOWN) if left_on is None else True,
        left_on=left_on,
        left_reason=draw(st.none() | st.sampled_from(LeftReason)),
    )


RELATIVES = st.builds(
    Relative,
    relation=st.sampled_from(["10", "52", "75", "93"]),
    co_resident=KNOWN,
    township=PLACES,
    in_institution=st.booleans(),
)
LEVELS = st.none() | st.integers(1, 4)
ELDERS = st.builds(
    Circumstances,
    born_on=st.none() | st.dates(date(1940, 1, 1), date(1970, 1, 1)),
    township=PLACES,
    has_spouse=KNOWN,
    spouse=st.none() | RELATIVES,
    children=st.lists(children(), max_size=3).map(tuple),
    children_complete=st.booleans(),
    relatives=st.lists(RELATIVES, max_size=2).map(tuple),
    relatives_complete=st.booleans(),
    has_caregiver=KNOWN,
    caregiver_appointed=KNOWN,
    lost_labour_capacity=KNOWN,
    economic_kind=st.none() | st.sampled_from(EconomicKind),
    registered_rural=KNOWN,
    at_home=KNOWN,
    ability=st.none() | st.sampled_from(Ability),
    has_certificate=KNOWN,
    certificate=st.none() | st.builds(Certificate, LEVELS, KNOWN),
    family_planning=st.none()
    | st.builds(
        FamilyPlanning,
        had_one_child=KNOWN,
        child_dead=KNOWN,
        child_disability_level=st.none() | st.integers(0, 4),
        bore_again=KNOWN,
        adopted=KNOWN,
    ),
)
YES_OR_NO = st.booleans()
REAL_PLACES = st.sampled_from([HERE, ELSEWHERE])
Answers = dict[str, st.SearchStrategy[Any]]
OF_THE_ELDER: Answers = {
    "born_on": st.dates(date(1940, 1, 1), date(1970, 1, 1)),
    "township": REAL_PLACES,
    "has_spouse": YES_OR_NO,
    "spouse": RELATIVES,
    "has_caregiver": YES_OR_NO,
    "caregiver_appointed": YES_OR_NO,
    "lost_labour_capacity": YES_OR_NO,
    "economic_kind": st.sampled_from(EconomicKind),
    "registered_rural": YES_OR_NO,
    "at_home": YES_OR_NO,
    "ability": st.sampled_from(Ability),
    "has_certificate": YES_OR_NO,
    "family_planning": st.builds(FamilyPlanning, had_one_child=KNOWN, child_dead=KNOWN, adopted=KNOWN),
}
OF_A_CHILD: Answers = {
    "alive": YES_OR_NO,
    "adult": YES_OR_NO,
    "co_resident": YES_OR_NO,
    "township": REAL_PLACES,
    "has_left": YES_OR_NO,
    "left_reason": st.sampled_from(LeftReason),
}
OF_A_RELATIVE: Answers = {"co_resident": YES_OR_NO, "township": REAL_PLACES}
OF_A_CERTIFICATE: Answers = {"level": st.integers(1, 4), "valid": YES_OR_NO}


def answering(draw: st.DrawFn, answers: Answers, facts: Any) -> Any:
    """The facts with some of the open questions answered."""
    answered = [name for name in answers if getattr(facts, name) is None and draw(st.booleans())]
    return replace(facts, **{name: draw(answers[name]) for name in answered})


@st.composite
def elders_before_and_after_a_visit(draw: st.DrawFn) -> tuple[Circumstances, Circumstances]:
    before = draw(ELDERS)
    after: Circumstances = answering(draw, OF_THE_ELDER, before)
    found = () if before.children_complete else tuple(draw(st.lists(children(), max_size=2)))
    spouse, certificate = before.spouse, before.certificate
    return before, replace(
        after,
        children=tuple(answering(draw, OF_A_CHILD, child) for child in before.children) + found,
        children_complete=before.children_complete or draw(st.booleans()),
        relatives=tuple(answering(draw, OF_A_RELATIVE, relative) for relative in before.relatives),
        relatives_complete=before.relatives_complete or draw(st.booleans()),
        spouse=answering(draw, OF_A_RELATIVE, spouse) if spouse else after.spouse,
        certificate=answering(draw, OF_A_CERTIFICATE, certificate) if certificate else None,
    )


@given(elders_before_and_after_a_visit())
def test_an_answer_to_an_open_question_overturns_nothing(
    elders: tuple[Circumstances, Circumstances],
) -> None:
    before, after = (tier_of(elder, PLAN, AS_OF) for elder in elders)
    assert before.categories <= after.categories
    assert after.categories | after.unknown <= before.categories | before.unknown
    if before.tier is Tier.PRIORITY or (before.tier is Tier.GENERAL and not before.provisional):
        assert after.tier is before.tier
    if before.provisional:
        assert after.tier is not None
    if before.state is TierState.NONE:
        assert after.state is TierState.NONE


@given(ELDERS)
def test_priority_wins_over_general(elder: Circumstances) -> None:
    tiering = tier_of(elder, PLAN, AS_OF)
    decisive = tiering.categories & {Category.KINLESS, Category.SEVERELY_DISABLED}
    if decisive:
        assert tiering.tier is Tier.PRIORITY
    assert (tiering.tier is not None) == bool(tiering.reasons) == (tiering.state is TierState.DECIDED)


@given(ELDERS)
def test_every_finding_names_what_it_rests_on(elder: Circumstances) -> None:
    for finding in categories_of(elder, PLAN, AS_OF):
        assert finding.facts
        assert set(finding.facts) <= set(FACT_WORDS)


@given(ELDERS, st.sets(st.sampled_from(Category)))
def test_what_is_declared_either_holds_or_is_refused(elder: Circumstances, declared: set[Category]) -> None:
    elder = replace(elder, born_on=date(1950, 1, 1), declared=frozenset(declared))
    refused = len(declared_faults(elder, PLAN, AS_OF))
    assert len(declared & tier_of(elder, PLAN, AS_OF).categories) == len(declared) - refused


@given(ELDERS, st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(0, 120))
def test_spans_agree_with_judging_day_by_day(elder: Circumstances, from_day: date, length: int) -> None:
    until = from_day + timedelta(days=length)
    spans = tier_spans(elder, PLAN, from_day, until)
    for day in (from_day + timedelta(days=offset) for offset in range(length + 1)):
        in_force = [span for span in spans if span.from_day <= day][-1]
        assert in_force.tiering == tier_of(elder, PLAN, day)
    assert all(one.tiering != next_.tiering for one, next_ in pairwise(spans))
