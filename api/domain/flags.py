"""What makes one look at a record twice. A flag never refuses care."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from api.domain.identity import fold_name
from api.domain.months import civil_date
from api.domain.policy import Policy
from api.domain.visits import VisitRecord


class FlagCode(StrEnum):
    LATE_ENTRY = "late_entry"  # 逾期录入
    NAME_DIFFERS = "name_differs"  # 姓名不一致
    MATCHED_BY_NAME = "matched_by_name"  # 凭姓名认定
    PROBABLE_DUPLICATE = "probable_duplicate"  # 疑似重复
    OBSERVED_WITHOUT_MEETING = "observed_without_meeting"  # 未见人却填观察
    VISIT_AFTER_DEATH = "visit_after_death"  # 去世后的探访


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
