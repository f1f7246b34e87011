"""The seven categories and the tier: the worked cases, the finer points, what the office states."""

import json
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from api.domain.days import age_on
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
    assert [(reason.criterion, reason.facts) for reason in tiering.reasons] == [("included_by_hand", ("儿子长年卧病",))]


def test_the_township_may_raise_whoever_is_on_the_roll_and_nobody_else() -> None:
    raised = an_elder(ability=Ability.MILD, raised="近期多次跌倒")
    assert tier_of(raised, PLAN, AS_OF).reasons[0].criterion == "raised_by_township"
    assert tier_of(raised, PLAN, AS_OF).tier is Tier.PRIORITY
    assert tier_of(replace(raised, ability=Ability.INTACT), PLAN, AS_OF).tier is None


# --- the days ahead -----------------------------------------------------------------------------------


def test_the_spans_name_the_birthdays_and_the_sixth_month_away() -> None:
    elder = an_elder(born_on=date(1946, 12, 5), registered_rural=True, children=(a_child_away(date(2026, 8, 31)),))
    spans = tier_spans(elder, PLAN, AS_OF, date(2027, 12, 31))
    assert [(span.from_day, span.tiering.tier) for span in spans] == [
        (AS_OF, Tier.GENERAL),
        (date(2026, 12, 5), Tier.PRIORITY),
        (date(2027, 2, 28), Tier.PRIORITY),
    ]
    assert Category.LEFT_BEHIND in spans[-1].tiering.categories
