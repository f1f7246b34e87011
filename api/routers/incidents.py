"""Deaths that the district looks into (事件核查), and what it says of them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.incidents import IncidentKind, IncidentState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.incidents import ConclusionIn, IncidentOut, IncidentReviewOut
from api.schemas.paging import Page
from api.usecases.incidents import conclude, incident_out, review_out

router = APIRouter(prefix="/v1/incident-reviews", route_class=Route, tags=["supervision"])

Reader = Annotated[Actor, may(Permission.INSPECT)]
Reviewer = Annotated[Actor, may(Permission.EXCEPTION_DECIDE)]
Locked = Annotated[Any, held(lambda registers: registers.incidents, "review_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_incident_reviews(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[IncidentState | None, Query()] = None,
    kind: Annotated[IncidentKind | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
) -> Page[IncidentOut]:
    """Deaths of my area that were not noticed in time, and records that a death puts in question."""
    wanted = {"state": state, "kind": kind, "elder_id": elder_id}
    register = registers.incidents
    listing = register.listing(*register.matching(**wanted), area=area)
    shown, token = await page.by_id(registers, {**wanted, "area": area}, listing)
    registers.trace.saw(row.elder_id for row in shown)
    return Page.of([incident_out(row) for row in shown], token, await page.total(listing))


@router.get("/{review_id}", responses=problems(403, 404))
async def get_incident_review(
    review_id: UUID, _: Reader, registers: MyReading, response: Response
) -> IncidentReviewOut:
    """One review, with what the district said."""
    return await _shown(review_id, registers, response)


@router.post("/{review_id}/conclude", responses=problems(403, 404, 409, 412, 422))
async def conclude_incident_review(
    _: Reviewer, review: Locked, body: LateBody[ConclusionIn], registers: MyRegisters, response: Response
) -> IncidentReviewOut:
    """The district's finding, and whether each record in question counts; it ends the alarms about the elder."""
    await conclude(registers, review, body)
    return await _shown(review.id, registers, response)


async def _shown(review_id: UUID, registers: MyRegisters, response: Response) -> IncidentReviewOut:
    row = await registers.incidents.get(review_id)
    registers.trace.saw([row.elder_id])
    shown = review_out(registers, row)
    response.headers["ETag"] = shown.etag
    return shown
