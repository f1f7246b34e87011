"""Leads (摸排线索): people who may belong on the roll, from every source, until somebody has made sure."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import MyReading, MyRegisters, may
from api.domain.access import Actor, Permission
from api.domain.leads import LeadSource, LeadState
from api.route import Route
from api.routers.documented import problems, sends
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText, CivilDate
from api.schemas.leads import (
    AlikeOut,
    DuplicateIn,
    HouseholdOut,
    LeadIn,
    LeadOut,
    LeadValuesOut,
    NotEligibleIn,
    NotFoundIn,
    ProgressBy,
    ProgressOut,
    ReopenIn,
    RevealLeadIn,
    StartLeadIn,
    VerifiedLeadOut,
    VerifyHouseholdIn,
    VerifyLeadIn,
)
from api.schemas.paging import Page
from api.store import Registers
from api.usecases import leads
from api.usecases.lead_verifying import mark_duplicate, verify_household, verify_lead
from api.usecases.lead_views import alike_out, lead_out, progress, reveal_lead, verified_out

router = APIRouter(prefix="/v1/leads", route_class=Route, tags=["leads"])

Reader = Annotated[Actor, may(Permission.REGISTERS_READ)]
Finder = Annotated[Actor, may(Permission.ELDER_DRAFT)]
Revealer = Annotated[Actor, may(Permission.ELDER_REVEAL)]

_REFUSALS = problems(403, 404, 409, 422)


@router.post("", status_code=201, responses=sends("Location", status=201) | problems(403, 422))
async def report_lead(form: LeadIn, actor: Finder, registers: MyRegisters, response: Response) -> LeadOut:
    """Name somebody who may belong on the roll. Who is certainly known already makes a duplicate, with its link."""
    lead = await leads.report_lead(registers, form)
    response.headers["Location"] = f"/v1/leads/{lead.id}"
    return _shown(registers, lead, response)


@router.get("", responses=problems(400, 403, 404, 422))
async def list_leads(
    actor: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[LeadState | None, Query()] = None,
    source: Annotated[LeadSource | None, Query()] = None,
    unverified: Annotated[bool, Query()] = False,
    same_number: Annotated[bool, Query()] = False,
    due_before: Annotated[CivilDate | None, Query(alias="due_on.lt")] = None,
) -> Page[LeadOut]:
    """The leads of my area, in order of naming.

    `unverified`: of whom nobody has made sure; `same_number`: those of them whose ID number somebody else in my
    area has.
    """
    switches = {"unverified": unverified, "same_number": same_number}
    wanted = {"area": area, "state": state, "source": source, "due_on.lt": due_before, **switches}
    register = registers.leads
    conditions = register.matching(state=state, source=source)
    conditions += [register.unverified()] if unverified else []
    conditions += [register.number_stands_elsewhere()] if same_number else []
    conditions += [register.due_before(due_before)] if due_before else []
    listing = register.listing(*conditions, area=area)
    shown, token = await page.by_id(registers, wanted, listing)
    registers.trace.saw(row.id for row in shown)
    data = [lead_out(registers, row) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.get("/progress", responses=problems(400, 403, 404, 422))
async def show_lead_progress(
    actor: Reader,
    registers: MyReading,
    by: Annotated[ProgressBy, Query()] = ProgressBy.VILLAGE,
    area: Annotated[AreaText | None, Query()] = None,
) -> ProgressOut:
    """How far case-finding has got: who was named, of whom somebody has made sure, since when the rest waits."""
    return await progress(registers, by, area)


@router.post("/verify-household", responses=_REFUSALS)
async def verify_lead_household(form: VerifyHouseholdIn, actor: Finder, registers: MyRegisters) -> HouseholdOut:
    """Several people live behind one door: a draft for each, one household, its hazards once; or nothing at all."""
    household_id, persons = await verify_household(registers, form)
    return HouseholdOut(household_id=household_id, persons=[verified_out(registers, each) for each in persons])


@router.get("/{lead_id}", responses=problems(403, 404))
async def show_lead(lead_id: UUID, actor: Reader, registers: MyReading, response: Response) -> LeadOut:
    """One lead, masked to what the reader needs to know."""
    return _shown(registers, await registers.leads.get(lead_id), response)


@router.get("/{lead_id}/alike", responses=problems(403, 404))
async def show_alike(lead_id: UUID, actor: Reader, registers: MyReading) -> AlikeOut:
    """Whom of my area the lead may be about: by ID number for certain, by village, name and year perhaps."""
    return await alike_out(registers, lead_id)


@router.post("/{lead_id}/reveal", responses=problems(403, 404, 422))
async def reveal_lead_fields(lead_id: UUID, form: RevealLeadIn, actor: Revealer, registers: MyReading) -> LeadValuesOut:
    """Sealed fields in full, for a purpose; who looked at what, and why, is kept."""
    return await reveal_lead(registers, lead_id, form)


@router.post("/{lead_id}/start", responses=_REFUSALS)
async def start_lead(
    lead_id: UUID, form: StartLeadIn, actor: Finder, registers: MyRegisters, response: Response
) -> LeadOut:
    """Somebody goes to see, by a day; in a village, once that is known."""
    return _shown(registers, await leads.start_lead(registers, lead_id, form), response)


@router.post("/{lead_id}/hand-over", responses=_REFUSALS)
async def hand_over_lead(
    lead_id: UUID, form: StartLeadIn, actor: Finder, registers: MyRegisters, response: Response
) -> LeadOut:
    """Somebody else goes to see."""
    return _shown(registers, await leads.hand_over_lead(registers, lead_id, form), response)


@router.post("/{lead_id}/verify", responses=_REFUSALS)
async def verify_found_lead(
    lead_id: UUID, form: VerifyLeadIn, actor: Finder, registers: MyRegisters
) -> VerifiedLeadOut:
    """Somebody is there: a draft, with the hazards and needs there were to see."""
    return verified_out(registers, await verify_lead(registers, lead_id, form))


@router.post("/{lead_id}/not-found", responses=_REFUSALS)
async def close_lead_not_found(
    lead_id: UUID, form: NotFoundIn, actor: Finder, registers: MyRegisters, response: Response
) -> LeadOut:
    """Nobody of that description lives there."""
    return _shown(registers, await leads.close_not_found(registers, lead_id, form.note), response)


@router.post("/{lead_id}/not-eligible", responses=_REFUSALS)
async def close_lead_not_eligible(
    lead_id: UUID, form: NotEligibleIn, actor: Finder, registers: MyRegisters, response: Response
) -> LeadOut:
    """Somebody was found, who does not belong on the roll."""
    return _shown(registers, await leads.close_not_eligible(registers, lead_id, form), response)


@router.post("/{lead_id}/duplicate", responses=_REFUSALS)
async def close_lead_duplicate(
    lead_id: UUID, form: DuplicateIn, actor: Finder, registers: MyRegisters
) -> VerifiedLeadOut:
    """The lead is about somebody on the roll, or named by another lead."""
    return verified_out(registers, await mark_duplicate(registers, lead_id, form))


@router.post("/{lead_id}/reopen", responses=_REFUSALS)
async def reopen_lead(
    lead_id: UUID, form: ReopenIn, actor: Finder, registers: MyRegisters, response: Response
) -> LeadOut:
    """Somebody is to look again."""
    return _shown(registers, await leads.reopen_lead(registers, lead_id, form.reason), response)


def _shown(registers: Registers, lead: object, response: Response) -> LeadOut:
    out = lead_out(registers, lead)
    response.headers["ETag"] = out.etag
    return out
