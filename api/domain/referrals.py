"""Needs for care and what was done about them on the spot (plan 四(二), 四(三)一是 and 二是)."""

from dataclasses import dataclass, field
from enum import StrEnum


class NeedKind(StrEnum):
    DAILY_CARE = "daily_care"  # 生活照料
    REHABILITATION = "rehabilitation"  # 康复护理
    COMFORT = "comfort"  # 精神慰藉
    HOME_ADAPTATION = "home_adaptation"  # 居家适老化改造
    EMERGENCY_RESCUE = "emergency_rescue"  # 紧急救援
    OTHER = "other"  # 其他


class CareKind(StrEnum):
    MEAL = "meal"  # 助餐
    CLEANING = "cleaning"  # 助洁
    BATHING = "bathing"  # 助浴
    MEDICAL = "medical"  # 助医
    MOBILITY = "mobility"  # 助行
    OTHER = "other"  # 其他


class Topic(StrEnum):
    """What was talked about or done besides looking (plan 四(二))."""

    POLICY_PROMOTION = "policy_promotion"  # 社会救助政策宣传
    RESOURCE_LINK = "resource_link"  # 链接社会资源
    DIFFICULTY_SOLVED = "difficulty_solved"  # 帮助解决实际困难
    SAFETY = "safety"  # 安全知识
    FIRST_AID = "first_aid"  # 应急自救知识
    HEALTH = "health"  # 健康知识


@dataclass(frozen=True, slots=True)
class Need:
    """One need; ``solved``: met on the spot, so that nothing is to be referred."""

    kind: NeedKind
    text: str | None = field(default=None, repr=False)
    solved: bool = False
