"""Service forces (服务力量): registered, corrected, suspended, resumed, removed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.providers import ForceCommand, ForceKind, ForceState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.merge_patch import PatchOf
from api.schemas.paging import Page
from api.schemas.providers import ProviderIn, ProviderOut, StandDownIn
from api.store import Registers
from api.usecases.providers import command_provider, correct_provider, providers_out, register_provider

router = APIRouter(prefix="/v1/providers", route_class=Route, tags=["providers"])
Reader = Annotated[Actor, may(Permission.PROVIDER_READ)]
Manager = Annotated[Actor, may(Permission.PROVIDER_MANAGE)]
ProviderPatch = Annotated[dict[str, Any], PatchOf(ProviderIn), Body(examples=[{"name": "江口镇敬老志愿队"}])]
Locked = Annotated[Any, held(lambda registers: registers.providers, "provider_id")]
_COMMAND = problems(403, 404, 409, 412, 422)


@router.get("", responses=problems(400, 403, 404, 422))
async def list_providers(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    kind: Annotated[ForceKind | None, Query()] = None,
    state: Annotated[ForceState | None, Query()] = None,
    own_force: Annotated[bool | None, Query()] = None,
) -> Page[ProviderOut]:
    """The forces that serve my area or a part of it; ``own_force=true``: villages' own alone (本村力量)."""
    filters = {"kind": kind, "state": state}
    register = registers.providers
    conditions = [*register.matching(**filters), *register.on_the_list(own_force=own_force)]
    listing = register.listing(*conditions, area=area)
    shown, token = await page.by_id(registers, {**filters, "area": area, "own_force": own_force}, listing)
    registers.trace.saw(row.id for row in shown)
    return Page.of(await providers_out(registers, shown), token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 404, 422))
async def add_provider(form: ProviderIn, _: Manager, registers: MyRegisters, response: Response) -> ProviderOut:
    """One more force (登记服务力量)."""
    provider_id = await register_provider(registers, form)
    return await _answer(registers, await registers.providers.get(provider_id), response)


@router.get("/{provider_id}", responses=problems(403, 404))
async def show_provider(provider_id: UUID, _: Reader, registers: MyReading, response: Response) -> ProviderOut:
    """One force, with when it was suspended or removed."""
    return await _answer(registers, await registers.providers.get(provider_id), response)


@router.patch("/{provider_id}", responses=problems(403, 404, 412, 422, 428))
async def change_provider(
    patch: ProviderPatch, row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> ProviderOut:
    """Correct it by merge patch (needs If-Match)."""
    return await _answer(registers, await correct_provider(registers, row, patch), response)


@router.post("/{provider_id}/suspend", responses=_COMMAND)
async def suspend_provider(
    late: LateBody[StandDownIn], row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> ProviderOut:
    """Nobody of it may come until it is resumed (暂停)."""
    return await _answer(registers, await command_provider(registers, row, ForceCommand.SUSPEND, late), response)


@router.post("/{provider_id}/resume", responses=_COMMAND)
async def resume_provider(
    late: LateBody[StandDownIn], row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> ProviderOut:
    """It may come again (恢复)."""
    return await _answer(registers, await command_provider(registers, row, ForceCommand.RESUME, late), response)


@router.post("/{provider_id}/remove", responses=_COMMAND)
async def remove_provider(
    late: LateBody[StandDownIn], row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> ProviderOut:
    """It may not come any more (清退)."""
    return await _answer(registers, await command_provider(registers, row, ForceCommand.REMOVE, late), response)


async def _answer(registers: Registers, row: Any, response: Response) -> ProviderOut:
    [out] = await providers_out(registers, [row])
    registers.trace.saw([out.id])
    response.headers["ETag"] = out.etag
    return out
