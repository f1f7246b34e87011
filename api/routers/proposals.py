"""Changes that villages, records and files propose and the township decides (变更建议)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.deps import IfMatch, MyReading, MyRegisters, check_version, may
from api.domain.access import Actor, Permission
from api.domain.proposals import ProposalKind, ProposalState
from api.problems import language_of
from api.route import Route
from api.routers.documented import problems, sends
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.etags import etag_of
from api.schemas.many import ManyOut
from api.schemas.paging import Page
from api.schemas.proposals import (
    AcceptIn,
    AcceptManyIn,
    LookIn,
    ProposalOut,
    ProposeIn,
    RejectIn,
)
from api.store import Registers
from api.usecases.proposal_views import proposal_out, proposals_out
from api.usecases.proposals import accept, accept_many, propose_by, reject, withdraw

router = APIRouter(prefix="/v1/change-proposals", route_class=Route, tags=["proposals"])

Proposer = Annotated[Actor, may(Permission.CHANGE_PROPOSE)]
Decider = Annotated[Actor, may(Permission.ELDER_CONFIRM)]
Revealer = Annotated[Actor, may(Permission.ELDER_REVEAL)]

_COMMAND = problems(403, 404, 409, 412, 422)


@router.get("", responses=problems(400, 403, 404, 422))
async def list_proposals(
    _: Proposer,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    kind: Annotated[ProposalKind | None, Query()] = None,
    state: Annotated[ProposalState | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
) -> Page[ProposalOut]:
    """Changes proposed in my area, and moves into it, in order of arrival; what was decided too.

    To a provider what I proposed myself of those whom it serves.
    """
    wanted = {"kind": kind, "state": state, "elder_id": elder_id}
    register = registers.proposals
    listing = register.listing(*register.matching(**wanted), area=area)
    shown, token = await page.by_id(registers, {**wanted, "area": area}, listing)
    data = await proposals_out(registers, shown)
    return Page.of(data, token, await page.total(listing))


@router.post(
    "",
    status_code=201,
    response_model=ProposalOut,
    responses={
        204: {"description": "the register says so already"},
        **sends("ETag", "Location", status=201),
        **_COMMAND,
    },
)
async def propose_by_hand(
    form: ProposeIn, _: Proposer, registers: MyRegisters, response: Response
) -> ProposalOut | Response:
    """Tell the township what changed: who died, moved, is in hospital or a home, whose telephone or number is new.

    What waits already is not made again; what the register says already is nothing to propose: 204.
    """
    proposed = await propose_by(registers, form)
    if proposed is None:
        return Response(status_code=204)
    response.headers["Location"] = f"/v1/change-proposals/{proposed.proposal_id}"
    return await _shown(registers, proposed.proposal_id, response)


@router.post("/accept", status_code=207, responses=_COMMAND)
async def accept_proposals(form: AcceptManyIn, _: Decider, registers: MyRegisters, request: Request) -> ManyOut:
    """Accept many at once, each for itself: what cannot be accepted is answered with why, and stays."""
    done = await accept_many(registers, form.ids, AcceptIn(force=form.force))
    return ManyOut.of(done, language_of(request))


@router.get("/{proposal_id}", responses=problems(403, 404))
async def show_proposal(proposal_id: UUID, _: Proposer, registers: MyReading) -> ProposalOut:
    """One proposal, field by field; stale where the register was changed since."""
    return await proposal_out(registers, proposal_id)


@router.post("/{proposal_id}/reveal", responses=problems(403, 404, 422))
async def reveal_proposal(proposal_id: UUID, form: LookIn, _: Revealer, registers: MyReading) -> ProposalOut:
    """The same with every value in full, for a purpose; who looked at what, and why, is kept."""
    registers.trace.purpose = form.purpose
    revealed = await proposal_out(registers, proposal_id, masked=False)
    registers.trace.saw([revealed.elder_id], [field.field for field in revealed.fields])
    return revealed


@router.post("/{proposal_id}/accept", responses=sends("ETag") | _COMMAND)
async def accept_proposal(
    proposal_id: UUID,
    form: AcceptIn,
    _: Decider,
    registers: MyRegisters,
    if_match: IfMatch,
    response: Response,
) -> ProposalOut:
    """Make it the register's, by the command it stands for; a move to another township is handed over to it."""
    check_version(if_match, await accept(registers, proposal_id, form))
    return await _shown(registers, proposal_id, response)


@router.post("/{proposal_id}/reject", responses=sends("ETag") | _COMMAND)
async def reject_proposal(
    proposal_id: UUID,
    form: RejectIn,
    _: Decider,
    registers: MyRegisters,
    if_match: IfMatch,
    response: Response,
) -> ProposalOut:
    """The register stays as it is; the proposer reads why."""
    check_version(if_match, await reject(registers, proposal_id, form.reason))
    return await _shown(registers, proposal_id, response)


@router.post("/{proposal_id}/withdraw", responses=sends("ETag") | _COMMAND)
async def withdraw_proposal(
    proposal_id: UUID, _: Proposer, registers: MyRegisters, if_match: IfMatch, response: Response
) -> ProposalOut:
    """Take back what I proposed myself."""
    check_version(if_match, await withdraw(registers, proposal_id))
    return await _shown(registers, proposal_id, response)


async def _shown(registers: Registers, proposal_id: UUID, response: Response) -> ProposalOut:
    shown = await proposal_out(registers, proposal_id)
    response.headers["ETag"] = etag_of(shown.version)
    return shown
