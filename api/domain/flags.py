"""What makes one look at a record twice, by the record itself. A flag never refuses care.

Flags are fair to honest work: none of time where nobody noted it, none of place for calls, and what a device
could not know better is taken off before a distance says anything. ``comparisons`` has those that look at
other records.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from api.domain.identity import fold_name
from api.domain.months import civil_date
from api.domain.policy import Method, Place, Policy
from api.domain.positions import Position, metres_between, position_of
from api.domain.proof import CaptureMethod
from api.domain.visits import VisitRecord


class FlagCode(StrEnum):
    LATE_ENTRY = "late_entry"  # 逾期录入
    NAME_DIFFERS = "name_differs"  # 姓名不一致
    MATCHED_BY_NAME = "matched_by_name"  # 凭姓名认定
    PROBABLE_DUPLICATE = "probable_duplicate"  # 疑似重复
    OBSERVED_WITHOUT_MEETING = "observed_without_meeting"  # 未见人却填观察
    VISIT_AFTER_DEATH = "visit_after_death"  # 去世后的探访
    TOO_SHORT = "too_short"  # 停留过短
    NO_CHECK_OUT = "no_check_out"  # 未签退
    MANUAL_ENTRY = "manual_entry"  # 事后补录
    GPS_FAR = "gps_far"  # 签到地点偏远
    TRAINING_MISSING = "training_missing"  # 未经培训
    WORKER_IN_TWO_PLACES = "worker_in_two_places"  # 同时在两处
    IMPOSSIBLE_TRAVEL = "impossible_travel"  # 行程过快
    PHOTO_SEEN_BEFORE = "photo_seen_before"  # 照片重复
    IDENTICAL_RECORDS = "identical_records"  # 内容雷同
    PROXY_SHARE = "proxy_share"  # 代签偏多


@dataclass(frozen=True, slots=True)
class Flag:
    """``code``: a key of the message catalogue; ``params``: what its texts show, never personal data."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """Another record of the same elder on the same day; ``worker``: one key per person across sources."""

    source: str
    worker: str


def late_entry(
    record: VisitRecord, received_at: datetime, policy: Policy, *, month_closed: bool = False
) -> Flag | None:
    """Received more than ``late_entry_days`` after the visit, or after its month was closed (A14)."""
    days = (civil_date(received_at) - record.day).days
    return Flag(FlagCode.LATE_ENTRY, {"days": days}) if days > policy.late_entry_days or month_closed else None


def name_differs(record: VisitRecord, known: Iterable[str]) -> Flag | None:
    """The name sent beside a number is none of the elder's (name, alias), blanks and middle dots aside."""
    if record.elder.name is None or record.elder.by_name:
        return None
    sent = fold_name(record.elder.name)
    return None if any(sent == fold_name(name) for name in known) else Flag(FlagCode.NAME_DIFFERS)


def matched_by_name(record: VisitRecord) -> Flag | None:
    """The elder was found by village and name alone."""
    return Flag(FlagCode.MATCHED_BY_NAME) if record.elder.by_name else None


def probable_duplicate(source: str, worker: str, others: Iterable[Seen]) -> Flag | None:
    """The same worker with the same elder on the same day, from another source too (A16)."""
    twice = any(other.worker == worker and other.source != source for other in others)
    return Flag(FlagCode.PROBABLE_DUPLICATE) if twice else None


def observed_without_meeting(record: VisitRecord) -> Flag | None:
    """Boxes, needs or hazards filled in although nobody was met; kept as sent, opens nothing."""
    filled = record.observations.any or record.needs or record.care or record.topics or record.hazards
    return Flag(FlagCode.OBSERVED_WITHOUT_MEETING) if filled and not record.completed else None


def visit_after_death(record: VisitRecord, died_on: date | None) -> Flag | None:
    """Completed on a day after the elder's death (A35)."""
    late = died_on is not None and record.completed and record.day > died_on
    return Flag(FlagCode.VISIT_AFTER_DEATH) if late else None


def too_short(record: VisitRecord, policy: Policy) -> Flag | None:
    """A completed home visit that is said to have lasted less than ``short_visit_minutes``."""
    if not _at_the_door(record) or record.started_at is None or record.ended_at is None:
        return None
    minutes, least = (record.ended_at - record.started_at).total_seconds() / 60, policy.short_visit_minutes
    return Flag(FlagCode.TOO_SHORT, {"minutes": int(minutes), "least": least}) if minutes < least else None


def no_check_out(record: VisitRecord) -> Flag | None:
    """Checked in at a completed home visit, and never out; who never checked in had no device to do it."""
    open_ended = _at_the_door(record) and record.check_in is not None and record.check_out is None
    return Flag(FlagCode.NO_CHECK_OUT) if open_ended else None


def manual_entry(record: VisitRecord) -> Flag | None:
    """Typed in later by hand instead of at the visit; paper and files are the rule elsewhere, and no flag."""
    by_hand = record.capture is not None and record.capture.method is CaptureMethod.MANUAL
    return Flag(FlagCode.MANUAL_ENTRY) if by_hand else None


_BANDS = ((1_000, "<1km"), (3_000, "1-3km"), (10_000, "3-10km"))


def gps_far(record: VisitRecord, usual: Position | None, policy: Policy) -> Flag | None:
    """A visit to the home, checked in (and out) away from where the elder is usually met; the band, not the metres.

    The device's own doubt is taken off first; of check-in and check-out the nearer one counts.
    """
    if usual is None or not meets_at_home(record):
        return None
    checks = [check for check in (record.check_in, record.check_out) if check is not None]
    away = min((metres_between(position_of(each), usual) - (each.accuracy_m or 0) for each in checks), default=0.0)
    if away <= policy.far_from_home_metres:
        return None
    return Flag(FlagCode.GPS_FAR, {"band": next((band for most, band in _BANDS if away < most), ">10km")})


def training_missing(*, bought: bool, trained: bool) -> Flag | None:
    """Bought of a third party that has not trained who came (R51)."""
    return Flag(FlagCode.TRAINING_MISSING) if bought and not trained else None


def meets_at_home(record: VisitRecord) -> bool:
    """Whether the record is of somebody at the elder's own door, whatever came of it."""
    return record.method is Method.HOME and record.place is Place.HOME


def _at_the_door(record: VisitRecord) -> bool:
    return record.completed and record.method is Method.HOME
