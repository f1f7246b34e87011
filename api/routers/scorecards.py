"""Scorecards (服务评价) of providers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import MyFigures, Today, may
from api.domain.access import Actor, Permission
from api.domain.months import Month
from api.route import Route
from api.routers.documented import problems
from api.schemas.figures import MonthText
from api.schemas.scorecards import ScorecardOut
from api.usecases.scorecards import scorecard
from api.usecases.settlements import require_in_sight

router = APIRouter(prefix="/v1/providers/{provider_id}/scorecard", route_class=Route, tags=["providers"])
Reader = Annotated[Actor, may(Permission.SCORECARD_READ)]


@router.get("", responses=problems(403, 404, 422))
async def show_scorecard(
    provider_id: UUID, _: Reader, figures: MyFigures, today: Today, month: Annotated[MonthText | None, Query()] = None
) -> ScorecardOut:
    """A provider's month (this one, unless said): visits, flags, hazards, inspections, complaints, trainings, rate."""
    asked = Month.parse(month) if month else Month.of(today)
    async with figures.of(asked) as registers:
        await require_in_sight(registers, provider_id)
        return await scorecard(registers, provider_id, asked)
