"""The half-yearly review as a round (动态更新): whose files are due, what villages submitted, the township's word."""

from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.deps import IfMatch, MyReading, MyRegisters, Today, check_version, may
from api.domain.access import Actor, Permission
from api.domain.divisions import Level
from api.domain.months import add_months
from api.domain.reviews import ReviewState
from api.problems import language_of
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage
from api.schemas.base import AreaText, CivilDate
from api.schemas.many import ManyIn, ManyOut
from api.schemas.paging import Page
from api.schemas.reviews import DueReviewOut, ReturnIn, ReviewFigureListOut, ReviewOut
from api.store import Registers
from api.store.reviews import WantedReviews
from api.usecases.review_views import due_out, figures_out, review_out
from api.usecases.reviews import confirm_unchanged, send_back, sign

router = APIRouter(prefix="/v1/reviews", route_class=Route, tags=["reviews"])
Reader = Annotated[Actor, may(Permission.REGISTERS_READ)]
Drafter = Annotated[Actor, may(Permission.ELDER_DRAFT)]
Confirmer = Annotated[Actor, may(Permission.ELDER_CONFIRM)]
AreaQuery = Annotated[AreaText | None, Query()]

_AHEAD = timedelta(days=30)
_HALF_A_YEAR = 6  # months
_COMMAND = problems(403, 404, 409, 412, 422)


@router.get("", responses=problems(400, 403, 404, 422))
async def list_reviews(
    _: Reader,
    registers: MyReading,
    page: MyPage,
    today: Today,
    area: AreaQuery = None,
    state: Annotated[ReviewState | None, Query()] = None,
    overdue: Annotated[bool | None, Query()] = None,
    due_before: Annotated[CivilDate | None, Query(alias="due_on.lt")] = None,
) -> Page[DueReviewOut]:
    """The files to be looked through, in order of due day: unless said, those due within 30 days."""
    before = due_before or today + _AHEAD
    wanted = WantedReviews(area=area, state=state, overdue=overdue, due_before=before)
    fetch = partial(registers.reviews.due, wanted)
    shown, token = await page.by_day(registers, asdict(wanted), fetch, "review_due_on")
    return Page.of(await due_out(registers, shown), token)


@router.get("/figures", responses=problems(400, 403, 404, 422))
async def show_review_figures(
    _: Reader,
    registers: MyReading,
    today: Today,
    by: Annotated[Literal["village", "township"], Query()] = "village",
    area: AreaQuery = None,
    since: Annotated[CivilDate | None, Query()] = None,
    until: Annotated[CivilDate | None, Query()] = None,
) -> ReviewFigureListOut:
    """What is due, overdue and waiting today, and how many rounds ended on time: in the last half-year, unless said."""
    end = until or today + timedelta(days=1)
    return await figures_out(registers, Level(by), area, since=since or add_months(end, -_HALF_A_YEAR), until=end)


@router.post("/confirm-unchanged", status_code=207, responses=problems(403, 422))
async def confirm_unchanged_reviews(form: ManyIn, _: Drafter, registers: MyRegisters, request: Request) -> ManyOut:
    """The files of these elders (ids of elders) are as they were (批量确认无变化), each for itself.

    A village submits them, a township finishes them and signs what was submitted as unchanged.
    """
    return ManyOut.of(await confirm_unchanged(registers, form.ids), language_of(request))


@router.get("/{review_id}", responses=problems(403, 404))
async def show_review(review_id: UUID, _: Reader, registers: MyReading, response: Response) -> ReviewOut:
    """One round, with what it found field by field."""
    return await _shown(registers, review_id, response)


@router.post("/{review_id}/sign", responses=_COMMAND)
async def sign_review(
    review_id: UUID, _: Confirmer, registers: MyRegisters, if_match: IfMatch, response: Response
) -> ReviewOut:
    """The township stands behind it (审核通过): changes become the file's, the next look is due in half a year."""
    check_version(if_match, await sign(registers, review_id))
    return await _shown(registers, review_id, response)


@router.post("/{review_id}/return", responses=_COMMAND)
async def return_review(
    review_id: UUID, form: ReturnIn, _: Confirmer, registers: MyRegisters, if_match: IfMatch, response: Response
) -> ReviewOut:
    """The village is to look again (退回)."""
    check_version(if_match, await send_back(registers, review_id, form.reason))
    return await _shown(registers, review_id, response)


async def _shown(registers: Registers, review_id: UUID, response: Response) -> ReviewOut:
    out = await review_out(registers, review_id)
    response.headers["ETag"] = out.etag
    return out
