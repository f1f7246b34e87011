"""What waits for somebody: at whose desk it lies, and when it is late (plan 五（二）; rules R48–R52).

A desk is a level: the village's liaison, the township's instructor, the district's supervisor. Whoever holds
the role of a level in an area, or stands in for somebody who does, has that desk there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from api.domain.access import Actor, AreaCode, Role
from api.domain.divisions import Level

DECIDE_DAYS = 7
"""Days to decide on what has no clock of its own."""


class WaitingKind(StrEnum):
    VISIT_MISSED = "visit_missed"  # 逾期未访
    ESCALATION = "escalation"  # 风险待处置
    INCIDENT_REVIEW = "incident_review"  # 去世事件待核查
    WHEREABOUTS_CHECK = "whereabouts_check"  # 去向待核实
    FOLLOW_UP_OF_RISK = "follow_up_of_risk"  # 风险待回访
    FOLLOW_UP_OF_REFERRAL = "follow_up_of_referral"  # 转介待回访
    FOLLOW_UP_OF_NEED = "follow_up_of_need"  # 急需待回访
    OWN_FOLLOW_UP = "own_follow_up"  # 自办自访待核查
    HAZARD = "hazard"  # 隐患待消除
    NEED = "need"  # 需求待对接
    REFERRAL = "referral"  # 转介待办理
    SUSPENSION_IN_QUESTION = "suspension_in_question"  # 补报暂停待核定
    EXIT_IN_QUESTION = "exit_in_question"  # 补报退出待核定
    SUSPENSION = "suspension"  # 暂停待确认
    CHANGE_PROPOSAL = "change_proposal"  # 变更待审核
    IDENTITY_CONFLICT = "identity_conflict"  # 身份重复待核定
    ELDER_TO_CONFIRM = "elder_to_confirm"  # 待确定服务对象
    REVIEW_TO_SIGN = "review_to_sign"  # 动态更新待审核
    REVIEW_DUE = "review_due"  # 到期应动态更新
    LEAD = "lead"  # 线索待核实
    HELD_VISIT = "held_visit"  # 探访记录待认人
    VISIT_TO_ACCEPT = "visit_to_accept"  # 探访记录待认可
    INSPECTION = "inspection"  # 待抽查
    COMPLAINT = "complaint"  # 投诉待办理
    RECTIFICATION = "rectification"  # 待整改
    RECTIFICATION_TO_JUDGE = "rectification_to_judge"  # 整改待认定
    CONTRACT_ENDING = "contract_ending"  # 合同即将到期
    TASK = "task"  # 其他待办


_DESK_OF: Mapping[Role, Level] = {
    Role.DISTRICT_SUPERVISOR: Level.DISTRICT,
    Role.TOWNSHIP_INSTRUCTOR: Level.TOWNSHIP,
    Role.VILLAGE_LIAISON: Level.VILLAGE,
}


@dataclass(frozen=True, slots=True)
class WorkDesk:
    """Where one decides on what."""

    level: Level
    area: AreaCode


def desks_of(actor: Actor) -> Iterator[WorkDesk]:
    """The desks of an actor, those of the people he stands in for among them."""
    for grant in actor.grants:
        if grant.role in _DESK_OF:
            yield WorkDesk(_DESK_OF[grant.role], grant.area)
