"""The plan's dates (plan 一, 三, 四(一)): what was to be reached by which day.

The plan is dated after the first of its own days, so an office may well say that it was late.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class MilestoneKey(StrEnum):
    COLLECTED = "collected"  # 搜集整理信息
    SURVEYED = "surveyed"  # 入户调查核实及询问服务需求
    CONFIRMED = "confirmed"  # 确定服务对象
    FORCES_CHOSEN = "forces_chosen"  # 选定服务力量
    EVERYBODY_VISITED = "everybody_visited"  # 月探访率达到100%
    CARE_GIVEN = "care_given"  # 探访关爱服务普遍有效开展
    IMPAIRED_HELPED = "impaired_helped"  # 失能老年人得到有效帮扶


@dataclass(frozen=True, slots=True)
class Milestone:
    """``clause``: where the plan says so."""

    key: MilestoneKey
    planned_on: date
    clause: str

    def days_late(self, done_on: date | None, today: date) -> int:
        """Days past the planned one, until it was reached or, where it was not, until today; never negative."""
        return max(((done_on or today) - self.planned_on).days, 0)


MILESTONES: tuple[Milestone, ...] = (
    Milestone(MilestoneKey.COLLECTED, date(2023, 6, 30), "三(一)"),
    Milestone(MilestoneKey.SURVEYED, date(2023, 7, 20), "三(二)"),
    Milestone(MilestoneKey.CONFIRMED, date(2023, 7, 31), "三(三)"),
    Milestone(MilestoneKey.FORCES_CHOSEN, date(2023, 8, 31), "四(一)"),
    Milestone(MilestoneKey.EVERYBODY_VISITED, date(2023, 12, 31), "一"),
    Milestone(MilestoneKey.CARE_GIVEN, date(2024, 12, 31), "一"),
    Milestone(MilestoneKey.IMPAIRED_HELPED, date(2025, 12, 31), "一"),
)
