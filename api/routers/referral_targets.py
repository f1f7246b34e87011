"""The directory of bodies to which elders may be referred (转介机构名录), kept by the district."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response

from api.deps import MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.referrals import ReferralKind, TargetKind
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText, CivilDate
from api.schemas.merge_patch import PatchOf
from api.schemas.paging import Page
from api.schemas.referral_targets import ReferralTargetIn, ReferralTargetOut
from api.store import Registers
from api.usecases.referral_targets import add_target, correct_target, target_out

router = APIRouter(prefix="/v1/referral-targets", route_class=Route, tags=["aftercare"])
Reader = Annotated[Actor, may(Permission.AFTERCARE_READ)]
Manager = Annotated[Actor, may(Permission.POLICY_MANAGE)]
TargetPatch = Annotated[dict[str, Any], PatchOf(ReferralTargetIn), Body(examples=[{"serves": ["donation", "comfort"]}])]
Locked = Annotated[Any, held(lambda registers: registers.referral_targets, "target_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_referral_targets(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    kind: Annotated[TargetKind | None, Query()] = None,
    serves: Annotated[ReferralKind | None, Query()] = None,
    active_on: Annotated[CivilDate | None, Query()] = None,
) -> Page[ReferralTargetOut]:
    """Whom an elder of my area may be referred to: the bodies of the area and of those around it."""
    wanted: dict[str, Any] = {"area": area, "kind": kind, "serves": serves, "active_on": active_on}
    listing = registers.referral_targets.listing(**wanted)
    shown, token = await page.by_id(registers, wanted, listing)
    served = await registers.referral_targets.services_of([row.id for row in shown])
    data = [target_out(row, served[row.id]) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 404, 422))
async def add_referral_target(
    form: ReferralTargetIn, _: Manager, registers: MyRegisters, response: Response
) -> ReferralTargetOut:
    """One more body."""
    return await _answer(registers, await add_target(registers, form), response)


@router.get("/{target_id}", responses=problems(403, 404))
async def show_referral_target(
    target_id: UUID, _: Reader, registers: MyReading, response: Response
) -> ReferralTargetOut:
    """One body."""
    return await _answer(registers, target_id, response)


@router.patch("/{target_id}", responses=problems(403, 404, 412, 422, 428))
async def correct_referral_target(
    patch: TargetPatch, row: Locked, _: Manager, registers: MyRegisters, response: Response
) -> ReferralTargetOut:
    """Correct an entry by merge patch (needs If-Match); ``active_to`` ends it."""
    await correct_target(registers, row, patch)
    return await _answer(registers, row.id, response)


async def _answer(registers: Registers, target_id: UUID, response: Response) -> ReferralTargetOut:
    row = await registers.referral_targets.get(target_id)
    shown = target_out(row, (await registers.referral_targets.services_of([row.id]))[row.id])
    response.headers["ETag"] = shown.etag
    return shown
