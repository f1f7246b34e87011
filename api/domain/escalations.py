"""Major risks and emergencies (重大风险隐患; plan 四(三)三是, domain rules R46–R48, A26, A27).

“第一时间”: a clock runs for the emergency call and for reaching the family from the moment the danger was
found, another for the township from the moment it heard of it. Whose desk a case lies at is a matter of state
and time alone, so that nobody has to move it up for it to be up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from api.domain.divisions import Level
from api.domain.hazards import Severity
from api.domain.machines import Machine, move
from api.domain.policy import Policy
from api.domain.working_days import WorkingDays


class RiskKind(StrEnum):
    GAS_LEAK = "gas_leak"  # 燃气泄漏
    FIRE = "fire"  # 火情
    COLLAPSE_RISK = "collapse_risk"  # 房屋倒塌危险
    MISSING = "missing"  # 失联
    SUSPECTED_ABUSE = "suspected_abuse"  # 疑似虐待、遗弃
    DEATH_FOUND = "death_found"  # 发现死亡
    SUICIDE_RISK = "suicide_risk"  # 自杀风险
    ACUTE_ILLNESS = "acute_illness"  # 突发急病
    OTHER = "other"  # 其他

    @property
    def severity(self) -> Severity:
        """Every named kind is a danger to life; what has no name is general until somebody says more."""
        return Severity.GENERAL if self is RiskKind.OTHER else Severity.MAJOR


def severity_of(kind: RiskKind, said: Severity | None) -> Severity:
    """What is a danger to life by its kind is not made less by a word; the other way round it is."""
    return Severity.MAJOR if Severity.MAJOR in (kind.severity, said) else Severity.GENERAL


@dataclass(frozen=True, slots=True)
class MajorRisk:
    """What was found and who was called at once. Only ``kind`` is needed to be heard; the rest may follow."""

    kind: RiskKind
    discovered_at: datetime | None = None
    emergency_called_at: datetime | None = None
    called_number: str | None = None  # 110, 119, 120 …
    contact_reached_at: datetime | None = None
    contact: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)


# --- states -------------------------------------------------------------------------------------------


class EscalationState(StrEnum):
    OPEN = "open"  # 待接报
    RESPONDING = "responding"  # 处置中
    MITIGATED = "mitigated"  # 险情已排除
    FOLLOWED_UP = "followed_up"  # 已回访
    CLOSED = "closed"  # 已办结
    REOPENED = "reopened"  # 重新处置
    FALSE_ALARM = "false_alarm"  # 误报
    DUPLICATE = "duplicate"  # 重复报告


class EscalationCommand(StrEnum):
    ACKNOWLEDGE = "acknowledge"  # 接报
    ACT = "act"  # 记录处置
    ESCALATE = "escalate"  # 上报
    HAND_OVER = "hand_over"  # 移交
    LINK = "link"  # 关联对象或线索
    MITIGATE = "mitigate"  # 险情已排除
    FOLLOW_UP = "follow_up"  # 回访
    CLOSE = "close"  # 办结
    REVIEW_INCIDENT = "review_incident"  # 事件复盘
    REOPEN = "reopen"  # 重新处置
    FALSE_ALARM = "false_alarm"  # 误报
    DUPLICATE = "duplicate"  # 重复报告


_S = EscalationState
_ACUTE = (_S.OPEN, _S.RESPONDING, _S.REOPENED)
_LIVE = (*_ACUTE, _S.MITIGATED, _S.FOLLOWED_UP)

WAITING = frozenset({_S.OPEN, _S.REOPENED})  # for somebody to say that he has it in hand
ACUTE = frozenset(_ACUTE)  # the danger is still there
LIVE = frozenset(_LIVE)  # somebody still has something to do

LIFE: Machine[EscalationState, EscalationCommand] = Machine(
    {
        EscalationCommand.ACKNOWLEDGE: move(_S.OPEN, _S.REOPENED, to=_S.RESPONDING),
        EscalationCommand.ACT: move(*_LIVE),
        EscalationCommand.ESCALATE: move(*_ACUTE),
        EscalationCommand.HAND_OVER: move(_S.RESPONDING),
        EscalationCommand.LINK: move(*_LIVE),
        EscalationCommand.MITIGATE: move(_S.RESPONDING, _S.REOPENED, to=_S.MITIGATED),
        EscalationCommand.FOLLOW_UP: move(_S.MITIGATED, _S.FOLLOWED_UP, to=_S.FOLLOWED_UP),
        EscalationCommand.CLOSE: move(_S.FOLLOWED_UP, to=_S.CLOSED),
        EscalationCommand.REVIEW_INCIDENT: move(*_LIVE, to=_S.CLOSED),
        EscalationCommand.REOPEN: move(
            _S.MITIGATED, _S.FOLLOWED_UP, _S.CLOSED, _S.FALSE_ALARM, _S.DUPLICATE, to=_S.REOPENED
        ),
        EscalationCommand.FALSE_ALARM: move(*_ACUTE, to=_S.FALSE_ALARM),
        EscalationCommand.DUPLICATE: move(*_ACUTE, to=_S.DUPLICATE),
    }
)


def ends_with_review(kind: RiskKind) -> bool:
    """Whether the district's review of the incident ends a case, not the township's follow-up."""
    return kind is RiskKind.DEATH_FOUND


# --- what was done about it ---------------------------------------------------------------------------


class StepKind(StrEnum):
    EMERGENCY_CALL = "emergency_call"  # 拨打紧急求助电话
    CONTACT_REACHED = "contact_reached"  # 联系上家属或紧急联系人
    VISIT = "visit"  # 到场
    NOTIFIED = "notified"  # 通知有关方面
    OTHER = "other"  # 其他处置
    REPORTED = "reported"  # 报告
    REPORTED_AGAIN = "reported_again"  # 再次报告
    ACKNOWLEDGED = "acknowledged"  # 接报
    CLOCK_RAN_OUT = "clock_ran_out"  # 超时自动上报
    ESCALATED = "escalated"  # 上报
    HANDED_OVER = "handed_over"  # 移交
    LINKED = "linked"  # 关联
    MITIGATED = "mitigated"  # 险情已排除
    FOLLOWED_UP = "followed_up"  # 回访
    REVIEWED = "reviewed"  # 事件复盘
    CLOSED = "closed"  # 办结
    REOPENED = "reopened"  # 重新处置
    FALSE_ALARM = "false_alarm"  # 误报
    DUPLICATE = "duplicate"  # 重复报告


# Whoever did one of these does not follow it up.
WORK = frozenset(
    {
        StepKind.EMERGENCY_CALL,
        StepKind.CONTACT_REACHED,
        StepKind.VISIT,
        StepKind.NOTIFIED,
        StepKind.OTHER,
        StepKind.MITIGATED,
    }
)


# --- clocks -------------------------------------------------------------------------------------------


class ClockKind(StrEnum):
    EMERGENCY_CALL = "emergency_call"  # 紧急求助
    CONTACT = "contact"  # 联系家属
    ACKNOWLEDGEMENT = "acknowledgement"  # 乡镇接报
    FOLLOW_UP = "follow_up"  # 跟踪回访


class ClockState(StrEnum):
    RUNNING = "running"  # 计时中
    IN_TIME = "in_time"  # 按时
    LATE = "late"  # 超时


@dataclass(frozen=True, slots=True)
class Clock:
    """Something that was to be done by an instant, that instant included."""

    due_at: datetime
    met_at: datetime | None

    def state(self, now: datetime) -> ClockState:
        if (self.met_at or now) > self.due_at:
            return ClockState.LATE
        return ClockState.IN_TIME if self.met_at else ClockState.RUNNING


@dataclass(frozen=True, slots=True)
class Course:
    """How far a case has come: what its clocks and its desk are judged from. Dues are instants set by policy."""

    state: EscalationState
    level: Level
    discovered_at: datetime
    received_at: datetime
    acknowledge_due_at: datetime
    call_due_at: datetime | None = None
    emergency_called_at: datetime | None = None
    contact_due_at: datetime | None = None
    contact_reached_at: datetime | None = None
    acknowledged_at: datetime | None = None
    follow_up_due_at: datetime | None = None
    followed_up_at: datetime | None = None

    @property
    def report_delay(self) -> timedelta:
        """How long the reporter kept it: a figure on the reporter, not on the township."""
        return self.received_at - self.discovered_at


def clocks_of(course: Course) -> Mapping[ClockKind, Clock]:
    """The clocks that run or ran; those from discovery for major risks only."""
    return dict(_clocks(course))


def _clocks(course: Course) -> Iterator[tuple[ClockKind, Clock]]:
    if course.call_due_at is not None:
        yield ClockKind.EMERGENCY_CALL, Clock(course.call_due_at, course.emergency_called_at)
    if course.contact_due_at is not None:
        yield ClockKind.CONTACT, Clock(course.contact_due_at, course.contact_reached_at)
    yield ClockKind.ACKNOWLEDGEMENT, Clock(course.acknowledge_due_at, course.acknowledged_at)
    if course.follow_up_due_at is not None:
        yield ClockKind.FOLLOW_UP, Clock(course.follow_up_due_at, course.followed_up_at)


def is_overdue(course: Course, now: datetime) -> bool:
    """Whether somebody should have done by now what nobody has done yet."""
    clocks, acute = clocks_of(course), course.state in ACUTE
    minded = {
        ClockKind.EMERGENCY_CALL: acute,
        ClockKind.CONTACT: acute,
        ClockKind.ACKNOWLEDGEMENT: course.state in WAITING,
        ClockKind.FOLLOW_UP: course.state is EscalationState.MITIGATED,
    }
    undone = (clock for kind, clock in clocks.items() if minded[kind] and clock.met_at is None)
    return any(clock.state(now) is ClockState.LATE for clock in undone)


def level_at(course: Course, now: datetime) -> Level:
    """At whose desk a case lies: the district's once nobody acknowledged it in time."""
    if course.state in WAITING and now > course.acknowledge_due_at:
        return Level.DISTRICT
    return course.level


def moved_up_by_clock(course: Course, now: datetime) -> bool:
    """Whether the clock has moved a case up and nobody has written it down yet."""
    return level_at(course, now) is not course.level


def acknowledge_due(severity: Severity, since: datetime, policy: Policy, days: WorkingDays) -> datetime:
    """Until when a township is to have a case in hand: around the clock, a general one in service hours."""
    if severity is Severity.MAJOR:
        return since + timedelta(minutes=policy.acknowledge_minutes)
    opens, closes = time(policy.service_opens_hour), time(policy.service_closes_hour)
    return days.after_service_time(since, policy.acknowledge_minutes, opens, closes)


def call_due(severity: Severity, discovered_at: datetime, policy: Policy) -> datetime | None:
    """Until when 110, 119 or 120 is to be called; None where nothing major was found."""
    return _from_discovery(severity, discovered_at, policy.emergency_call_minutes)


def contact_due(severity: Severity, discovered_at: datetime, policy: Policy) -> datetime | None:
    """Until when the family or another contact is to be reached; None where nothing major was found."""
    return _from_discovery(severity, discovered_at, policy.contact_minutes)


def _from_discovery(severity: Severity, discovered_at: datetime, minutes: int) -> datetime | None:
    return discovered_at + timedelta(minutes=minutes) if severity is Severity.MAJOR else None


def follow_up_due(mitigated_at: datetime, policy: Policy) -> datetime:
    return mitigated_at + timedelta(days=policy.follow_up_days)


# --- desks --------------------------------------------------------------------------------------------


def may_act(own: Level, level: Level) -> bool:
    """Whether somebody of the ``own`` level acts on a case at this level.

    The village helps its township; what lies with the district is the township's and the district's to act on.
    """
    return own is not Level.VILLAGE or level is not Level.DISTRICT


def may_hand_over(own: Level, level: Level) -> bool:
    """What lies with the district is given back by the district alone."""
    return own is Level.DISTRICT or level is not Level.DISTRICT
