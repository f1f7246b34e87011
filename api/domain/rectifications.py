"""Orders to put something right, with a deadline and proof (纠偏止错; plan 五（二）; rule R52)."""

from datetime import date
from enum import StrEnum

from api.domain.machines import Machine, move


class RectificationState(StrEnum):
    ORDERED = "ordered"  # 待整改
    ANSWERED = "answered"  # 已报整改
    ACCEPTED = "accepted"  # 整改到位
    CANCELLED = "cancelled"  # 取消


class RectificationCommand(StrEnum):
    ANSWER = "answer"  # 报告整改情况
    ACCEPT = "accept"  # 认可
    REJECT = "reject"  # 不到位，重新整改
    EXTEND = "extend"  # 延期
    CANCEL = "cancel"  # 取消


_S = RectificationState
LIFE: Machine[RectificationState, RectificationCommand] = Machine(
    {
        RectificationCommand.ANSWER: move(_S.ORDERED, to=_S.ANSWERED),
        RectificationCommand.ACCEPT: move(_S.ANSWERED, to=_S.ACCEPTED),
        RectificationCommand.REJECT: move(_S.ANSWERED, to=_S.ORDERED),
        RectificationCommand.EXTEND: move(_S.ORDERED),
        RectificationCommand.CANCEL: move(_S.ORDERED, _S.ANSWERED, to=_S.CANCELLED),
    }
)


def is_late(state: str, due_on: date, today: date) -> bool:
    """Not answered by its deadline; the due day itself is on time."""
    return state == RectificationState.ORDERED and due_on < today
