"""Contracts of purchased services (政府购买服务合同): with a provider, for areas or for elders."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.contracts import ContractState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText, CivilDate
from api.schemas.contracts import ContractIn, ContractOut, TerminateIn
from api.schemas.merge_patch import PatchOf
from api.schemas.paging import Page
from api.store import Registers
from api.usecases.contracts import contracts_out, correct_contract, sign_contract, terminate_contract

router = APIRouter(prefix="/v1", route_class=Route, tags=["providers"])
Reader = Annotated[Actor, may(Permission.PROVIDER_READ)]
Manager = Annotated[Actor, may(Permission.CONTRACT_MANAGE)]
ContractPatch = Annotated[dict[str, Any], PatchOf(ContractIn), Body(examples=[{"ends_on": "2027-06-30"}])]
Bound = Annotated[Any, held(lambda registers: registers.providers, "provider_id")]
Locked = Annotated[Any, held(lambda registers: registers.contracts, "contract_id")]


@router.get("/contracts", responses=problems(400, 403, 404, 422))
async def list_contracts(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    provider_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[ContractState | None, Query()] = None,
    running_on: Annotated[CivilDate | None, Query()] = None,
) -> Page[ContractOut]:
    """The contracts of my area and of those around it."""
    filters = {"provider_id": provider_id, "state": state}
    register = registers.contracts
    listing = register.listing(*register.matching(**filters), *register.running_on(running_on), area=area)
    shown, token = await page.by_id(registers, {**filters, "area": area, "running_on": running_on}, listing)
    registers.trace.saw(row.id for row in shown)
    return Page.of(await contracts_out(registers, shown), token, await page.total(listing))


@router.get("/providers/{provider_id}/contracts", responses=problems(400, 403, 404, 422))
async def list_contracts_of_provider(
    provider_id: UUID, _: Reader, registers: MyReading, page: MyCountedPage
) -> Page[ContractOut]:
    """The contracts with one provider, past ones too."""
    provider = await registers.providers.get(provider_id)
    register = registers.contracts
    listing = register.listing(*register.matching(provider_id=provider.id))
    shown, token = await page.by_id(registers, {"provider_id": provider_id}, listing)
    registers.trace.saw(row.id for row in shown)
    return Page.of(await contracts_out(registers, shown), token, await page.total(listing))


@router.post("/providers/{provider_id}/contracts", status_code=201, responses=problems(403, 404, 409, 412, 422))
async def add_contract(
    late: LateBody[ContractIn], provider: Bound, _: Manager, registers: MyRegisters, response: Response
) -> ContractOut:
    """A contract with the provider (签订合同)."""
    contract_id = await sign_contract(registers, provider, late)
    return await _answer(registers, await registers.contracts.get(contract_id), response)


@router.get("/contracts/{contract_id}", responses=problems(403, 404))
async def show_contract(contract_id: UUID, _: Reader, registers: MyReading, response: Response) -> ContractOut:
    """One contract."""
    return await _answer(registers, await registers.contracts.get(contract_id), response)


@router.patch("/contracts/{contract_id}", responses=problems(403, 404, 409, 412, 422, 428))
async def change_contract(
    patch: ContractPatch, row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> ContractOut:
    """Correct or renew it by merge patch (needs If-Match); ``areas`` and ``services`` are replaced whole."""
    return await _answer(registers, await correct_contract(registers, row, patch), response)


@router.post("/contracts/{contract_id}/terminate", responses=problems(403, 404, 409, 412, 422))
async def end_contract(
    late: LateBody[TerminateIn], row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> ContractOut:
    """End it early, with a day (提前终止)."""
    return await _answer(registers, await terminate_contract(registers, row, late), response)


async def _answer(registers: Registers, row: Any, response: Response) -> ContractOut:
    [out] = await contracts_out(registers, [row])
    registers.trace.saw([out.id])
    response.headers["ETag"] = out.etag
    return out
