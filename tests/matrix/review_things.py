"""Reviews that a village submitted."""

from dataclasses import replace
from uuid import uuid4

from api.domain.access import Role
from api.schemas.reviews import ReviewIn
from api.usecases.reviews import review
from tests.matrix import things
from tests.matrix.world import Caller, Thing, World


async def submitted(world: World, village: str, caller: Caller) -> Thing:
    """The village looked through a file, and the township has not yet said anything."""
    elder = await things.on_the_roll(world, village, caller)
    async with world.registers_of(Role.VILLAGE_LIAISON, village, uuid4()) as registers:
        file = await registers.elders.locked(elder.ids["elder_id"])
        review_id = await review(registers, file, ReviewIn(changes={"alias": "阿芳"}))
    return replace(elder, ids={**elder.ids, "review_id": review_id})
