"""Elders come into the register and their files are corrected: draft, verify, change or propose a change.

A file is the village's own until the township confirms it; after that the village proposes and the township
decides (plan 三(三), R8, R18). A form is taken whole or refused with everything that is wrong in it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.elders import Command, ElderState, state_after
from api.domain.errors import Conflict, Fault, Refused
from api.domain.proposals import ProposalKind
from api.schemas.base import read
from api.schemas.elders import ElderFileIn, EnrolIn
from api.schemas.merge_patch import merged
from api.store import Registers
from api.store.elders import Draft
from api.store.families import Member
from api.store.tables import Elder
from api.usecases.elder_files import (
    FileContent,
    FormReader,
    form_of,
    replacing,
)
from api.usecases.families import facts_of
from api.usecases.proposing import Proposed, is_unconfirmed, may_change, propose
from api.usecases.standing import rejudge_from
from api.usecases.tiers import retier

_NOT_YET = UUID(int=0)  # whose family a form speaks of before there is a file


async def enrol_elder(registers: Registers, form: EnrolIn) -> Elder:
    """A new draft. Raises Refused, or Conflict ``identity_taken`` or ``elder_external_id_taken``."""
    members = [facts_of(member) for member in form.family_members]
    content = await _read(registers, form, members)
    draft = Draft(
        id=registers.desk.new_id(),
        columns={**content.columns, **content.judged},
        details=content.details,
        members=members,
        external_ids=await _external_ids(registers, form),
    )
    elder = await registers.elders.enrol(draft)
    await rejudge_from(registers, elder, elder.filed_on)
    return elder


async def _read(registers: Registers, form: EnrolIn, members: Sequence[Mapping[str, Any]]) -> FileContent:
    reader = await FormReader.opened(registers)
    family = [Member(registers.desk.new_id(), _NOT_YET, seq, facts) for seq, facts in enumerate(members, start=1)]
    content = await reader.read(form, family)
    faults = [
        fault
        for index, member in enumerate(form.family_members)
        for fault in reader.member_faults(member, f"/family_members/{index}")
    ]
    if not isinstance(content, FileContent):
        raise Refused((*content, *faults))
    if faults:
        raise Refused(faults)
    return content


async def _external_ids(registers: Registers, form: EnrolIn) -> list[tuple[str, str]]:
    """The sender's own number for the elder; it names one elder only."""
    if form.external_id is None:
        return []
    source = f"user:{registers.actor.id}"
    if holder := await registers.elders.by_external_id(source, form.external_id):
        raise Conflict("elder_external_id_taken", elder_id=str(holder.id))
    return [(source, form.external_id)]


async def verify_elder(registers: Registers, elder: Elder) -> Elder:
    """The file was compared with the household (入户核实). Raises WrongState."""
    state = state_after(Command.VERIFY, ElderState(elder.status))
    return await registers.elders.change(elder, Command.VERIFY, {"status": state.value})


async def correct_elder(
    registers: Registers,
    elder: Elder,
    patch: Mapping[str, Any],
    *,
    source: str = "form",
    proposing: ProposalKind | None = None,
    note: str | None = None,
) -> Elder | Proposed:
    """The file with ``patch`` merged into it; a village's change of a confirmed file becomes a proposal.

    ``elder`` is locked. ``source``: who declares the categories and the tier that the patch changes.
    ``proposing``: whoever may change the file only proposes. Raises Refused with every fault, or Conflict
    ``identity_taken``.
    """
    register, known = registers.elders, registers.elders.details(elder)
    stands = form_of(elder, known)
    form = read(ElderFileIn, merged(stands, patch))
    content = await _checked(registers, elder, form, known, source)
    details = replacing(content)
    if not register.differences(elder, content.columns, details):
        return elder
    if proposing or not may_change(registers.actor, elder):
        known_now = {name: stands.get(name) for name in patch}
        kind = proposing or ProposalKind.CORRECTION
        return await propose(registers, elder, kind, patch, before=known_now, note=note)
    before, dated = await register.circumstances(elder), _judged_by(elder)
    corrected = await register.change(elder, "correct", content.columns, details)
    if is_unconfirmed(corrected):
        await register.settle(corrected)
    if _judged_by(corrected) != dated:
        await rejudge_from(registers, corrected, min(corrected.filed_on, dated[0]))
    if await register.circumstances(corrected) == before:
        return corrected
    return await retier(registers, corrected, decided_on=registers.today)


async def field_changes(registers: Registers, elder: Elder, patch: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What correcting the file by ``patch`` would change, by field of the form; raises what that would raise."""
    known = registers.elders.details(elder)
    stands = form_of(elder, known)
    wanted = merged(stands, patch)
    form = read(ElderFileIn, wanted)
    await _checked(registers, elder, form, known, "form")
    said = {name: (stands.get(name), wanted.get(name)) for name in patch}
    return {name: (before, after) for name, (before, after) in said.items() if before != after}


def _judged_by(elder: Elder) -> tuple[date, date, str]:
    """What every month of the elder is judged by, whatever the tier."""
    return elder.filed_on, elder.born_on, elder.village


async def _checked(
    registers: Registers, elder: Elder, form: ElderFileIn, known: Mapping[str, Any], source: str
) -> FileContent:
    reader = await FormReader.opened(registers)
    content = await reader.read(form, await registers.elders.families.of(elder.id), source=source, known=known)
    moved = form.residence.village != elder.village and not is_unconfirmed(elder)
    faults = (Fault("residence_by_transfer", "/residence/village"),) if moved else ()
    if not isinstance(content, FileContent):
        raise Refused((*content, *faults))
    if faults:
        raise Refused(faults)
    return content
