"""What an elder lacks: told by hand, solved on the spot, or left to a referral (rules R16, R33, R41)."""

from typing import Any
from uuid import UUID

from api.domain.elders import ElderState
from api.domain.errors import Conflict, Fault, NotFound, Refused, WrongState
from api.domain.referrals import NEED_LIFE, NeedCommand, NeedKind, NeedState
from api.schemas.etags import etag_of
from api.schemas.late import Late
from api.schemas.needs import NeedCancelIn, NeedLineOut, NeedOut, NeedSolveIn, NeedTellIn
from api.store import Registers
from api.store.tables import Elder

_GONE = ElderState.EXITED


async def tell_need(registers: Registers, form: NeedTellIn) -> UUID:
    """A need that no record told of. Raises Conflict ``need_open_already`` while one of its kind is open.

    Of ``other`` there may be many.
    """
    elder = await elder_to_help(registers, form.elder_id)
    open_one = None if form.solved else await registers.needs.waiting(elder.id, form.kind)
    if open_one is not None and form.kind is not NeedKind.OTHER:
        raise Conflict("need_open_already", id=str(open_one.id))
    return await registers.needs.tell(elder, form.kind, form.text, solved=form.solved)


async def solve_need(registers: Registers, row: Any, body: Late[NeedSolveIn]) -> Any:
    """It was met without anybody else."""
    state = NEED_LIFE.after(NeedCommand.SOLVE, NeedState(row.state))
    details = {"note": body.parsed().note}
    return await registers.needs.change(row, "solve", details=details, state=state.value)


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


def need_line(row: Any) -> NeedLineOut:
    return NeedLineOut(**_open_fields(row))


def need_out(registers: Registers, row: Any) -> NeedOut:
    told = registers.needs.details(row)
    return NeedOut(**_open_fields(row), text=told.get("text"), note=told.get("note"))


def _open_fields(row: Any) -> dict[str, Any]:
    names = NeedLineOut.model_fields.keys() - {"etag"}
    return {**{name: getattr(row, name) for name in names}, "etag": etag_of(row.version)}
