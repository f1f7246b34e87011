"""The stretches of a month in which a visit is owed (plan 四(二): 每半月, 每月; domain rule A1).

No period crosses a month. A quarter (内蒙古's 一般对象) is therefore not a frequency of this service.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from api.domain.months import Month
from api.domain.policy import Frequency, PeriodKind


@dataclass(frozen=True, slots=True)
class Period:
    """One stretch of days, both ends included, with the name it is stored under.

    Labels: ``2026-11-M``, ``2026-11-H1``, ``2026-11-W1`` … ``W4``, and ``2026-11-D07`` for the stretch
    of n days that begins on the 7th.
    """

    label: str
    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def half(self) -> int:
        """How many active days make the period due, and which of its days is the middle one (A4, A6)."""
        return (self.days + 1) // 2

    @property
    def middle(self) -> date:
        return self.starts_on + timedelta(days=self.half - 1)

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


def periods_of(month: Month, frequency: Frequency) -> tuple[Period, ...]:
    """The periods of a month, in order; together they are the whole month."""
    return _cut(month, frequency.period, frequency.days)


@lru_cache(maxsize=1024)
def _cut(month: Month, kind: PeriodKind, days: int) -> tuple[Period, ...]:
    match kind:
        case PeriodKind.MONTH:
            names = {1: "M"}
        case PeriodKind.HALF_MONTH:
            names = {1: "H1", 16: "H2"}
        case PeriodKind.WEEK:
            names = {1: "W1", 8: "W2", 16: "W3", 23: "W4"}
        case PeriodKind.DAYS:
            names = {start: f"D{start:02}" for start in range(1, month.days + 1, days)}
    starts = list(names)
    ends = [start - 1 for start in starts[1:]] + [month.days]
    return tuple(
        Period(f"{month}-{names[start]}", month.first.replace(day=start), month.first.replace(day=end))
        for start, end in zip(starts, ends, strict=True)
    )
