"""Nobody was home: where is the elder? (去向核实; plan 四(三); rules §1.9, A13)

One search in vain asks the village to find out within a day. Whoever learns where the elder is answers; so does
any later record in which he was met, reached or told of. No answer by the deadline, or a second search in vain
on another day with nothing learnt between, at any distance, is an alarm (失联).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from api.domain.errors import Fault
from api.domain.machines import Machine, move
from api.domain.months import civil_date
from api.domain.policy import Method, Policy
from api.domain.proposals import ProposalKind
from api.domain.visits import Outcome, Whereabouts


class CheckState(StrEnum):
    OPEN = "open"  # 待核实
    ANSWERED = "answered"  # 已知去向
    ESCALATED = "escalated"  # 已按失联上报
    CANCELLED = "cancelled"  # 取消
    CLOSED_BY_EXIT = "closed_by_exit"  # 因退出关闭


class CheckCommand(StrEnum):
    ASK = "ask"  # 打听未果
    ANSWER = "answer"  # 答复去向
    ESCALATE = "escalate"  # 上报失联
    CANCEL = "cancel"  # 取消
    REOPEN = "reopen"  # 答复不成立，重新核实
    CLOSE_BY_EXIT = "close_by_exit"  # 退出时关闭


_S = CheckState
WAITING = frozenset({_S.OPEN, _S.ESCALATED})
LIFE: Machine[CheckState, CheckCommand] = Machine(
    {
        CheckCommand.ASK: move(*WAITING),
        CheckCommand.ANSWER: move(*WAITING, to=_S.ANSWERED),
        CheckCommand.ESCALATE: move(_S.OPEN, to=_S.ESCALATED),
        CheckCommand.CANCEL: move(_S.OPEN, to=_S.CANCELLED),
        CheckCommand.REOPEN: move(_S.ANSWERED, to=_S.OPEN),
        CheckCommand.CLOSE_BY_EXIT: move(*WAITING, to=_S.CLOSED_BY_EXIT),
    }
)


def command_of(answer: Whereabouts) -> CheckCommand:
    """Having asked around in vain answers nothing: the clock runs on."""
    return CheckCommand.ASK if answer is Whereabouts.UNKNOWN else CheckCommand.ANSWER


def is_late(state: CheckState, due_at: datetime, now: datetime) -> bool:
    """Whether nobody has said where the elder is by the deadline, that instant included."""
    return state in WAITING and due_at < now


def proposal_of(answer: Whereabouts) -> ProposalKind | None:
    """Who is in hospital or away is to be suspended; the township decides."""
    return ProposalKind.SUSPENSION if answer in (Whereabouts.IN_HOSPITAL, Whereabouts.AWAY) else None


def answer_faults(at: datetime, opened_at: datetime, now: datetime, policy: Policy) -> Iterator[Fault]:
    """Codes: ``time_in_future``, ``told_before_search``; ``at``: when somebody told."""
    if at > now + timedelta(minutes=policy.future_tolerance_minutes):
        yield Fault("time_in_future", "/at", {"minutes": policy.future_tolerance_minutes})
    if at < opened_at:
        yield Fault("told_before_search", "/at")


# --- what records say of where the elder is -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sight:
    """A moment at which somebody looked for the elder or heard of him; unknown: in vain."""

    moment: datetime
    whereabouts: Whereabouts

    @property
    def in_vain(self) -> bool:
        return self.whereabouts is Whereabouts.UNKNOWN


_OF_OUTCOME = {
    Outcome.HOSPITALISED: Whereabouts.IN_HOSPITAL,
    Outcome.MOVED: Whereabouts.AWAY,
}


def whereabouts_of(
    outcome: Outcome, method: Method, *, refused_by_elder: bool, told: Whereabouts | None
) -> Whereabouts | None:
    """Where a record says the elder was; ``told``: what a record of not meeting him says besides.

    None where it says nothing of it: turned away by others, or told that he died, which the township verifies.
    """
    if outcome is Outcome.NOT_MET:
        return told or Whereabouts.UNKNOWN
    if outcome is Outcome.COMPLETED:
        return Whereabouts.ON_PHONE if method in (Method.PHONE, Method.ONLINE) else Whereabouts.SEEN
    if outcome is Outcome.REFUSED:
        return Whereabouts.SEEN if refused_by_elder else None
    return _OF_OUTCOME.get(outcome)


def answer_among(opened_at: datetime, sights: Iterable[Sight]) -> Sight | None:
    """What answers a check opened then: the first news after the last search in vain."""
    ordered = sorted((sight for sight in sights if sight.moment > opened_at), key=lambda sight: sight.moment)
    last_in_vain = max((index for index, sight in enumerate(ordered) if sight.in_vain), default=-1)
    return next(iter(ordered[last_in_vain + 1 :]), None)


def lost_since(moment: datetime, others: Sequence[Sight]) -> datetime | None:
    """When the elder was sought in vain on a second day, if nothing was learnt of him between the two.

    ``moment``: of one search in vain. Records come in any order: the other may lie before it or after it.
    """
    news = [sight.moment for sight in others if not sight.in_vain]
    for sight in sorted((each for each in others if each.in_vain), key=lambda each: each.moment):
        first, second = sorted((sight.moment, moment))
        another_day = civil_date(first) != civil_date(second)
        if another_day and not any(first < each < second for each in news):
            return second
    return None
