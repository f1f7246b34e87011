"""What elders lack (关爱服务需求): told by records or by hand, solved on the spot or referred."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.referrals import NeedKind, NeedState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.follow_ups import FollowUpIn
from api.schemas.needs import NeedCancelIn, NeedLineOut, NeedOut, NeedSolveIn, NeedTellIn
from api.schemas.paging import Page
from api.store import Registers
from api.usecases import needs

router = APIRouter(prefix="/v1/needs", route_class=Route, tags=["aftercare"])
Reader = Annotated[Actor, may(Permission.AFTERCARE_READ)]
Helper = Annotated[Actor, may(Permission.AFTERCARE_ACT)]
Follower = Annotated[Actor, may(Permission.FOLLOW_UP)]
_COMMAND = problems(403, 404, 409, 412, 422)
Locked = Annotated[Any, held(lambda registers: registers.needs, "need_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_needs(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    kind: Annotated[NeedKind | None, Query()] = None,
    state: Annotated[NeedState | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
) -> Page[NeedLineOut]:
    """The needs of my area, oldest first."""
    wanted = {"kind": kind, "state": state, "elder_id": elder_id}
    register = registers.needs
    listing = register.listing(*register.matching(**wanted), area=area)
    shown, token = await page.by_id(registers, {**wanted, "area": area}, listing)
    registers.trace.saw(row.elder_id for row in shown)
    return Page.of([needs.need_line(row) for row in shown], token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 409, 422))
async def tell_need(form: NeedTellIn, _: Helper, registers: MyRegisters, response: Response) -> NeedOut:
    """A need that no record told of; of one kind an elder has one open at a time."""
    return _answer(registers, await registers.needs.get(await needs.tell_need(registers, form)), response)


@router.get("/{need_id}", responses=problems(403, 404))
async def show_need(need_id: UUID, _: Reader, registers: MyReading, response: Response) -> NeedOut:
    """One need, in words."""
    return _answer(registers, await registers.needs.get(need_id), response)


@router.post("/{need_id}/solve", responses=_COMMAND)
async def solve_need(
    _: Helper, row: Locked, body: LateBody[NeedSolveIn], registers: MyRegisters, response: Response
) -> NeedOut:
    """It was met without anybody else (当场解决)."""
    return _answer(registers, await needs.solve_need(registers, row, body), response)


@router.post("/{need_id}/cancel", responses=_COMMAND)
async def cancel_need(
    _: Helper, row: Locked, body: LateBody[NeedCancelIn], registers: MyRegisters, response: Response
) -> NeedOut:
    """It was none, or is none any more."""
    return _answer(registers, await needs.cancel_need(registers, row, body), response)


@router.post("/{need_id}/follow-ups", responses=_COMMAND)
async def follow_up_need(
    _: Follower, row: Locked, body: LateBody[FollowUpIn], registers: MyRegisters, response: Response
) -> NeedOut:
    """Whether what was met on the spot is eased (急需困难缓解情况回访); where it is not, the need is open again."""
    return _answer(registers, await needs.follow_up_need(registers, row, body), response)


def _answer(registers: Registers, row: Any, response: Response) -> NeedOut:
    registers.trace.saw([row.id, row.elder_id])
    shown = needs.need_out(registers, row)
    response.headers["ETag"] = shown.etag
    return shown
