"""Leads in every state, as the matrix needs them."""

from typing import Any

from api.schemas.leads import LeadIn, StartLeadIn
from api.usecases.leads import close_not_found, report_lead, start_lead
from tests.builders import VILLAGE
from tests.matrix.roll import a_form_of
from tests.matrix.world import Caller, Thing, World


async def a_lead(world: World, village: str, caller: Caller) -> Thing:
    """Of whom nobody has made sure yet."""
    name = a_form_of(village)["name"]
    said = {"source": "grid_worker", "village": village, "name": name, "place_text": "后埔旧祠堂旁"}
    async with world.registers() as registers:
        lead = await report_lead(registers, LeadIn.model_validate(said))
    return Thing(village, {"lead_id": lead.id})


async def a_lead_under_way(world: World, village: str, caller: Caller) -> Thing:
    lead = await a_lead(world, village, caller)
    async with world.registers() as registers:
        await start_lead(registers, lead.ids["lead_id"], StartLeadIn())
    return lead


async def a_lead_in_vain(world: World, village: str, caller: Caller) -> Thing:
    lead = await a_lead(world, village, caller)
    async with world.registers() as registers:
        await close_not_found(registers, lead.ids["lead_id"], "查无此人")
    return lead


async def that_repeats(world: World, village: str, caller: Caller) -> Thing:
    """A lead of the village, and one within everybody's reach that it may repeat."""
    lead, kept = [await a_lead(world, each, caller) for each in (village, VILLAGE)]
    return Thing(village, lead.ids, {"kept_id": kept.ids["lead_id"]})


async def to_be_repeated(world: World, village: str, caller: Caller) -> Thing:
    """A lead of the village, and one within everybody's reach that may repeat it."""
    kept, lead = [await a_lead(world, each, caller) for each in (village, VILLAGE)]
    return Thing(village, {"kept_id": kept.ids["lead_id"]}, lead.ids)


async def to_be_looked_for_there(world: World, village: str, caller: Caller) -> Thing:
    """A lead within everybody's reach, and the village."""
    return Thing(village, known=(await a_lead(world, VILLAGE, caller)).ids)


def at_the_door() -> dict[str, Any]:
    """Somebody nobody has filed before."""
    return {"resident_id": a_form_of(VILLAGE)["resident_id"], "categories": ["living_alone"]}
