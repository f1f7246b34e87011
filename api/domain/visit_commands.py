"""What may become of a record that was taken in (R45, R52; domain rules §1.9, A14, A16, A33, A35).

A record stands from its receipt. Its author corrects it, or takes it back while nobody relied on it; the
township returns it for correction or voids it; who recorded a visit does not pass judgement on it. What is taken
back with the file that brought it may be sent again; what its author took back, or the township voided, may not.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from api.domain.access import Actor, Role
from api.domain.credits import NotCounted
from api.domain.errors import Conflict, Forbidden, WrongState
from api.domain.machines import Machine, move
from api.domain.visits import Standing


class VisitCommand(StrEnum):
    AMEND = "amend"  # 更正
    RETURN = "return"  # 退回
    VOID = "void"  # 作废
    WITHDRAW = "withdraw"  # 撤回
    TAKE_BACK = "take_back"  # 随文件撤回
    ACCEPT = "accept"  # 认可计数
    CONFIRM_REFUSAL = "confirm_refusal"  # 回访确认拒访


_S = Standing
LIFE: Machine[Standing, VisitCommand] = Machine(
    {
        VisitCommand.AMEND: move(_S.ACCEPTED, _S.RETURNED, to=_S.ACCEPTED),
        VisitCommand.RETURN: move(_S.ACCEPTED, to=_S.RETURNED),
        VisitCommand.VOID: move(_S.ACCEPTED, _S.RETURNED, to=_S.VOIDED),
        VisitCommand.WITHDRAW: move(_S.ACCEPTED, _S.RETURNED, to=_S.WITHDRAWN),
        VisitCommand.TAKE_BACK: move(_S.ACCEPTED, _S.RETURNED, to=_S.WITHDRAWN),
        VisitCommand.ACCEPT: move(_S.ACCEPTED),
        VisitCommand.CONFIRM_REFUSAL: move(_S.ACCEPTED),
    }
)

WITHDRAW_WITHIN = timedelta(hours=72)

_LIFTED_BY_ANY_OFFICE = (NotCounted.AWAITING_ACCEPTANCE, NotCounted.PROBABLE_DUPLICATE)
_LIFTED_BY_THE_DISTRICT = (NotCounted.INCIDENT_REVIEW,)


def check_withdrawal(received_at: datetime, now: datetime, *, relied_on: bool) -> None:
    """Within 72 hours, and only while nobody acted on what the record opened. Raises Conflict."""
    if now - received_at > WITHDRAW_WITHIN:
        raise Conflict("withdraw_too_late", hours=int(WITHDRAW_WITHIN.total_seconds()) // 3600)
    if relied_on:
        raise Conflict("already_acted_on")


def stands_to_be_taken_back(standing: Standing, received_at: datetime, now: datetime) -> bool:
    """Whether a record that is gone from its corrected file may go with it: as soon as its author might withdraw it."""
    return VisitCommand.TAKE_BACK in LIFE.commands(standing) and now - received_at <= WITHDRAW_WITHIN


def check_lifting(blocked: NotCounted | None, actor: Actor, village: str) -> None:
    """Whether the actor may let a record count after all: a worker who lives there never does (A15).

    Raises WrongState for a record that no office's word keeps from counting, Forbidden
    ``supervisor_decides`` for the review of an incident (A35).
    """
    if blocked in _LIFTED_BY_THE_DISTRICT and not actor.has(Role.DISTRICT_SUPERVISOR, village):
        raise Forbidden("supervisor_decides")
    liftable = (*_LIFTED_BY_ANY_OFFICE, *_LIFTED_BY_THE_DISTRICT)
    if blocked not in liftable:
        raise WrongState(blocked.value if blocked else Standing.ACCEPTED.value, [each.value for each in liftable])
