"""The working calendar (工作日历): which days offices work; clocks of service hours and month closing go by it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.deps import MyReading, MyRegisters, Today, may
from api.domain.access import Actor, Permission
from api.domain.errors import NotFound
from api.route import Route
from api.routers.documented import problems
from api.schemas.base import CivilDate
from api.schemas.calendar import CalendarDayIn, CalendarDayOut, CalendarOut
from api.store.calendar import is_published

router = APIRouter(prefix="/v1/calendar", route_class=Route, tags=["reference"])
Reader = Annotated[Actor, may(Permission.REFERENCE_READ, scope="none")]
Manager = Annotated[Actor, may(Permission.DUTY_MANAGE, scope="none")]
Day = Annotated[CivilDate, Path()]


@router.get("", responses=problems(400, 422))
async def show_calendar(
    _: Reader, registers: MyReading, today: Today, year: Annotated[int | None, Query(ge=1900, le=2199)] = None
) -> CalendarOut:
    """The public holidays and moved working days of a year (this one, unless said), with the district's own."""
    asked = year or today.year
    days = await registers.calendar.days_of(asked)
    return CalendarOut(
        year=asked, published=is_published(asked), data=[CalendarDayOut.model_validate(each) for each in days]
    )


@router.put("/{day}", responses=problems(403, 422))
async def set_calendar_day(day: Day, form: CalendarDayIn, _: Manager, registers: MyRegisters) -> CalendarDayOut:
    """Say that offices work on a day, or that they do not, whatever was published."""
    return CalendarDayOut.model_validate(await registers.calendar.put(day, form.kind, form.name))


@router.delete("/{day}", status_code=204, responses=problems(403, 404, 422))
async def unset_calendar_day(day: Day, _: Manager, registers: MyRegisters) -> Response:
    """Leave a day to what was published."""
    if not await registers.calendar.remove(day):
        raise NotFound()
    return Response(status_code=204)
