"""月探访率 and its companions: sums of counts first, one division at the end (plan 一; A20, A29, A32).

R1 ``visit_rate`` 月探访率, R2 ``frequency_rate`` 频次达标率, R2b ``obligation_rate`` 应访完成率,
R3 ``contact_rate`` 含电话视频探访率.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from api.domain.elder_months import COUNTS, ElderMonth
from api.domain.months import Month

TARGET_SINCE = Month(2023, 12)  # plan 一: 到2023年底前, 月探访率达到100%
_FULL = 10_000  # hundredths of a percent
_NEARLY_FULL = 9_999


@dataclass(frozen=True, slots=True)
class Rates:
    """Percentages as decimal strings with two places; None where nothing was due."""

    visit_rate: str | None
    frequency_rate: str | None
    obligation_rate: str | None
    contact_rate: str | None


def total(months: Iterable[ElderMonth]) -> dict[str, int]:
    """The sum of each count, zeros included; roll-ups add counts and never average rates."""
    sums = dict.fromkeys(COUNTS, 0)
    for month in months:
        for name in COUNTS:
            sums[name] += getattr(month, name)
    return sums


def rates_of(counts: Mapping[str, int]) -> Rates:
    """The four rates of summed counts (keys: ``COUNTS``)."""
    due = counts["due"]
    return Rates(
        visit_rate=percentage(counts["visited_home"], due),
        frequency_rate=percentage(counts["fully_compliant"], due),
        obligation_rate=percentage(counts["obligations_met"], counts["obligations"]),
        contact_rate=percentage(counts["visited_any"], due),
    )


def is_below(counts: Mapping[str, int], month: Month, target: int) -> bool | None:
    """Whether the visit rate of an ended month misses the target (percent); None where none was set or nothing due."""
    if month < TARGET_SINCE or counts["due"] == 0:
        return None
    return 100 * counts["visited_home"] < target * counts["due"]


def progress_of(counts: Mapping[str, int]) -> str | None:
    """Done ÷ owed in the whole month: what a running month shows instead of a rate."""
    return percentage(counts["obligations_met"], counts["obligations"])


def elapsed_of(month: Month, today: date) -> str:
    """How much of the month has gone by on ``today``, that day included: 14 November is 46.67."""
    gone = min(max((today - month.first).days + 1, 0), month.days)
    return _written(_half_up(gone, month.days))


def percentage(part: int, whole: int) -> str | None:
    """Two places, half up; never 100.00 unless all of it is done; None of nothing."""
    if whole == 0:
        return None
    return _written(_FULL if part == whole else min(_half_up(part, whole), _NEARLY_FULL))


def _half_up(part: int, whole: int) -> int:
    return (2 * _FULL * part + whole) // (2 * whole)


def _written(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"
