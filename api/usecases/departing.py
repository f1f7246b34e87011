"""What an exit leaves behind: everything open about the elder ends with it, and comes back when it was an error.

Escalations stay open: a danger is not over because somebody has left (the district's review ends those of a death).
"""

from collections.abc import Sequence
from uuid import UUID

from api.domain import assignments, hazards, policy_applications, proposals, referrals, reviews, whereabouts
from api.domain.tasks import VisitTaskKind
from api.store import Registers
from api.store.departures import Closable
from api.store.tables import Elder, Task, table_of
from api.usecases.hazards import hand_on_hazards

_TASKS = table_of(Task)
_JUDGED = tuple(kind.value for kind in VisitTaskKind)  # come and go with the judging of the months


def _closables(registers: Registers) -> Sequence[Closable]:
    """Whatever may be open about an elder, and in which states it is.

    Who came to see him goes on until the day on which the office heard: honest visits until then were made for it.
    """
    today = registers.today
    tasks = Closable(
        _TASKS,
        "task",
        ("open",),
        closed="cancelled",
        closing={"done_on": today},
        undoing={"done_on": None},
        among=[_TASKS.c.kind.not_in(_JUDGED)],
    )
    return (
        tasks,
        Closable.of(registers.whereabouts, whereabouts.LIFE.allowed(whereabouts.CheckCommand.CLOSE_BY_EXIT)),
        Closable.of(registers.hazards, hazards.LIFE.allowed(hazards.HazardCommand.CLOSE_BY_EXIT)),
        Closable.of(registers.referrals, referrals.LIFE.allowed(referrals.ReferralCommand.CLOSE_BY_EXIT)),
        Closable.of(registers.needs, referrals.NEED_LIFE.allowed(referrals.NeedCommand.CLOSE_BY_EXIT)),
        Closable.of(registers.policy_applications, policy_applications.OPEN),
        Closable.of(registers.proposals, proposals.LIFE.allowed(proposals.ProposalCommand.CLOSE_BY_EXIT)),
        Closable.of(registers.reviews, reviews.LIFE.allowed(reviews.ReviewCommand.CLOSE)),
        Closable.ended(registers.assignments, assignments.LIFE.allowed(assignments.AssignmentCommand.END), today),
        Closable.ended(registers.pairings, assignments.PAIRING_LIFE.allowed(assignments.PairingCommand.END), today),
    )


async def close_everything(registers: Registers, elder: Elder) -> None:
    """The elder has left, and the stint says so: nothing is left to do for him."""
    stint = await registers.stints.latest(elder.id)
    if stint is not None:
        await hand_on_hazards(registers, elder)
        await registers.departures.close(elder.id, stint.id, _closables(registers))


async def reopen_everything(registers: Registers, elder: Elder, stint_id: UUID) -> None:
    """The exit that ended this stint was an error: what it closed is as it was."""
    await registers.departures.undo(elder.id, stint_id, _closables(registers))
    await registers.whereabouts.watch_again(elder.id)
