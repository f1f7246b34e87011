"""Who needs a visit now (谁该去看了)."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import MyFigures, Today, may
from api.domain.access import Actor, Permission
from api.domain.months import Month
from api.domain.policy import Tier
from api.domain.standings import WorklistStanding
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.worklist import WorklistOut
from api.usecases.worklist import Worklist

router = APIRouter(prefix="/v1/worklist", route_class=Route, tags=["obligations"])
Reader = Annotated[Actor, may(Permission.ELDER_READ)]


@router.get("", responses=problems(400, 403, 404, 422))
async def show_worklist(
    actor: Reader,
    figures: MyFigures,
    today: Today,
    pager: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    standing: Annotated[WorklistStanding | None, Query()] = None,
    tier: Annotated[Tier | None, Query()] = None,
) -> WorklistOut:
    """One line per elder who needs a visit now: overdue, due soon, open; 重点对象 first, then by due day."""
    wanted = {"area": area, "standing": standing, "tier": tier, "on": today}
    async with figures.of(Month.of(today)) as registers:
        after = pager.after(registers, wanted)
        worklist = await Worklist.opened(registers, area, standing, tier)
        found = await worklist.entries(after, pager.size + 1)
        entries, token = pager.cut(registers, wanted, found, lambda entry: entry.place)
        return WorklistOut(
            data=await worklist.lines(entries),
            next_page_token=token,
            has_more=token is not None,
            summary=await worklist.summary() if after is None else None,
            total=await pager.total(worklist),
        )
