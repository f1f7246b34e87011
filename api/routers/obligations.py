"""应访: the obligations of a month, or of one elder, as they stand today."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import MyFigures, MyService, MyTrace, Today, may
from api.domain.access import Actor, Permission
from api.domain.charges import ObligationState
from api.domain.months import Month
from api.domain.standings import ObligationStanding, standing_on
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage
from api.schemas.base import AreaText
from api.schemas.figures import MonthText
from api.schemas.obligations import ObligationOut
from api.schemas.paging import Page
from api.store.obligations import Wanted
from api.usecases.counted import Faces

router = APIRouter(prefix="/v1/obligations", route_class=Route, tags=["obligations"])
Reader = Annotated[Actor, may(Permission.RATES_NAMES)]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_obligations(
    actor: Reader,
    figures: MyFigures,
    service: MyService,
    trace: MyTrace,
    today: Today,
    pager: MyPage,
    month: Annotated[MonthText | None, Query()] = None,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[ObligationStanding | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
) -> Page[ObligationOut]:
    """Who owes whom a visit in which period: of this month unless said, of every month for one elder."""
    planned = Month.parse(month) if month else Month.of(today)
    wanted = Wanted(planned if month or elder_id is None else None, state, elder_id)
    asked = {"month": str(wanted.month), "area": area, "state": state, "elder_id": elder_id}
    async with figures.of(planned) as registers:
        after = pager.after(registers, asked)
        rows = await registers.obligations.page(
            wanted,
            actor.narrowed(area),
            after=(UUID(after[0]), *after[1:]) if after else None,
            size=pager.size + 1,
        )
        page, token = pager.cut(registers, asked, rows, lambda row: (row.elder_id, row.period, row.tier, row.ordinal))
        faces = await Faces.of(registers, ((row.elder_id, row.counted_village) for row in page))
    elders = await faces.complete(service.store, trace)
    data = [
        ObligationOut(
            elder=elder,
            month=row.month,
            period=row.period,
            ordinal=row.ordinal,
            tier=row.tier,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            due_on=row.due_on,
            state=standing_on(ObligationState(row.state), row.due_on, today),
            pending=row.pending,
            met_by=None if elder.former_resident else row.met_by,
            met_on=None if elder.former_resident else row.met_on,
            counted_village=row.counted_village,
        )
        for row in page
        for elder in (elders[row.elder_id],)
    ]
    return Page.of(data, token)
