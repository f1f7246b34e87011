"""Safety hazards in homes (安全隐患): told, reminded of, seen gone."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.hazards import HazardKind, HazardState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.hazards import EscalateIn, HazardCaseOut, HazardReportIn, HazardStoryOut, RemindIn, ResolveIn
from api.schemas.paging import Page
from api.store.hazards import WantedHazards
from api.usecases import hazards
from api.usecases.hazards import hazard_out

router = APIRouter(prefix="/v1/hazards", route_class=Route, tags=["aftercare"])
Reader = Annotated[Actor, may(Permission.AFTERCARE_READ)]
Minder = Annotated[Actor, may(Permission.AFTERCARE_ACT)]
_COMMAND = problems(403, 404, 409, 412, 422)
Locked = Annotated[Any, held(lambda registers: registers.hazards, "hazard_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_hazards(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[HazardState | None, Query()] = None,
    kind: Annotated[HazardKind | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
    overdue: Annotated[bool | None, Query()] = None,
) -> Page[HazardCaseOut]:
    """The hazards of my area in order of due day; of an elder, those of the whole household."""
    wanted = WantedHazards(area=area, state=state, kind=kind, elder_id=elder_id, overdue=overdue)
    listing = registers.hazards.by_due_day(wanted)
    shown, token = await page.by_day(registers, asdict(wanted), listing, "due_on")
    registers.trace.saw(row.elder_id for row in shown)
    return Page.of([hazard_out(row) for row in shown], token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 409, 422))
async def report_hazard(form: HazardReportIn, _: Minder, registers: MyRegisters, response: Response) -> HazardCaseOut:
    """Tell of a hazard seen apart from any visit; what the household is known to have already is seen again."""
    return _answer(await hazards.report_hazard(registers, form), response)


@router.get("/{hazard_id}", responses=problems(403, 404))
async def show_hazard(hazard_id: UUID, _: Reader, registers: MyReading) -> HazardStoryOut:
    """A hazard in words, whose home it is in, and everything that was done about it."""
    story = await hazards.story_of(registers, await registers.hazards.get(hazard_id))
    registers.trace.saw(each.id for each in story.elders)
    return story


@router.post("/{hazard_id}/remind", responses=_COMMAND)
async def remind_of_hazard(
    body: LateBody[RemindIn], row: Locked, _: Minder, registers: MyRegisters, response: Response
) -> HazardCaseOut:
    """The household was told to remove it (提醒其及时消除隐患)."""
    return _answer(await hazards.remind(registers, row, body), response)


@router.post("/{hazard_id}/resolve", responses=_COMMAND)
async def resolve_hazard(
    body: LateBody[ResolveIn], row: Locked, _: Minder, registers: MyRegisters, response: Response
) -> HazardCaseOut:
    """Somebody saw that it is gone (隐患已消除)."""
    return _answer(await hazards.resolve(registers, row, body), response)


@router.post("/{hazard_id}/escalate", responses=_COMMAND)
async def escalate_hazard(
    body: LateBody[EscalateIn], row: Locked, _: Minder, registers: MyRegisters, response: Response
) -> HazardCaseOut:
    """It cannot wait (上报重大风险隐患): an escalation opens, or joins the one that is open."""
    return _answer(await hazards.escalate(registers, row, body), response)


def _answer(row: Any, response: Response) -> HazardCaseOut:
    shown = hazard_out(row)
    response.headers["ETag"] = shown.etag
    return shown
