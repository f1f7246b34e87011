"""What a visit record was good for: the obligations it meets, or the one reason why it meets none."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from api.domain.facts import VisitFact
from api.domain.policy import Frequency, Method, Tier


class NotCounted(StrEnum):
    """Why a visit meets no obligation. The first that holds is given, in this order."""

    VOIDED = "voided"  # 已作废
    WITHDRAWN = "withdrawn"  # 已撤回
    RETURNED = "returned"  # 已退回待更正
    WORKER_RELATED = "worker_related"  # 本人或同住亲属
    PROBABLE_DUPLICATE = "probable_duplicate"  # 疑似重复
    INCIDENT_REVIEW = "incident_review"  # 事件核查中
    AWAITING_ACCEPTANCE = "awaiting_acceptance"  # 逾期补录待乡镇认可
    NOT_TRACKED = "not_tracked"  # 本地区尚未开始统计
    NOT_CONFIRMED = "not_confirmed"  # 尚未确定为服务对象
    BEFORE_CONFIRMATION = "before_confirmation"  # 早于应访起始日
    DECLINED = "declined"  # 本人不接受探访
    EXITED = "exited"  # 已退出
    SUSPENDED = "suspended"  # 暂停期间
    OUTCOME = "outcome"  # 未完成探访
    PLACE = "place"  # 探访地点不计
    NOT_HOME = "not_home"  # 非上门探访
    REFUSED_PERIOD = "refused_period"  # 该期已按拒访处理
    ALREADY_MET = "already_met"  # 该期已完成
    NOTHING_DUE = "nothing_due"  # 当期无应访


@dataclass(frozen=True, slots=True)
class Toward:
    """An owed period that a visit falls into, and whether the visit is what meets it."""

    period_label: str
    tier: Tier
    counted: bool


@dataclass(frozen=True, slots=True)
class Credit:
    """``not_counted`` is None exactly when at least one of ``counts_toward`` is counted."""

    counts_toward: tuple[Toward, ...]
    not_counted: NotCounted | None

    @property
    def seen(self) -> bool:
        """Whether the elder was visited in the sense of the frequency, owed or not."""
        return self.not_counted in _SEEN


_SEEN = (None, NotCounted.ALREADY_MET, NotCounted.NOTHING_DUE)
_AT_A_PLACE = (Method.HOME, Method.OTHER)


def satisfies(visit: VisitFact, frequency: Frequency) -> bool:
    """Whether the kind of visit is one that the frequency asks for (A3)."""
    return visit.method in frequency.methods and _place_listed(visit, frequency)


def why_not(visit: VisitFact, frequencies: Iterable[Frequency]) -> NotCounted:
    """The reason against a completed visit that satisfies none: met elsewhere, or not met in person."""
    listed = any(_place_listed(visit, frequency) for frequency in frequencies)
    return NotCounted.NOT_HOME if listed else NotCounted.PLACE


def _place_listed(visit: VisitFact, frequency: Frequency) -> bool:
    return visit.method not in _AT_A_PLACE or visit.place is None or visit.place in frequency.places
