"""The days around which visits are made more often, year by year (plan 四(三) 传统节日; reading A17).

Which day a festival falls on is astronomy and comes from outside; here is what follows from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from api.domain.policy import Tier


class Festival(StrEnum):
    NEW_YEARS_EVE = "new_years_eve"  # 除夕
    SPRING_FESTIVAL = "spring_festival"  # 春节
    LANTERN = "lantern"  # 元宵
    QINGMING = "qingming"  # 清明
    DRAGON_BOAT = "dragon_boat"  # 端午
    MID_AUTUMN = "mid_autumn"  # 中秋
    DOUBLE_NINTH = "double_ninth"  # 重阳，老年节
    WINTER_SOLSTICE = "winter_solstice"  # 冬至


_SPRING = (Festival.NEW_YEARS_EVE, Festival.SPRING_FESTIVAL)


@dataclass(frozen=True, slots=True)
class FestivalSetting:
    """What a district has set for one festival of one year; unset, visits begin three days before.

    ``days_before``, ``days_after``: how far the window reaches around the festival's own day.
    """

    days_before: int = 3
    days_after: int = 0
    active: bool = True
    tiers: frozenset[Tier] = frozenset({Tier.PRIORITY})


@dataclass(frozen=True, slots=True)
class FestivalDay:
    """A festival of one year with what is set for it."""

    festival: Festival
    on: date
    setting: FestivalSetting

    @property
    def window_from(self) -> date:
        return self.on - timedelta(days=self.setting.days_before)

    @property
    def window_to(self) -> date:
        return self.on + timedelta(days=self.setting.days_after)


@dataclass(frozen=True, slots=True)
class FestivalWindow:
    """The days of extra visits of a festival, or of the two that are one."""

    starts_on: date
    ends_on: date
    tiers: frozenset[Tier]


def group_of(festival: Festival) -> tuple[Festival, ...]:
    """The festivals that share one window: 除夕 and 春节; every other stands alone."""
    return _SPRING if festival in _SPRING else (festival,)


def window_of(days: Iterable[FestivalDay]) -> FestivalWindow | None:
    """The one window around a group's active days; None when the district has switched all of them off."""
    active = [day for day in days if day.setting.active]
    if not active:
        return None
    return FestivalWindow(
        min(day.window_from for day in active),
        max(day.window_to for day in active),
        frozenset().union(*(day.setting.tiers for day in active)),
    )
