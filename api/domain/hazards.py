"""Safety hazards in the home (安全隐患; plan 四(三): 提醒其及时消除隐患; rules R17, R43).

One hazard of a household stays one, however often it is seen. Only a second look on another day, or a person's
word, makes it gone.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from api.domain.machines import Machine, move


class HazardKind(StrEnum):
    GAS = "gas"  # 燃气
    PLUMBING = "plumbing"  # 水暖
    POWER = "power"  # 用电
    DRINKING_WATER = "drinking_water"  # 饮水
    HOUSING = "housing"  # 住房
    FIRE = "fire"  # 消防
    FALL = "fall"  # 跌倒
    OTHER = "other"  # 其他


class Severity(StrEnum):
    MAJOR = "major"  # 重大
    GENERAL = "general"  # 一般


class Reminder(StrEnum):
    """Whether the household was told to remove the hazard."""

    GIVEN = "given"  # 已提醒
    NOT_GIVEN = "not_given"  # 未提醒
    UNKNOWN = "unknown"  # 不详


class ReminderMeans(StrEnum):
    IN_PERSON = "in_person"  # 当面
    PHONE = "phone"  # 电话
    MESSAGE = "message"  # 短信、微信
    NOTICE = "notice"  # 书面通知


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard as a visitor reports it; ``reminded_to``: who was told, in words."""

    kind: HazardKind
    severity: Severity = Severity.GENERAL
    text: str | None = field(default=None, repr=False)
    reminded: bool | None = None
    reminded_to: str | None = field(default=None, repr=False)

    @property
    def reminder(self) -> Reminder:
        if self.reminded is None:
            return Reminder.UNKNOWN
        return Reminder.GIVEN if self.reminded else Reminder.NOT_GIVEN


# --- the life of a hazard -----------------------------------------------------------------------------


class HazardState(StrEnum):
    OPEN = "open"  # 待提醒
    REMINDED = "reminded"  # 已提醒
    RESOLUTION_PROPOSED = "resolution_proposed"  # 已见安全，待再次核实
    RESOLVED = "resolved"  # 已消除
    CLOSED_BY_EXIT = "closed_by_exit"  # 因退出终止
    CANCELLED = "cancelled"  # 已撤销


class HazardCommand(StrEnum):
    REMIND = "remind"  # 提醒
    SEE_UNSAFE = "see_unsafe"  # 再次发现
    SEE_SAFE = "see_safe"  # 见已安全
    SEE_SAFE_AGAIN = "see_safe_again"  # 另一日再见已安全
    WITHDRAW_SAFE = "withdraw_safe"  # 见安全的记录不再有效
    RESOLVE = "resolve"  # 确认消除
    ESCALATE = "escalate"  # 上报风险
    CLOSE_BY_EXIT = "close_by_exit"  # 因退出终止
    CANCEL = "cancel"  # 撤销


_OPEN, _REMINDED, _PROPOSED = HazardState.OPEN, HazardState.REMINDED, HazardState.RESOLUTION_PROPOSED

LIFE: Machine[HazardState, HazardCommand] = Machine(
    {
        HazardCommand.REMIND: move(_OPEN, _REMINDED, to=_REMINDED),
        HazardCommand.SEE_UNSAFE: move(_OPEN, _REMINDED, _PROPOSED, to=_OPEN),
        HazardCommand.SEE_SAFE: move(_OPEN, _REMINDED, to=_PROPOSED),
        HazardCommand.SEE_SAFE_AGAIN: move(_PROPOSED, to=HazardState.RESOLVED),
        HazardCommand.WITHDRAW_SAFE: move(_PROPOSED, HazardState.RESOLVED, to=_OPEN),
        HazardCommand.RESOLVE: move(_OPEN, _REMINDED, _PROPOSED, to=HazardState.RESOLVED),
        HazardCommand.ESCALATE: move(_OPEN, _REMINDED),
        HazardCommand.CLOSE_BY_EXIT: move(_OPEN, _REMINDED, _PROPOSED, to=HazardState.CLOSED_BY_EXIT),
        HazardCommand.CANCEL: move(_OPEN, _REMINDED, to=HazardState.CANCELLED),
    }
)

STANDING = LIFE.allowed(HazardCommand.RESOLVE)  # still to be removed, or to be seen gone once more


def there_again(command: HazardCommand, state: HazardState, *, reminded: bool) -> HazardState:
    """A hazard that is there again, by a command that opens it: reminded, where the household was told."""
    state = LIFE.after(command, state)
    return LIFE.after(HazardCommand.REMIND, state) if reminded else state


def safe_command(state: HazardState, day: date, *, last_seen_on: date, safe_on: date | None) -> HazardCommand | None:
    """What a look at ``day`` that finds it safe does; nothing unless it follows the last sighting of the hazard.

    ``safe_on``: when it was first found safe since then; a second look on that day says nothing new.
    """
    if state not in STANDING or day <= last_seen_on or day == safe_on:
        return None
    return HazardCommand.SEE_SAFE_AGAIN if state is _PROPOSED else HazardCommand.SEE_SAFE
