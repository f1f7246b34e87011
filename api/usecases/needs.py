"""What an elder lacks: told by hand, solved on the spot, or left to a referral (rules R16, R33, R41)."""

from typing import Any
from uuid import UUID

from api.domain.elders import ElderState
from api.domain.errors import Conflict, Fault, NotFound, Refused, WrongState
from api.domain.follow_ups import FollowUpResult, FollowUpSubject
from api.domain.policy import Policy
from api.domain.referrals import NEED_LIFE, NeedCommand, NeedKind, NeedState, ask_by, need_after_follow_up
from api.schemas.etags import etag_of
from api.schemas.follow_ups import FollowUpIn
from api.schemas.late import Late
from api.schemas.needs import NeedCancelIn, NeedLineOut, NeedOut, NeedSolveIn, NeedTellIn
from api.store import Registers
from api.store.tables import Elder
from api.usecases.follow_ups import record_follow_up

_GONE = ElderState.EXITED


async def tell_need(registers: Registers, form: NeedTellIn) -> UUID:
    """A need that no record told of. Raises Conflict ``need_open_already`` while one of its kind is open.

    Of ``other`` there may be many.
    """
    elder = await elder_to_help(registers, form.elder_id)
    open_one = None if form.solved else await registers.needs.waiting(elder.id, form.kind)
    if open_one is not None and form.kind is not NeedKind.OTHER:
        raise Conflict("need_open_already", id=str(open_one.id))
    by = ask_by(form.kind, registers.today, await _policy(registers, elder.village)) if form.solved else None
    return await registers.needs.tell(elder, form.kind, form.text, solved=form.solved, ask_by=by)


async def solve_need(registers: Registers, row: Any, body: Late[NeedSolveIn]) -> Any:
    """It was met without anybody else."""
    state = NEED_LIFE.after(NeedCommand.SOLVE, NeedState(row.state))
    details = {"note": body.parsed().note}
    by = ask_by(NeedKind(row.kind), registers.today, await _policy(registers, row.village))
    return await registers.needs.change(row, "solve", details=details, state=state.value, follow_up_due_on=by)


async def follow_up_need(registers: Registers, row: Any, body: Late[FollowUpIn]) -> Any:
    """What the township heard when it asked whether what was met on the spot is eased; where not, it is open again."""
    NEED_LIFE.after(NeedCommand.FOLLOW_UP, NeedState(row.state))
    form, solvers = body.parsed(), await registers.needs.solvers(row)
    await record_follow_up(registers, FollowUpSubject.DIFFICULTY_EASED, row, form, solvers)
    state = need_after_follow_up(form.result, NeedState(row.state))
    due_on = row.follow_up_due_on if form.result is FollowUpResult.NOT_REACHED else None
    noted = {"result": (None, form.result)}
    return await registers.needs.change(row, "follow_up", noted=noted, state=state, follow_up_due_on=due_on)


async def cancel_need(registers: Registers, row: Any, body: Late[NeedCancelIn]) -> Any:
    """It was none, or is none any more."""
    state = NEED_LIFE.after(NeedCommand.CANCEL, NeedState(row.state))
    details = {"note": body.parsed().reason}
    return await registers.needs.change(row, "cancel", details=details, state=state.value)


async def elder_to_help(registers: Registers, elder_id: UUID) -> Elder:
    """The elder, held. Raises Refused ``elder_unknown`` for one out of sight, WrongState for one who has left."""
    try:
        elder = await registers.elders.locked(elder_id)
    except NotFound:
        raise Refused([Fault("elder_unknown", "/elder_id")]) from None
    if ElderState(elder.status) is _GONE:
        raise WrongState(elder.status, sorted(state.value for state in ElderState if state is not _GONE))
    return elder


async def _policy(registers: Registers, village: str) -> Policy:
    return (await registers.places.book_for(village)).on(registers.today)


def need_line(row: Any) -> NeedLineOut:
    return NeedLineOut(**_open_fields(row))


def need_out(registers: Registers, row: Any) -> NeedOut:
    told = registers.needs.details(row)
    return NeedOut(**_open_fields(row), text=told.get("text"), note=told.get("note"))


def _open_fields(row: Any) -> dict[str, Any]:
    names = NeedLineOut.model_fields.keys() - {"etag"}
    return {**{name: getattr(row, name) for name in names}, "etag": etag_of(row.version)}
