"""Categories, tier and states of an elder: the plan's definitions, and the days on which they turn."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.days import age_on, birthday, months_later
from api.domain.elders import (
    Ability,
    Category,
    Certificate,
    Circumstances,
    Command,
    EconomicKind,
    ElderState,
    FamilyPlanning,
    ability_level,
    age_fault,
    state_after,
)
from api.domain.errors import Refused, WrongState
from api.domain.family import (
    RELATIONS,
    Child,
    LeftReason,
    Relative,
    first_contact_proposal,
    is_child,
    needs_designation,
    relation_of,
)
from api.domain.policy import PLAN, Tier
from api.domain.reviews import first_review, next_review, review_slot
from api.domain.tiers import (
    FACT_WORDS,
    TierState,
    categories_of,
    declared_faults,
    tier_of,
    tier_spans,
)

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "classification.json").read_text(encoding="utf-8"))
AS_OF = date.fromisoformat(VECTORS["as_of"])
HERE, ELSEWHERE = "350303101", "350304001"


def an_elder(**facts: Any) -> Circumstances:
    """Of whom everything is known and nothing holds: 70, at home with her son."""
    known = Circumstances(
        born_on=date(1956, 1, 1),
        township=HERE,
        has_spouse=False,
        children=(a_child(co_resident=True, township=HERE),),
        children_complete=True,
        relatives_complete=True,
        has_caregiver=False,
        lost_labour_capacity=False,
        economic_kind=EconomicKind.OTHER,
        registered_rural=False,
        at_home=True,
        ability=Ability.INTACT,
        has_certificate=False,
        family_planning=FamilyPlanning(had_one_child=False),
    )
    return replace(known, **facts)


def a_child(**facts: Any) -> Child:
    known: dict[str, Any] = {
        "alive": True,
        "adult": True,
        "co_resident": False,
        "township": ELSEWHERE,
        "has_left": False,
    }
    return Child(**(known | facts))


def a_child_away(since: date, **facts: Any) -> Child:
    return a_child(**({"has_left": True, "left_on": since, "left_reason": LeftReason.WORK} | facts))


def months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, day.day)


# --- the worked cases ---------------------------------------------------------------------------------


def circumstances_of(facts: dict[str, Any]) -> Circumstances:
    level, planning = facts.get("cert_level"), facts.get("jisheng")
    ability = facts["ability"]
    return an_elder(
        born_on=date.fromisoformat(facts["birth"]),
        township=facts["town"],
        has_spouse=facts["has_spouse"],
        spouse=Relative(co_resident=facts.get("spouse_cores"), township=facts.get("spouse_town")),
        children=tuple(child_of(child) for child in facts["children"]),
        relatives=tuple(
            Relative(relation="93", co_resident=other["cores"], township=other["town"])
            for other in facts.get("other_family", [])
        ),
        has_caregiver=facts.get("has_caregiver", False),
        lost_labour_capacity=facts.get("lost_labour", False),
        registered_rural=facts.get("hukou_rural", False),
        ability=None if ability is None else list(Ability)[ability],
        has_certificate=level is not None,
        certificate=Certificate(level, facts["cert_valid"]) if level else None,
        family_planning=FamilyPlanning(
            had_one_child=planning["only_child"],
            child_dead=planning["dead"],
            child_disability_level=planning.get("dis_level", 0),
            bore_again=planning["bore_again"],
            adopted=planning["adopted"],
        )
        if planning
        else FamilyPlanning(had_one_child=False),
    )


def child_of(facts: dict[str, Any]) -> Child:
    if not facts["alive"]:
        return Child(alive=False)
    away = facts["left_hukou"]
    return a_child(
        co_resident=facts["cores"],
        township=facts["town"],
        has_left=away,
        left_on=months_before(AS_OF, facts["away_months"]) if away else None,
        left_reason=LeftReason(facts["reason"].lower()) if facts["reason"] else None,
    )


@pytest.mark.parametrize("case", VECTORS["categories"], ids=lambda case: case["id"])
def test_the_worked_cases_have_the_categories_and_the_tier_of_the_plan(case: dict[str, Any]) -> None:
    elder = circumstances_of(case["facts"])
    tiering = tier_of(elder, PLAN, AS_OF)
    assert elder.born_on is not None
    assert age_on(elder.born_on, AS_OF) == case["age"]
    assert tiering.categories == set(case["yes"])
    assert tiering.unknown == set(case["unknown"])
    assert (tiering.tier or tiering.state) == case["tier"]


def test_an_unverified_labour_capacity_leaves_the_tier_general_and_provisional() -> None:
    (case,) = (case for case in VECTORS["categories"] if case["id"] == "c2")
    tiering = tier_of(circumstances_of(case["facts"]), PLAN, AS_OF)
    assert (tiering.tier, tiering.provisional) == (Tier.GENERAL, True)
    (kinless,) = (
        finding
        for finding in categories_of(circumstances_of(case["facts"]), PLAN, AS_OF)
        if finding.category is Category.KINLESS
    )
    assert kinless.facts == ("lost_labour_capacity",)


@pytest.mark.parametrize("case", VECTORS["ability"], ids=lambda case: str(case["args"]))
def test_an_assessment_gives_the_level_of_the_standard(case: dict[str, Any]) -> None:
    assert ability_level(*case["args"]).level == case["level"]


@pytest.mark.parametrize("score", [-1, 91])
def test_a_score_outside_the_standard_is_refused(score: int) -> None:
    with pytest.raises(Refused, match="ability_score_range"):
        ability_level(score)


# --- the finer points of the definitions --------------------------------------------------------------


def holds(category: Category, elder: Circumstances, day: date = AS_OF) -> bool | None:
    return {finding.category: finding.holds for finding in categories_of(elder, PLAN, day)}[category]


def test_extreme_hardship_proves_lost_labour_capacity_and_an_appointed_carer_is_nobodys_care() -> None:
    alone = an_elder(children=(), economic_kind=EconomicKind.EXTREME_HARDSHIP)
    assert holds(Category.KINLESS, alone) is True
    assert holds(Category.KINLESS, replace(alone, has_caregiver=True, caregiver_appointed=True)) is True
    assert holds(Category.KINLESS, replace(alone, has_caregiver=True, caregiver_appointed=False)) is False
    assert holds(Category.KINLESS, replace(alone, has_caregiver=True, caregiver_appointed=None)) is None


def test_a_spouse_or_child_in_an_institution_is_not_family_nearby() -> None:
    in_care = Relative(relation="10", co_resident=False, township=HERE, in_institution=True)
    elder = an_elder(has_spouse=True, spouse=in_care, children=(a_child(township=HERE, in_institution=True),))
    assert holds(Category.LIVING_ALONE, elder) is True
    nearby = replace(in_care, in_institution=False)
    assert holds(Category.LIVING_ALONE, replace(elder, spouse=nearby)) is False


def test_siblings_elsewhere_do_not_count_as_family_but_parents_do() -> None:
    sister = Relative(relation="75", co_resident=False, township=HERE)
    elder = an_elder(children=(a_child(),), relatives=(sister,))
    assert holds(Category.LIVING_ALONE, elder) is True
    mother = replace(sister, relation="52")
    assert holds(Category.LIVING_ALONE, replace(elder, relatives=(mother,))) is False


def test_a_list_that_may_leave_a_child_out_decides_only_what_it_can() -> None:
    elder = an_elder(children=(a_child(),), children_complete=False)
    assert holds(Category.EMPTY_NEST, elder) is None
    assert holds(Category.LIVING_ALONE, elder) is None
    assert holds(Category.KINLESS, elder) is False
    assert holds(Category.EMPTY_NEST, replace(elder, children=(a_child(township=HERE),))) is False


def test_a_child_who_left_to_marry_leaves_nobody_behind() -> None:
    away = a_child_away(date(2024, 1, 1))
    elder = an_elder(registered_rural=True, children=(away,))
    married, since_unknown = replace(away, left_reason=LeftReason.OTHER), replace(away, left_on=None)
    assert holds(Category.LEFT_BEHIND, elder) is True
    assert holds(Category.LEFT_BEHIND, replace(elder, children=(married,))) is False
    assert holds(Category.LEFT_BEHIND, replace(elder, children=(since_unknown,))) is None
    assert holds(Category.LEFT_BEHIND, replace(elder, at_home=False)) is False


def test_both_a_later_birth_and_an_adoption_end_a_family_planning_special_family() -> None:
    lost = FamilyPlanning(
        had_one_child=True, child_dead=True, child_disability_level=0, bore_again=False, adopted=False
    )
    for bore_again, adopted in product((False, True), repeat=2):
        family = replace(lost, bore_again=bore_again, adopted=adopted)
        elder = an_elder(family_planning=family)
        assert holds(Category.FAMILY_PLANNING_SPECIAL, elder) is not (bore_again or adopted)


def test_nobody_has_a_tier_before_sixty_whatever_is_stated() -> None:
    elder = an_elder(
        born_on=AS_OF.replace(year=AS_OF.year - 59),
        declared=frozenset({Category.KINLESS}),
        declared_tier=Tier.PRIORITY,
        included="独自居住，行动不便",
    )
    tiering = tier_of(elder, PLAN, AS_OF)
    assert (tiering.tier, tiering.state) == (None, TierState.NONE)


@pytest.mark.parametrize(("born_on", "fault"), [(date(1966, 11, 23), False), (date(1966, 11, 24), True)])
def test_sixty_is_reached_on_the_birthday(born_on: date, fault: bool) -> None:
    assert (age_fault(born_on, PLAN, AS_OF) is not None) is fault


def test_other_numbers_of_the_policy_are_followed() -> None:
    mild = an_elder(ability=Ability.MILD)
    assert tier_of(mild, PLAN, AS_OF).tier is Tier.GENERAL
    assert tier_of(mild, replace(PLAN, impaired_min_level=2), AS_OF).tier is None
    assert tier_of(mild, replace(PLAN, priority_min_ability=1), AS_OF).tier is Tier.PRIORITY


# --- declared, included, raised -----------------------------------------------------------------------


UNVERIFIED = Circumstances(born_on=date(1943, 1, 1), township=HERE)


def test_of_somebody_of_whom_nothing_is_known_nothing_is_decided() -> None:
    tiering = tier_of(UNVERIFIED, PLAN, AS_OF)
    assert (tiering.tier, tiering.state) == (None, TierState.UNKNOWN)
    assert tiering.unknown == set(Category)


def test_a_declared_category_holds_where_the_facts_do_not_know() -> None:
    tiering = tier_of(replace(UNVERIFIED, declared=frozenset({Category.EMPTY_NEST})), PLAN, AS_OF)
    assert (tiering.tier, tiering.provisional) == (Tier.GENERAL, True)
    assert tiering.categories == {Category.EMPTY_NEST}
    assert tiering.reasons[0].facts == ("declared",)


def test_somebody_declared_to_live_alone_is_priority_at_eighty() -> None:
    alone = replace(UNVERIFIED, declared=frozenset({Category.LIVING_ALONE}))
    assert tier_of(alone, PLAN, AS_OF).tier is Tier.PRIORITY
    assert tier_of(replace(alone, born_on=date(1950, 1, 1)), PLAN, AS_OF).tier is Tier.GENERAL


def test_a_declared_category_that_the_facts_deny_is_refused_and_does_not_hold() -> None:
    elder = an_elder(declared=frozenset({Category.IMPAIRED}))
    (fault,) = declared_faults(elder, PLAN, AS_OF)
    assert fault.code == "declared_category_contradicted"
    assert fault.params == {"category": "失能", "facts": "能力评估结果"}
    assert tier_of(elder, PLAN, AS_OF).tier is None


def test_a_certificate_of_level_three_contradicts_a_declared_severe_disability() -> None:
    elder = replace(UNVERIFIED, certificate=Certificate(3), declared=frozenset({Category.SEVERELY_DISABLED}))
    (fault,) = declared_faults(elder, PLAN, AS_OF)
    assert fault.code == "certificate_level_not_severe"


def test_the_higher_of_the_computed_and_the_declared_tier_holds() -> None:
    mild = an_elder(ability=Ability.MILD)
    assert tier_of(replace(mild, declared_tier=Tier.PRIORITY), PLAN, AS_OF).tier is Tier.PRIORITY
    severe = an_elder(ability=Ability.SEVERE, declared_tier=Tier.GENERAL)
    assert tier_of(severe, PLAN, AS_OF).tier is Tier.PRIORITY


def test_an_elder_with_a_child_in_the_same_township_may_be_included_by_hand_as_general() -> None:
    (case,) = (case for case in VECTORS["categories"] if case["id"] == "c20")
    elder = replace(circumstances_of(case["facts"]), included="儿子长年卧病")
    tiering = tier_of(elder, PLAN, AS_OF)
    assert (tiering.tier, tiering.provisional) == (Tier.GENERAL, False)
    assert not tiering.categories
    assert [(reason.criterion, reason.facts) for reason in tiering.reasons] == [
        ("included_by_hand", ("儿子长年卧病",))
    ]


def test_the_township_may_raise_whoever_is_on_the_roll_and_nobody_else() -> None:
    raised = an_elder(ability=Ability.MILD, raised="近期多次跌倒")
    assert tier_of(raised, PLAN, AS_OF).reasons[0].criterion == "raised_by_township"
    assert tier_of(raised, PLAN, AS_OF).tier is Tier.PRIORITY
    assert tier_of(replace(raised, ability=Ability.INTACT), PLAN, AS_OF).tier is None


# --- unknown facts ------------------------------------------------------------------------------------

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
ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "born_on": st.dates(date(1940, 1, 1), date(1970, 1, 1)),
    "township": st.sampled_from([HERE, ELSEWHERE]),
    "has_spouse": st.booleans(),
    "spouse": RELATIVES,
    "has_caregiver": st.booleans(),
    "caregiver_appointed": st.booleans(),
    "lost_labour_capacity": st.booleans(),
    "economic_kind": st.sampled_from(EconomicKind),
    "registered_rural": st.booleans(),
    "at_home": st.booleans(),
    "ability": st.sampled_from(Ability),
    "has_certificate": st.booleans(),
    "certificate": st.builds(Certificate, LEVELS, KNOWN),
    "family_planning": st.builds(FamilyPlanning, had_one_child=KNOWN, child_dead=KNOWN, adopted=KNOWN),
}


@given(ELDERS, st.data())
def test_an_answer_to_an_open_question_overturns_nothing(elder: Circumstances, data: Any) -> None:
    open_questions = [name for name in ANSWERS if getattr(elder, name) is None]
    answers = {name: data.draw(ANSWERS[name]) for name in open_questions if data.draw(st.booleans())}
    if elder.has_certificate is False:
        answers.pop("certificate", None)
    answered = replace(elder, **answers)
    before, after = tier_of(elder, PLAN, AS_OF), tier_of(answered, PLAN, AS_OF)
    assert before.categories <= after.categories
    assert after.categories | after.unknown <= before.categories | before.unknown
    if before.state is TierState.DECIDED and not before.provisional:
        assert after.tier is before.tier
    if before.tier is not None:
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


# --- the days ahead -----------------------------------------------------------------------------------


def test_the_spans_name_the_birthdays_and_the_sixth_month_away() -> None:
    elder = an_elder(
        born_on=date(1946, 12, 5), registered_rural=True, children=(a_child_away(date(2026, 8, 31)),)
    )
    spans = tier_spans(elder, PLAN, AS_OF, date(2027, 12, 31))
    assert [(span.from_day, span.tiering.tier) for span in spans] == [
        (AS_OF, Tier.GENERAL),
        (date(2026, 12, 5), Tier.PRIORITY),
        (date(2027, 2, 28), Tier.PRIORITY),
    ]
    assert Category.LEFT_BEHIND in spans[-1].tiering.categories


@given(ELDERS, st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(0, 120))
def test_spans_agree_with_judging_day_by_day(elder: Circumstances, from_day: date, length: int) -> None:
    until = from_day + timedelta(days=length)
    spans = tier_spans(elder, PLAN, from_day, until)
    for day in (from_day + timedelta(days=offset) for offset in range(length + 1)):
        in_force = [span for span in spans if span.from_day <= day][-1]
        assert in_force.tiering == tier_of(elder, PLAN, day)
    assert all(one.tiering != next_.tiering for one, next_ in pairwise(spans))


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(1944, 2, 29), date(2026, 2, 27), 81),
        (date(1944, 2, 29), date(2026, 2, 28), 82),
        (date(1944, 2, 29), date(2024, 2, 28), 79),
        (date(1944, 2, 29), date(2024, 2, 29), 80),
    ],
)
def test_born_on_a_leap_day_one_ages_on_the_last_of_february(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


@given(st.dates(date(1900, 1, 1), date(2000, 1, 1)), st.integers(0, 110))
def test_an_age_begins_on_its_birthday_and_not_a_day_before(born_on: date, age: int) -> None:
    day = birthday(born_on, age)
    assert age_on(born_on, day) == age
    assert age_on(born_on, day - timedelta(days=1)) == age - 1


# --- reviews ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2023, 8, 31), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 8, 29)),
        (date(2026, 6, 15), date(2026, 12, 15)),
    ],
)
def test_the_next_review_is_due_six_months_on(last: date, due: date) -> None:
    assert next_review(last, PLAN) == due


def test_first_reviews_after_a_roll_came_in_spread_over_half_a_year() -> None:
    taken_in = date(2026, 10, 1)
    elders = [UUID(int=number) for number in range(3600)]
    slots = [review_slot("350303001008", elder, PLAN) for elder in elders]
    assert slots == [review_slot("350303001008", elder, PLAN) for elder in elders]
    days = [first_review(taken_in, slot, PLAN) for slot in slots]
    assert min(days) > taken_in
    assert max(days) <= taken_in + timedelta(days=PLAN.review_spread_days)
    assert max(days) < next_review(taken_in, PLAN)
    busiest = max(days.count(day) for day in set(days))
    assert busiest < 3 * len(elders) / PLAN.review_spread_days


# --- states -------------------------------------------------------------------------------------------


def test_the_usual_way_leads_from_a_draft_to_an_exit() -> None:
    state = ElderState.DRAFT
    for command in (Command.VERIFY, Command.CONFIRM, Command.SUSPEND, Command.RESUME, Command.EXIT):
        state = state_after(command, state)
    assert state is ElderState.EXITED


def test_only_a_verified_elder_or_one_who_consents_again_is_confirmed() -> None:
    may = [state for state in ElderState if leads(Command.CONFIRM, state)]
    assert may == [ElderState.VERIFIED, ElderState.DECLINED]


def test_a_wrong_state_names_the_states_that_would_do() -> None:
    with pytest.raises(WrongState) as wrong:
        state_after(Command.SUSPEND, ElderState.DRAFT)
    assert wrong.value.params == {"state": "draft", "allowed": "confirmed"}


def test_an_exit_made_in_error_is_undone_to_where_the_elder_stood() -> None:
    assert state_after(Command.REINSTATE, ElderState.EXITED, ElderState.DECLINED) is ElderState.DECLINED
    assert state_after(Command.RE_ENTER, ElderState.EXITED, ElderState.DECLINED) is ElderState.CONFIRMED


def test_inclusion_by_hand_leaves_the_state_as_it_is() -> None:
    for state in ElderState:
        if state is not ElderState.EXITED:
            assert state_after(Command.INCLUDE, state) is state


def leads(command: Command, state: ElderState) -> bool:
    try:
        state_after(command, state)
    except WrongState:
        return False
    return True


# --- family and contacts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("儿子", "20"),
        ("女儿", "30"),
        ("儿媳", "38"),
        ("侄子", "93"),
        ("外甥", "95"),
        ("配偶", "10"),
        ("邻居", "neighbour"),
        ("村干部", "village_cadre"),
        (" 其他 ", "other"),
        ("干爹", None),
    ],
)
def test_the_words_of_the_office_become_codes_of_the_standard(word: str, code: str | None) -> None:
    assert relation_of(word) == code
    assert code is None or code in RELATIONS


def test_sons_and_daughters_in_law_are_not_children() -> None:
    assert [code for code in RELATIONS if is_child(code)] == [
        "20",
        "21",
        "22",
        "23",
        "27",
        "30",
        "31",
        "32",
        "37",
    ]


def test_the_child_in_the_same_township_is_proposed_as_first_contact() -> None:
    here, away = a_child(township="350303101"), a_child(township="350304001")
    assert first_contact_proposal([away, here], "350303101") is here
    assert first_contact_proposal([away], "350303101") is None


def test_of_several_children_the_one_in_the_house_and_of_age_comes_first() -> None:
    minor = a_child(township=HERE, adult=False)
    adult = a_child(township=HERE)
    at_home = a_child(township=HERE, co_resident=True)
    assert first_contact_proposal([minor, adult], HERE) is adult
    assert first_contact_proposal([minor, adult, at_home], HERE) is at_home
    assert first_contact_proposal([a_child(alive=False, township=HERE)], HERE) is None


def test_a_township_designates_a_contact_for_the_childless_alone() -> None:
    assert needs_designation([], complete=True) is True
    assert needs_designation([a_child(alive=False)], complete=True) is True
    assert needs_designation([a_child()], complete=False) is False
    assert needs_designation([], complete=False) is None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2022, 8, 31), 6, date(2023, 2, 28)),
        (date(2026, 5, 23), 6, date(2026, 11, 23)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_end_on_the_corresponding_or_the_last_day(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
