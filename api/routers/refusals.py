"""Where visitors are turned away too often (拒访偏多), so that somebody looks into it."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import MyReading, Today, may
from api.domain.access import Actor, Permission
from api.domain.months import Month
from api.route import Route
from api.routers.documented import problems
from api.schemas.base import AreaText
from api.schemas.figures import MonthText
from api.schemas.refusals import RefusalsOut
from api.usecases.refusals import refusals_to_look_into

router = APIRouter(prefix="/v1/refusals", route_class=Route, tags=["supervision"])


@router.get("", responses=problems(400, 403, 404, 422))
async def list_refusals(
    _: Annotated[Actor, may(Permission.INSPECT)],
    registers: MyReading,
    today: Today,
    month: Annotated[MonthText | None, Query()] = None,
    area: Annotated[AreaText | None, Query()] = None,
) -> RefusalsOut:
    """Workers and villages of my area that are turned away more often than the policy's share (this month's)."""
    asked = Month.parse(month) if month else Month.of(today)
    return await refusals_to_look_into(registers, asked, area)
