"""Moving to another village of the district: no exit, the duty lives on (rule A34)."""

from datetime import date, timedelta

from api.domain.divisions import Level
from api.domain.elders import ElderState
from api.domain.errors import Conflict, Fault, Forbidden, WrongState
from api.schemas.duty import TransferIn
from api.store import Registers
from api.store.tables import Elder
from api.usecases.standing import refuse, rejudge_from

_AHEAD = timedelta(days=366)


async def transfer(registers: Registers, elder: Elder, form: TransferIn) -> Elder:
    """The elder lives in another village from a day on; the file follows on that day.

    Both villages lie in the actor's area: between townships it is the supervisor who transfers.
    """
    if elder.status == ElderState.EXITED:
        raise WrongState(elder.status, sorted(state.value for state in ElderState if state.value != elder.status))
    from_day = form.from_day or registers.today
    await _check_village(registers, form.village)
    if from_day > registers.today + _AHEAD:
        refuse([Fault("too_far_ahead", "/from", {"days": _AHEAD.days})])
    lived_in = await _lives_in(registers, elder, from_day)
    if lived_in == form.village:
        raise Conflict("lives_there_already")
    await registers.stints.move(elder, form.village, from_day)
    moves_now = from_day <= registers.today
    elder = await registers.elders.change(
        elder,
        "transfer",
        village=form.village if moves_now else None,
        noted={"residence_from": (lived_in, {"village": form.village, "from": from_day})},
    )
    await rejudge_from(registers, elder, from_day)
    return elder


async def _check_village(registers: Registers, village: str) -> None:
    division = (await registers.places.gazetteer()).by_code(village)
    if division is None or division.level is not Level.VILLAGE:
        refuse([Fault("village_code_unknown", "/village")])
    if not registers.actor.covers(village):
        raise Forbidden("transfer_outside_area")


async def _lives_in(registers: Registers, elder: Elder, day: date) -> str:
    """Where the elder lives on the eve of a move."""
    residences = [row for row in await registers.stints.residences(elder.id) if row.from_day <= day]
    return str(residences[-1].lives_in) if residences else elder.village
