"""One person with two files, two people with one number (重复建档、身份冲突)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import MyReading, MyRegisters, may
from api.domain.access import Actor, Permission
from api.domain.conflicts import ConflictState
from api.route import Route
from api.routers.documented import problems, sends
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.etags import etag_of
from api.schemas.merges import ClaimIn, ConflictOut, MergeIn, MergeOut, ResolveIn
from api.schemas.paging import Page
from api.store import Registers
from api.usecases.identity import claim, conflicts_out, resolve
from api.usecases.merges import merge_elders

router = APIRouter(prefix="/v1", route_class=Route, tags=["elders"])

Drafter = Annotated[Actor, may(Permission.ELDER_DRAFT)]
Decider = Annotated[Actor, may(Permission.ELDER_CONFIRM)]

_COMMAND = problems(403, 404, 409, 422)


@router.post("/elder-merges", status_code=201, responses=_COMMAND)
async def merge_files(form: MergeIn, _: Decider, registers: MyRegisters) -> MergeOut:
    """Merge two files of one person: visits, cases and tasks follow, and the months are judged anew.

    Files with different ID numbers are merged by the district alone, after a look at the papers.
    """
    merged = await merge_elders(registers, form.keep, form.drop, form.reason, numbers_checked=form.numbers_checked)
    return MergeOut.model_validate(merged)


@router.get("/identity-conflicts", responses=problems(400, 403, 404, 422))
async def list_identity_conflicts(
    _: Decider,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[ConflictState | None, Query()] = None,
) -> Page[ConflictOut]:
    """Numbers that two files claim, in order of arrival; the district sees both."""
    wanted = {"area": area, "state": state}
    register = registers.conflicts
    listing = register.listing(*register.matching(state=state), area=area)
    shown, token = await page.by_id(registers, wanted, listing)
    data = await conflicts_out(registers, shown)
    return Page.of(data, token, await page.total(listing))


@router.post("/identity-conflicts", status_code=201, responses=sends("ETag", status=201) | _COMMAND)
async def claim_number(form: ClaimIn, _: Drafter, registers: MyRegisters, response: Response) -> ConflictOut:
    """Tell the district that an elder's number stands in another file; until it is settled he is not confirmed."""
    conflict_id = await claim(registers, await registers.elders.locked(form.elder_id), form)
    return await _shown(registers, conflict_id, response)


@router.post("/identity-conflicts/{conflict_id}/resolve", responses=sends("ETag") | _COMMAND)
async def resolve_identity_conflict(
    conflict_id: UUID, form: ResolveIn, _: Decider, registers: MyRegisters, response: Response
) -> ConflictOut:
    """Say who is who, having seen both: one person, or two of whom one had the wrong number."""
    await resolve(registers, conflict_id, form)
    return await _shown(registers, conflict_id, response)


async def _shown(registers: Registers, conflict_id: UUID, response: Response) -> ConflictOut:
    [shown] = await conflicts_out(registers, [await registers.conflicts.get(conflict_id)])
    response.headers["ETag"] = etag_of(shown.version)
    return shown
