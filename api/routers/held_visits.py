"""Records that wait for the township to tell who was visited."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api.deps import IfMatch, MyReading, MyRegisters, check_version, may
from api.domain.access import Actor, Permission
from api.problems import language_of
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.paging import Page
from api.schemas.visit_answers import VisitItemOut
from api.schemas.visit_commands import AssignedOut, AssignIn, AssignManyIn, HeldState, HeldVisitOut, ReasonIn
from api.usecases.held_visits import assign, assign_many, dismiss, held_visit_out
from api.usecases.visit_reports import item_of

router = APIRouter(prefix="/v1/held-visits", route_class=Route, tags=["visits"])
Decider = Annotated[Actor, may(Permission.ELDER_CONFIRM)]
Reader = Annotated[Actor, may(Permission.VISIT_READ)]
_COMMAND = problems(403, 404, 409, 412, 422)


async def _held(held_id: UUID, registers: MyRegisters, if_match: IfMatch) -> Any:
    row = await registers.visits.held(held_id)
    check_version(if_match, row.version)
    return row


HeldRow = Annotated[Any, Depends(_held)]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_held_visits(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[HeldState | None, Query()] = None,
) -> Page[HeldVisitOut]:
    """Records of my area whose person could not be told for certain, in order of receipt; of a provider its own."""
    wanted = {"area": area, "state": state}
    listing = registers.visits.held_listing(area, state)
    shown, token = await page.by_id(registers, wanted, listing)
    registers.trace.saw(row.id for row in shown)
    data = [held_visit_out(registers, row) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.post("/assign", status_code=207, responses=problems(403, 422))
async def assign_held_visits(
    form: AssignManyIn, actor: Decider, registers: MyRegisters, request: Request
) -> AssignedOut:
    """Say of up to 200 held records who was visited; each is answered by itself, and counts at once."""
    taken = await assign_many(registers, [(each.held_id, each.elder_id) for each in form.items])
    return AssignedOut(items=[item_of(each, index, language_of(request)) for index, each in enumerate(taken)])


@router.post("/{held_id}/assign", responses=_COMMAND)
async def assign_held_visit(
    form: AssignIn, row: HeldRow, actor: Decider, registers: MyRegisters, request: Request
) -> VisitItemOut:
    """Say who was visited: the record is taken in and counts at once."""
    return item_of(await assign(registers, row, form.elder_id), 0, language_of(request))


@router.post("/{held_id}/dismiss", responses=_COMMAND)
async def dismiss_held_visit(
    form: ReasonIn, row: HeldRow, actor: Decider, registers: MyRegisters, response: Response
) -> HeldVisitOut:
    """Nobody of ours was visited; the record is refused from now on."""
    dismissed = held_visit_out(registers, await dismiss(registers, row, form.reason))
    response.headers["ETag"] = dismissed.etag
    return dismissed
