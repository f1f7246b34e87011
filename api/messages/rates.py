"""Messages about figures, and the names of the groups they are told by."""

from collections.abc import Mapping

from api.messages import Message, Text

MESSAGES: tuple[Message, ...] = (
    Message(
        "month_too_far_ahead",
        422,
        Text("该月份尚未安排，只能查询到下个月", "请查询下个月及以前的月份", "县级督导员"),
        Text(
            "That month is not planned yet; figures reach to the next month",
            "Ask for the next month or an earlier one",
            "the district's supervisor",
        ),
    ),
)

GROUPS: Mapping[str, str] = {
    "priority": "重点对象",
    "general": "一般对象",
    "none": "尚未分类",
    "kinless": "孤寡",
    "living_alone": "独居",
    "empty_nest": "空巢",
    "left_behind": "留守",
    "impaired": "失能",
    "severely_disabled": "重残",
    "family_planning_special": "计划生育特殊家庭",
}
"""The plan's own words for tiers and categories."""
