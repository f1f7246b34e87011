"""A stored file as the facts that categories and tier are judged by (附件2)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from api.domain.elders import (
    Ability,
    Category,
    Certificate,
    Circumstances,
    EconomicKind,
    FamilyPlanning,
)
from api.domain.family import Child, LeftReason, Relative, is_child
from api.domain.policy import Tier
from api.store.families import Member
from api.store.tables import Elder

SPOUSES = frozenset({"10", "11", "12"})
_TOWNSHIP = 9
_LEVEL_DIGIT = 19  # of a certificate number


def circumstances_of(elder: Elder, details: Mapping[str, Any], members: Iterable[Member]) -> Circumstances:
    """``details``: the opened sealed part."""
    facts, declared = details.get("facts") or {}, details.get("declared") or {}
    children, others = _children_and_others(members)
    spouse = next((_relative(each) for each in others if each["relation"] in SPOUSES), None)
    return Circumstances(
        born_on=elder.born_on,
        township=elder.village[:_TOWNSHIP],
        has_spouse=True if spouse else facts.get("spouse"),
        spouse=spouse,
        children=children,
        children_complete=facts.get("children_complete") is True,
        relatives=tuple(_relative(each) for each in others if _is_family(each)),
        relatives_complete=facts.get("relatives_complete") is True,
        has_caregiver=facts.get("has_caregiver"),
        caregiver_appointed=facts.get("caregiver_appointed"),
        lost_labour_capacity=facts.get("lost_labour_capacity"),
        economic_kind=EconomicKind(elder.economic_kind) if elder.economic_kind else None,
        registered_rural=elder.registered_rural,
        at_home=facts.get("at_home"),
        ability=Ability(elder.ability_level) if elder.ability_level else None,
        has_certificate=facts.get("has_certificate"),
        certificate=_certificate(details.get("disability_certificate"), facts.get("certificate_valid")),
        family_planning=_family_planning(facts.get("family_planning")),
        declared=frozenset(Category(each) for each in declared.get("categories") or ()),
        declared_tier=Tier(declared["tier"]) if declared.get("tier") else None,
        included=_reason(details.get("inclusion")),
        raised=_reason(details.get("raise")),
    )


def _children_and_others(members: Iterable[Member]) -> tuple[tuple[Child, ...], list[Mapping[str, Any]]]:
    """Children, dead ones included, and the living among the others."""
    family = list(members)
    children = tuple(_child(each) for each in family if is_child(each.facts["relation"]))
    others = [each.facts for each in family if not is_child(each.facts["relation"])]
    return children, [facts for facts in others if facts.get("alive") is not False]


def _is_family(facts: Mapping[str, Any]) -> bool:
    """Parents wherever they live; others only if they share the home (民法典 1045)."""
    if facts["relation"] in SPOUSES:
        return False
    return _relative(facts).is_parent or bool(facts.get("co_resident"))


def _relative(facts: Mapping[str, Any]) -> Relative:
    return Relative(
        relation=facts["relation"],
        co_resident=facts.get("co_resident"),
        township=facts.get("township"),
        in_institution=bool(facts.get("in_institution")),
    )


def _child(child: Member) -> Child:
    member = child.facts
    return Child(
        id=child.id,
        alive=member.get("alive"),
        adult=member.get("adult"),
        co_resident=member.get("co_resident"),
        township=member.get("township"),
        in_institution=bool(member.get("in_institution")),
        has_left=member.get("has_left"),
        left_on=date.fromisoformat(member["left_on"]) if member.get("left_on") else None,
        left_reason=LeftReason(member["left_reason"]) if member.get("left_reason") else None,
    )


def _certificate(number: str | None, valid: bool | None) -> Certificate | None:
    """The level is the 20th character of the number."""
    return Certificate(int(number[_LEVEL_DIGIT]), valid) if number else None


def _family_planning(facts: Mapping[str, Any] | None) -> FamilyPlanning | None:
    return FamilyPlanning(**facts) if facts else None


def _reason(decision: Mapping[str, Any] | None) -> str | None:
    return decision["reason"] if decision else None
