"""Second looks at visit records (抽查): drawn or chosen, called back, concluded."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.inspections import InspectionReason, InspectionState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.figures import MonthText
from api.schemas.inspections import (
    AnswerIn,
    AttemptIn,
    ChooseIn,
    ChosenOut,
    ConcludeIn,
    InspectedUnitOut,
    InspectionOut,
    NoteIn,
    SampleIn,
    SampleOut,
)
from api.schemas.paging import Page
from api.store import Registers
from api.usecases import inspections

router = APIRouter(prefix="/v1/inspections", route_class=Route, tags=["supervision"])
Inspector = Annotated[Actor, may(Permission.INSPECT)]
Answerer = Annotated[Actor, may(Permission.INSPECTION_ANSWER)]
_COMMAND = problems(403, 404, 409, 412, 422)
Locked = Annotated[Any, held(lambda registers: registers.inspections, "inspection_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_inspections(
    _: Answerer,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    month: Annotated[MonthText | None, Query()] = None,
    state: Annotated[InspectionState | None, Query()] = None,
    reason: Annotated[InspectionReason | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
) -> Page[InspectionOut]:
    """What is to be looked at, or was, in my area; to a provider, what was found of its own records."""
    wanted = {"month": month, "state": state, "reason": reason, "elder_id": elder_id}
    register = registers.inspections
    listing = register.listing(*register.matching(**wanted), area=area)
    shown, token = await page.by_id(registers, {**wanted, "area": area}, listing)
    registers.trace.saw(row.elder_id for row in shown)
    data = [inspections.inspection_out(registers, row) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.get("/outcomes", responses=problems(400, 403, 404, 422))
async def show_inspection_outcomes(
    _: Inspector,
    registers: MyReading,
    month: Annotated[MonthText, Query()],
    area: Annotated[AreaText | None, Query()] = None,
    by: Annotated[Literal["village", "township"], Query()] = "township",
) -> list[InspectedUnitOut]:
    """What the second looks of a month found, area by area in order of code."""
    return await inspections.units(registers, area, month, by)


@router.post("/samples", status_code=201, responses=problems(403, 404, 409, 422))
async def draw_sample(_: Inspector, registers: MyRegisters, form: SampleIn) -> SampleOut:
    """Draw a share of a month's records (随机抽查), flagged ones more often; the seed makes the draw repeatable."""
    return await inspections.draw_sample(registers, form)


@router.post("", status_code=201, responses=problems(403, 409, 422))
async def choose_inspections(_: Inspector, registers: MyRegisters, form: ChooseIn) -> ChosenOut:
    """Have these records looked at (指定抽查)."""
    return ChosenOut(inspections=await inspections.choose(registers, form))


@router.get("/{inspection_id}", responses=problems(403, 404))
async def show_inspection(inspection_id: UUID, _: Answerer, registers: MyReading, response: Response) -> InspectionOut:
    """One second look."""
    return await _shown(registers, inspection_id, response)


@router.post("/{inspection_id}/attempt", responses=_COMMAND)
async def record_inspection_attempt(
    form: AttemptIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> InspectionOut:
    """Nobody could be spoken to this time (未联系上)."""
    return await _shown(registers, (await inspections.attempt(registers, row, form)).id, response)


@router.post("/{inspection_id}/conclude", responses=_COMMAND)
async def conclude_inspection(
    form: ConcludeIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> InspectionOut:
    """What was found (抽查结论); the record may be returned or voided with it. Not by whoever recorded it."""
    return await _shown(registers, (await inspections.conclude(registers, row, form)).id, response)


@router.post("/{inspection_id}/answer", responses=_COMMAND)
async def answer_inspection(
    form: AnswerIn, row: Locked, _: Answerer, registers: MyRegisters, response: Response
) -> InspectionOut:
    """What those whose record it is say to the finding (情况说明)."""
    return await _shown(registers, (await inspections.answer(registers, row, form)).id, response)


@router.post("/{inspection_id}/cancel", responses=_COMMAND)
async def cancel_inspection(
    form: NoteIn, row: Locked, _: Inspector, registers: MyRegisters, response: Response
) -> InspectionOut:
    """It will not be looked at after all."""
    return await _shown(registers, (await inspections.cancel(registers, row, form)).id, response)


async def _shown(registers: Registers, inspection_id: UUID, response: Response) -> InspectionOut:
    out = inspections.inspection_out(registers, await registers.inspections.get(inspection_id))
    registers.trace.saw([out.elder_id])
    response.headers["ETag"] = out.etag
    return out
