"""Leaving for a while and leaving for good: what may be reported (rules A5, A21, A22, R35)."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from api.domain.elders import ExitKind
from api.domain.errors import Fault
from api.domain.months import Month
from api.domain.periods import periods_of
from api.domain.policy import Frequency, Policy

_THIRTY_DAYS = Month(2026, 11)  # any month of that length


class SuspensionReason(StrEnum):
    HOSPITAL = "hospital"  # 住院
    AWAY = "away"  # 外出
    WITH_FAMILY = "with_family"  # 到亲属家轮养
    RESPITE = "respite"  # 机构短期托养
    OTHER = "other"  # 其他


class SuspensionState(StrEnum):
    PROVISIONAL = "provisional"  # 村（居）已报，待乡镇确认
    CONFIRMED = "confirmed"  # 乡镇已确认
    REJECTED = "rejected"  # 未予认可
    CANCELLED = "cancelled"  # 取消


LIVE = (SuspensionState.PROVISIONAL, SuspensionState.CONFIRMED)


class NewsSource(StrEnum):
    """Who brought the news that an elder has gone."""

    FAMILY = "family"  # 家属
    NEIGHBOUR = "neighbour"  # 邻居
    VILLAGE = "village"  # 村（居）
    HOSPITAL = "hospital"  # 医院
    DEPARTMENT = "department"  # 公安、卫健、民政等部门
    VISIT = "visit"  # 探访时发现
    OTHER = "other"  # 其他


def suspension_faults(starts_on: date, ends_on: date, policy: Policy, today: date) -> Iterator[Fault]:
    """Codes: ``dates_out_of_order``, ``suspension_too_long`` (a contact renews it), ``too_far_ahead``."""
    most = policy.suspension_max_days
    if ends_on < starts_on:
        yield Fault("dates_out_of_order", "/ends_on")
    if (ends_on - starts_on).days + 1 > most:
        yield Fault("suspension_too_long", "/ends_on", {"days": most})
    if starts_on > today + timedelta(days=most):
        yield Fault("too_far_ahead", "/starts_on", {"days": most})


def exit_faults(kind: ExitKind, last_day_on: date, found_on: date | None, today: date) -> Iterator[Fault]:
    """Codes: ``day_in_future``, ``found_on_of_a_death``, ``dates_out_of_order``."""
    if last_day_on > today:
        yield Fault("day_in_future", "/last_day_on")
    if found_on is None:
        return
    if kind is not ExitKind.DEATH:
        yield Fault("found_on_of_a_death", "/found_on")
    if found_on > today:
        yield Fault("day_in_future", "/found_on")
    if found_on < last_day_on:
        yield Fault("dates_out_of_order", "/found_on")


def asks_for_more(frequency: Frequency, than: Frequency) -> bool:
    """Whether one frequency means more visits than the other in a month (R35: upwards only)."""
    return _visits_a_month(frequency) > _visits_a_month(than)


def _visits_a_month(frequency: Frequency) -> int:
    return len(periods_of(_THIRTY_DAYS, frequency)) * frequency.min_visits
