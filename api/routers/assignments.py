"""Assignments (派单): whom a force comes to see, one elder or many at a time."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.assignments import AssignmentState
from api.problems import language_of
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.assignments import AssignedManyOut, AssignIn, AssignManyIn, AssignmentOut, EndIn, EndManyIn
from api.schemas.base import AreaText, CivilDate
from api.schemas.many import ManyOut
from api.schemas.paging import Page
from api.store import Registers
from api.usecases.assignments import assign, assign_many, assignment_out, end_assignment, end_assignments

router = APIRouter(prefix="/v1/assignments", route_class=Route, tags=["providers"])
Reader = Annotated[Actor, may(Permission.PROVIDER_READ)]
Sender = Annotated[Actor, may(Permission.FORCE_MANAGE)]
Locked = Annotated[Any, held(lambda registers: registers.assignments, "assignment_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_assignments(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
    provider_id: Annotated[UUID | None, Query()] = None,
    worker_id: Annotated[UUID | None, Query()] = None,
    contract_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[AssignmentState | None, Query()] = None,
    running_on: Annotated[CivilDate | None, Query()] = None,
) -> Page[AssignmentOut]:
    """The assignments of my area's elders, ended ones too."""
    filters = {
        "elder_id": elder_id,
        "provider_id": provider_id,
        "worker_id": worker_id,
        "contract_id": contract_id,
        "state": state,
    }
    register = registers.assignments
    listing = register.listing(*register.matching(**filters), *register.running_on(running_on), area=area)
    shown, token = await page.by_id(registers, {**filters, "area": area, "running_on": running_on}, listing)
    registers.trace.saw(row.elder_id for row in shown)
    return Page.of([assignment_out(row) for row in shown], token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 404, 409, 422))
async def assign_elder(form: AssignIn, _: Sender, registers: MyRegisters, response: Response) -> AssignmentOut:
    """Send a force, or one of its workers, to an elder (派单)."""
    assignment_id = await assign(registers, form)
    return _answer(registers, await registers.assignments.get(assignment_id), response)


@router.post("/batch", status_code=207, responses=problems(403, 404, 422))
async def assign_elders(form: AssignManyIn, _: Sender, registers: MyRegisters, request: Request) -> AssignedManyOut:
    """Send a force to up to 500 elders at once, each for himself (批量派单)."""
    done = await assign_many(registers, form)
    return AssignedManyOut.of(((each.elder_id, each.id, each.faults) for each in done), language_of(request))


@router.post("/end", status_code=207, responses=problems(403, 422))
async def end_many_assignments(form: EndManyIn, _: Sender, registers: MyRegisters, request: Request) -> ManyOut:
    """End up to 500 at once, each for itself (批量结束)."""
    return ManyOut.of(await end_assignments(registers, form.ids, form), language_of(request))


@router.get("/{assignment_id}", responses=problems(403, 404))
async def show_assignment(assignment_id: UUID, _: Reader, registers: MyReading, response: Response) -> AssignmentOut:
    """One assignment."""
    return _answer(registers, await registers.assignments.get(assignment_id), response)


@router.post("/{assignment_id}/end", responses=problems(403, 404, 409, 412, 422))
async def end_one_assignment(
    late: LateBody[EndIn], row: Locked, _: Sender, registers: MyRegisters, response: Response
) -> AssignmentOut:
    """End it with a day (结束派单)."""
    return _answer(registers, await end_assignment(registers, row, late), response)


def _answer(registers: Registers, row: Any, response: Response) -> AssignmentOut:
    out = assignment_out(row)
    registers.trace.saw([out.elder_id])
    response.headers["ETag"] = out.etag
    return out
