"""Whether what was done has helped, and who may say so (跟踪回访; plan 四(三), 五(二); rule R48).

The township asks; not whoever did the work, unless there is nobody else.
"""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from api.domain.errors import Forbidden


class FollowUpSubject(StrEnum):
    RISK_REMOVED = "risk_removed"  # 风险隐患排除情况
    DIFFICULTY_EASED = "difficulty_eased"  # 急需困难缓解情况
    REFERRAL_DELIVERED = "referral_delivered"  # 转介服务落实情况
    INCIDENT_REVIEWED = "incident_reviewed"  # 事件复盘


class FollowUpResult(StrEnum):
    EASED = "eased"  # 已排除、已缓解、已落实
    NOT_EASED = "not_eased"  # 未排除、未缓解、未落实
    NOT_REACHED = "not_reached"  # 未能联系上


class SuccessBy(StrEnum):
    """By what the rates of success are told apart."""

    KIND = "kind"  # 按事项类别
    TOWNSHIP = "township"  # 按乡镇（街道）
    PROVIDER = "provider"  # 按服务方


@dataclass(frozen=True, slots=True)
class Follower:
    """Who wants to follow up. ``of_township``, ``of_district``: whether on duty there for the case's village."""

    person: UUID | None
    of_township: bool
    of_district: bool


def self_followed_up(
    subject: FollowUpSubject, follower: Follower, did_the_work: Set[UUID], instructors: Set[UUID]
) -> bool:
    """Whether this follow-up judges the follower's own work, which the district inspects.

    ``instructors``: everybody on duty for the township today. Raises Forbidden where somebody else is to ask:
    ``incident_review_by_district``, ``follow_up_by_another``.
    """
    own_work = follower.person in did_the_work
    if subject is FollowUpSubject.INCIDENT_REVIEWED:
        if not follower.of_district:
            raise Forbidden("incident_review_by_district")
        return own_work
    independent = follower.of_township and not own_work
    if not independent and instructors - did_the_work:
        raise Forbidden("follow_up_by_another")
    return own_work
