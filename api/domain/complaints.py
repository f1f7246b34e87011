"""What elders and families are not content with (投诉; plan 五（二）: 确保服务力量的可靠性; rule R50)."""

from enum import StrEnum

from api.domain.machines import Machine, move


class ComplaintState(StrEnum):
    RECEIVED = "received"  # 已收到
    UPHELD = "upheld"  # 属实
    UNFOUNDED = "unfounded"  # 不属实
    WITHDRAWN = "withdrawn"  # 撤回


class ComplaintCommand(StrEnum):
    UPHOLD = "uphold"  # 认定属实
    DISMISS = "dismiss"  # 认定不属实
    WITHDRAW = "withdraw"  # 撤回


class ComplaintKind(StrEnum):
    NOT_VISITED = "not_visited"  # 未上门
    ATTITUDE = "attitude"  # 态度
    CHARGED_MONEY = "charged_money"  # 违规收费
    PRIVACY = "privacy"  # 泄露隐私
    SAFETY = "safety"  # 安全问题
    OTHER = "other"  # 其他


class Complainant(StrEnum):
    ELDER = "elder"  # 本人
    FAMILY = "family"  # 家属
    NEIGHBOUR = "neighbour"  # 邻居、群众
    ANONYMOUS = "anonymous"  # 匿名
    OTHER = "other"  # 其他


_S = ComplaintState
LIFE: Machine[ComplaintState, ComplaintCommand] = Machine(
    {
        ComplaintCommand.UPHOLD: move(_S.RECEIVED, to=_S.UPHELD),
        ComplaintCommand.DISMISS: move(_S.RECEIVED, to=_S.UNFOUNDED),
        ComplaintCommand.WITHDRAW: move(_S.RECEIVED, to=_S.WITHDRAWN),
    }
)
