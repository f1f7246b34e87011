"""Until when a period may still be met after days on which nobody could go out (reading A17).

A period that ends in a stand-down, or within some days after it, gets a grace of the stand-down's length and
those days: 13–15 September with three days moves the 15th to the 21st.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from api.domain.facts import StandDown
from api.domain.months import Month

_DAY = timedelta(days=1)


class Graces:
    """The graces of some stand-downs together; those that touch are one."""

    def __init__(self, stand_downs: Iterable[StandDown]) -> None:
        self._spells = tuple(_joined(sorted(stand_downs, key=lambda each: each.starts_on)))
        self._moved = [(day, self.due(day)) for spell in self._spells for day in _days_moved(spell)]

    def due(self, ends_on: date) -> date:
        """The day by which a period that ends on ``ends_on`` is to be met; a later stand-down may move it on."""
        due = ends_on
        for spell in self._spells:
            grace = timedelta(days=spell.grace_days)
            if spell.starts_on <= due <= spell.ends_on + grace:
                due += spell.ends_on - spell.starts_on + _DAY + grace
        return due

    def lead_out_of(self, month: Month) -> bool:
        """Whether what ends by the end of the month may be met after it."""
        return any(day <= month.last < due for day, due in self._moved)


def judged_together(months: Iterable[Month], graces: Graces) -> list[Month]:
    """The months, with those before and after that share visits with them by a grace; in order."""
    found = set(months)
    for month in sorted(found):
        while graces.lead_out_of(month.previous()):
            month = month.previous()
            found.add(month)
    for month in sorted(found):
        while graces.lead_out_of(month):
            month = month.next()
            found.add(month)
    return sorted(found)


def _joined(spells: Iterable[StandDown]) -> Iterator[StandDown]:
    held: StandDown | None = None
    for spell in spells:
        if held is None or spell.starts_on > held.ends_on + _DAY:
            if held is not None:
                yield held
            held = spell
        else:
            ends_on, grace_days = max(held.ends_on, spell.ends_on), max(held.grace_days, spell.grace_days)
            held = StandDown(held.starts_on, ends_on, grace_days)
    if held is not None:
        yield held


def _days_moved(spell: StandDown) -> Iterator[date]:
    last = spell.ends_on + timedelta(days=spell.grace_days)
    return (spell.starts_on + timedelta(days=each) for each in range((last - spell.starts_on).days + 1))
