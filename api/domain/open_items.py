"""What is left to do for an elder who is on the roll already (plan 三(三); rules R11, R36, A19, A24).

Duty starts on minimal facts, because the neediest are the ones with incomplete papers: what is missing is a
dated task, never a reason to wait.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from api.domain.policy import Policy
from api.domain.tiers import Tiering


class DutyTask(StrEnum):
    """Tasks that people close; the tasks of visits are ``VisitTaskKind``."""

    NAME_CONTACT = "name_contact"  # 明确第一探访联系人
    COMPLETE_FILE = "complete_file"  # 补齐登记表
    COMPLETE_AT_REVIEW = "complete_at_review"  # 下次动态更新时补齐
    VERIFY_FACTS = "verify_facts"  # 入户核实未知情况
    SEE_IN_PERSON = "see_in_person"  # 当面听取本人意愿
    APPROVE_CONSENT = "approve_consent"  # 审核监护人表态
    CONFIRM_SUSPENSION = "confirm_suspension"  # 确认暂停
    REVIEW_TIER = "review_tier"  # 复核是否调低
    RAISE_AHEAD = "raise_ahead"  # 即将升为重点对象


SEE_IN_PERSON_DAYS = 7
DECIDE_DAYS = 7
RAISE_NOTICE_DAYS = 30


@dataclass(frozen=True, slots=True)
class OpenItem:
    kind: DutyTask
    due_on: date


_BOXES = ("emergency_contact", "registered_address", "residence", "living", "pension", "aid", "surveyor")


def missing_boxes(columns: Mapping[str, Any], details: Mapping[str, Any]) -> tuple[str, ...]:
    """The mandatory boxes of Annex 3 that are still empty."""
    missing = [name for name in ("ability_level", "economic_kind") if columns.get(name) is None]
    missing += [name for name in _BOXES if not details.get(name)]
    if not details.get("phones") and not details.get("no_phone_reason"):
        missing.append("phones")
    return tuple(missing)


def open_items(
    tiering: Tiering, missing: tuple[str, ...], *, has_contact: bool, from_day: date, policy: Policy
) -> Iterator[OpenItem]:
    """What confirmation leaves open, each with its day."""
    if not has_contact:
        yield OpenItem(DutyTask.NAME_CONTACT, from_day + timedelta(days=policy.contact_task_days))
    if missing:
        yield OpenItem(DutyTask.COMPLETE_FILE, from_day + timedelta(days=policy.open_item_days))
    if tiering.unknown or tiering.provisional:
        yield OpenItem(DutyTask.VERIFY_FACTS, from_day + timedelta(days=policy.verify_unknown_days))
