"""Referrals (转介): who was asked to help, what came of it, and whether it helped."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.referrals import ReferralKind, ReferralState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText, CivilDate
from api.schemas.follow_ups import FollowUpIn
from api.schemas.paging import Page
from api.schemas.referrals import (
    DeliverIn,
    ReferIn,
    ReferralCloseIn,
    ReferralLineOut,
    ReferralOut,
    ReferralReasonIn,
    ReferralSummaryOut,
    RejectIn,
    RetargetIn,
    SummaryBy,
)
from api.store import Registers
from api.usecases import referrals
from api.usecases.referral_views import referral_line, referral_out, referral_summary

router = APIRouter(prefix="/v1/referrals", route_class=Route, tags=["aftercare"])
Reader = Annotated[Actor, may(Permission.REFERRAL_READ)]
Counter = Annotated[Actor, may(Permission.AFTERCARE_READ)]
Answerer = Annotated[Actor, may(Permission.REFERRAL_ANSWER)]
Helper = Annotated[Actor, may(Permission.AFTERCARE_ACT)]
Manager = Annotated[Actor, may(Permission.REFERRAL_MANAGE)]
Follower = Annotated[Actor, may(Permission.FOLLOW_UP)]
_COMMAND = problems(403, 404, 409, 412, 422)
Locked = Annotated[Any, held(lambda registers: registers.referrals, "referral_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_referrals(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    kind: Annotated[ReferralKind | None, Query()] = None,
    state: Annotated[ReferralState | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
    late: Annotated[bool | None, Query()] = None,
) -> Page[ReferralLineOut]:
    """The referrals of my area, oldest first; ``late=true``: those whose next step is overdue.

    To a provider those that lie with the body behind which it stands.
    """
    filters = {"kind": kind, "state": state, "elder_id": elder_id}
    wanted = {"area": area, "late": late, **filters}
    register, today = registers.referrals, registers.today
    overdue = [] if late is None else [register.late(today) if late else register.in_time(today)]
    listing = register.listing(*register.matching(**filters), *overdue, area=area)
    shown, token = await page.by_id(registers, wanted, listing)
    registers.trace.saw(row.elder_id for row in shown)
    data = [referral_line(row, today) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 409, 422))
async def refer(form: ReferIn, _: Helper, registers: MyRegisters, response: Response) -> ReferralOut:
    """Ask a body to help an elder (提出转介)."""
    return await _answer(registers, await referrals.refer(registers, form), response)


@router.get("/summary", responses=problems(400, 403, 404, 422))
async def show_referral_summary(
    _: Counter,
    registers: MyReading,
    since: Annotated[CivilDate, Query(alias="from")],
    until: Annotated[CivilDate, Query(alias="to")],
    by: Annotated[SummaryBy, Query()] = SummaryBy.KIND,
    area: Annotated[AreaText | None, Query()] = None,
) -> ReferralSummaryOut:
    """How far the referrals asked for from a day to before another have got (转介成效)."""
    return await referral_summary(registers, area, since, until, by)


@router.get("/{referral_id}", responses=problems(403, 404))
async def show_referral(referral_id: UUID, _: Reader, registers: MyReading, response: Response) -> ReferralOut:
    """One referral with every body that was asked."""
    return await _answer(registers, referral_id, response)


@router.post("/{referral_id}/accept", responses=_COMMAND)
async def accept_referral(_: Answerer, row: Locked, registers: MyRegisters, response: Response) -> ReferralOut:
    """The body will help."""
    await referrals.accept(registers, row)
    return await _answer(registers, row.id, response)


@router.post("/{referral_id}/reject", responses=_COMMAND)
async def reject_referral(
    _: Answerer, row: Locked, body: LateBody[RejectIn], registers: MyRegisters, response: Response
) -> ReferralOut:
    """The body will not: the next one is to be asked."""
    await referrals.reject(registers, row, body)
    return await _answer(registers, row.id, response)


@router.post("/{referral_id}/retarget", responses=_COMMAND)
async def retarget_referral(
    _: Manager, row: Locked, body: LateBody[RetargetIn], registers: MyRegisters, response: Response
) -> ReferralOut:
    """Ask the next body (改转)."""
    await referrals.retarget(registers, row, body)
    return await _answer(registers, row.id, response)


@router.post("/{referral_id}/deliver", responses=_COMMAND)
async def deliver_referral(
    _: Answerer, row: Locked, body: LateBody[DeliverIn], registers: MyRegisters, response: Response
) -> ReferralOut:
    """Help has arrived; whether it helped is asked by somebody else."""
    await referrals.deliver(registers, row, body)
    return await _answer(registers, row.id, response)


@router.post("/{referral_id}/follow-ups", responses=_COMMAND)
async def follow_up_referral(
    _: Follower, row: Locked, body: LateBody[FollowUpIn], registers: MyRegisters, response: Response
) -> ReferralOut:
    """Ask whether it helped (跟踪回访); what has not is open again."""
    await referrals.follow_up(registers, row, body)
    return await _answer(registers, row.id, response)


@router.post("/{referral_id}/close", responses=_COMMAND)
async def close_referral(
    _: Follower, row: Locked, body: LateBody[ReferralCloseIn], registers: MyRegisters, response: Response
) -> ReferralOut:
    """It helped (办结); before the township has heard so: 409 ``follow_up_required``."""
    await referrals.close(registers, row, body)
    return await _answer(registers, row.id, response)


@router.post("/{referral_id}/reopen", responses=_COMMAND)
async def reopen_referral(
    _: Follower, row: Locked, body: LateBody[ReferralReasonIn], registers: MyRegisters, response: Response
) -> ReferralOut:
    """It does not help, or no longer."""
    await referrals.reopen(registers, row, body)
    return await _answer(registers, row.id, response)


@router.post("/{referral_id}/cancel", responses=_COMMAND)
async def cancel_referral(
    _: Manager, row: Locked, body: LateBody[ReferralReasonIn], registers: MyRegisters, response: Response
) -> ReferralOut:
    """Nobody is asked any more; the need waits again."""
    await referrals.cancel(registers, row, body)
    return await _answer(registers, row.id, response)


async def _answer(registers: Registers, referral_id: UUID, response: Response) -> ReferralOut:
    row = await registers.referrals.get(referral_id)
    registers.trace.saw([row.id, row.elder_id])
    shown = await referral_out(registers, row)
    response.headers["ETag"] = shown.etag
    return shown
