"""Complaints (投诉)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.complaints import ComplaintCommand, ComplaintKind, ComplaintState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.complaints import ComplaintIn, ComplaintOut
from api.schemas.inspections import NoteIn
from api.schemas.paging import Page
from api.store import Registers
from api.usecases import complaints

router = APIRouter(prefix="/v1/complaints", route_class=Route, tags=["supervision"])
Taker = Annotated[Actor, may(Permission.AFTERCARE_ACT)]
Inspector = Annotated[Actor, may(Permission.INSPECT)]
_COMMAND = problems(403, 404, 409, 412, 422)
Locked = Annotated[Any, held(lambda registers: registers.complaints, "complaint_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_complaints(
    _: Inspector,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[ComplaintState | None, Query()] = None,
    kind: Annotated[ComplaintKind | None, Query()] = None,
    worker_id: Annotated[UUID | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
) -> Page[ComplaintOut]:
    """Complaints of my area."""
    wanted = {"state": state, "kind": kind, "worker_id": worker_id, "elder_id": elder_id}
    register = registers.complaints
    listing = register.listing(*register.matching(**wanted), area=area)
    shown, token = await page.by_id(registers, {**wanted, "area": area}, listing)
    registers.trace.saw(row.id for row in shown)
    data = [complaints.complaint_out(registers, row) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 404, 409, 422))
async def record_complaint(form: ComplaintIn, _: Taker, registers: MyRegisters, response: Response) -> ComplaintOut:
    """Take a complaint down (登记投诉)."""
    complaint_id = await complaints.complain(registers, form)
    return _answer(registers, await registers.complaints.get(complaint_id), response)


@router.get("/{complaint_id}", responses=problems(403, 404))
async def show_complaint(complaint_id: UUID, _: Inspector, registers: MyReading, response: Response) -> ComplaintOut:
    """One complaint."""
    return _answer(registers, await registers.complaints.get(complaint_id), response)


@router.post("/{complaint_id}/uphold", responses=_COMMAND)
async def uphold_complaint(
    form: NoteIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> ComplaintOut:
    """It is founded (属实)."""
    return _answer(registers, await complaints.decide(registers, row, ComplaintCommand.UPHOLD, form), response)


@router.post("/{complaint_id}/dismiss", responses=_COMMAND)
async def dismiss_complaint(
    form: NoteIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> ComplaintOut:
    """It is not (不属实)."""
    return _answer(registers, await complaints.decide(registers, row, ComplaintCommand.DISMISS, form), response)


@router.post("/{complaint_id}/withdraw", responses=_COMMAND)
async def withdraw_complaint(
    form: NoteIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> ComplaintOut:
    """Whoever complained took it back (撤回)."""
    return _answer(registers, await complaints.decide(registers, row, ComplaintCommand.WITHDRAW, form), response)


def _answer(registers: Registers, row: Any, response: Response) -> ComplaintOut:
    out = complaints.complaint_out(registers, row)
    registers.trace.saw([out.id])
    response.headers["ETag"] = out.etag
    return out
