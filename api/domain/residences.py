"""Where an elder's month is counted (A34): dated residences, one village a month."""

from datetime import date, timedelta

from api.domain.duty import Duty
from api.domain.facts import ElderFacts
from api.domain.months import Month


def village_on(facts: ElderFacts, day: date) -> str:
    """Where the elder lives on a day; before the first day of which anything is known, where he was found."""
    known = sorted(facts.residences, key=lambda residence: residence.from_day)
    begun = [residence for residence in known if residence.from_day <= day] or known[:1]
    return begun[-1].village if begun else facts.village


def counted_village(facts: ElderFacts, duty: Duty, month: Month) -> str:
    """The village of most active days of the month; on a tie the earlier one.

    Without any active day (declined, suspended throughout, not yet confirmed) all days weigh. Moving later changes
    nothing of a month before anything was known: it is counted where he was found.
    """
    known = sorted(facts.residences, key=lambda residence: residence.from_day)
    begun = [residence for residence in known if residence.from_day <= month.last] or known[:1]
    if not begun:
        return facts.village
    while len(begun) > 1 and begun[1].from_day <= month.first:
        begun.pop(0)
    if len(begun) == 1:
        return begun[0].village
    starts = [month.first, *(residence.from_day for residence in begun[1:])]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [month.last]
    active, lived = dict[str, int](), dict[str, int]()
    for residence, start, end in zip(begun, starts, ends, strict=True):
        village = residence.village
        active[village] = active.get(village, 0) + duty.active_days(start, end)
        lived[village] = lived.get(village, 0) + (end - start).days + 1
    days = active if any(active.values()) else lived
    return max(days, key=days.__getitem__)
