"""The workers of forces (服务人员) and their trainings (培训)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.providers import ForceKind, WorkerCommand, WorkerState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.merge_patch import PatchOf
from api.schemas.paging import Page
from api.schemas.providers import StandDownIn
from api.schemas.rosters import NeighbourIn, RosterEntryIn, RosterLineOut, TrainingIn, TrainingOut, VetIn, WorkerOut
from api.store import Registers
from api.usecases import rosters

router = APIRouter(prefix="/v1", route_class=Route, tags=["providers"])
Reader = Annotated[Actor, may(Permission.PROVIDER_READ)]
Manager = Annotated[Actor, may(Permission.FORCE_MANAGE)]
WorkerPatch = Annotated[dict[str, Any], PatchOf(RosterEntryIn), Body(examples=[{"phone": "13900000000"}])]
Force = Annotated[Any, held(lambda registers: registers.providers, "provider_id")]
Locked = Annotated[Any, held(lambda registers: registers.rosters, "worker_id")]
_COMMAND = problems(403, 404, 409, 412, 422)


@router.get("/workers", responses=problems(400, 403, 404, 422))
async def list_workers(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    provider_id: Annotated[UUID | None, Query()] = None,
    kind: Annotated[ForceKind | None, Query()] = None,
    status: Annotated[WorkerState | None, Query()] = None,
) -> Page[WorkerOut]:
    """The workers of the forces that serve my area."""
    filters = {"provider_id": provider_id, "kind": kind, "status": status}
    listing = registers.rosters.listing(area, **filters)
    shown, token = await page.by_id(registers, {**filters, "area": area}, listing)
    registers.trace.saw(row.id for row in shown)
    return Page.of(await rosters.workers_out(registers, shown), token, await page.total(listing))


@router.post("/workers", status_code=201, responses=problems(403, 404, 409, 422))
async def add_neighbour(form: NeighbourIn, _: Manager, registers: MyRegisters, response: Response) -> WorkerOut:
    """Somebody joins a village's own force (本村力量), a neighbour, say."""
    return await _answer(registers, await rosters.add_neighbour(registers, form), response)


@router.get("/workers/{worker_id}", responses=problems(403, 404))
async def show_worker(worker_id: UUID, _: Reader, registers: MyReading, response: Response) -> WorkerOut:
    """One worker."""
    return await _answer(registers, worker_id, response)


@router.patch("/workers/{worker_id}", responses=problems(403, 404, 409, 412, 422, 428))
async def change_worker(
    patch: WorkerPatch, row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> WorkerOut:
    """Correct what is known of a worker by merge patch (needs If-Match)."""
    await rosters.correct_worker(registers, row, patch)
    return await _answer(registers, row.id, response)


@router.post("/workers/{worker_id}/vet", responses=_COMMAND)
async def vet_worker(
    late: LateBody[VetIn], row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> WorkerOut:
    """Somebody whom a record named is known to the office now (核实)."""
    await rosters.vet_worker(registers, row, late)
    return await _answer(registers, row.id, response)


@router.post("/workers/{worker_id}/suspend", responses=_COMMAND)
async def suspend_worker(
    late: LateBody[StandDownIn], row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> WorkerOut:
    """The worker may not come until resumed (暂停)."""
    await rosters.command_worker(registers, row, WorkerCommand.SUSPEND, late)
    return await _answer(registers, row.id, response)


@router.post("/workers/{worker_id}/resume", responses=_COMMAND)
async def resume_worker(
    late: LateBody[StandDownIn], row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> WorkerOut:
    """The worker may come again (恢复)."""
    await rosters.command_worker(registers, row, WorkerCommand.RESUME, late)
    return await _answer(registers, row.id, response)


@router.post("/workers/{worker_id}/remove", responses=_COMMAND)
async def remove_worker(
    late: LateBody[StandDownIn], row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> WorkerOut:
    """The worker may not come any more (清退)."""
    await rosters.command_worker(registers, row, WorkerCommand.REMOVE, late)
    return await _answer(registers, row.id, response)


@router.get("/providers/{provider_id}/workers", responses=problems(400, 403, 404, 422))
async def list_workers_of_provider(
    provider_id: UUID, _: Reader, registers: MyReading, page: MyCountedPage
) -> Page[WorkerOut]:
    """The workers of one force."""
    provider = await registers.providers.get(provider_id)
    listing = registers.rosters.listing(provider_id=provider.id)
    shown, token = await page.by_id(registers, {"provider_id": provider_id}, listing)
    registers.trace.saw(row.id for row in shown)
    return Page.of(await rosters.workers_out(registers, shown), token, await page.total(listing))


@router.get("/providers/{provider_id}/roster", responses=problems(400, 403, 404, 422))
async def list_roster_of_provider(
    provider_id: UUID, _: Reader, registers: MyReading, page: MyCountedPage
) -> Page[RosterLineOut]:
    """Whom of a force one could send: age, how many he goes to, trainings, complaints upheld."""
    provider = await registers.providers.get(provider_id)
    listing = registers.rosters.listing(provider_id=provider.id)
    shown, token = await page.by_id(registers, {"provider_id": provider_id}, listing)
    registers.trace.saw(row.id for row in shown)
    return Page.of(await rosters.roster_of(registers, provider.id, shown), token, await page.total(listing))


@router.post("/providers/{provider_id}/workers", status_code=201, responses=_COMMAND)
async def add_worker(
    late: LateBody[RosterEntryIn], provider: Force, _: Manager, registers: MyRegisters, response: Response
) -> WorkerOut:
    """Somebody joins a force (登记服务人员)."""
    return await _answer(registers, await rosters.add_worker(registers, provider, late), response)


@router.get("/providers/{provider_id}/trainings", responses=problems(400, 403, 404, 422))
async def list_trainings_of_provider(
    provider_id: UUID, _: Reader, registers: MyReading, page: MyCountedPage
) -> Page[TrainingOut]:
    """The trainings of one force and of its workers."""
    provider = await registers.providers.get(provider_id)
    register = registers.trainings
    listing = register.listing(*register.matching(provider_id=provider.id))
    shown, token = await page.by_id(registers, {"provider_id": provider_id}, listing)
    registers.trace.saw(row.id for row in shown)
    return Page.of([rosters.training_out(row) for row in shown], token, await page.total(listing))


@router.post("/providers/{provider_id}/trainings", status_code=201, responses=_COMMAND)
async def add_training(
    form: TrainingIn, provider: Force, _: Manager, registers: MyRegisters, response: Response
) -> TrainingOut:
    """A training of the force, or of one of its workers (登记培训)."""
    training_id = await rosters.hold_training(registers, provider, form)
    out = rosters.training_out(await registers.trainings.get(training_id))
    response.headers["ETag"] = out.etag
    return out


async def _answer(registers: Registers, worker_id: UUID, response: Response) -> WorkerOut:
    [out] = await rosters.workers_out(registers, [await registers.rosters.get(worker_id)])
    registers.trace.saw([out.id])
    response.headers["ETag"] = out.etag
    return out
