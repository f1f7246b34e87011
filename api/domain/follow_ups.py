"""Whether what was done has helped, and who may say so (跟踪回访; plan 四(三), 五(二); rule R48).

The township asks; not whoever did the work, unless there is nobody else. What the district finds when it looks
into a death is no follow-up: see ``api.domain.incidents``.
"""

from collections.abc import Set
from enum import StrEnum
from uuid import UUID

from api.domain.errors import Forbidden


class FollowUpSubject(StrEnum):
    RISK_REMOVED = "risk_removed"  # 风险隐患排除情况
    DIFFICULTY_EASED = "difficulty_eased"  # 急需困难缓解情况
    REFERRAL_DELIVERED = "referral_delivered"  # 转介服务落实情况


class FollowUpResult(StrEnum):
    EASED = "eased"  # 已排除、已缓解、已落实
    NOT_EASED = "not_eased"  # 未排除、未缓解、未落实
    NOT_REACHED = "not_reached"  # 未能联系上


class SuccessBy(StrEnum):
    """By what the rates of success are told apart."""

    KIND = "kind"  # 按事项类别
    TOWNSHIP = "township"  # 按乡镇（街道）
    TARGET = "target"  # 按转介单位


def self_followed_up(
    person: UUID | None, *, of_township: bool, did_the_work: Set[UUID], instructors: Set[UUID]
) -> bool:
    """Whether this follow-up judges the person's own work, which the district inspects.

    ``of_township``: on duty in the township of the case; ``instructors``: everybody who is, today. Raises
    Forbidden ``follow_up_by_another`` where one of them is to ask.
    """
    own_work = person in did_the_work
    independent = of_township and not own_work
    if not independent and instructors - did_the_work:
        raise Forbidden("follow_up_by_another")
    return own_work
