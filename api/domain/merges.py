"""Two files of one person become one (重复建档合并): which stretches of duty remain (rule A5, A12).

The person was on duty as long as either file was; where they overlap or follow one another it is one stretch, and
the kept file says how it ends.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stint of one of the two files; one that ends before it starts has no day."""

    id: UUID
    kept: bool
    starts_on: date
    last_day_on: date | None = None

    @property
    def end(self) -> date:
        return self.last_day_on or date.max

    @property
    def has_days(self) -> bool:
        return self.end >= self.starts_on


def joined(spans: Iterable[Span]) -> dict[UUID, date]:
    """The stints that remain, each with its first day."""
    several = list(spans)
    remaining = {span.id: span.starts_on for span in several if span.kept and not span.has_days}
    for group in _touching(sorted((each for each in several if each.has_days), key=lambda each: each.starts_on)):
        stays = max(group, key=lambda each: (each.kept, each.end))
        remaining[stays.id] = group[0].starts_on
    return remaining


def _touching(spans: Iterable[Span]) -> Iterator[list[Span]]:
    group: list[Span] = []
    for span in spans:
        if group and span.starts_on > _next(max(each.end for each in group)):
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _next(day: date) -> date:
    return day if day == date.max else day + _DAY
