"""What a township heard that asked whether a danger was over."""

from api.store.follow_ups import WantedFollowUps
from tests.matrix import escalation_things as dangers
from tests.matrix.world import Caller, Thing, World


async def heard(world: World, village: str, caller: Caller) -> Thing:
    danger = await dangers.made_sure_of(world, village, caller)
    async with world.registers() as registers:
        row = await registers.escalations.get(danger.ids["escalation_id"])
        [follow_up] = await registers.follow_ups.page(WantedFollowUps(case_id=row.id), after=None, size=1)
    return Thing(village, {"elder_id": row.elder_id, "case_id": row.id, "follow_up_id": follow_up.id})
