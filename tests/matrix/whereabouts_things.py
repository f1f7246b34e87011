"""Checks of where somebody is, and reviews of deaths, made by the records and exits that open them in life."""

from uuid import uuid4

from api.domain.access import Role
from api.schemas.duty import ExitIn
from api.usecases.exits import leave
from api.usecases.records import take
from api.usecases.taken import Sent
from tests.matrix import things
from tests.matrix.world import Caller, Thing, World
from tests.visits.rounds import a_visit, nobody_home


async def a_check(world: World, village: str, caller: Caller) -> Thing:
    """Of somebody who was not at home today."""
    elder = await things.on_the_roll(world, village, caller)
    author = uuid4()
    async with world.registers_of(Role.VILLAGE_LIAISON, village, author) as registers:
        record = a_visit(elder.id("elder_id"), **nobody_home("2026-11-03"))
        [taken] = await take(registers, [Sent(0, 0, f"user:{author}", record)])
        [check_id] = taken.opened.ids["whereabouts_checks"]
    return Thing(village, {**elder.ids, "check_id": check_id})


async def a_review(world: World, village: str, caller: Caller) -> Thing:
    """Of somebody who died without having been seen this month."""
    elder = await things.on_the_roll(world, village, caller)
    async with world.registers() as registers:
        file = await registers.elders.locked(elder.ids["elder_id"])
        died = {"kind": "death", "last_day_on": "2026-11-02", "found_on": "2026-11-03", "source": "neighbour"}
        await leave(registers, file, ExitIn.model_validate(died))
        [review] = await registers.incidents.of_elders([file.id])
    return Thing(village, {**elder.ids, "review_id": review.id})
