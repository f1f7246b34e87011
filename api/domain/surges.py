"""Extra visits at festivals and in bad weather, and days on which nobody can go out.

Plan 四(三): “在极端恶劣天气、传统节日等特殊时间节点，应适当增加探访频次”; reading A17. A surge asks for one
contact with every elder of its tiers and has a rate of its own. A stand-down gives periods that end in it,
or shortly after, a grace.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from api.domain.access import AreaCode, contains
from api.domain.credits import NotCounted
from api.domain.duty import Duty
from api.domain.errors import Fault
from api.domain.facts import ElderFacts, StandDown, Surge, VisitFact
from api.domain.machines import Machine, move
from api.domain.periods import Period
from api.domain.policy import Method, Tier
from api.domain.rates import percentage
from api.domain.residences import village_on
from api.domain.visits import Outcome

MOST_DAYS = 31  # of one window: what is judged reaches back two months
_DAY = timedelta(days=1)


class SurgeKind(StrEnum):
    SURGE = "surge"  # 加密探访
    STAND_DOWN = "stand_down"  # 暂停上门


class SurgeSource(StrEnum):
    MANUAL = "manual"  # 人工提出
    FESTIVAL = "festival"  # 传统节日
    SIGNAL = "signal"  # 气象预警


class SurgeState(StrEnum):
    PLANNED = "planned"  # 待启动
    ACTIVE = "active"  # 进行中
    ENDED = "ended"  # 已结束
    CANCELLED = "cancelled"  # 已取消


class SurgeCommand(StrEnum):
    OPEN = "open"  # 启动
    EXTEND = "extend"  # 延长
    END = "end"  # 提前结束
    CANCEL = "cancel"  # 取消


LIFE: Machine[SurgeState, SurgeCommand] = Machine(
    {
        SurgeCommand.OPEN: move(SurgeState.PLANNED, to=SurgeState.ACTIVE),
        SurgeCommand.EXTEND: move(SurgeState.ACTIVE),
        SurgeCommand.END: move(SurgeState.ACTIVE, to=SurgeState.ENDED),
        SurgeCommand.CANCEL: move(SurgeState.PLANNED, SurgeState.ACTIVE, SurgeState.ENDED, to=SurgeState.CANCELLED),
    }
)

IN_FORCE = (SurgeState.ACTIVE, SurgeState.ENDED)


def state_on(state: SurgeState, ends_on: date, today: date) -> SurgeState:
    """A window that was opened has ended from the day after its last one, whether or not anybody said so."""
    return SurgeState.ENDED if state is SurgeState.ACTIVE and ends_on < today else state


# --- windows ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """A surge or stand-down that was opened, and where it holds."""

    id: UUID
    kind: SurgeKind
    areas: Sequence[str]
    starts_on: date
    ends_on: date
    tiers: frozenset[Tier]
    grace_days: int

    def holds_in(self, village: str) -> bool:
        return any(contains(AreaCode(area), village) for area in self.areas)

    @property
    def surge(self) -> Surge:
        return Surge(self.id, self.starts_on, self.ends_on, self.tiers)

    @property
    def stand_down(self) -> StandDown:
        return StandDown(self.starts_on, self.ends_on, self.grace_days)


def with_windows(facts: ElderFacts, windows: Iterable[Window]) -> ElderFacts:
    """The facts with the windows that hold for the elder: by where he lives on a window's last day."""
    held = [window for window in windows if window.holds_in(village_on(facts, window.ends_on))]
    if not held:
        return facts
    return replace(
        facts,
        surges=tuple(window.surge for window in held if window.kind is SurgeKind.SURGE),
        stand_downs=tuple(window.stand_down for window in held if window.kind is SurgeKind.STAND_DOWN),
    )


def area_around(areas: Sequence[str]) -> str:
    """The narrowest area that contains all of them; they lie in one district."""
    around = areas[0]
    while not all(contains(AreaCode(around), area) for area in areas):
        around = around[:-3]
    return around


def window_faults(kind: SurgeKind, starts_on: date, ends_on: date, grace_days: int, today: date) -> Iterator[Fault]:
    """Codes: ``dates_out_of_order``, ``window_too_long``, ``window_over``.

    A surge is for days to come; a stand-down may be told of afterwards, as long as a grace of it could run.
    """
    if ends_on < starts_on:
        yield Fault("dates_out_of_order", "/ends_on")
        return
    if (ends_on - starts_on).days + 1 > MOST_DAYS:
        yield Fault("window_too_long", "/ends_on", {"days": MOST_DAYS})
    last_use = ends_on
    if kind is SurgeKind.STAND_DOWN:
        last_use += ends_on - starts_on + _DAY + timedelta(days=2 * grace_days)
    if last_use < today:
        yield Fault("window_over", "/ends_on")


# --- who is asked after -------------------------------------------------------------------------------

_REACHED_BY = (Method.HOME, Method.PHONE, Method.ONLINE, Method.OTHER)
_ON_THE_ROLL = (None, NotCounted.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Asked:
    """An elder whom a surge counts, and the contact that reached him."""

    surge: Surge
    contact: VisitFact | None


def asked_after(facts: ElderFacts, duty: Duty) -> Iterator[Asked]:
    """The surges that count the elder: on duty half their days and on the last, or reached.

    By home visit, telephone or otherwise in person, on a day of the window, by whomever: of somebody who
    stays with his children the call to their telephone. Reached at home comes before reached by telephone.
    """
    reached = sorted(
        (visit for visit in facts.visits if facts.surges and _reaches(visit, duty)),
        key=lambda visit: (visit.method is not Method.HOME, visit.visited_on, visit.recorded_on, visit.id),
    )
    for surge in facts.surges:
        days = Period(str(surge.id), surge.starts_on, surge.ends_on)
        first = duty.first_day(days)
        if first is None or duty.tier_on(first) not in surge.tiers:
            continue
        contact = next((visit for visit in reached if days.holds(visit.visited_on)), None)
        if contact is not None or _present(duty, days):
            yield Asked(surge, contact)


def _reaches(visit: VisitFact, duty: Duty) -> bool:
    told = visit.blocked is None and visit.outcome is Outcome.COMPLETED and visit.method in _REACHED_BY
    return told and duty.bar(visit.visited_on) in _ON_THE_ROLL


def _present(duty: Duty, days: Period) -> bool:
    return duty.active_days(days.starts_on, days.ends_on) >= days.half and duty.bar(days.ends_on) is None


@dataclass(frozen=True, slots=True)
class SurgeFigures:
    """How many a surge counts, and how they were reached; its rate is never part of 月探访率."""

    tasks: int
    by_method: Mapping[Method, int]

    @property
    def contacted(self) -> int:
        return sum(self.by_method.values())

    @property
    def not_reached(self) -> int:
        return self.tasks - self.contacted

    @property
    def rate(self) -> str | None:
        """With two places, half up, never 100.00 unless everybody was reached; None of nobody."""
        return percentage(self.contacted, self.tasks)
