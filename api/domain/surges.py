"""Extra visits at festivals and in bad weather, and days on which nobody can go out.

Plan 四(三): “在极端恶劣天气、传统节日等特殊时间节点，应适当增加探访频次”; reading A17. A surge asks for one
contact with every elder of its tiers and has a rate of its own. A stand-down gives periods that end in it,
or shortly after, a grace.
"""

from datetime import date, timedelta
from enum import StrEnum

from api.domain.machines import Machine, move

MOST_DAYS = 31  # of one window: what is judged reaches back two months
_DAY = timedelta(days=1)


class SurgeKind(StrEnum):
    SURGE = "surge"  # 加密探访
    STAND_DOWN = "stand_down"  # 暂停上门


class SurgeSource(StrEnum):
    MANUAL = "manual"  # 人工提出
    FESTIVAL = "festival"  # 传统节日
    SIGNAL = "signal"  # 气象预警


class SurgeState(StrEnum):
    PLANNED = "planned"  # 待启动
    ACTIVE = "active"  # 进行中
    ENDED = "ended"  # 已结束
    CANCELLED = "cancelled"  # 已取消


class SurgeCommand(StrEnum):
    OPEN = "open"  # 启动
    EXTEND = "extend"  # 延长
    END = "end"  # 提前结束
    CANCEL = "cancel"  # 取消


LIFE: Machine[SurgeState, SurgeCommand] = Machine(
    {
        SurgeCommand.OPEN: move(SurgeState.PLANNED, to=SurgeState.ACTIVE),
        SurgeCommand.EXTEND: move(SurgeState.ACTIVE),
        SurgeCommand.END: move(SurgeState.ACTIVE, to=SurgeState.ENDED),
        SurgeCommand.CANCEL: move(SurgeState.PLANNED, SurgeState.ACTIVE, SurgeState.ENDED, to=SurgeState.CANCELLED),
    }
)

IN_FORCE = (SurgeState.ACTIVE, SurgeState.ENDED)


def state_on(state: SurgeState, ends_on: date, today: date) -> SurgeState:
    """A window that was opened has ended from the day after its last one, whether or not anybody said so."""
    return SurgeState.ENDED if state is SurgeState.ACTIVE and ends_on < today else state
