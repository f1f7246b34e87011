"""Pairings (挂钩联系): cadres and units who keep in touch with elders."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.assignments import PairingState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.assignments import EndIn
from api.schemas.base import AreaText, CivilDate
from api.schemas.paging import Page
from api.schemas.pairings import PairIn, PairingOut
from api.store import Registers
from api.usecases.pairings import end_pairing, pair, pairing_out

router = APIRouter(prefix="/v1/pairings", route_class=Route, tags=["providers"])
Reader = Annotated[Actor, may(Permission.PROVIDER_READ)]
Manager = Annotated[Actor, may(Permission.FORCE_MANAGE)]
Locked = Annotated[Any, held(lambda registers: registers.pairings, "pairing_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_pairings(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[PairingState | None, Query()] = None,
    running_on: Annotated[CivilDate | None, Query()] = None,
) -> Page[PairingOut]:
    """The pairings of my area's elders, ended ones too."""
    filters = {"elder_id": elder_id, "state": state}
    register = registers.pairings
    listing = register.listing(*register.matching(**filters), *register.running_on(running_on), area=area)
    shown, token = await page.by_id(registers, {**filters, "area": area, "running_on": running_on}, listing)
    registers.trace.saw(row.elder_id for row in shown)
    return Page.of([pairing_out(registers, row) for row in shown], token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 404, 422))
async def pair_elder(form: PairIn, _: Manager, registers: MyRegisters, response: Response) -> PairingOut:
    """A cadre or a unit keeps in touch with an elder (结对)."""
    pairing_id = await pair(registers, form)
    return _answer(registers, await registers.pairings.get(pairing_id), response)


@router.get("/{pairing_id}", responses=problems(403, 404))
async def show_pairing(pairing_id: UUID, _: Reader, registers: MyReading, response: Response) -> PairingOut:
    """One pairing."""
    return _answer(registers, await registers.pairings.get(pairing_id), response)


@router.post("/{pairing_id}/end", responses=problems(403, 404, 409, 412, 422))
async def end_one_pairing(
    late: LateBody[EndIn], row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> PairingOut:
    """End it with a day (解除结对)."""
    return _answer(registers, await end_pairing(registers, row, late), response)


def _answer(registers: Registers, row: Any, response: Response) -> PairingOut:
    out = pairing_out(registers, row)
    registers.trace.saw([out.elder_id])
    response.headers["ETag"] = out.etag
    return out
