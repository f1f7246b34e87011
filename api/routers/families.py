"""The family in an elder's file (附件3 二); a change of a member is a new version of the file."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Response

from api.deps import IfMatch, MyReading, MyRegisters, check_version, etag_of, may
from api.domain.access import Actor, Permission
from api.route import Route
from api.routers.documented import problems, sends
from api.schemas.elder_views import ProposedOut
from api.schemas.family import FamilyMemberIn, FamilyMemberOut, FamilyOut
from api.schemas.merge_patch import PatchOf
from api.store.families import Member
from api.store.tables import Elder
from api.usecases.elder_views import member_out
from api.usecases.families import add_member, correct_member, remove_member
from api.usecases.proposing import Proposed

router = APIRouter(prefix="/v1/elders/{elder_id}/family-members", route_class=Route, tags=["elders"])
Reader = Annotated[Actor, may(Permission.REGISTERS_READ)]
Drafter = Annotated[Actor, may(Permission.ELDER_DRAFT)]
MemberPatch = Annotated[
    dict[str, Any], PatchOf(FamilyMemberIn), Body(examples=[{"visits_often": True, "contact_channel": "video"}])
]
_WAITS: dict[int | str, dict[str, Any]] = {202: {"model": ProposedOut}}


async def _locked(elder_id: UUID, registers: MyRegisters, if_match: IfMatch) -> Elder:
    elder = await registers.elders.locked(elder_id)
    check_version(if_match, elder.version)
    return elder


async def _member(member_id: UUID, elder_id: UUID, registers: MyRegisters) -> Member:
    return await registers.elders.families.get(elder_id, member_id)


Locked = Annotated[Elder, Depends(_locked)]
ItsMember = Annotated[Member, Depends(_member)]


@router.get("", responses=sends("ETag") | problems(403, 404))
async def list_family(elder_id: UUID, actor: Reader, registers: MyReading, response: Response) -> FamilyOut:
    """The family, in the order of the form; numbers masked."""
    elder = await registers.elders.get(elder_id)
    response.headers["ETag"] = etag_of(elder.version, "family")
    return FamilyOut(data=[member_out(member) for member in await registers.elders.families.of(elder_id)])


@router.post("", status_code=201, responses={**sends("ETag", status=201), **_WAITS, **problems(403, 404, 412, 422)})
async def add_family_member(
    form: FamilyMemberIn, elder: Locked, actor: Drafter, registers: MyRegisters, response: Response
) -> FamilyMemberOut | ProposedOut:
    """One more in the family. Of a confirmed elder a liaison's change is a proposal: 202."""
    return _answer(response, elder, await add_member(registers, elder, form))


@router.patch("/{member_id}", responses={**sends("ETag"), **_WAITS, **problems(403, 404, 412, 422, 428)})
async def correct_family_member(
    patch: MemberPatch,
    elder: Locked,
    member: ItsMember,
    actor: Drafter,
    registers: MyRegisters,
    response: Response,
) -> FamilyMemberOut | ProposedOut:
    """Correct a member by merge patch (needs the elder's ETag as If-Match)."""
    return _answer(response, elder, await correct_member(registers, elder, member, patch))


@router.delete("/{member_id}", status_code=204, responses={**_WAITS, **problems(403, 404, 412)})
async def remove_family_member(elder: Locked, member: ItsMember, actor: Drafter, registers: MyRegisters) -> Response:
    """Take somebody out who is not of the family; what stood there stays in the history."""
    proposed = await remove_member(registers, elder, member)
    if proposed is None:
        return Response(status_code=204)
    return Response(ProposedOut.model_validate(proposed).model_dump_json(), 202, media_type="application/json")


def _answer(response: Response, elder: Elder, changed: Member | Proposed) -> FamilyMemberOut | ProposedOut:
    if isinstance(changed, Proposed):
        response.status_code = 202
        return ProposedOut.model_validate(changed)
    response.headers["ETag"] = etag_of(elder.version, "family")
    return member_out(changed)
