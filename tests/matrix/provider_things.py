"""Forces, contracts and assignments, made by the verbs that make them in life."""

from uuid import UUID

from api.domain.providers import ForceCommand, ForceKind, WorkerCommand
from api.domain.references import WorkerRef
from api.schemas.assignments import AssignIn
from api.schemas.contracts import ContractIn
from api.schemas.late import Late
from api.schemas.pairings import PairIn
from api.schemas.providers import ProviderIn, StandDownIn
from api.schemas.rosters import NeighbourIn
from api.usecases.assignments import assign
from api.usecases.contracts import sign_contract
from api.usecases.pairings import pair
from api.usecases.providers import command_provider, own_force_of, register_provider
from api.usecases.rosters import add_neighbour, command_worker
from tests.matrix import things
from tests.matrix.roll import example_of
from tests.matrix.world import Caller, Thing, World


async def a_provider(world: World, village: str, caller: Caller) -> Thing:
    """Of the village alone."""
    return Thing(village, {"provider_id": await _registered(world, village)})


async def ones_provider(world: World, village: str, caller: Caller) -> Thing:
    """The caller's own, where the caller is of one and works in the village."""
    if caller.provider_id is not None and caller.reaches(village):
        return Thing(village, {"provider_id": caller.provider_id})
    return await a_provider(world, village, caller)


async def a_suspended_provider(world: World, village: str, caller: Caller) -> Thing:
    provider = await a_provider(world, village, caller)
    async with world.registers() as registers:
        row = await registers.providers.locked(provider.ids["provider_id"])
        await command_provider(registers, row, ForceCommand.SUSPEND, Late(StandDownIn, {"reason": "核查中"}))
    return provider


async def a_contract(world: World, village: str, caller: Caller) -> Thing:
    provider = await a_provider(world, village, caller)
    said = {**example_of(ContractIn), "areas": [village]}
    async with world.registers() as registers:
        row = await registers.providers.locked(provider.ids["provider_id"])
        contract_id = await sign_contract(registers, row, Late(ContractIn, said))
    return Thing(village, {**provider.ids, "contract_id": contract_id})


async def a_neighbour(world: World, village: str, caller: Caller) -> Thing:
    """Of the village's own force."""
    said = {**example_of(NeighbourIn), "village": village, "name": a_name()}
    async with world.registers() as registers:
        worker_id = await add_neighbour(registers, NeighbourIn.model_validate(said))
        worker = await registers.rosters.get(worker_id)
    return Thing(village, {"worker_id": worker_id, "provider_id": worker.provider_id})


async def a_suspended_neighbour(world: World, village: str, caller: Caller) -> Thing:
    neighbour = await a_neighbour(world, village, caller)
    async with world.registers() as registers:
        row = await registers.rosters.locked(neighbour.ids["worker_id"])
        await command_worker(registers, row, WorkerCommand.SUSPEND, Late(StandDownIn, {"reason": "核查中"}))
    return neighbour


async def somebody_named(world: World, village: str, caller: Caller) -> Thing:
    """By a record of the village's own force, and not yet known to the office."""
    async with world.registers() as registers:
        force = await own_force_of(registers, village)
        source = f"provider:{force.id}"
        asked = [(source, WorkerRef(name=a_name(), kind=ForceKind.VOLUNTEER))]
        [worker] = (await registers.workers.register(asked)).values()
    return Thing(village, {"worker_id": worker.id, "provider_id": force.id})


async def an_own_force(world: World, village: str, caller: Caller) -> Thing:
    async with world.registers() as registers:
        force = await own_force_of(registers, village)
    return Thing(village, {"provider_id": force.id})


def a_name() -> str:
    """Another for each; names have no digits."""
    return "邻居" + "".join(chr(0x4E00 + int(digit)) for digit in str(things.next_number()))


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


async def a_pairing(world: World, village: str, caller: Caller) -> Thing:
    elder = await things.on_the_roll(world, village, caller)
    said = {**example_of(PairIn), "elder_id": elder.id("elder_id")}
    async with world.registers() as registers:
        pairing_id = await pair(registers, PairIn.model_validate(said))
    return Thing(village, {**elder.ids, "pairing_id": pairing_id})


async def _registered(world: World, village: str) -> UUID:
    said = {**example_of(ProviderIn), "area": village, "name": f"志愿服务队{things.next_number()}"}
    async with world.registers() as registers:
        return await register_provider(registers, ProviderIn.model_validate(said))
