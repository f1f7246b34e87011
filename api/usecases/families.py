"""The family in an elder's file: who belongs to it, and what the categories ask about each of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from api.domain.errors import Fault, Refused
from api.domain.identity import normalise_id
from api.domain.proposals import ProposalKind
from api.schemas.base import read
from api.schemas.elders import MOST_MEMBERS
from api.schemas.family import FamilyMemberIn
from api.schemas.merge_patch import merged
from api.store import Registers
from api.store.circumstances import SPOUSES
from api.store.families import Member
from api.store.tables import Elder
from api.usecases.elder_files import FormReader
from api.usecases.proposing import Proposed, may_change, propose
from api.usecases.tiers import retier

Facts = Mapping[str, Any]


def facts_of(form: FamilyMemberIn) -> dict[str, Any]:
    """A family member as the register keeps it."""
    facts = form.model_dump(mode="json", exclude_none=True)
    return facts | ({"resident_id": normalise_id(form.resident_id)} if form.resident_id else {})


async def add_member(
    registers: Registers, elder: Elder, form: FamilyMemberIn, *, proposing: bool = False
) -> Member | Proposed:
    """One more in the family of a locked elder; ``proposing``: whoever may change it only proposes. Raises Refused."""
    members = await registers.elders.families.of(elder.id)
    full = [Fault("family_full", "", {"most": MOST_MEMBERS})] if len(members) >= MOST_MEMBERS else []
    facts = await _checked(registers, elder, form, full)
    if proposing or not may_change(registers.actor, elder):
        return await _propose(registers, elder, None, facts)
    member = await registers.elders.families.add(elder, facts)
    await _file(registers, elder, member, None, facts)
    return member


async def correct_member(
    registers: Registers, elder: Elder, member: Member, patch: Facts, *, proposing: bool = False
) -> Member | Proposed:
    """The member with ``patch`` merged into what is known. Raises Refused."""
    form = read(FamilyMemberIn, merged(member.facts, patch))
    facts = await _checked(registers, elder, form, [])
    if facts == member.facts:
        return member
    if proposing or not may_change(registers.actor, elder):
        return await _propose(registers, elder, member, patch)
    changed = await registers.elders.families.replace(member, facts)
    await _file(registers, elder, member, member.facts, facts)
    return changed


async def remove_member(
    registers: Registers, elder: Elder, member: Member, *, proposing: bool = False
) -> Proposed | None:
    if proposing or not may_change(registers.actor, elder):
        return await _propose(registers, elder, member, None)
    await registers.elders.families.remove(member)
    await _file(registers, elder, member, member.facts, None)
    return None


async def _propose(registers: Registers, elder: Elder, member: Member | None, change: Facts | None) -> Proposed:
    said = {"member_id": str(member.id) if member else None, "member": change}
    before = {"member": member.facts if member else None}
    proposed = await propose(registers, elder, ProposalKind.FAMILY, said, before=before)
    return replace(proposed, fields=["family_members"])


async def _checked(registers: Registers, elder: Elder, form: FamilyMemberIn, faults: list[Fault]) -> dict[str, Any]:
    reader = await FormReader.opened(registers)
    facts, known = facts_of(form), registers.elders.details(elder).get("facts") or {}
    faults = [*faults, *reader.member_faults(form)]
    if form.relation in SPOUSES and form.alive is not False and known.get("spouse") is False:
        faults.append(Fault("spouse_contradicted", "/relation"))
    if faults:
        raise Refused(faults)
    return facts


async def _file(registers: Registers, elder: Elder, member: Member, before: Facts | None, after: Facts | None) -> None:
    """A change of a part is a new version of the file, and may change categories and tier."""
    noted = {f"family_members/{member.id}": (before, after)}
    details = _without_contact(registers.elders.details(elder), member) if after is None else {}
    changed = await registers.elders.change(elder, "change_family", details=details, noted=noted)
    await retier(registers, changed, decided_on=registers.today)


def _without_contact(details: Facts, member: Member) -> dict[str, Any]:
    """Somebody who leaves the family may stay first contact, by name."""
    contact = details.get("primary_contact") or {}
    if contact.get("member_id") != str(member.id):
        return {}
    return {"primary_contact": {name: value for name, value in contact.items() if name != "member_id"}}
