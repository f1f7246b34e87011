"""Suspensions and exits that might hide a miss (例外), and the supervisor's word on them."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import MyReading, MyRegisters, may
from api.domain.access import Actor, Permission
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage
from api.schemas.base import AreaText
from api.schemas.duty import DecisionIn, ExceptionOut
from api.schemas.paging import Page
from api.usecases.elder_states import exception_out
from api.usecases.exceptions import decide_exception, in_question

router = APIRouter(prefix="/v1/exceptions", route_class=Route, tags=["exceptions"])

Reader = Annotated[Actor, may(Permission.REGISTERS_READ)]
Decider = Annotated[Actor, may(Permission.EXCEPTION_DECIDE)]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_exceptions(
    _: Reader,
    registers: MyReading,
    page: MyPage,
    area: Annotated[AreaText | None, Query()] = None,
) -> Page[ExceptionOut]:
    """What waits for the supervisor's word: still owed until then. A page may hold fewer than asked."""
    wanted = {"area": area}
    looked_at, token = await page.by_id(registers, wanted, partial(registers.exceptions.page, area))
    shown = await in_question(registers, looked_at)
    registers.trace.saw(each.elder_id for each in shown)
    return Page.of([exception_out(each) for each in shown], token)


@router.post("/{exception_id}/approve", responses=problems(403, 404, 409, 422))
async def approve_exception(exception_id: UUID, _: Decider, registers: MyRegisters, form: DecisionIn) -> ExceptionOut:
    """The periods are not owed."""
    decided = await decide_exception(registers, exception_id, approved=True, note=form.note)
    return exception_out(decided)


@router.post("/{exception_id}/reject", responses=problems(403, 404, 409, 422))
async def reject_exception(exception_id: UUID, _: Decider, registers: MyRegisters, form: DecisionIn) -> ExceptionOut:
    """The periods stay owed; a suspension is undone."""
    decided = await decide_exception(registers, exception_id, approved=False, note=form.note)
    return exception_out(decided)
