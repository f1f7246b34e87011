"""The plan's numbers as dated data (plan 四(二); domain rules A1–A36). The law's own numbers are the shipped values.

Other places' rules (青海: monthly by any mode; 威海: every two days; 徐汇: by telephone) are other values
of the same record, never other code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Tier(StrEnum):
    PRIORITY = "priority"  # 重点对象
    GENERAL = "general"  # 一般对象


class Method(StrEnum):
    HOME = "home"  # 上门探访
    PHONE = "phone"  # 电话探访
    ONLINE = "online"  # 互联网音（视）频探访
    REMOTE_MONITORING = "remote_monitoring"  # 远程监测
    OTHER = "other"  # 其他


class Place(StrEnum):
    HOME = "home"  # 老年人家中
    RELATIVE_HOME = "relative_home"  # 亲属家中
    DAY_CENTRE = "day_centre"  # 日间照料中心、农村幸福院
    CANTEEN = "canteen"  # 长者食堂
    HOSPITAL = "hospital"  # 医院
    SHELTER = "shelter"  # 避灾点
    VILLAGE_OFFICE = "village_office"  # 村居办公场所
    OTHER = "other"  # 其他


class PeriodKind(StrEnum):
    DAYS = "days"  # 每 n 天（每月重新起算）
    WEEK = "week"  # 每周：1–7、8–15、16–22、23–月末
    HALF_MONTH = "half_month"  # 每半月：1–15、16–月末
    MONTH = "month"  # 每月


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often one tier is to be visited, and what counts as such a visit."""

    period: PeriodKind
    days: int = 0  # length of a period, for PeriodKind.DAYS
    min_visits: int = 1  # in one period, on different days
    methods: frozenset[Method] = frozenset({Method.HOME})
    places: frozenset[Place] = frozenset({Place.HOME, Place.RELATIVE_HOME, Place.SHELTER})  # of home visits


_PLAN_FREQUENCIES: Mapping[Tier, Frequency] = {
    Tier.PRIORITY: Frequency(PeriodKind.HALF_MONTH),
    Tier.GENERAL: Frequency(PeriodKind.MONTH),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the rules' numbers, in force from ``valid_from``."""

    version: str = "涵民〔2023〕53号"
    valid_from: date = date(2023, 7, 3)
    frequencies: Mapping[Tier, Frequency] = field(default_factory=lambda: dict(_PLAN_FREQUENCIES))
    min_age: int = 60  # 老年人
    advanced_age: int = 80  # 高龄, A10
    impaired_min_level: int = 1  # 轻度失能, A8
    priority_min_ability: int = 2  # 中度失能
    left_behind_months: int = 6  # 留守
    first_visit_days: int = 7  # A4
    contact_task_days: int = 7  # A19, R11
    open_item_days: int = 30  # missing boxes of Annex 3
    verify_unknown_days: int = 7
    review_months: int = 6  # A7
    review_spread_days: int = 180  # first reviews after a roll import
    assessment_months: int = 12  # until an assessment of ability is to be repeated
    due_soon_days: int = 5
    late_entry_days: int = 3  # flag only; the length of A6
    acceptance_after_days: int = 90  # A14: older records count after the township's acceptance
    backdated_after_days: int = 3  # A6
    old_record_days: int = 7  # A27: opens checks, no clocks
    suspension_max_days: int = 60  # A21
    refusals_for_refused: int = 2  # A33, on different days of the period
    whereabouts_hours: int = 24  # A13
    gap_reminder_days: Mapping[Tier, int] = field(default_factory=lambda: {Tier.PRIORITY: 20, Tier.GENERAL: 45})  # A1
    emergency_call_minutes: int = 15  # A27: 第一时间, from discovery
    contact_minutes: int = 60  # A27: family or contact reached, from discovery
    acknowledge_minutes: int = 120  # A27: by the township, from receipt
    service_opens_hour: int = 8  # of general cases
    service_closes_hour: int = 18
    follow_up_days: int = 7  # after mitigation or delivery
    hazard_days: int = 30  # until a hazard is to be gone
    referral_answer_days: int = 5
    referral_delivery_days: int = 30
    urgent_referral_days: int = 3  # emergency rescue: until it is delivered
    rectification_days: int = 15
    refusal_sample_percent: int = 5  # A33: above it a worker or a village is looked into
    visit_rate_target: int = 100  # R2: percent of those due
    sample_percent: int = 5  # R52: visits called back in a month
    closing_working_day: int = 5  # A14
    stand_down_grace_days: int = 3  # A17
    future_tolerance_minutes: int = 10
    max_visit_hours: int = 12
    posting_after_end_days: int = 30  # A35: a force writes for old days after its contract ended
    short_visit_minutes: int = 10  # below it a home visit is looked at twice
    overlap_minutes: int = 5  # of one worker in two homes: less is how people note times
    far_from_home_metres: int = 500  # between check-in and where the elder is usually met
    usual_place_visits: int = 3  # with a check-in, before anybody says where that is
    travel_kmh: int = 120  # faster nobody gets from one elder to the next
    identical_records: int = 3  # other homes on one day of which a worker says the same
    proxy_share_percent: int = 30  # 代签, of what a worker had signed in three months
    proxy_share_visits: int = 10  # signed visits before a share says anything


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """Every version of the policy of an area, and the day its tracking starts (A20, A36)."""

    versions: Sequence[Policy]
    tracking_starts_on: date | None = None

    @property
    def begins_on(self) -> date:
        """The first day on which anything may be owed: tracking's start, or that of the first version."""
        return self.tracking_starts_on or min(policy.valid_from for policy in self.versions)

    def on(self, day: date) -> Policy:
        """The version in force on ``day``; the first one for days before it."""
        inforce = [policy for policy in self.versions if policy.valid_from <= day]
        return max(inforce or self.versions[:1], key=lambda policy: policy.valid_from)


PLAN = Policy()
PLAN_BOOK = PolicyBook((PLAN,))
