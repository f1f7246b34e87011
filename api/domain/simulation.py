"""What other numbers of the policy would change: who would enter or leave which category and tier (A8)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from api.domain.elders import Category, Circumstances
from api.domain.policy import Policy, Tier
from api.domain.tiers import tier_of

CLASSIFYING = ("min_age", "advanced_age", "impaired_min_level", "priority_min_ability", "left_behind_months")
"""The numbers of a policy that categories and tiers depend on."""

Who = TypeVar("Who")


@dataclass(slots=True)
class Moves(Generic[Who]):
    """Who would enter, and who would leave."""

    enters: list[Who] = field(default_factory=list)
    leaves: list[Who] = field(default_factory=list)

    def note(self, who: Who, *, before: bool, after: bool) -> None:
        if after and not before:
            self.enters.append(who)
        if before and not after:
            self.leaves.append(who)


class Simulation(Generic[Who]):
    """Judges elders one by one under two policies; people in the order in which they came."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.judged = 0
        self.tiers: dict[Tier, Moves[Who]] = {tier: Moves() for tier in Tier}
        self.categories: dict[Category, Moves[Who]] = {category: Moves() for category in Category}

    def judge(self, who: Who, elder: Circumstances, present: Policy, other: Policy) -> None:
        before, after = (tier_of(elder, policy, self.day) for policy in (present, other))
        self.judged += 1
        for tier, moves in self.tiers.items():
            moves.note(who, before=before.tier is tier, after=after.tier is tier)
        for category, shifts in self.categories.items():
            shifts.note(who, before=category in before.categories, after=category in after.categories)
