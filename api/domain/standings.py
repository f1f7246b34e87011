"""What stored judgements mean on a given day: open or missed, and who needs a visit now."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from api.domain.charges import ObligationState
from api.domain.obligations import Obligation
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


def standing_on(state: ObligationState, due_on: date, today: date) -> ObligationStanding:
    """A period that ended unmet is missed from the next day on (A32); a late record may still meet it."""
    if state is ObligationState.OPEN and due_on < today:
        return ObligationStanding.MISSED
    return ObligationStanding(state.value)


def due_on(
    obligations: Iterable[Obligation], home_visit_days: Iterable[date], tasks: Iterable[VisitTask]
) -> date | None:
    """The day by which an elder on duty is next to be visited; it lies in the past once that was missed.

    ``home_visit_days``: ``Judgement.seen_on`` of the judged months. Of an elder who has left or declined
    nothing is asked; that is for the caller to know.
    """
    ends = [each.due_on for each in obligations if each.state is ObligationState.OPEN]
    ends += [task.due_on for task in tasks if task.done_on is None]
    return earliest_due(ends, max(home_visit_days, default=None))


def earliest_due(open_ends: Iterable[date], last_visit: date | None) -> date | None:
    """The earliest of the days by which a visit was asked for that no home visit has followed.

    One visit after a miss takes the elder off the worklist, however many periods were missed before.
    """
    return min((end for end in open_ends if last_visit is None or end >= last_visit), default=None)
