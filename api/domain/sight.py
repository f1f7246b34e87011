"""Whom a force may look up (domain rule A35; R23): what may be read is decided now, by what runs today.

Under a contract by area whoever lives there, and whoever the force is sent to; a visitor only those to whom the
worker is sent himself. A village's own force, which has no contract, looks up whom it is sent to.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from uuid import UUID

from api.domain import assignments, contracts
from api.domain.assignments import Assignment
from api.domain.contracts import Contract
from api.domain.engagements import Engagement


def in_reach(
    elder_id: UUID,
    village: str,
    day: date,
    bought: Collection[Contract],
    sent: Iterable[Assignment],
    *,
    alone: UUID | None = None,
) -> bool:
    """Whether somebody of a force may look an elder up; ``store.scope.served`` is its SQL twin.

    ``bought`` and ``sent``: all there ever was of the force; ``alone``: of one worker of it.
    """
    if any(_running(elder_id, day, bought, sent, alone)):
        return True
    return alone is None and any(contracts.covers(each, village, False, day) for each in bought)


def confided(
    elder_id: UUID, day: date, bought: Collection[Contract], sent: Iterable[Assignment], *, alone: UUID | None = None
) -> bool:
    """Whether the force knows name, door and phones: it is sent under a contract with the data clause."""
    with_clause = {each.id for each in bought if each.data_clause}
    return any(each.contract_id in with_clause for each in _running(elder_id, day, bought, sent, alone))


def _running(
    elder_id: UUID, day: date, bought: Iterable[Contract], sent: Iterable[Assignment], alone: UUID | None
) -> Iterator[Assignment]:
    """The assignments that hold on a day; one under a contract ends with it."""
    in_force = {None, *(each.id for each in bought if contracts.runs_on(each, day))}
    for each in sent:
        his = each.elder_id == elder_id and alone in (None, each.worker_id)
        if his and assignments.runs_on(each, day) and each.contract_id in in_force:
            yield each


def served_until(engagements: Iterable[Engagement], day: date) -> date | None:
    """The last day before ``day`` on which a force came to somebody to whom it comes no more."""
    return max(
        (each.span.ends_on for each in engagements if each.span.ends_on and each.span.ends_on < day), default=None
    )
