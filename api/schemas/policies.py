"""The policy on the wire: its numbers, how often whom, from when; and what other numbers would change."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.domain.elders import Category
from api.domain.policy import Method, PeriodKind, Place, Tier
from api.schemas.base import AreaText, CivilDate, In, Out, ShortText
from api.schemas.duty import FrequencyIn


def _from(least: int, most: int) -> Any:
    return Field(default=None, strict=True, ge=least, le=most)


class ClassifyingIn(In):
    """The numbers that categories and tiers depend on; what is left out stays as it is."""

    min_age: Annotated[int | None, _from(50, 75)] = None
    advanced_age: Annotated[int | None, _from(60, 110)] = None
    impaired_min_level: Annotated[int | None, _from(1, 4)] = None
    priority_min_ability: Annotated[int | None, _from(1, 4)] = None
    left_behind_months: Annotated[int | None, _from(1, 24)] = None


class NumbersIn(ClassifyingIn):
    """Every number of a policy; what is left out stays as it was."""

    first_visit_days: Annotated[int | None, _from(1, 31)] = None
    contact_task_days: Annotated[int | None, _from(1, 90)] = None
    open_item_days: Annotated[int | None, _from(1, 180)] = None
    verify_unknown_days: Annotated[int | None, _from(1, 90)] = None
    review_months: Annotated[int | None, _from(1, 24)] = None
    review_spread_days: Annotated[int | None, _from(1, 366)] = None
    assessment_months: Annotated[int | None, _from(1, 120)] = None
    due_soon_days: Annotated[int | None, _from(0, 31)] = None
    late_entry_days: Annotated[int | None, _from(0, 31)] = None
    acceptance_after_days: Annotated[int | None, _from(1, 366)] = None
    backdated_after_days: Annotated[int | None, _from(0, 31)] = None
    old_record_days: Annotated[int | None, _from(1, 60)] = None
    suspension_max_days: Annotated[int | None, _from(1, 366)] = None
    refusals_for_refused: Annotated[int | None, _from(1, 10)] = None
    whereabouts_hours: Annotated[int | None, _from(1, 168)] = None
    emergency_call_minutes: Annotated[int | None, _from(1, 1440)] = None
    contact_minutes: Annotated[int | None, _from(1, 1440)] = None
    acknowledge_minutes: Annotated[int | None, _from(1, 2880)] = None
    service_opens_hour: Annotated[int | None, _from(0, 11)] = None
    service_closes_hour: Annotated[int | None, _from(12, 23)] = None
    follow_up_days: Annotated[int | None, _from(1, 90)] = None
    hazard_days: Annotated[int | None, _from(1, 366)] = None
    referral_answer_days: Annotated[int | None, _from(1, 90)] = None
    referral_delivery_days: Annotated[int | None, _from(1, 366)] = None
    urgent_referral_days: Annotated[int | None, _from(1, 31)] = None
    rectification_days: Annotated[int | None, _from(1, 180)] = None
    refusal_sample_percent: Annotated[int | None, _from(1, 100)] = None
    visit_rate_target: Annotated[int | None, _from(1, 100)] = None
    sample_percent: Annotated[int | None, _from(1, 100)] = None
    closing_working_day: Annotated[int | None, _from(1, 20)] = None
    stand_down_grace_days: Annotated[int | None, _from(0, 31)] = None
    future_tolerance_minutes: Annotated[int | None, _from(0, 60)] = None
    max_visit_hours: Annotated[int | None, _from(1, 24)] = None
    posting_after_end_days: Annotated[int | None, _from(0, 366)] = None
    short_visit_minutes: Annotated[int | None, _from(0, 120)] = None
    overlap_minutes: Annotated[int | None, _from(0, 60)] = None
    far_from_home_metres: Annotated[int | None, _from(50, 50_000)] = None
    usual_place_visits: Annotated[int | None, _from(1, 20)] = None
    travel_kmh: Annotated[int | None, _from(10, 1000)] = None
    identical_records: Annotated[int | None, _from(1, 100)] = None
    proxy_share_percent: Annotated[int | None, _from(1, 100)] = None
    proxy_share_visits: Annotated[int | None, _from(1, 1000)] = None


class FrequenciesIn(In):
    """How often whom; a tier that is null owes nothing, one that is left out stays as it was."""

    priority: FrequencyIn | None = None
    general: FrequencyIn | None = None


class GapReminderIn(In):
    """Days without a visit after which somebody is reminded."""

    priority: Annotated[int | None, _from(1, 366)] = None
    general: Annotated[int | None, _from(1, 366)] = None


class PolicyVersionIn(In):
    """A version for an area, in force from the first day on which it can still be kept: never for the past."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "area": "350303104",
                    "version": "江口镇2027年试行",
                    "valid_from": "2027-01-01",
                    "frequencies": {"general": {"period": "half_month", "methods": ["home", "phone"]}},
                    "numbers": {"impaired_min_level": 2},
                }
            ]
        }
    )

    area: AreaText
    version: ShortText = Field(max_length=60)
    valid_from: CivilDate
    frequencies: FrequenciesIn = FrequenciesIn()
    numbers: NumbersIn = NumbersIn()
    gap_reminder_days: GapReminderIn = GapReminderIn()


class FrequencyOut(Out):
    """``days``: the length of a period of ``days``, null for the others."""

    period: PeriodKind
    days: int | None
    min_visits: int
    methods: list[Method]
    places: list[Place]


class PolicyOut(Out):
    """A version in full. ``frequencies``: null for a tier of which nothing is asked."""

    version: str
    valid_from: date
    frequencies: dict[Tier, FrequencyOut | None]
    numbers: dict[str, int]
    gap_reminder_days: dict[Tier, int]


class PolicyInForceOut(PolicyOut):
    """``tracking_starts_on``: before it nothing is owed in the area; null where no day is set yet."""

    area: str
    tracking_starts_on: date | None


class PolicyVersionOut(PolicyOut):
    """``area``: of whom the version is, null for the plan's own; a narrower area's takes the place of a wider's."""

    area: str | None
    created_at: datetime | None
    created_by: UUID | None


class PolicyVersionsOut(Out):
    data: list[PolicyVersionOut]


class TrackingIn(In):
    """From which day on visits are owed and rates are shown in an area."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"area": "350303", "starts_on": "2026-10-01"}]})

    area: AreaText
    starts_on: CivilDate


class TrackingOut(Out):
    area: str
    tracking_starts_on: date


class SimulationIn(In):
    """Other numbers to try on the elders of an area (all of mine, unless said); nothing is changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"numbers": {"impaired_min_level": 2}, "page_size": 20}]})

    area: AreaText | None = None
    numbers: ClassifyingIn
    page_size: Annotated[int, Field(strict=True, ge=1, le=200)] = 50


class ShiftOut(Out):
    """``short_nos``: the first of them, in order of their files."""

    count: int
    short_nos: list[str]


class TierShiftOut(Out):
    tier: Tier
    enters: ShiftOut
    leaves: ShiftOut


class CategoryShiftOut(Out):
    category: Category
    enters: ShiftOut
    leaves: ShiftOut


class SimulationOut(Out):
    """``judged``: open files, drafts included. ``area``: null for all of mine."""

    area: str | None
    on: date
    judged: int
    tiers: list[TierShiftOut]
    categories: list[CategoryShiftOut]
