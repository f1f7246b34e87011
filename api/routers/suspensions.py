"""Suspensions of all elders of an area (暂停), to be confirmed as a list."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.deps import MyReading, MyRegisters, may
from api.domain.absences import SuspensionReason, SuspensionState
from api.domain.access import Actor, Permission
from api.problems import language_of
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.duty import SuspensionLineOut
from api.schemas.many import ManyIn, ManyOut
from api.schemas.paging import Page
from api.usecases.suspensions import confirm_suspensions

router = APIRouter(prefix="/v1/suspensions", route_class=Route, tags=["duty"])


@router.get("", responses=problems(400, 403, 404, 422))
async def list_all_suspensions(
    _: Annotated[Actor, may(Permission.REGISTERS_READ)],
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[SuspensionState | None, Query()] = None,
    reason: Annotated[SuspensionReason | None, Query()] = None,
    proof: Annotated[bool | None, Query()] = None,
) -> Page[SuspensionLineOut]:
    """The suspensions of my area; what the village reported and nobody confirmed is ``state=provisional``."""
    wanted: dict[str, Any] = {"area": area, "state": state, "reason": reason, "proof": proof}
    listing = registers.stints.suspension_listing(**wanted)
    shown, token = await page.by_id(registers, wanted, listing)
    registers.trace.saw(row.elder_id for row in shown)
    data = [SuspensionLineOut.model_validate(row) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.post("/confirm", status_code=207, responses=problems(403, 422))
async def confirm_all_suspensions(
    form: ManyIn, _: Annotated[Actor, may(Permission.ELDER_CONFIRM)], registers: MyRegisters, request: Request
) -> ManyOut:
    """Confirm many at once (批量确认), each for itself: what cannot be confirmed is answered with why."""
    return ManyOut.of(await confirm_suspensions(registers, form.ids), language_of(request))
