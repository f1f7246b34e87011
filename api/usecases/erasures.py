"""Erasing a person (个人信息保护法 47): decided by the district, for a ground, after the person has left the roll."""

from uuid import UUID

from api.domain.elders import ElderState
from api.domain.erasure import ErasureGround, require_erasable
from api.schemas.erasures import ErasedOut, EraseIn
from api.store import Registers
from api.store.tables import Elder


async def erase_elder(registers: Registers, elder: Elder, form: EraseIn) -> ErasedOut:
    """Take out what is known of the elder, in every file there was; closed months and the audit stay as they are.

    Raises WrongState for whoever is on the roll, Conflict ``erasure_too_early`` before the time is over.
    """
    stint = await registers.stints.latest(elder.id)
    left_on = stint.last_day_on if stint is not None else None
    require_erasable(ElderState(elder.status), form.ground, left_on, registers.today)
    registers.trace.purpose = form.ground.value
    values = 0
    for each in [elder, *await _merged_into(registers, elder)]:
        await registers.elders.change(each, "erase", noted={"erased": (None, {"ground": form.ground.value})})
        values += await registers.erasing.erase(each.id)
    return ErasedOut(elder_id=elder.id, erased_on=registers.today, ground=ErasureGround(form.ground), values=values)


async def _merged_into(registers: Registers, elder: Elder) -> list[Elder]:
    """The files that were merged into the elder's, and those merged into them before."""
    told = [each["changes"] for each in await registers.elders.versions(elder.id)]
    dropped = [UUID(changes["merged"]["to"]["elder_id"]) for changes in told if "merged" in changes]
    files = await registers.elders.many(dropped, lock=True)
    return [*files, *[older for each in files for older in await _merged_into(registers, each)]]
