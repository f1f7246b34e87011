"""Weather warnings (气象灾害预警信号): kinds, colours, and what a warning gives reason for (reading A17).

The catalogue grows, so that a kind is a text with a code of four digits, AABB: AA the kind, BB the colour.
"""

from dataclasses import dataclass
from enum import StrEnum

from api.domain.machines import Machine, move
from api.domain.surges import SurgeKind


class SignalColour(StrEnum):
    BLUE = "blue"  # 蓝色，一般
    YELLOW = "yellow"  # 黄色，较重
    ORANGE = "orange"  # 橙色，严重
    RED = "red"  # 红色，特别严重


class SignalState(StrEnum):
    ISSUED = "issued"  # 已发布
    UPDATED = "updated"  # 已更新
    CANCELLED = "cancelled"  # 已解除


class SignalCommand(StrEnum):
    ISSUE = "issue"  # 发布
    UPDATE = "update"  # 更新
    CANCEL = "cancel"  # 解除


SIGNAL_LIFE: Machine[SignalState, SignalCommand] = Machine(
    {
        SignalCommand.ISSUE: move(SignalState.ISSUED),
        SignalCommand.UPDATE: move(SignalState.ISSUED, SignalState.UPDATED, to=SignalState.UPDATED),
        SignalCommand.CANCEL: move(SignalState.ISSUED, SignalState.UPDATED, to=SignalState.CANCELLED),
    }
)

FIRST_STATE = {
    SignalCommand.ISSUE: SignalState.ISSUED,
    SignalCommand.UPDATE: SignalState.UPDATED,
    SignalCommand.CANCEL: SignalState.CANCELLED,
}
"""Of a warning whose beginning was not heard of."""

SIGNAL_DAYS = 3  # what a warning gives reason for, unless it says how long

_COLOURS = dict(zip(("01", "02", "03", "04"), SignalColour, strict=True))
_WITHOUT_BLUE = frozenset({"07"})  # 高温


@dataclass(frozen=True, slots=True)
class SignalCode:
    """``0103``: a typhoon, orange."""

    kind: str
    colour: SignalColour

    @classmethod
    def read(cls, code: str) -> "SignalCode":
        """Raises ValueError for a colour that nobody issues, at all or of this kind."""
        kind, colour = code[:2], _COLOURS.get(code[2:])
        if colour is None or (colour is SignalColour.BLUE and kind in _WITHOUT_BLUE):
            raise ValueError("no such colour")
        return cls(kind, colour)


def proposes(colour: SignalColour) -> tuple[SurgeKind, ...]:
    """From orange on more visits; at red, when roads are closed, it may be that none can be made."""
    match colour:
        case SignalColour.RED:
            return (SurgeKind.SURGE, SurgeKind.STAND_DOWN)
        case SignalColour.ORANGE:
            return (SurgeKind.SURGE,)
    return ()
