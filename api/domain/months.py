"""Calendar months and days of Shanghai: the plan counts in civil dates (每月, 每半月; A1, A2)."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from api.domain.days import months_later as add_months

__all__ = ["SHANGHAI", "Month", "add_months", "civil_date", "months_between"]

# A fixed offset needs no time zone data on the machine; no clock was changed in China after 1991.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

_WRITTEN = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; written ``2026-10``."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2026-10``; raises ValueError for any other spelling."""
        if not _WRITTEN.fullmatch(text) or text.startswith("0000"):
            raise ValueError("a month is written YYYY-MM")
        return cls(int(text[:4]), int(text[5:]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def days(self) -> int:
        return self.last.day

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return _last_day(self.year, self.number)

    def next(self) -> "Month":
        return Month(self.year, self.number + 1) if self.number < 12 else Month(self.year + 1, 1)

    def previous(self) -> "Month":
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)


@lru_cache(maxsize=1024)
def _last_day(year: int, number: int) -> date:
    return date(year, number, monthrange(year, number)[1])


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Every month from ``first`` to ``last``, both included; none when ``last`` lies before."""
    month = first
    while month <= last:
        yield month
        month = month.next()


def civil_date(instant: datetime) -> date:
    """The day of an instant in Shanghai: 2026-10-31T16:30Z is 1 November. Raises ValueError if naive."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs its offset")
    return instant.astimezone(SHANGHAI).date()
