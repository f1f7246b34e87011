"""Follow-ups (跟踪回访): what was heard, what still waits, and how often it helped."""

from dataclasses import asdict
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import MyReading, MyRegisters, may
from api.domain.access import Actor, Permission
from api.domain.follow_ups import FollowUpResult, FollowUpSubject, SuccessBy
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage
from api.schemas.base import AreaText, CivilDate
from api.schemas.follow_ups import DueFollowUpOut, FollowUpFullOut, FollowUpOut, InspectFollowUpIn, SuccessRatesOut
from api.schemas.paging import Page
from api.store.follow_ups import WantedFollowUps, WantedWaiting
from api.usecases import follow_ups

router = APIRouter(prefix="/v1/follow-ups", route_class=Route, tags=["aftercare"])
Reader = Annotated[Actor, may(Permission.AFTERCARE_READ)]
Supervisor = Annotated[Actor, may(Permission.EXCEPTION_DECIDE)]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_follow_ups(
    _: Reader,
    registers: MyReading,
    page: MyPage,
    area: Annotated[AreaText | None, Query()] = None,
    subject: Annotated[FollowUpSubject | None, Query()] = None,
    result: Annotated[FollowUpResult | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
    case_id: Annotated[UUID | None, Query()] = None,
    self_followed_up: Annotated[bool | None, Query()] = None,
) -> Page[FollowUpOut]:
    """What was heard in my area; ``self_followed_up=true``: by those who asked about work of their own."""
    wanted = WantedFollowUps(
        area=area,
        subject=subject,
        result=result,
        elder_id=elder_id,
        case_id=case_id,
        self_followed_up=self_followed_up,
    )
    shown, token = await page.by_id(registers, asdict(wanted), partial(registers.follow_ups.page, wanted))
    registers.trace.saw(row.elder_id or row.case_id for row in shown)
    data = [follow_ups.follow_up_out(row) for row in shown]
    return Page.of(data, token)


@router.get("/due", responses=problems(400, 403, 404, 422))
async def list_due_follow_ups(
    _: Reader,
    registers: MyReading,
    page: MyPage,
    area: Annotated[AreaText | None, Query()] = None,
    subject: Annotated[FollowUpSubject | None, Query()] = None,
) -> Page[DueFollowUpOut]:
    """The cases of my area that were put right and wait for somebody to ask, in order of due day."""
    wanted = WantedWaiting(area=area, subject=subject)
    fetch = partial(registers.follow_ups.waiting, wanted)
    shown, token = await page.by_day(registers, asdict(wanted), fetch, "due_on")
    registers.trace.saw(row.elder_id or row.id for row in shown)
    data = [follow_ups.due_out(registers, row) for row in shown]
    return Page.of(data, token)


@router.get("/success", responses=problems(400, 403, 404, 422))
async def show_follow_up_success(
    _: Reader,
    registers: MyReading,
    by: Annotated[SuccessBy, Query()] = SuccessBy.KIND,
    area: Annotated[AreaText | None, Query()] = None,
    since: Annotated[CivilDate | None, Query(alias="from")] = None,
    until: Annotated[CivilDate | None, Query(alias="to")] = None,
) -> SuccessRatesOut:
    """How often the work had helped, of what was asked from a day on and before another (回访成效)."""
    return await follow_ups.success_rates(registers, by, area, since, until)


@router.get("/{follow_up_id}", responses=problems(403, 404))
async def show_follow_up(follow_up_id: UUID, _: Reader, registers: MyReading) -> FollowUpFullOut:
    """What was heard, in words."""
    row = await registers.follow_ups.get(follow_up_id)
    registers.trace.saw([row.elder_id or row.case_id])
    return follow_ups.follow_up_full_out(registers, row)


@router.post("/{follow_up_id}/inspect", responses=problems(403, 404, 409, 422))
async def inspect_follow_up(
    follow_up_id: UUID, form: InspectFollowUpIn, _: Supervisor, registers: MyRegisters
) -> FollowUpFullOut:
    """The district's word on what somebody heard about work of his own (核查自办自访)."""
    row = await follow_ups.inspect_follow_up(registers, await registers.follow_ups.locked(follow_up_id), form)
    return follow_ups.follow_up_full_out(registers, row)
