"""Hazards in homes, told by somebody of the office."""

from api.schemas.base import parsed
from api.schemas.hazards import HazardReportIn
from api.usecases.hazards import report_hazard
from tests.matrix import things
from tests.matrix.world import Caller, Thing, World


async def a_hazard(world: World, village: str, caller: Caller) -> Thing:
    elder = await things.on_the_roll(world, village, caller)
    async with world.registers() as registers:
        form = parsed(HazardReportIn, {"elder_id": elder.id("elder_id"), "kind": "power"})
        assert isinstance(form, HazardReportIn), form
        row = await report_hazard(registers, form)
    return Thing(village, {**elder.ids, "hazard_id": row.id})
