"""The half-yearly look through every file (plan 三(三): 每半年动态更新一次; rule A7).

A round begins when the village takes a file up and ends when the township stands behind what it found; then
the next is due half a year after the day of the look. Whoever was not reached stays due.
"""

from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID
from zlib import crc32

from api.domain.days import months_later
from api.domain.machines import Machine, move
from api.domain.policy import Policy

FLAGGED_ATTEMPTS = 3  # not reached so often, the township is to look into it
NEXT_ATTEMPT_DAYS = 7


class ReviewState(StrEnum):
    DUE = "due"  # 待更新
    NOT_REACHED = "not_reached"  # 未能见到
    RETURNED = "returned"  # 退回重做
    SUBMITTED = "submitted"  # 待乡镇审核
    DONE = "done"  # 已完成
    CLOSED_BY_EXIT = "closed_by_exit"  # 因退出终止


class ReviewCommand(StrEnum):
    MISS = "miss"  # 登记未能见到
    SUBMIT = "submit"  # 村居上报
    RETURN = "return"  # 乡镇退回
    SIGN = "sign"  # 乡镇审核通过
    FINISH = "finish"  # 乡镇直接完成
    CLOSE = "close"  # 因退出终止


class ReviewResult(StrEnum):
    UNCHANGED = "unchanged"  # 无变化
    CHANGED = "changed"  # 有变化
    NOT_REACHED = "not_reached"  # 未能见到


_TO_DO = (ReviewState.DUE, ReviewState.NOT_REACHED, ReviewState.RETURNED)
_OPEN = (*_TO_DO, ReviewState.SUBMITTED)

LIFE: Machine[ReviewState, ReviewCommand] = Machine(
    {
        ReviewCommand.MISS: move(*_TO_DO, to=ReviewState.NOT_REACHED),
        ReviewCommand.SUBMIT: move(*_TO_DO, to=ReviewState.SUBMITTED),
        ReviewCommand.RETURN: move(ReviewState.SUBMITTED, to=ReviewState.RETURNED),
        ReviewCommand.SIGN: move(ReviewState.SUBMITTED, to=ReviewState.DONE),
        ReviewCommand.FINISH: move(*_OPEN, to=ReviewState.DONE),
        ReviewCommand.CLOSE: move(*_OPEN, to=ReviewState.CLOSED_BY_EXIT),
    }
)
ENDED = (ReviewState.DONE, ReviewState.CLOSED_BY_EXIT)


def command_of(result: ReviewResult, *, decides: bool) -> ReviewCommand:
    """What a look leads to: the township's word ends a round, the village's waits for it (``decides``)."""
    if result is ReviewResult.NOT_REACHED:
        return ReviewCommand.MISS
    return ReviewCommand.FINISH if decides else ReviewCommand.SUBMIT


def command_on_unchanged(state: ReviewState, *, decides: bool) -> ReviewCommand:
    """What confirming a file as it is does: the township signs what the village submitted."""
    if decides and state is ReviewState.SUBMITTED:
        return ReviewCommand.SIGN
    return command_of(ReviewResult.UNCHANGED, decides=decides)


def next_review(last: date, policy: Policy) -> date:
    """The day by which the next review is on time: 2023-08-31 → 2024-02-29."""
    return months_later(last, policy.review_months)


def review_slot(village: str, elder_id: UUID, policy: Policy) -> int:
    """The elder's place among the days over which first reviews are spread; the same on every call."""
    return crc32(f"{village}/{elder_id}".encode()) % policy.review_spread_days


def first_review(taken_in_on: date, slot: int, policy: Policy) -> date:
    """The first review after a whole roll came in at once, so that they do not all fall on one day."""
    return taken_in_on + timedelta(days=1 + slot % policy.review_spread_days)


def is_overdue(due_on: date, today: date) -> bool:
    """The due day itself is on time."""
    return due_on < today


def next_attempt(tried_on: date) -> date:
    """When to try again whom nobody reached."""
    return tried_on + timedelta(days=NEXT_ATTEMPT_DAYS)
