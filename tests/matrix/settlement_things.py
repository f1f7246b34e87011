"""Settlements with providers, made by the verbs that make them in life."""

from uuid import UUID

from api.domain.months import Month
from api.usecases.settlements import propose_settlement
from tests.matrix.provider_things import a_contract
from tests.matrix.world import Caller, Thing, World

MONTH = "2026-10"


async def a_settlement(world: World, village: str, caller: Caller) -> Thing:
    """Proposed, and not closed."""
    contract = await a_contract(world, village, caller)
    return await _proposed(world, village, contract.ids["provider_id"])


async def ones_settlement(world: World, village: str, caller: Caller) -> Thing:
    """Of the caller's own provider, where the caller is of one and works in the village."""
    if caller.provider_id is None or not caller.reaches(village):
        return await a_settlement(world, village, caller)
    return await _proposed(world, village, caller.provider_id)


async def _proposed(world: World, village: str, provider_id: UUID) -> Thing:
    async with world.registers() as registers:
        await propose_settlement(registers, provider_id, Month.parse(MONTH))
    return Thing(village, {"provider_id": provider_id})
