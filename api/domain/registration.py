"""The registration form of an elder (附件3 特殊困难老年人信息登记表): its lists, rules and open boxes.

Duty starts on minimal facts: what a form still lacks stays open with a date and stops nothing, because the
neediest are the ones with incomplete papers (R18, A19).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from api.domain.elders import Ability, ability_level, age_fault
from api.domain.errors import Fault
from api.domain.identity import IdType, ResidentId, Sex, normalise_id, parse_resident_id, sex_fault
from api.domain.policy import Policy


class PhoneOwner(StrEnum):
    SELF = "self"  # 本人
    FAMILY = "family"  # 家属
    NEIGHBOUR = "neighbour"  # 邻居
    VILLAGE = "village"  # 村（居）


class AbilityBasis(StrEnum):
    FORMAL = "formal"  # 正式评估
    OBSERVED = "observed"  # 日常观察


class IncomeSource(StrEnum):
    """GB/T 42195 A.2.13."""

    PENSION = "pension"  # 退休金、养老金
    CHILDREN = "children"  # 子女补贴
    RELATIVES_FRIENDS = "relatives_friends"  # 亲友资助
    UNIVERSAL_BENEFIT = "universal_benefit"  # 国家普惠型补贴
    SAVINGS = "savings"  # 个人储蓄
    OTHER = "other"  # 其他补贴


class Benefit(StrEnum):
    MINIMUM_ALLOWANCE = "minimum_allowance"  # 低保金
    EXTREME_HARDSHIP_SUPPORT = "extreme_hardship_support"  # 特困供养
    ADVANCED_AGE_ALLOWANCE = "advanced_age_allowance"  # 高龄津贴
    DISABILITY_ALLOWANCE = "disability_allowance"  # 两项残疾人补贴
    ELDERLY_SERVICE_ALLOWANCE = "elderly_service_allowance"  # 养老服务补贴
    FAMILY_PLANNING_SUPPORT = "family_planning_support"  # 计生特扶
    TEMPORARY_RELIEF = "temporary_relief"  # 临时救助
    OTHER = "other"  # 其他


class AidOrg(StrEnum):
    PARTY_AND_MASS_ORGANISATIONS = "party_and_mass_organisations"  # 党政机关、群团组织
    TOWNSHIP_OR_VILLAGE = "township_or_village"  # 乡镇（街道）、村（居）委员会
    ENTERPRISE = "enterprise"  # 企业
    SOCIAL_ORGANISATION = "social_organisation"  # 社会组织
    SOCIAL_WORKER = "social_worker"  # 专业社会工作者
    VOLUNTEER = "volunteer"  # 志愿者
    OTHER = "other"  # 其他
    NONE = "none"  # 无


class Health(StrEnum):
    HEALTHY = "healthy"  # 健康
    CHRONIC = "chronic"  # 慢病
    DISABLED = "disabled"  # 残疾
    IMPAIRED = "impaired"  # 失能
    OTHER = "other"  # 其他


class Channel(StrEnum):
    PHONE = "phone"  # 电话
    WECHAT = "wechat"  # 微信
    VIDEO = "video"  # 视频
    OTHER = "other"  # 其他


# --- who ----------------------------------------------------------------------------------------------

_DOCUMENT_NUMBER = re.compile(r"[A-Z0-9]{5,20}")
_LIKE_RESIDENT = frozenset({IdType.RESIDENT, IdType.HMT_RESIDENCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Who somebody is, as the form says. ``card_checked``: the card tells the sex, not the number."""

    id_type: IdType
    number: str | None = field(repr=False)
    born_on: date | None
    sex: Sex | None
    card_checked: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is. ``number`` in one spelling; None without papers."""

    number: str | None = field(repr=False)
    born_on: date
    sex: Sex


def person_of(papers: Papers, policy: Policy, today: date) -> Person | tuple[Fault, ...]:
    """The person, or everything that is wrong.

    Date of birth and sex come from the number of an ID card; other papers say neither, so the form does.
    Codes: ``field_missing``, those of ``parse_resident_id``, ``sex_id_mismatch``, ``born_on_id_mismatch``,
    ``document_number_format``, ``document_number_unexpected``, ``day_in_future``, ``under_60``.
    """
    reader = _by_resident_id if papers.id_type in _LIKE_RESIDENT else _by_other_papers
    read = reader(papers, today)
    if not isinstance(read, Person):
        return read
    young = age_fault(read.born_on, policy, today)
    return (young,) if young else read


def _by_resident_id(papers: Papers, today: date) -> Person | tuple[Fault, ...]:
    if papers.number is None:
        return (Fault("field_missing", "/resident_id"),)
    number = parse_resident_id(papers.number, today)
    if isinstance(number, Fault):
        return (replace(number, pointer="/resident_id"),)
    if faults := tuple(_contradictions(papers, number)):
        return faults
    return Person(number.number, number.born_on, papers.sex or number.sex)


def _contradictions(papers: Papers, number: ResidentId) -> Iterator[Fault]:
    if papers.sex and not papers.card_checked and (fault := sex_fault(papers.sex, number)):
        yield fault
    if papers.born_on not in (None, number.born_on):
        yield Fault("born_on_id_mismatch", "/born_on")


def _by_other_papers(papers: Papers, today: date) -> Person | tuple[Fault, ...]:
    number = normalise_id(papers.number) if papers.number else None
    faults = [*_document_faults(papers.id_type, number), *_birth_faults(papers, today)]
    if faults or papers.born_on is None or papers.sex is None:
        return tuple(faults)
    return Person(number, papers.born_on, papers.sex)


def _document_faults(id_type: IdType, number: str | None) -> Iterator[Fault]:
    if id_type is IdType.NONE:
        if number is not None:
            yield Fault("document_number_unexpected", "/resident_id")
    elif number is None:
        yield Fault("field_missing", "/resident_id")
    elif not _DOCUMENT_NUMBER.fullmatch(number):
        yield Fault("document_number_format", "/resident_id")


def _birth_faults(papers: Papers, today: date) -> Iterator[Fault]:
    if papers.born_on is None:
        yield Fault("field_missing", "/born_on")
    elif papers.born_on > today:
        yield Fault("day_in_future", "/born_on")
    if papers.sex is None:
        yield Fault("field_missing", "/sex")


# --- abilities ----------------------------------------------------------------------------------------


def score_fault(level: Ability, score: int) -> Fault | None:
    """A level milder than its score allows; worse it may be (dementia, falls, coma)."""
    if level.level < ability_level(score).level:
        return Fault("ability_level_score", "/ability/level", {"score": score})
    return None


# --- open boxes ---------------------------------------------------------------------------------------

Form = Mapping[str, Any]

_ALWAYS = (
    "/emergency_contact/name",
    "/emergency_contact/relation",
    "/emergency_contact/phone",
    "/registered_address",
    "/residence/detail",
    "/ability/level",
    "/economic_kind",
    "/categories",
    "/living/water_safe",
    "/living/power_safe",
    "/living/housing_safe",
    "/pension/has",
    "/aid/orgs",
    "/surveyor",
)
PRIMARY_CONTACT = "/primary_contact"


@dataclass(frozen=True, slots=True)
class OpenBox:
    """A box of the form that is not filled in; ``due_on`` is set once duty has begun."""

    pointer: str
    due_on: date | None


def open_boxes(form: Form, policy: Policy, confirmed_on: date | None) -> tuple[OpenBox, ...]:
    """What ``form`` (in the words of the wire) still lacks: 30 days from confirmation, the contact 7."""
    return tuple(
        OpenBox(pointer, confirmed_on and confirmed_on + timedelta(days=_days(pointer, policy)))
        for pointer in (*_always_open(form), *_open_by_condition(form))
    )


def _days(pointer: str, policy: Policy) -> int:
    return policy.contact_task_days if pointer == PRIMARY_CONTACT else policy.open_item_days


def _always_open(form: Form) -> Iterator[str]:
    return (pointer for pointer in _ALWAYS if _said(form, pointer) in (None, [], {}))


def _open_by_condition(form: Form) -> Iterator[str]:
    if not form.get("phones") and not form.get("no_phone_reason"):
        yield "/phones"
    if not form.get("primary_contact"):
        yield PRIMARY_CONTACT
    if "severely_disabled" in (form.get("categories") or ()) and not form.get("disability_certificate"):
        yield "/disability_certificate"
    if _said(form, "/pension/has") and _said(form, "/pension/amount") is None:
        yield "/pension/amount"
    orgs: Sequence[str] = _said(form, "/aid/orgs") or ()
    if orgs and AidOrg.NONE not in orgs:
        yield from (part for part in ("/aid/person", "/aid/measures") if _said(form, part) is None)
    for index, member in enumerate(form.get("family_members") or ()):
        if member.get("visits_often") is None:
            yield f"/family_members/{index}/visits_often"


def _said(form: Form, pointer: str) -> Any:
    value: Any = form
    for part in pointer.strip("/").split("/"):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
