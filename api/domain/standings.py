"""What stored judgements mean on a given day: open or missed, and who needs a visit now."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from api.domain.charges import ObligationState
from api.domain.obligations import Obligation
from api.domain.policy import Policy
from api.domain.tasks import VisitTask


class ObligationStanding(StrEnum):
    OPEN = "open"  # 本期未到期
    MISSED = "missed"  # 逾期未访
    MET = "met"  # 已完成
    WAIVED = "waived"  # 因退出免访
    EXCUSED = "excused"  # 因暂停免访
    REFUSED = "refused"  # 本人拒访


class WorklistStanding(StrEnum):
    OVERDUE = "overdue"  # 已逾期
    DUE_SOON = "due_soon"  # 即将到期
    OPEN = "open"  # 待探访


def standing_on(state: ObligationState, ends_on: date, today: date) -> ObligationStanding:
    """A period that ended unmet is missed from the next day on (A32); a late record may still meet it."""
    if state is ObligationState.OPEN and ends_on < today:
        return ObligationStanding.MISSED
    return ObligationStanding(state.value)


def due_on(
    obligations: Iterable[Obligation], home_visit_days: Iterable[date], tasks: Iterable[VisitTask]
) -> date | None:
    """The day by which an elder on duty is next to be visited; it lies in the past once that was missed.

    The earliest end of an open obligation, or due day of an undone task, that no home visit has followed:
    one visit after a miss takes it off the worklist. For an elder who has left or declined there is none to
    ask for. ``home_visit_days``: ``Judgement.seen_on`` of the judged months.
    """
    last_visit = max(home_visit_days, default=date.min)
    ends = [each.period.ends_on for each in obligations if each.state is ObligationState.OPEN]
    ends += [task.due_on for task in tasks if task.done_on is None]
    return min((end for end in ends if end >= last_visit), default=None)


def worklist_standing(due: date, today: date, policy: Policy) -> WorklistStanding:
    if due < today:
        return WorklistStanding.OVERDUE
    if due <= today + timedelta(days=policy.due_soon_days):
        return WorklistStanding.DUE_SOON
    return WorklistStanding.OPEN
