"""Ages and terms as the Civil Code counts them (民法典 202): without such a day, the month's last."""

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """The corresponding day ``months`` months later: 2023-08-31 and six months make 2024-02-29."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def birthday(born_on: date, age: int) -> date:
    """The day ``age`` (周岁) is reached; born on 29 February: 28 February in common years."""
    return months_later(born_on, 12 * age)


def age_on(born_on: date, day: date) -> int:
    """Full years of age (周岁) on ``day``; the birthday itself counts."""
    years = day.year - born_on.year
    return years if birthday(born_on, years) <= day else years - 1
