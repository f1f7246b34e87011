"""The festivals around which visits are made more often (传统节日), year by year."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.deps import MyReading, MyRegisters, Today, may
from api.domain.access import Actor, Permission
from api.domain.festivals import Festival, FestivalDay, FestivalSetting, group_of
from api.route import Route
from api.routers.documented import problems
from api.schemas.surges import FestivalIn, FestivalOut, FestivalsOut
from api.usecases.festivals import YEARS, festivals_of, set_festival

router = APIRouter(prefix="/v1/festivals", route_class=Route, tags=["reference"])
Reader = Annotated[Actor, may(Permission.REFERENCE_READ, scope="none")]
Manager = Annotated[Actor, may(Permission.SURGE_MANAGE, scope="none")]
_FIRST, _LAST = YEARS[0], YEARS[-1]


@router.get("", responses=problems(400, 422))
async def list_festivals(
    _: Reader, registers: MyReading, today: Today, year: Annotated[int | None, Query(ge=_FIRST, le=_LAST)] = None
) -> FestivalsOut:
    """The festivals of a year (this one, unless said) in order of their days, with the windows around them."""
    asked = year or today.year
    return FestivalsOut(year=asked, data=[_out(each) for each in await festivals_of(registers, asked)])


@router.put("/{year}/{festival}", responses=problems(403, 422))
async def set_festival_window(
    year: Annotated[int, Path(ge=_FIRST, le=_LAST)],
    festival: Annotated[Festival, Path()],
    form: FestivalIn,
    _: Manager,
    registers: MyRegisters,
) -> FestivalOut:
    """How far the window of a festival reaches in one year, for whom, and whether the district keeps it."""
    setting = FestivalSetting(form.days_before, form.days_after, form.active, frozenset(form.tiers))
    return _out(await set_festival(registers, year, festival, setting))


def _out(day: FestivalDay) -> FestivalOut:
    return FestivalOut(
        festival=day.festival,
        on=day.on,
        days_before=day.setting.days_before,
        days_after=day.setting.days_after,
        window_from=day.window_from,
        window_to=day.window_to,
        active=day.setting.active,
        tiers=sorted(day.setting.tiers),
        group=list(group_of(day.festival)),
    )
