"""月探访率: the figures of a month, and the names behind every figure."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import MyFigures, MyService, MyTrace, Today, may
from api.domain.access import Actor, Permission
from api.domain.elders import Category
from api.domain.errors import Forbidden
from api.domain.months import Month
from api.domain.policy import Tier
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage
from api.schemas.base import AreaText
from api.schemas.figures import MonthText
from api.schemas.paging import Page
from api.schemas.rates import BehindOut, By, Group, ProviderRatesOut, VisitRatesOut
from api.store.rates import Behind
from api.usecases.counted import Faces
from api.usecases.provider_rates import provider_rates
from api.usecases.rates import visit_rates

router = APIRouter(prefix="/v1/visit-rates", route_class=Route, tags=["obligations"])
Reader = Annotated[Actor, may(Permission.RATES_READ)]
NamesReader = Annotated[Actor, may(Permission.RATES_NAMES)]


@router.get("", responses=problems(400, 403, 404, 422))
async def show_visit_rates(
    actor: Reader,
    figures: MyFigures,
    today: Today,
    month: Annotated[MonthText | None, Query()] = None,
    by: Annotated[By, Query()] = By.VILLAGE,
    area: Annotated[AreaText | None, Query()] = None,
) -> VisitRatesOut | ProviderRatesOut:
    """The visit rate of a month (this one, unless said) with everything that stands beside it.

    By provider: what was left to each, and what it made of it. Somebody of a provider reads that one's row alone.
    """
    asked = Month.parse(month) if month else Month.of(today)
    if actor.confined and by is not By.PROVIDER:
        raise Forbidden("own_rates_only")
    async with figures.of(asked) as registers:
        if by is By.PROVIDER:
            return await provider_rates(registers, asked, area)
        return await visit_rates(registers, asked, by, area)


@router.get("/elders", responses=problems(400, 403, 404, 422))
async def list_counted_elders(
    actor: NamesReader,
    figures: MyFigures,
    service: MyService,
    trace: MyTrace,
    today: Today,
    pager: MyPage,
    group: Annotated[Group, Query(alias="in")],
    month: Annotated[MonthText | None, Query()] = None,
    area: Annotated[AreaText | None, Query()] = None,
    tier: Annotated[Tier | None, Query()] = None,
    category: Annotated[Category | None, Query()] = None,
    provider_id: Annotated[UUID | None, Query()] = None,
) -> Page[BehindOut]:
    """The people behind a count, in order of the village that counts them.

    ``provider_id``: of those who were assigned to the provider on most days of a period.
    """
    asked = Month.parse(month) if month else Month.of(today)
    filters = {"tier": tier, "category": category, "provider_id": provider_id}
    wanted = {"month": str(asked), "in": group, "area": area, **filters}
    async with figures.of(asked) as registers:
        areas = actor.narrowed(area)
        assigned = registers.provider_rates.elders(asked, areas, provider_id) if provider_id else None
        after = pager.after(registers, wanted)
        lines = await registers.rates.behind(
            Behind(asked, group, tier, category, assigned),
            areas,
            after=(after[0], UUID(after[1])) if after else None,
            size=pager.size + 1,
        )
        page, token = pager.cut(registers, wanted, lines, lambda line: (line.counted_village, line.elder_id))
        faces = await Faces.of(registers, ((line.elder_id, line.counted_village) for line in page))
    elders = await faces.complete(service.store, trace)
    data = [
        BehindOut(
            elder=elders[line.elder_id],
            tier=line.tier,
            counted_village=line.counted_village,
            obligations=line.obligations,
            obligations_met=line.obligations_met,
            last_seen_on=None if elders[line.elder_id].former_resident else line.last_seen_on,
        )
        for line in page
    ]
    return Page.of(data, token)
