"""What is left to do for an elder who is on the roll already (plan 三(三); rules R11, R36, A19, A24).

Duty starts on minimal facts, because the neediest are the ones with incomplete papers: what is missing is a
dated task, never a reason to wait.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from api.domain.days import months_later
from api.domain.policy import Policy
from api.domain.registration import PRIMARY_CONTACT, OpenBox
from api.domain.tiers import Tiering


class DutyTask(StrEnum):
    """Tasks that people close; the tasks of visits are ``VisitTaskKind``."""

    NAME_CONTACT = "name_contact"  # 明确第一探访联系人
    COMPLETE_FILE = "complete_file"  # 补齐登记表
    COMPLETE_AT_REVIEW = "complete_at_review"  # 下次动态更新时补齐
    VERIFY_FACTS = "verify_facts"  # 入户核实未知情况
    SEE_IN_PERSON = "see_in_person"  # 当面听取本人意愿
    APPROVE_CONSENT = "approve_consent"  # 审核监护人表态
    CONSENT_TALK = "consent_talk"  # 连续拒访，当面谈意愿
    CONFIRM_SUSPENSION = "confirm_suspension"  # 确认暂停
    REVIEW_TIER = "review_tier"  # 复核是否调低
    RAISE_AHEAD = "raise_ahead"  # 即将升为重点对象
    RENEW_CERTIFICATE = "renew_certificate"  # 残疾人证到期换证
    REASSESS_ABILITY = "reassess_ability"  # 能力评估到期复评


SEE_IN_PERSON_DAYS = 7
DECIDE_DAYS = 7
RAISE_NOTICE_DAYS = 30
EXPIRY_NOTICE_DAYS = 60  # a certificate or an assessment takes its time to be renewed


@dataclass(frozen=True, slots=True)
class OpenItem:
    kind: DutyTask
    due_on: date


def open_items(tiering: Tiering, boxes: Iterable[OpenBox], *, from_day: date, policy: Policy) -> Iterator[OpenItem]:
    """What confirmation on ``from_day`` leaves open, each with its day."""
    pointers = {box.pointer for box in boxes}
    if PRIMARY_CONTACT in pointers:
        yield OpenItem(DutyTask.NAME_CONTACT, from_day + timedelta(days=policy.contact_task_days))
    judged = {"/categories"} if tiering.categories else set[str]()
    if pointers - {PRIMARY_CONTACT} - judged:
        yield OpenItem(DutyTask.COMPLETE_FILE, from_day + timedelta(days=policy.open_item_days))
    if tiering.unknown or tiering.provisional:
        yield OpenItem(DutyTask.VERIFY_FACTS, from_day + timedelta(days=policy.verify_unknown_days))


def expiries(certificate_ends_on: date | None, assessed_on: date | None, policy: Policy) -> Iterator[OpenItem]:
    """The last days of an elder's papers. What they established stays in force until the township decides (A24)."""
    if certificate_ends_on is not None:
        yield OpenItem(DutyTask.RENEW_CERTIFICATE, certificate_ends_on)
    if assessed_on is not None:
        yield OpenItem(DutyTask.REASSESS_ABILITY, months_later(assessed_on, policy.assessment_months))
