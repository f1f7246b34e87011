"""What might hide a miss, and the supervisor's word on it (rule A6)."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from api.domain.duty import Ground, Release
from api.domain.elders import ElderState
from api.domain.errors import WrongState
from api.domain.facts import Suspension
from api.domain.policy import PolicyBook
from api.store import Registers
from api.store.exceptions import Candidate, ExceptionKind
from api.usecases.standing import rejudge_from, state_today

_ON_DUTY = (ElderState.CONFIRMED, ElderState.SUSPENDED)


async def in_question(registers: Registers, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that wait for the supervisor, each with the periods it would free."""
    weighed = [_weighed(each, await registers.places.book_for(each.village)) for each in candidates]
    return [each for each in weighed if each.periods]


def _weighed(candidate: Candidate, book: PolicyBook) -> Candidate:
    """With those of its pending periods that this release, not another of the elder's, leaves undecided."""
    fact = candidate.fact
    if fact.approved is not None:
        return replace(candidate, periods=())
    release = _release(candidate, book)
    periods = tuple(
        period
        for period in candidate.periods
        if release.starts_on <= period.ends_on
        and period.starts_on <= release.ends_on
        and release.ground(period, visited=False, recorded_on=()) is Ground.UNDECIDED
    )
    return replace(candidate, periods=periods)


def _release(candidate: Candidate, book: PolicyBook) -> Release:
    fact = candidate.fact
    if isinstance(fact, Suspension):
        return Release.of_suspension(fact, book.on(fact.starts_on))
    last_day = fact.last_day_on or fact.starts_on
    return Release.of_ending(fact, last_day, book.on(last_day))


async def decide_exception(registers: Registers, exception_id: UUID, *, approved: bool, note: str | None) -> Candidate:
    """The supervisor's word: a yes frees the periods, a no leaves them owed and undoes a suspension.

    Raises WrongState for what was decided before, or never had to be.
    """
    elder = await registers.elders.locked((await registers.exceptions.get(exception_id)).elder_id)
    candidate = await registers.exceptions.get(exception_id)
    if not await in_question(registers, [candidate]):
        raise WrongState(_standing(candidate), ["pending"])
    if candidate.kind is ExceptionKind.SUSPENSION:
        await registers.stints.decide_suspension(candidate.id, approved=approved)
    else:
        await registers.stints.decide_ending(candidate.id, approved=approved)
    columns = {}
    if ElderState(elder.status) in _ON_DUTY:
        columns["status"] = (await state_today(registers, elder.id)).value
    noted = {"exception": (None, {"id": candidate.id, "approved": approved, "note": note})}
    elder = await registers.elders.change(elder, "decide_exception", columns, noted=noted)
    await rejudge_from(registers, elder, min(period.starts_on for period in candidate.periods))
    return await registers.exceptions.get(candidate.id)


def _standing(candidate: Candidate) -> str:
    if candidate.fact.approved is None:
        return "nothing_to_decide"
    return "approved" if candidate.fact.approved else "rejected"
