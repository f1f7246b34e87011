"""Needs for care, what was done about them on the spot, and to whom they were referred.

Plan 四(二), 四(三)一是 and 二是: 协助对接养老服务和医疗健康等服务资源; rules R16, R33, R41, R44, R48.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from api.domain.access import AreaCode, contains
from api.domain.consents import SpokenBy
from api.domain.errors import Conflict, Fault
from api.domain.follow_ups import FollowUpResult
from api.domain.machines import Machine, move
from api.domain.policy import Policy


class NeedKind(StrEnum):
    DAILY_CARE = "daily_care"  # 生活照料
    REHABILITATION = "rehabilitation"  # 康复护理
    COMFORT = "comfort"  # 精神慰藉
    HOME_ADAPTATION = "home_adaptation"  # 居家适老化改造
    EMERGENCY_RESCUE = "emergency_rescue"  # 紧急救援
    OTHER = "other"  # 其他


class CareKind(StrEnum):
    MEAL = "meal"  # 助餐
    CLEANING = "cleaning"  # 助洁
    BATHING = "bathing"  # 助浴
    MEDICAL = "medical"  # 助医
    MOBILITY = "mobility"  # 助行
    OTHER = "other"  # 其他


class Topic(StrEnum):
    """What was talked about or done besides looking (plan 四(二))."""

    POLICY_PROMOTION = "policy_promotion"  # 社会救助政策宣传
    RESOURCE_LINK = "resource_link"  # 链接社会资源
    DIFFICULTY_SOLVED = "difficulty_solved"  # 帮助解决实际困难
    SAFETY = "safety"  # 安全知识
    FIRST_AID = "first_aid"  # 应急自救知识
    HEALTH = "health"  # 健康知识


@dataclass(frozen=True, slots=True)
class Need:
    """One need; ``solved``: met on the spot, so that nothing is to be referred."""

    kind: NeedKind
    text: str | None = field(default=None, repr=False)
    solved: bool = False


# --- the life of a need -------------------------------------------------------------------------------


class NeedState(StrEnum):
    REQUESTED = "requested"  # 待对接
    REFERRED = "referred"  # 已转介
    SOLVED = "solved"  # 已当场解决
    MET = "met"  # 已落实
    CANCELLED = "cancelled"  # 已取消
    CLOSED_BY_EXIT = "closed_by_exit"  # 因退出终止


class NeedCommand(StrEnum):
    SOLVE = "solve"  # 自行解决
    REFER = "refer"  # 转介
    MEET = "meet"  # 回访确认已落实
    MISS = "miss"  # 落实后又未缓解
    FOLLOW_UP = "follow_up"  # 当场解决后回访
    REOPEN = "reopen"  # 当场解决后又未缓解
    RELEASE = "release"  # 转介取消，重新对接
    CANCEL = "cancel"  # 取消
    CLOSE_BY_EXIT = "close_by_exit"  # 因退出终止


_N = NeedState
NEED_LIFE: Machine[NeedState, NeedCommand] = Machine(
    {
        NeedCommand.SOLVE: move(_N.REQUESTED, to=_N.SOLVED),
        NeedCommand.REFER: move(_N.REQUESTED, to=_N.REFERRED),
        NeedCommand.MEET: move(_N.REFERRED, to=_N.MET),
        NeedCommand.MISS: move(_N.MET, to=_N.REFERRED),
        NeedCommand.FOLLOW_UP: move(_N.SOLVED),
        NeedCommand.REOPEN: move(_N.SOLVED, to=_N.REQUESTED),
        NeedCommand.RELEASE: move(_N.REFERRED, to=_N.REQUESTED),
        NeedCommand.CANCEL: move(_N.REQUESTED, to=_N.CANCELLED),
        NeedCommand.CLOSE_BY_EXIT: move(_N.REQUESTED, _N.REFERRED, to=_N.CLOSED_BY_EXIT),
    }
)
OPEN_NEEDS = NEED_LIFE.allowed(NeedCommand.CLOSE_BY_EXIT)


def ask_by(kind: NeedKind, solved_on: date, policy: Policy) -> date | None:
    """Until when the township asks whether a sharp need (急需困难) that was met on the spot is eased (R48)."""
    return solved_on + timedelta(days=policy.follow_up_days) if kind is NeedKind.EMERGENCY_RESCUE else None


def need_after_follow_up(result: FollowUpResult, state: NeedState) -> NeedState:
    """What has not eased waits to be met again."""
    command = NeedCommand.REOPEN if result is FollowUpResult.NOT_EASED else NeedCommand.FOLLOW_UP
    return NEED_LIFE.after(command, state)


# --- to whom ------------------------------------------------------------------------------------------


class ReferralKind(StrEnum):
    """What is asked of somebody else: the needs of the record, and what else an elder may lack."""

    DAILY_CARE = "daily_care"  # 生活照料
    REHABILITATION = "rehabilitation"  # 康复护理
    COMFORT = "comfort"  # 精神慰藉
    HOME_ADAPTATION = "home_adaptation"  # 居家适老化改造
    EMERGENCY_RESCUE = "emergency_rescue"  # 紧急救援
    MEDICAL = "medical"  # 医疗健康
    DONATION = "donation"  # 慈善帮扶
    LEGAL_AID = "legal_aid"  # 法律援助
    PROTECTION = "protection"  # 人身保护
    OTHER = "other"  # 其他

    @property
    def need(self) -> NeedKind | None:
        """The need of the record that is asked for, if it is one."""
        return NeedKind(self.value) if self.value in set(NeedKind) else None


class TargetKind(StrEnum):
    CARE_PROVIDER = "care_provider"  # 养老服务机构
    DAY_CENTRE = "day_centre"  # 日间照料中心、农村幸福院
    MEDICAL = "medical"  # 医疗卫生机构
    CHARITY = "charity"  # 慈善组织
    SOCIAL_WORK = "social_work"  # 社会工作站
    RESCUE = "rescue"  # 紧急救援机构
    POLICE = "police"  # 公安派出所
    LEGAL_AID = "legal_aid"  # 法律援助机构
    GOVERNMENT = "government"  # 政府部门
    OTHER = "other"  # 其他


class AttemptAnswer(StrEnum):
    """What became of asking one body."""

    ACCEPTED = "accepted"  # 已接受
    REJECTED = "rejected"  # 已拒绝
    WITHDRAWN = "withdrawn"  # 已改转他处


@dataclass(frozen=True, slots=True)
class Target:
    """A body of the directory: where it works, what it can be asked for, and from when to when (inclusive).

    ``comes``: it is no force that is stood down today (R50).
    """

    area: AreaCode
    serves: frozenset[ReferralKind]
    active_from: date
    active_to: date | None
    comes: bool = True

    def faults(self, kind: ReferralKind, village: str, today: date) -> Iterator[Fault]:
        """Codes: ``target_`` and ``serves_elsewhere``, ``does_not_serve``, ``not_active``, ``stood_down``."""
        if not contains(self.area, village):
            yield Fault("target_serves_elsewhere", "/target_id")
        if kind not in self.serves:
            yield Fault("target_does_not_serve", "/target_id")
        if today < self.active_from or (self.active_to is not None and self.active_to < today):
            yield Fault("target_not_active", "/target_id")
        if not self.comes:
            yield Fault("target_stood_down", "/target_id")


def consent_faults(kind: ReferralKind, given_by: SpokenBy | None, on: date | None, today: date) -> Iterator[Fault]:
    """Another body is told only with a yes of the elder or of a legal guardian; rescue does not wait for one.

    Codes: ``referral_consent_needed``, ``word_not_entitled``, ``day_in_future``.
    """
    if given_by is None or on is None:
        if kind is not ReferralKind.EMERGENCY_RESCUE:
            yield Fault("referral_consent_needed", "/consent")
        return
    if given_by is SpokenBy.FAMILY:
        yield Fault("word_not_entitled", "/consent/given_by")
    if on > today:
        yield Fault("day_in_future", "/consent/on")


def is_urgent(kind: ReferralKind, *, asked: bool) -> bool:
    """Whether help is owed within the days of an urgent case: said so, or rescue."""
    return asked or kind is ReferralKind.EMERGENCY_RESCUE


# --- the life of a referral ---------------------------------------------------------------------------


class ReferralState(StrEnum):
    REQUESTED = "requested"  # 已提出
    ACCEPTED = "accepted"  # 已接受
    REJECTED = "rejected"  # 被拒绝
    DELIVERED = "delivered"  # 服务已落实
    FOLLOWED_UP = "followed_up"  # 已回访
    REOPENED = "reopened"  # 未缓解，重新办理
    CLOSED = "closed"  # 已办结
    CANCELLED = "cancelled"  # 已取消
    CLOSED_BY_EXIT = "closed_by_exit"  # 因退出终止


class ReferralCommand(StrEnum):
    ACCEPT = "accept"  # 接受
    REJECT = "reject"  # 拒绝
    RETARGET = "retarget"  # 改转他处
    DELIVER = "deliver"  # 落实服务
    FOLLOW_UP = "follow_up"  # 回访未联系上
    CONFIRM = "confirm"  # 回访确认已缓解
    REOPEN = "reopen"  # 重新办理
    CLOSE = "close"  # 办结
    CANCEL = "cancel"  # 取消
    CLOSE_BY_EXIT = "close_by_exit"  # 因退出终止


_S = ReferralState
_UNDER_WAY = (_S.REQUESTED, _S.ACCEPTED, _S.REJECTED, _S.REOPENED)
LIFE: Machine[ReferralState, ReferralCommand] = Machine(
    {
        ReferralCommand.ACCEPT: move(_S.REQUESTED, to=_S.ACCEPTED),
        ReferralCommand.REJECT: move(_S.REQUESTED, _S.ACCEPTED, _S.REOPENED, to=_S.REJECTED),
        ReferralCommand.RETARGET: move(*_UNDER_WAY, to=_S.REQUESTED),
        ReferralCommand.DELIVER: move(_S.ACCEPTED, _S.REOPENED, to=_S.DELIVERED),
        ReferralCommand.FOLLOW_UP: move(_S.DELIVERED, _S.FOLLOWED_UP),
        ReferralCommand.CONFIRM: move(_S.DELIVERED, _S.FOLLOWED_UP, to=_S.FOLLOWED_UP),
        ReferralCommand.REOPEN: move(_S.DELIVERED, _S.FOLLOWED_UP, _S.CLOSED, to=_S.REOPENED),
        ReferralCommand.CLOSE: move(_S.FOLLOWED_UP, to=_S.CLOSED),
        ReferralCommand.CANCEL: move(*_UNDER_WAY, to=_S.CANCELLED),
        ReferralCommand.CLOSE_BY_EXIT: move(*_UNDER_WAY, _S.DELIVERED, _S.FOLLOWED_UP, to=_S.CLOSED_BY_EXIT),
    }
)
OPEN = LIFE.allowed(ReferralCommand.CLOSE_BY_EXIT)

_COMMAND_OF_RESULT = {
    FollowUpResult.EASED: ReferralCommand.CONFIRM,
    FollowUpResult.NOT_EASED: ReferralCommand.REOPEN,
    FollowUpResult.NOT_REACHED: ReferralCommand.FOLLOW_UP,
}


def after_follow_up(result: FollowUpResult, state: ReferralState) -> ReferralState:
    """Where a follow-up leads: what has not helped is open again. Raises WrongState."""
    return LIFE.after(_COMMAND_OF_RESULT[result], state)


def after_closing(state: ReferralState) -> ReferralState:
    """Raises Conflict ``follow_up_required`` while nobody heard that it helped, WrongState once it has ended."""
    if state in OPEN - {_S.FOLLOWED_UP}:
        raise Conflict("follow_up_required")
    return LIFE.after(ReferralCommand.CLOSE, state)


# --- clocks -------------------------------------------------------------------------------------------


def deliver_by(from_day: date, policy: Policy, *, urgent: bool) -> date:
    """When help is to have arrived, whoever is asked on the way there; ``from_day``: asked for, or reopened."""
    days = policy.urgent_referral_days if urgent else policy.referral_delivery_days
    return from_day + timedelta(days=days)


def due_on(state: ReferralState, since: date, delivery: date, policy: Policy) -> date | None:
    """The day by which the next step is due of what is in ``state`` ``since`` a day; None: nothing is.

    A body answers, and a refusal is passed on to the next one, within some days, never later than help itself.
    """
    match state:
        case _S.REQUESTED | _S.REJECTED:
            return min(since + timedelta(days=policy.referral_answer_days), delivery)
        case _S.ACCEPTED | _S.REOPENED:
            return delivery
        case _S.DELIVERED:
            return since + timedelta(days=policy.follow_up_days)
        case _:
            return None


def is_late(state: ReferralState, due: date | None, today: date) -> bool:
    """Whether the next step is overdue; the day itself is in time."""
    return state in OPEN and due is not None and due < today
