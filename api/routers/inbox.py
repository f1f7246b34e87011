"""What waits for me (待办), and what is late in my area."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.deps import MyReading, may
from api.domain.access import Actor, Permission
from api.domain.waiting import WaitingKind, WorkDesk, desks_of
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage, Pager
from api.schemas.base import AreaText
from api.schemas.inbox import InboxOut, LateListOut, WaitingOut
from api.schemas.paging import Page
from api.store import Registers
from api.usecases.inbox import inbox_of, late_in, waiting_out

router = APIRouter(prefix="/v1", route_class=Route, tags=["inbox"])
Reader = Annotated[Actor, may(Permission.AFTERCARE_READ)]


@router.get("/inbox", responses=problems(400, 403, 404, 422))
async def show_inbox(_: Reader, registers: MyReading, area: Annotated[AreaText | None, Query()] = None) -> InboxOut:
    """What needs a decision or an act of mine, or of whom I stand in for: counts, and the first of each kind."""
    return await inbox_of(registers, area)


@router.get("/inbox/{kind}", responses=problems(400, 403, 404, 422))
async def list_inbox(
    kind: WaitingKind,
    actor: Reader,
    registers: MyReading,
    page: MyPage,
    area: Annotated[AreaText | None, Query()] = None,
) -> Page[WaitingOut]:
    """Everything of one kind that waits for me, by due day."""
    return await _page(registers, page, kind, area, desks=tuple(desks_of(actor)))


@router.get("/late", responses=problems(400, 403, 404, 422))
async def show_late(
    _: Reader,
    registers: MyReading,
    area: Annotated[AreaText | None, Query()] = None,
    by: Annotated[Literal["village", "township"], Query()] = "township",
) -> LateListOut:
    """What is late, where, and at whose desk: all of it on one call."""
    return await late_in(registers, area, by)


@router.get("/late/{kind}", responses=problems(400, 403, 404, 422))
async def list_late(
    kind: WaitingKind,
    _: Reader,
    registers: MyReading,
    page: MyPage,
    area: Annotated[AreaText | None, Query()] = None,
) -> Page[WaitingOut]:
    """Everything of one kind that is late in my area, by due day."""
    return await _page(registers, page, kind, area, late_only=True)


async def _page(
    registers: Registers,
    page: Pager,
    kind: WaitingKind,
    area: str | None,
    *,
    desks: tuple[WorkDesk, ...] | None = None,
    late_only: bool = False,
) -> Page[WaitingOut]:
    wanted = {"kind": kind, "area": area, "late": late_only}
    areas = registers.actor.narrowed(area)
    fetch = partial(registers.waiting.page, kind, areas, desks=desks, late_only=late_only)
    shown, token = await page.by_day(registers, wanted, fetch, "due_on")
    registers.trace.saw(each.elder_id for each in shown if each.elder_id is not None)
    return Page.of([waiting_out(each) for each in shown], token)
