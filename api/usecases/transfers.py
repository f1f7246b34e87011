"""Moving to another village of the district: no exit, the duty lives on (rule A34).

Within the actor's area a move takes place at once, or on its day. Between townships it is the supervisor who moves,
or both townships: the elder's own hands over, the receiving one accepts.
"""

from datetime import timedelta

from api.domain.divisions import Level
from api.domain.elders import ElderState
from api.domain.errors import Conflict, Fault, Forbidden, WrongState
from api.domain.proposals import ProposalKind
from api.schemas.duty import TransferIn
from api.store import Registers
from api.store.tables import Elder
from api.usecases.handing_over import hand_over
from api.usecases.proposing import Proposed, propose
from api.usecases.standing import refuse, rejudge_from

_AHEAD = timedelta(days=366)


async def transfer(registers: Registers, elder: Elder, form: TransferIn) -> Elder | Proposed:
    """The elder lives in another village from a day on; to one out of reach, its township is to accept him."""
    await check_transfer(registers, elder, form)
    if registers.actor.covers(form.village):
        return await move(registers, elder, form)
    change = form.model_dump(mode="json", by_alias=True, exclude_none=True)
    kept = {"short_no": elder.short_no, "name": elder.name}
    before = {"status": elder.status}
    return await propose(
        registers, elder, ProposalKind.TRANSFER, change, before=before, also=kept, to_village=form.village
    )


async def check_transfer(registers: Registers, elder: Elder, form: TransferIn) -> None:
    """Raises WrongState, Refused, Conflict ``lives_there_already``."""
    if elder.status == ElderState.EXITED:
        raise WrongState(elder.status, sorted(state.value for state in ElderState if state.value != elder.status))
    division = (await registers.places.gazetteer()).by_code(form.village)
    if division is None or division.level is not Level.VILLAGE:
        refuse([Fault("village_code_unknown", "/village")])
    from_day = form.from_day or registers.today
    if from_day > registers.today + _AHEAD:
        refuse([Fault("too_far_ahead", "/from", {"days": _AHEAD.days})])
    if await lives_in(registers, elder, form) == form.village:
        raise Conflict("lives_there_already")


async def move(registers: Registers, elder: Elder, form: TransferIn) -> Elder:
    """The elder lives in ``village`` from a day on; the file follows on that day.

    Raises Forbidden ``transfer_outside_area``, and what ``check_transfer`` raises.
    """
    await check_transfer(registers, elder, form)
    if not registers.actor.covers(form.village):
        raise Forbidden("transfer_outside_area")
    from_day = form.from_day or registers.today
    lived_in = await lives_in(registers, elder, form)
    await registers.stints.move(elder, form.village, from_day)
    said = {"village": form.village, "from": from_day}
    if form.hand_over is not None:
        said["hand_over"] = form.hand_over.model_dump(mode="json", exclude_none=True)
    elder = await registers.elders.change(
        elder,
        "transfer",
        village=form.village if from_day <= registers.today else None,
        noted={"residence_from": (lived_in, said)},
    )
    if from_day <= registers.today:
        await hand_over(registers, elder, from_day)
    await rejudge_from(registers, elder, from_day)
    return elder


async def lives_in(registers: Registers, elder: Elder, form: TransferIn) -> str:
    """Where the elder lives on the eve of a move."""
    day = form.from_day or registers.today
    residences = [row for row in await registers.stints.residences(elder.id) if row.from_day <= day]
    return str(residences[-1].lives_in) if residences else elder.village
