"""Orders to put something right (纠偏止错)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.rectifications import RectificationState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.inspections import NoteIn
from api.schemas.paging import Page
from api.schemas.rectifications import ExtendIn, ProofIn, RectificationOut, RectifyIn
from api.store import Registers
from api.usecases import rectifications

router = APIRouter(prefix="/v1/rectifications", route_class=Route, tags=["supervision"])
Answerer = Annotated[Actor, may(Permission.RECTIFICATION_ANSWER)]
Inspector = Annotated[Actor, may(Permission.INSPECT)]
_COMMAND = problems(403, 404, 409, 412, 422)
Locked = Annotated[Any, held(lambda registers: registers.rectifications, "rectification_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_rectifications(
    _: Answerer,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[RectificationState | None, Query()] = None,
    late: Annotated[bool | None, Query()] = None,
) -> Page[RectificationOut]:
    """The orders that lie on desks of my area; ``late=true``: those unanswered after their deadline.

    To a provider those about its own records.
    """
    wanted = {"area": area, "state": state, "late": late}
    register = registers.rectifications
    overdue = [] if late is None else [register.late() if late else ~register.late()]
    listing = register.listing(*register.matching(state=state), *overdue, area=area)
    shown, token = await page.by_id(registers, wanted, listing)
    registers.trace.saw(row.id for row in shown)
    data = [rectifications.rectification_out(registers, row) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 404, 409, 422))
async def order_rectification(
    form: RectifyIn, _: Inspector, registers: MyRegisters, response: Response
) -> RectificationOut:
    """Order a village or a township to put something right (下达整改)."""
    order_id = await rectifications.order(registers, form)
    return _answer(registers, await registers.rectifications.get(order_id), response)


@router.get("/{rectification_id}", responses=problems(403, 404))
async def show_rectification(
    rectification_id: UUID, _: Answerer, registers: MyReading, response: Response
) -> RectificationOut:
    """One order."""
    return _answer(registers, await registers.rectifications.get(rectification_id), response)


@router.post("/{rectification_id}/answer", responses=_COMMAND)
async def answer_rectification(
    form: ProofIn, row: Locked, _: Answerer, registers: MyRegisters, response: Response
) -> RectificationOut:
    """What was done, with proof (报告整改情况)."""
    return _answer(registers, await rectifications.answer(registers, row, form), response)


@router.post("/{rectification_id}/accept", responses=_COMMAND)
async def accept_rectification(
    form: NoteIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> RectificationOut:
    """It was put right (整改到位). Not by whoever answered; of a township's desk the district says so."""
    return _answer(registers, await rectifications.accept(registers, row, form), response)


@router.post("/{rectification_id}/reject", responses=_COMMAND)
async def reject_rectification(
    form: NoteIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> RectificationOut:
    """It was not (整改不到位): the order stands again."""
    return _answer(registers, await rectifications.reject(registers, row, form), response)


@router.post("/{rectification_id}/extend", responses=_COMMAND)
async def extend_rectification(
    form: ExtendIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> RectificationOut:
    """A later deadline (延期)."""
    return _answer(registers, await rectifications.extend(registers, row, form), response)


@router.post("/{rectification_id}/cancel", responses=_COMMAND)
async def cancel_rectification(
    form: NoteIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> RectificationOut:
    """The order was a mistake."""
    return _answer(registers, await rectifications.cancel(registers, row, form), response)


def _answer(registers: Registers, row: Any, response: Response) -> RectificationOut:
    out = rectifications.rectification_out(registers, row)
    registers.trace.saw([out.id])
    response.headers["ETag"] = out.etag
    return out
