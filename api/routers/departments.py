"""The plan's milestones (时间节点) and the departments' duties (职责任务清单, Annex 1)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.deps import IfMatch, MyReading, MyRegisters, check_version, may
from api.domain.access import Actor, Permission
from api.domain.milestones import MilestoneKey
from api.route import Route
from api.routers.documented import problems, sends
from api.schemas.base import AreaText
from api.schemas.departments import (
    DutiesOut,
    DutyNo,
    DutyReportIn,
    DutyReportOut,
    MilestoneIn,
    MilestoneOut,
    MilestonesOut,
    Year,
)
from api.schemas.etags import etag_of
from api.usecases.departments import duties, duty_said, say_duty
from api.usecases.milestones import milestone_said, milestones, say_milestone

router = APIRouter(prefix="/v1", route_class=Route, tags=["duties"])

Reader = Annotated[Actor, may(Permission.REGISTERS_READ)]
Manager = Annotated[Actor, may(Permission.DUTY_MANAGE)]

_NOTHING_SAID = 0  # the version of what nobody has said yet


@router.get("/milestones", responses=problems(400, 403, 404, 422))
async def list_milestones(
    actor: Reader, registers: MyReading, area: Annotated[AreaText | None, Query()] = None
) -> MilestonesOut:
    """The plan's days for the district and every township of my area: planned, and reached."""
    return await milestones(registers, area)


@router.put("/milestones/{area}/{milestone}", responses=sends("ETag") | problems(403, 404, 412, 422))
async def say_milestone_reached(
    area: Annotated[AreaText, Path()],
    milestone: MilestoneKey,
    form: MilestoneIn,
    actor: Manager,
    registers: MyRegisters,
    if_match: IfMatch,
    response: Response,
) -> MilestoneOut:
    """When a district or township reached a milestone, be it before or after the planned day."""
    known = await milestone_said(registers, area, milestone)
    check_version(if_match, known.version if known else _NOTHING_SAID)
    said = await say_milestone(registers, area, milestone, form, known)
    response.headers["ETag"] = etag_of(said.version or _NOTHING_SAID)
    return said


@router.get("/duties", responses=problems(400, 403, 422))
async def list_duties(actor: Manager, registers: MyReading, year: Annotated[Year | None, Query()] = None) -> DutiesOut:
    """The fifteen duties of Annex 1 in a year: whose, with the registers' figures and the office's own word."""
    return await duties(registers, year)


@router.put("/duties/{number}/{year}", responses=problems(403, 404, 412, 422))
async def report_duty(
    number: Annotated[DutyNo, Path()],
    year: Annotated[Year, Path()],
    form: DutyReportIn,
    actor: Manager,
    registers: MyRegisters,
    if_match: IfMatch,
    response: Response,
) -> DutyReportOut:
    """What shows that a duty was done in a year, and the year's note."""
    known = await duty_said(registers, number, year)
    check_version(if_match, known.version if known else _NOTHING_SAID)
    said = await say_duty(registers, number, year, form, known)
    response.headers["ETag"] = said.etag
    return said
