"""Forces, contracts and assignments, made by the verbs that make them in life."""

from typing import Any
from uuid import UUID

from api.domain.providers import ForceCommand
from api.schemas.assignments import AssignIn
from api.schemas.contracts import ContractIn
from api.schemas.late import Late
from api.schemas.providers import ProviderIn, StandDownIn
from api.usecases.assignments import assign
from api.usecases.contracts import sign_contract
from api.usecases.providers import command_provider, own_force_of, register_provider
from tests.matrix import things
from tests.matrix.world import Caller, Thing, World


async def a_provider(world: World, village: str, caller: Caller) -> Thing:
    """Of the village alone."""
    return Thing(village, {"provider_id": await _registered(world, village)})


async def a_suspended_provider(world: World, village: str, caller: Caller) -> Thing:
    provider = await a_provider(world, village, caller)
    async with world.registers() as registers:
        row = await registers.providers.locked(provider.ids["provider_id"])
        await command_provider(registers, row, ForceCommand.SUSPEND, Late(StandDownIn, {"reason": "核查中"}))
    return provider


async def a_contract(world: World, village: str, caller: Caller) -> Thing:
    provider = await a_provider(world, village, caller)
    said = {**_example(ContractIn), "areas": [village]}
    async with world.registers() as registers:
        row = await registers.providers.locked(provider.ids["provider_id"])
        contract_id = await sign_contract(registers, row, Late(ContractIn, said))
    return Thing(village, {**provider.ids, "contract_id": contract_id})


async def to_be_seen(world: World, village: str, caller: Caller) -> Thing:
    """An elder of the village, and the village's own force."""
    elder = await things.on_the_roll(world, village, caller)
    async with world.registers() as registers:
        force = await own_force_of(registers, village)
    return Thing(village, {**elder.ids, "provider_id": force.id})


async def an_assignment(world: World, village: str, caller: Caller) -> Thing:
    elder = await to_be_seen(world, village, caller)
    said = {name: elder.id(name) for name in ("elder_id", "provider_id")}
    async with world.registers() as registers:
        assignment_id = await assign(registers, AssignIn.model_validate(said))
    return Thing(village, {**elder.ids, "assignment_id": assignment_id})


async def _registered(world: World, village: str) -> UUID:
    said = {**_example(ProviderIn), "area": village, "name": f"志愿服务队{things.next_number()}"}
    async with world.registers() as registers:
        return await register_provider(registers, ProviderIn.model_validate(said))


def _example(model: Any) -> dict[str, Any]:
    return dict(model.model_config["json_schema_extra"]["examples"][0])
