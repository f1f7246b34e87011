"""Being told of a benefit that one may be entitled to, and helped to apply for it (告知其依法申请, 必要协助).

Plan 四(三)二是; rules R16, R42. The office that decides is not ours: its word is only recorded.
"""

from enum import StrEnum

from api.domain.machines import Machine, move


class ApplicationState(StrEnum):
    SIGNPOSTED = "signposted"  # 已告知
    HELPED = "helped"  # 已协助
    APPLIED = "applied"  # 已申请
    GRANTED = "granted"  # 已批准
    REFUSED = "refused"  # 未获批准
    CANCELLED = "cancelled"  # 不再申请
    CLOSED_BY_EXIT = "closed_by_exit"  # 因退出终止


class ApplicationCommand(StrEnum):
    HELP = "help"  # 协助
    APPLY = "apply"  # 申请
    GRANT = "grant"  # 批准
    REFUSE = "refuse"  # 不批准
    CANCEL = "cancel"  # 不再申请
    CLOSE_BY_EXIT = "close_by_exit"  # 因退出终止


_S = ApplicationState
LIFE: Machine[ApplicationState, ApplicationCommand] = Machine(
    {
        ApplicationCommand.HELP: move(_S.SIGNPOSTED, _S.HELPED, to=_S.HELPED),
        ApplicationCommand.APPLY: move(_S.SIGNPOSTED, _S.HELPED, to=_S.APPLIED),
        ApplicationCommand.GRANT: move(_S.APPLIED, to=_S.GRANTED),
        ApplicationCommand.REFUSE: move(_S.APPLIED, to=_S.REFUSED),
        ApplicationCommand.CANCEL: move(_S.SIGNPOSTED, _S.HELPED, _S.APPLIED, to=_S.CANCELLED),
        ApplicationCommand.CLOSE_BY_EXIT: move(_S.SIGNPOSTED, _S.HELPED, _S.APPLIED, to=_S.CLOSED_BY_EXIT),
    }
)
OPEN = LIFE.allowed(ApplicationCommand.CLOSE_BY_EXIT)


class Decision(StrEnum):
    """What the office that was applied to has said."""

    GRANTED = "granted"  # 批准
    REFUSED = "refused"  # 不予批准

    @property
    def command(self) -> ApplicationCommand:
        return ApplicationCommand.GRANT if self is Decision.GRANTED else ApplicationCommand.REFUSE
