"""Which days offices work, and clocks that run in service hours only (rules A14, A27).

Weekends are free but for those the State Council moves work to (调休), and weekdays are worked but for public
holidays; both come as a table that the district may change. All days are civil dates in Shanghai.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from api.domain.months import SHANGHAI, Month

_DAY = timedelta(days=1)
_SATURDAY = 5


class DayKind(StrEnum):
    FREE = "free"  # 放假
    MOVED = "moved"  # 上班（调休）


class DaySource(StrEnum):
    PUBLISHED = "published"  # 国务院公布
    DISTRICT = "district"  # 本区设定


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day on which offices work, or do not, though its weekday says otherwise."""

    day: date
    kind: DayKind
    name: str
    source: DaySource


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """``free``: days off, whatever the weekday. ``moved``: days on which offices work all the same."""

    free: Set[date] = field(default_factory=frozenset)
    moved: Set[date] = field(default_factory=frozenset)

    @classmethod
    def of(cls, days: Iterable[CalendarDay]) -> "WorkingDays":
        """As a table of one entry a day says."""
        by_kind: dict[DayKind, set[date]] = {kind: set() for kind in DayKind}
        for each in days:
            by_kind[each.kind].add(each.day)
        return cls(frozenset(by_kind[DayKind.FREE]), frozenset(by_kind[DayKind.MOVED]))

    def works(self, day: date) -> bool:
        return day in self.moved or (day.weekday() < _SATURDAY and day not in self.free)

    def nth_of(self, month: Month, number: int) -> date:
        """The ``number``-th working day from the first of a month on, in a later month if need be."""
        return next(day for count, day in enumerate(self.since(month.first), start=1) if count == number)

    def since(self, first: date) -> Iterator[date]:
        """Working days from ``first`` on."""
        day = first
        while True:
            if self.works(day):
                yield day
            day += _DAY

    def after_service_time(self, start: datetime, minutes: int, opens: time, closes: time) -> datetime:
        """When so many minutes of service hours have passed since ``start``.

        Received on Friday 17:50, with two hours from 8:00 to 18:00: Monday 9:50.
        """
        left = timedelta(minutes=minutes)
        here = start.astimezone(SHANGHAI)
        for day in self.since(here.date()):
            begins = max(here, datetime.combine(day, opens, SHANGHAI))
            ends = datetime.combine(day, closes, SHANGHAI)
            if begins + left <= ends:
                return (begins + left).astimezone(start.tzinfo)
            left -= max(ends - begins, timedelta())
        raise AssertionError("days never end")
