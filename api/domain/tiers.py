"""The seven categories (附件2) and the tier (四(二)), each with its reasons (rules A7–A12, A24, A28).

A proposal by the facts of one day. What an age or a date raises holds by itself; nothing lowers a tier but
the township's own decision, so the expiry of a certificate or an assessment is no fact here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from api.domain.days import age_on, birthday, months_later
from api.domain.elders import Category, Circumstances, EconomicKind
from api.domain.errors import Fault
from api.domain.family import Child, LeftReason, has_living_child
from api.domain.logic import Known, every, negated, same, some
from api.domain.policy import Policy, Tier

DECLARED = "declared"
"""The fact behind a category that nothing is known of but the office's own statement."""

FACT_WORDS: Mapping[str, str] = {
    "min_age": "年龄",
    "advanced_age": "高龄",
    "no_spouse": "配偶情况",
    "no_living_children": "子女情况",
    "nobody_cares": "照料人情况",
    "lost_labour_capacity": "劳动能力",
    "lives_without_family": "同住人员",
    "no_family_near": "家属居住地",
    "has_living_child": "子女情况",
    "children_adult": "子女是否成年",
    "children_moved_out": "子女是否同住",
    "children_elsewhere": "子女居住地",
    "rural_registration": "户籍性质",
    "at_home": "是否在户籍地居住",
    "children_away": "子女外出时间",
    "children_away_to_earn": "子女外出原因",
    "ability_impaired": "能力评估结果",
    "ability_moderate": "能力评估结果",
    "has_certificate": "残疾证",
    "certificate_valid": "残疾证状态",
    "certificate_level": "残疾证等级",
    "had_one_child": "生育情况",
    "child_lost_or_disabled": "独生子女情况",
    "not_born_again": "再生育情况",
    "not_adopted": "收养情况",
    DECLARED: "申报",
}
"""What each fact of a finding is about, in words for the office."""

Conditions = Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class Finding:
    """One category judged. ``facts``: what a yes rests on, what speaks for a no, what an unknown lacks."""

    category: Category
    holds: Known
    criterion: str
    facts: tuple[str, ...]
    clause: str


# --- the seven predicates: what must hold, fact by fact -----------------------------------------------


def _kinless(elder: Circumstances, policy: Policy, day: date) -> Conditions:
    """特困 implies lost labour capacity, and then a carer whom government appointed is nobody's care."""
    extreme_hardship = same(elder.economic_kind, EconomicKind.EXTREME_HARDSHIP)
    appointed = every((extreme_hardship, elder.caregiver_appointed))
    return {
        "no_spouse": negated(elder.has_spouse),
        "no_living_children": negated(_has_child(elder)),
        "nobody_cares": some((negated(elder.has_caregiver), appointed)),
        "lost_labour_capacity": some((elder.lost_labour_capacity, extreme_hardship)),
    }


def _living_alone(elder: Circumstances, policy: Policy, day: date) -> Conditions:
    nobody = every((negated(elder.has_spouse), negated(_has_child(elder))))
    return {
        "lives_without_family": negated(some(_co_resident(elder))),
        "no_family_near": some((nobody, negated(some(_near(elder))))),
    }


def _empty_nest(elder: Circumstances, policy: Policy, day: date) -> Conditions:
    return {
        "has_living_child": _has_child(elder),
        "children_adult": _every_child(elder, lambda child: child.adult),
        "children_moved_out": _every_child(elder, lambda child: negated(child.co_resident)),
        "children_elsewhere": _every_child(elder, lambda child: negated(child.lives_in(elder.township))),
    }


def _left_behind(elder: Circumstances, policy: Policy, day: date) -> Conditions:
    return {
        "rural_registration": elder.registered_rural,
        "at_home": elder.at_home,
        "has_living_child": _has_child(elder),
        "children_away": _every_child(elder, lambda child: _long_away(child, policy, day)),
        "children_away_to_earn": _every_child(elder, _away_to_earn),
    }


def _impaired(elder: Circumstances, policy: Policy, day: date) -> Conditions:
    return {"ability_impaired": _ability_at_least(elder, policy.impaired_min_level)}


def _severely_disabled(elder: Circumstances, policy: Policy, day: date) -> Conditions:
    certificate = elder.certificate
    level = certificate.level if certificate else None
    return {
        "has_certificate": True if certificate else elder.has_certificate,
        "certificate_valid": certificate.valid if certificate else None,
        "certificate_level": None if level is None else level in (1, 2),
    }


def _family_planning_special(elder: Circumstances, policy: Policy, day: date) -> Conditions:
    family = elder.family_planning
    if family is None:
        return {"had_one_child": None}
    level = family.child_disability_level
    return {
        "had_one_child": family.had_one_child,
        "child_lost_or_disabled": some((family.child_dead, None if level is None else level in (1, 2, 3))),
        "not_born_again": negated(family.bore_again),
        "not_adopted": negated(family.adopted),
    }


Predicate = Callable[[Circumstances, Policy, date], Conditions]

_PREDICATES: Mapping[Category, tuple[Predicate, str, str]] = {
    Category.KINLESS: (_kinless, "without_kin_care_or_labour_capacity", "附件2第1项"),
    Category.LIVING_ALONE: (_living_alone, "no_family_in_home_or_township", "附件2第2项"),
    Category.EMPTY_NEST: (_empty_nest, "children_grown_and_elsewhere", "附件2第3项"),
    Category.LEFT_BEHIND: (_left_behind, "all_children_long_away_to_earn", "附件2第4项"),
    Category.IMPAIRED: (_impaired, "ability_impaired", "附件2第5项"),
    Category.SEVERELY_DISABLED: (_severely_disabled, "certificate_of_level_1_or_2", "附件2第6项"),
    Category.FAMILY_PLANNING_SPECIAL: (_family_planning_special, "only_child_lost_or_disabled", "附件2第7项"),
}


def _has_child(elder: Circumstances) -> Known:
    return has_living_child(elder.children, elder.children_complete)


def _every_child(elder: Circumstances, condition: Callable[[Child], Known]) -> Known:
    """Whether every living child meets the condition; an incomplete list cannot say yes."""
    each = [some((negated(child.alive), condition(child))) for child in elder.children]
    return every([*each, True if elder.children_complete else None])


def _long_away(child: Child, policy: Policy, day: date) -> Known:
    """Away for six months and more: reached on the corresponding day."""
    if child.left_on is None:
        return every((child.has_left, None))
    return months_later(child.left_on, policy.left_behind_months) <= day


def _away_to_earn(child: Child) -> Known:
    return None if child.left_reason is None else child.left_reason is not LeftReason.OTHER


def _co_resident(elder: Circumstances) -> Iterator[Known]:
    yield every((elder.has_spouse, elder.spouse.co_resident if elder.spouse else None))
    yield from (every((child.alive, child.co_resident)) for child in elder.children)
    yield from (relative.co_resident for relative in elder.relatives)
    yield from _left_out(elder)


def _near(elder: Circumstances) -> Iterator[Known]:
    yield every((elder.has_spouse, elder.spouse.near(elder.township) if elder.spouse else None))
    yield from (child.near(elder.township) for child in elder.children)
    yield from (relative.near(elder.township) for relative in elder.relatives if relative.is_parent)
    yield from _left_out(elder)


def _left_out(elder: Circumstances) -> Iterator[Known]:
    """Somebody more, whom an incomplete list leaves out, may live there."""
    if not (elder.children_complete and elder.relatives_complete):
        yield None


def _ability_at_least(elder: Circumstances, level: int) -> Known:
    return None if elder.ability is None else elder.ability.level >= level


def _old_enough(elder: Circumstances, age: int, day: date) -> Known:
    return None if elder.born_on is None else age_on(elder.born_on, day) >= age


# --- categories ---------------------------------------------------------------------------------------


def categories_of(elder: Circumstances, policy: Policy, day: date) -> tuple[Finding, ...]:
    """Every category judged on ``day``; what is declared holds where the facts do not know."""
    return tuple(
        replace(finding, holds=True, facts=(DECLARED,))
        if finding.holds is None and finding.category in elder.declared and _is_elder(elder, policy, day)
        else finding
        for finding in _computed(elder, policy, day)
    )


def declared_faults(elder: Circumstances, policy: Policy, day: date) -> tuple[Fault, ...]:
    """Declared categories that the facts deny, whatever the age.

    Codes: ``certificate_level_not_severe``, ``declared_category_contradicted`` (category and fact in words).
    """
    return tuple(
        _contradiction(category, against)
        for category in Category
        if category in elder.declared
        and (against := [name for name, holds in _conditions(category, elder, policy, day) if holds is False])
    )


def _contradiction(category: Category, against: Sequence[str]) -> Fault:
    if "certificate_level" in against:
        return Fault("certificate_level_not_severe", "/disability_certificate")
    words = "、".join(dict.fromkeys(FACT_WORDS[name] for name in against))
    return Fault("declared_category_contradicted", "/categories", {"category": category.word, "facts": words})


def _computed(elder: Circumstances, policy: Policy, day: date) -> Iterator[Finding]:
    of_age = ("min_age", _is_elder(elder, policy, day))
    for category, (_, criterion, clause) in _PREDICATES.items():
        conditions = [of_age, *_conditions(category, elder, policy, day)]
        verdict = every(holds for _, holds in conditions)
        decisive = tuple(name for name, holds in conditions if holds is verdict)
        yield Finding(category, verdict, criterion, decisive, clause)


def _conditions(category: Category, elder: Circumstances, policy: Policy, day: date) -> Iterable[tuple[str, Known]]:
    return _PREDICATES[category][0](elder, policy, day).items()


def _is_elder(elder: Circumstances, policy: Policy, day: date) -> Known:
    return _old_enough(elder, policy.min_age, day)


# --- tier ---------------------------------------------------------------------------------------------


class TierState(StrEnum):
    DECIDED = "decided"  # 已判定
    NONE = "none"  # 不属于任何类别
    UNKNOWN = "unknown"  # 待核实


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is of a tier. ``facts``: keys of FACT_WORDS, or the office's own reason in words."""

    criterion: str
    facts: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Tiering:
    """The tier on a day, and why. ``provisional``: general, but a fact not yet known may make it priority."""

    tier: Tier | None
    state: TierState
    provisional: bool
    reasons: tuple[Reason, ...]
    categories: frozenset[Category]
    unknown: frozenset[Category]


def tier_of(elder: Circumstances, policy: Policy, day: date) -> Tiering:
    """Priority or general, and why (plan 四(二)).

    Priority wins over general. Somebody included by hand is general; a raise and a declared 重点 lift whoever
    is on the roll by a category or by inclusion, and put nobody on it. Nobody under 60 has a tier.
    """
    findings = {finding.category: finding for finding in categories_of(elder, policy, day)}
    categories = frozenset(category for category, finding in findings.items() if finding.holds)
    unknown = frozenset(category for category, finding in findings.items() if finding.holds is None)
    reasons = [_reason(findings[category]) for category in findings if category in categories]
    if elder.included and _is_elder(elder, policy, day):
        reasons.append(Reason("included_by_hand", (elder.included,), "三（三）"))
    if not reasons:
        return Tiering(None, TierState.UNKNOWN if unknown else TierState.NONE, False, (), categories, unknown)
    criteria = [*_priority_criteria(findings, elder, policy, day), *_lifted(elder)]
    priority = tuple(reason for holds, reason in criteria if holds)
    return Tiering(
        tier=Tier.PRIORITY if priority else Tier.GENERAL,
        state=TierState.DECIDED,
        provisional=not priority and any(holds is None for holds, _ in criteria),
        reasons=priority or tuple(reasons),
        categories=categories,
        unknown=unknown,
    )


_TIER_CLAUSE = "四（二）"


def _priority_criteria(
    findings: Mapping[Category, Finding], elder: Circumstances, policy: Policy, day: date
) -> Iterator[tuple[Known, Reason]]:
    """孤寡、高龄独居以及重（中）度失能、重度残疾."""
    kinless, alone = findings[Category.KINLESS], findings[Category.LIVING_ALONE]
    yield kinless.holds, Reason("kinless", kinless.facts, _TIER_CLAUSE)
    yield (
        every((alone.holds, _old_enough(elder, policy.advanced_age, day))),
        Reason("living_alone_at_advanced_age", (*alone.facts, "advanced_age"), _TIER_CLAUSE),
    )
    yield (
        every((findings[Category.IMPAIRED].holds, _ability_at_least(elder, policy.priority_min_ability))),
        Reason("moderately_impaired_or_worse", ("ability_moderate",), _TIER_CLAUSE),
    )
    disabled = findings[Category.SEVERELY_DISABLED]
    yield disabled.holds, Reason("severely_disabled", disabled.facts, _TIER_CLAUSE)


def _lifted(elder: Circumstances) -> Iterator[tuple[Known, Reason]]:
    """Higher than computed, by the township's own word."""
    if elder.raised:
        yield True, Reason("raised_by_township", (elder.raised,), _TIER_CLAUSE)
    if elder.declared_tier is Tier.PRIORITY:
        yield True, Reason("declared_priority", (DECLARED,), _TIER_CLAUSE)


def _reason(finding: Finding) -> Reason:
    return Reason(finding.criterion, finding.facts, finding.clause)


# --- the days ahead -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TierSpan:
    """What holds from ``from_day`` to the day before the next span."""

    from_day: date
    tiering: Tiering


def tier_spans(elder: Circumstances, policy: Policy, from_day: date, until: date) -> tuple[TierSpan, ...]:
    """What today's facts imply for every day from ``from_day`` to ``until`` inclusive; neighbours differ.

    Judged again only where time alone can change the answer: the 60th and 80th birthday and the day a child
    has been away for six months.
    """
    spans: list[TierSpan] = []
    turns = {day for day in _turning_days(elder, policy) if from_day < day <= until}
    for day in sorted({from_day} | turns):
        tiering = tier_of(elder, policy, day)
        if not spans or spans[-1].tiering != tiering:
            spans.append(TierSpan(day, tiering))
    return tuple(spans)


def _turning_days(elder: Circumstances, policy: Policy) -> Iterator[date]:
    if elder.born_on is not None:
        yield birthday(elder.born_on, policy.min_age)
        yield birthday(elder.born_on, policy.advanced_age)
    for child in elder.children:
        if child.left_on is not None:
            yield months_later(child.left_on, policy.left_behind_months)
