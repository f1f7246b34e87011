"""Who needs a visit now, and in which order (plan 四(二); "Worklist" in the readings).

The list is six stretches of due days: overdue, due soon, open; 重点对象 first in each. Whoever was visited
in the running period is not on it until the next one begins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from api.domain.facts import Suspension
from api.domain.graces import Graces
from api.domain.months import Month
from api.domain.periods import periods_of
from api.domain.policy import Policy, Tier
from api.domain.standings import WorklistStanding

_DAY = timedelta(days=1)
NO_GRACES = Graces(())
ALWAYS = date(1900, 1, 1), date(9999, 1, 1)  # the days on which somebody counts who is never away

Away = list[list[str]]  # first and last day of each time away, in ISO form, as JSON has them


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of the list: a tier's elders due from ``first`` to ``last``, both included."""

    standing: WorklistStanding
    tier: Tier
    first: date
    last: date

    def holds(self, tier: str | None, due_on: date) -> bool:
        return tier == self.tier and self.first <= due_on <= self.last


def stretches(
    today: date, policy: Policy, graces: Graces = NO_GRACES, surge_until: date = date.min
) -> tuple[Stretch, ...]:
    """The parts of today's list, in order; parts that can hold nobody are left out.

    ``surge_until``: the last day of the surges that have begun.
    """
    soon = today + timedelta(days=policy.due_soon_days)
    parts = [
        Stretch(standing, tier, first, last or max(_furthest(tier, today, policy, graces), surge_until))
        for standing, first, last in (
            (WorklistStanding.OVERDUE, date.min, today - _DAY),
            (WorklistStanding.DUE_SOON, today, soon),
            (WorklistStanding.OPEN, soon + _DAY, None),
        )
        for tier in Tier
    ]
    return tuple(part for part in parts if part.first <= part.last)


def _furthest(tier: Tier, today: date, policy: Policy, graces: Graces) -> date:
    """The last due day that can ask for a visit today: the running period's with its grace, or a first visit's."""
    first_visit = today + timedelta(days=policy.first_visit_days - 1)
    frequency = policy.frequencies.get(tier)
    if frequency is None:
        return first_visit
    running = next(period for period in periods_of(Month.of(today), frequency) if period.holds(today))
    return max(graces.due(running.ends_on), first_visit)


def away_from(suspensions: Iterable[Suspension], day: date) -> Away:
    """The days from ``day`` on, or around it, on which nobody is sent to an elder: he is away (A21).

    A suspension that the supervisor refused is none; those that overlap are one time.
    """
    found: list[tuple[date, date]] = []
    for each in sorted(suspensions, key=lambda each: (each.starts_on, each.ends_on)):
        if each.approved is False or each.ends_on < day:
            continue
        if found and each.starts_on <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], each.ends_on)
        else:
            found.append((each.starts_on, each.ends_on))
    return [[first.isoformat(), last.isoformat()] for first, last in found]
