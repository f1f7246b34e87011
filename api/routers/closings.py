"""Closing months (月度封账): figures frozen once, whatever comes later beside them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api.deps import MyFigures, MyReading, MyService, MyTrace, Today, may
from api.domain.access import Actor, Permission
from api.domain.closings import ClosingState
from api.domain.months import Month
from api.route import Route
from api.routers.documented import problems, sends
from api.routers.paging import MyPage
from api.schemas.base import AreaText
from api.schemas.closings import ChangedElderOut, ClosingChangeOut, ClosingFiguresOut, ClosingIn, ClosingOut
from api.schemas.figures import MonthText
from api.schemas.paging import Page
from api.schemas.rates import By, Grouping
from api.usecases.closings import close_month, closing_figures, closing_out, on_the_wire, require_ended, tracked_months
from api.usecases.counted import Faces

router = APIRouter(prefix="/v1/month-closings", route_class=Route, tags=["obligations"])
Reader = Annotated[Actor, may(Permission.RATES_READ)]
NamesReader = Annotated[Actor, may(Permission.RATES_NAMES)]
Closer = Annotated[Actor, may(Permission.MONTH_CLOSE)]
AreaQuery = Annotated[AreaText | None, Query()]
MonthPath = Annotated[MonthText, Path()]


@router.get("", responses=problems(400, 403, 422))
async def list_month_closings(
    _: Reader, registers: MyReading, page: MyPage, state: Annotated[ClosingState | None, Query()] = None
) -> Page[ClosingOut]:
    """Every month of the district since tracking began, from this one back, and when closing it is proposed."""
    wanted = {"state": state}
    after = page.after(registers, wanted)
    found = [
        stands
        for stands in await tracked_months(registers)
        if (state is None or stands.state is state) and (after is None or str(stands.month) < after[0])
    ]
    shown, token = page.cut(registers, wanted, found, lambda stands: [str(stands.month)])
    return Page.of([closing_out(each) for each in shown], token)


@router.post("", status_code=201, responses=sends("Location", status=201) | problems(403, 409, 422))
async def create_month_closing(
    form: ClosingIn, _: Closer, figures: MyFigures, today: Today, response: Response
) -> ClosingOut:
    """Freeze the figures of a month that has ended (封账). It is never opened again; late records still count live."""
    month = Month.parse(form.month)
    require_ended(month, today)
    async with figures.of(month, writes=True) as registers:
        closed = await close_month(registers, month)
    response.headers["Location"] = f"/v1/month-closings/{month}"
    return closing_out(closed)


@router.get("/{month}", responses=problems(400, 403, 404, 422))
async def show_month_closing(
    month: MonthPath,
    _: NamesReader,
    figures: MyFigures,
    by: Annotated[Grouping, Query()] = By.TOWNSHIP,
    area: AreaQuery = None,
) -> ClosingFiguresOut:
    """The figures of a month as it was closed beside those of now, and the difference of each count."""
    asked = Month.parse(month)
    async with figures.of(asked) as registers:
        return await closing_figures(registers, asked, by, area)


@router.get("/{month}/changes", responses=problems(400, 403, 404, 422))
async def list_closing_changes(
    month: MonthPath,
    actor: NamesReader,
    figures: MyFigures,
    service: MyService,
    trace: MyTrace,
    pager: MyPage,
    area: AreaQuery = None,
) -> Page[ClosingChangeOut]:
    """What changed the figures since they were frozen: late records, voids, exceptions …, in the order they came."""
    asked = Month.parse(month)
    wanted = {"month": month, "area": area}
    async with figures.of(asked) as registers:
        after = pager.after(registers, wanted)
        changes = await registers.closings.changes(
            asked, actor.narrowed(area), after=UUID(after[0]) if after else None, size=pager.size + 1
        )
        page, token = pager.cut(registers, wanted, changes, lambda change: [str(change.id)])
        faces = await Faces.of(registers, ((change.elder_id, change.village) for change in page))
    elders = await faces.complete(service.store, trace)
    data = [
        ClosingChangeOut(
            id=change.id,
            at=change.at,
            by=change.actor_id,
            operation=change.operation,
            elder=ChangedElderOut(id=change.elder_id, short_no=elders[change.elder_id].short_no),
            village=change.village,
            tier=change.tier,
            difference=on_the_wire(change.difference),
        )
        for change in page
    ]
    return Page.of(data, token)
