"""When an elder's file is looked through again (plan 三(三): 每半年动态更新一次; rule A7)."""

from datetime import date, timedelta
from uuid import UUID
from zlib import crc32

from api.domain.days import months_later
from api.domain.policy import Policy


def next_review(last: date, policy: Policy) -> date:
    """The day by which the next review is on time: 2023-08-31 → 2024-02-29."""
    return months_later(last, policy.review_months)


def review_slot(village: str, elder_id: UUID, policy: Policy) -> int:
    """The elder's place among the days over which first reviews are spread; the same on every call."""
    return crc32(f"{village}/{elder_id}".encode()) % policy.review_spread_days


def first_review(taken_in_on: date, slot: int, policy: Policy) -> date:
    """The first review after a whole roll came in at once, so that they do not all fall on one day."""
    return taken_in_on + timedelta(days=1 + slot % policy.review_spread_days)
