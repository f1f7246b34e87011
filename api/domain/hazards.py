"""Safety hazards in the home (安全隐患; plan 四(三): 提醒其及时消除隐患)."""

from dataclasses import dataclass, field
from enum import StrEnum


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
