"""The register of elders (特殊困难老年人台账): enrol, find, read, correct, reveal, explain, remember."""

from dataclasses import asdict
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from api.deps import IfMatch, MyReading, MyRegisters, check_version, may
from api.domain.access import Actor, Permission
from api.domain.elders import Category, ElderState
from api.domain.policy import Tier
from api.problems import language_of
from api.route import Route
from api.routers.documented import problems, sends
from api.routers.paging import MyCountedPage, MyPage
from api.schemas.base import AreaText, CivilDate
from api.schemas.elder_views import (
    ElderLineOut,
    ElderOut,
    FoundOut,
    HistoryOut,
    ProposedOut,
    RevealIn,
    RevealOut,
    SearchIn,
    TierOut,
)
from api.schemas.elders import ElderFileIn, EnrolIn
from api.schemas.happenings import HappeningOut
from api.schemas.merge_patch import PatchOf
from api.schemas.paging import Page
from api.store.elders import Filter
from api.usecases.elder_views import Viewer, looked_up, shown
from api.usecases.elders import explain_tier, history_of, reveal_fields, search_elders
from api.usecases.enrolment import correct_elder, enrol_elder, verify_elder
from api.usecases.proposing import Proposed

router = APIRouter(prefix="/v1/elders", route_class=Route, tags=["elders"])

Reader = Annotated[Actor, may(Permission.ELDER_READ)]
Keeper = Annotated[Actor, may(Permission.REGISTERS_READ)]
Drafter = Annotated[Actor, may(Permission.ELDER_DRAFT)]
Revealer = Annotated[Actor, may(Permission.ELDER_REVEAL)]
ElderPatch = Annotated[dict[str, Any], PatchOf(ElderFileIn), Body(examples=[{"alias": "阿芳"}])]


@router.post("", status_code=201, responses=sends("Location", status=201) | problems(403, 409, 422))
async def enrol(form: EnrolIn, actor: Drafter, registers: MyRegisters, response: Response) -> ElderOut:
    """File an elder (摸排建档): a draft, on whatever is known; what Annex 3 still lacks is listed."""
    elder = await enrol_elder(registers, form)
    response.headers["Location"] = f"/v1/elders/{elder.id}"
    return _tagged(response, await shown(registers, elder))


@router.get("", responses=problems(400, 403, 404, 422))
async def list_elders(
    actor: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    status: Annotated[ElderState | None, Query()] = None,
    tier: Annotated[Tier | None, Query()] = None,
    category: Annotated[Category | None, Query()] = None,
    review_due_before: Annotated[CivilDate | None, Query(alias="review_due_on.lt")] = None,
) -> Page[ElderLineOut]:
    """The register of my area, in order of filing; of a provider, whom it serves today."""
    wanted = Filter(area=area, status=status, tier=tier, category=category, review_due_before=review_due_before)
    listing = registers.elders.listing(wanted)
    shown, token = await page.by_id(registers, asdict(wanted), listing)
    view = await Viewer.opened(registers, shown)
    data = [view.line(elder) for elder in shown]
    return Page.of(data, token, await page.total(listing))


@router.post("/search", responses=problems(403, 422))
async def search(form: SearchIn, actor: Reader, registers: MyReading) -> FoundOut:
    """Find elders by name, ID number, telephone or short number; nothing personal stands in an address."""
    return await search_elders(registers, form)


@router.get("/{elder_id}", responses=problems(403, 404))
async def show_elder(elder_id: UUID, actor: Reader, registers: MyReading, response: Response) -> ElderOut:
    """One file, masked to what the reader needs to know."""
    return _tagged(response, await shown(registers, await looked_up(registers, elder_id)))


@router.patch("/{elder_id}", responses={202: {"model": ProposedOut}, **problems(403, 404, 409, 412, 422, 428)})
async def correct(
    elder_id: UUID,
    patch: ElderPatch,
    actor: Drafter,
    registers: MyRegisters,
    if_match: IfMatch,
    response: Response,
) -> ElderOut | ProposedOut:
    """Correct a file by merge patch (needs If-Match).

    Of a confirmed elder a liaison's correction is a proposal to the township: 202.
    """
    elder = await registers.elders.locked(elder_id)
    check_version(if_match, elder.version)
    corrected = await correct_elder(registers, elder, patch)
    if isinstance(corrected, Proposed):
        response.status_code = 202
        return ProposedOut.model_validate(corrected)
    return _tagged(response, await shown(registers, corrected))


@router.post("/{elder_id}/verify", responses=problems(403, 404, 409, 412))
async def verify(
    elder_id: UUID, actor: Drafter, registers: MyRegisters, if_match: IfMatch, response: Response
) -> ElderOut:
    """The file was compared with the household (入户核实)."""
    elder = await registers.elders.locked(elder_id)
    check_version(if_match, elder.version)
    return _tagged(response, await shown(registers, await verify_elder(registers, elder)))


@router.post("/{elder_id}/reveal", responses=problems(403, 404, 422))
async def reveal(elder_id: UUID, form: RevealIn, actor: Revealer, registers: MyReading) -> RevealOut:
    """Sealed fields in full, for a purpose; who looked at what, and why, is kept."""
    return await reveal_fields(registers, await registers.elders.get(elder_id), form)


@router.get("/{elder_id}/tier", responses=problems(403, 404))
async def show_tier(elder_id: UUID, request: Request, actor: Keeper, registers: MyReading) -> TierOut:
    """Why the elder is of a tier today: criterion, fact and clause; and what time will change."""
    return await explain_tier(registers, await registers.elders.get(elder_id), language_of(request))


@router.get("/{elder_id}/timeline", responses=problems(400, 403, 404, 422))
async def show_timeline(elder_id: UUID, actor: Keeper, registers: MyReading, page: MyPage) -> Page[HappeningOut]:
    """What happened to the elder, the latest day first: visits, tiers, pauses, exits, consents, dangers, help."""
    elder = await registers.elders.get(elder_id)
    fetch = partial(registers.happenings.of, elder.id)
    shown, token = await page.by_day(registers, {"elder_id": elder.id}, fetch, "on")
    return Page.of([HappeningOut.model_validate(row) for row in shown], token)


@router.get("/{elder_id}/history", responses=problems(403, 404))
async def show_history(elder_id: UUID, actor: Keeper, registers: MyReading) -> HistoryOut:
    """Every version of the file: who changed which field, when."""
    return await history_of(registers, await registers.elders.get(elder_id))


def _tagged(response: Response, out: ElderOut) -> ElderOut:
    response.headers["ETag"] = out.etag
    return out
