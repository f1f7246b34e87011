"""Proposing a change by hand, and the township's word on it (plan 三(三); R8, A5, A21, A22, A34).

A proposal is carried out by the very command that it stands for, in the transaction of its acceptance: what that
command refuses, the acceptance refuses.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from api.domain.absences import LIVE, exit_faults, suspension_faults
from api.domain.elders import LIFE as ELDER_LIFE
from api.domain.elders import Command, ElderState, ExitKind, state_after
from api.domain.errors import Conflict, Fault, Forbidden, Refused, WrongState
from api.domain.openings import Opening, OpeningKind
from api.domain.proposals import FIELDS_OF, LIFE, OF_FORCES, PATCHES, ProposalCommand, ProposalKind, ProposalState
from api.domain.referrals import NeedKind
from api.schemas.base import parsed, read
from api.schemas.duty import ConsentIn, ExitIn, SuspendIn, TransferIn
from api.schemas.family import FamilyMemberIn
from api.schemas.merge_patch import merged
from api.schemas.proposals import AcceptIn, FamilyChangeIn, ProposeIn
from api.store import Registers
from api.store.families import Member
from api.store.revealed import Revealed
from api.store.tables import Elder
from api.usecases.consents import record_consent
from api.usecases.elder_files import form_of
from api.usecases.elder_views import looked_up
from api.usecases.enrolment import correct_elder
from api.usecases.exits import leave
from api.usecases.families import add_member, correct_member, remove_member
from api.usecases.many import Done, each_apart
from api.usecases.proposing import Proposed, propose
from api.usecases.roll_rows import ROLL
from api.usecases.standing import refuse
from api.usecases.suspensions import suspend
from api.usecases.transfers import check_transfer, lives_in, move

Change = Mapping[str, Any]

EXIT_OF = {
    ProposalKind.EXIT_DEATH: ExitKind.DEATH,
    ProposalKind.EXIT_MOVED_OUT: ExitKind.MOVED_OUT,
    ProposalKind.EXIT_INSTITUTION: ExitKind.INSTITUTION,
}


# --- proposing ----------------------------------------------------------------------------------------


async def propose_by(registers: Registers, form: ProposeIn) -> Proposed | None:
    """A proposal of the actor about somebody in sight; None when the register says so already.

    To somebody of a provider also when others have proposed it: what they propose is not told. Raises Refused
    ``proposal_of_office`` for what a force does not see, and Forbidden ``assignment_ended`` about one it served.
    """
    actor = registers.actor
    if actor.confined and form.kind not in OF_FORCES:
        raise Refused([Fault("proposal_of_office", "/kind")])
    await looked_up(registers, form.elder_id)
    whole = registers.at_work()
    proposed = await propose_change(whole, await whole.elders.locked(form.elder_id), form)
    if proposed is None or not actor.confined:
        return proposed
    known = await registers.proposals.many([proposed.proposal_id])
    return proposed if known else None


async def propose_change(registers: Registers, elder: Elder, form: ProposeIn) -> Proposed | None:
    """A proposal about a locked elder; None when the register says so already.

    Checked as the command that would carry it out: raises Refused, WrongState, Conflict as that does.
    """
    kind = ProposalKind(form.kind)
    with _pointing("/change"):
        if kind in PATCHES:
            return await _propose_patch(registers, elder, kind, form)
        if kind is ProposalKind.FAMILY:
            changed = await _change_family(registers, elder, form.change, proposing=True)
            return changed if isinstance(changed, Proposed) else None
        if await _says(registers, elder, kind, form.change):
            return None
        await _check(registers, elder, kind, form.change)
    return await propose(registers, elder, kind, form.change, before={"status": elder.status}, note=form.note)


async def _propose_patch(registers: Registers, elder: Elder, kind: ProposalKind, form: ProposeIn) -> Proposed | None:
    allowed = FIELDS_OF.get(kind)
    if allowed is not None:
        refuse(Fault("field_of_another_kind", f"/{name}") for name in form.change if name not in allowed)
    corrected = await correct_elder(registers, elder, form.change, proposing=kind, note=form.note)
    return corrected if isinstance(corrected, Proposed) else None


async def _says(registers: Registers, elder: Elder, kind: ProposalKind, change: Change) -> bool:
    """Whether the register says of the elder what a proposal of the kind would make it say."""
    if kind in EXIT_OF:
        latest = await registers.stints.latest(elder.id)
        return elder.status == ElderState.EXITED and latest is not None and latest.ending == EXIT_OF[kind]
    if kind is ProposalKind.SUSPENSION:
        day = str(change.get("starts_on"))
        stored = await registers.stints.suspensions(elder.id)
        return any(row.state in LIVE and str(row.starts_on) <= day <= str(row.ends_on) for row in stored)
    form = parsed(TransferIn, change) if kind is ProposalKind.TRANSFER else None
    return isinstance(form, TransferIn) and await lives_in(registers, elder, form) == form.village


async def _check(registers: Registers, elder: Elder, kind: ProposalKind, change: Change) -> None:
    if kind in EXIT_OF:
        state_after(Command.EXIT, ElderState(elder.status))
        form = _exit_form(kind, change)
        refuse(exit_faults(form.kind, form.last_day_on, form.found_on, registers.today))
    elif kind is ProposalKind.SUSPENSION:
        _require(elder, ELDER_LIFE.allowed(Command.SUSPEND))
        away = read(SuspendIn, change)
        policy = (await registers.places.book_for(elder.village)).on(registers.today)
        refuse(suspension_faults(away.starts_on, away.ends_on, policy, registers.today))
    else:
        await check_transfer(registers, elder, read(TransferIn, change))


def _require(elder: Elder, allowed: frozenset[ElderState]) -> None:
    if ElderState(elder.status) not in allowed:
        raise WrongState(elder.status, sorted(state.value for state in allowed))


# --- the township's word ------------------------------------------------------------------------------


async def accept(registers: Registers, proposal_id: UUID, form: AcceptIn) -> int:
    """Make it the register's. A move out of the own area is handed over; its receiver accepts it for good.

    Answers which version of it was decided on, as all that decide do. Raises Conflict ``proposal_outdated`` when
    the register changed since, unless forced; WrongState; and what the command raises that carries it out.
    """
    row = await registers.proposals.get(proposal_id)
    if registers.actor.covers(row.village):
        return await _accept(registers, proposal_id, form)
    change = merged(registers.proposals.details(row)["change"], form.overrides)
    if not registers.actor.covers(str(change.get("village"))):
        raise Forbidden("transfer_outside_area")
    async with registers.widened(row.village[:6], "transfer_accepted") as district:
        return await _accept(district, proposal_id, form)


async def _accept(registers: Registers, proposal_id: UUID, form: AcceptIn) -> int:
    elder = await registers.elders.locked((await registers.proposals.get(proposal_id)).elder_id)
    row = await registers.proposals.locked(proposal_id)
    state = LIFE.after(ProposalCommand.ACCEPT, ProposalState(row.state))
    kind, document = ProposalKind(row.kind), registers.proposals.details(row)
    change = merged(document["change"], form.overrides)
    form_now = form_of(elder, registers.elders.details(elder))
    standing = standing_of(kind, document["change"], form_now, await registers.elders.families.of(elder.id))
    if (stale := stale_fields(document, standing)) and not form.force:
        raise Conflict("proposal_outdated", fields=", ".join(stale))
    if kind is ProposalKind.TRANSFER and not registers.actor.covers(str(change.get("village"))):
        await _hand_over(registers, elder, row, change)
        return int(row.version)
    accepted = {"change": change} if form.overrides else {}
    await registers.proposals.decide(row, ProposalCommand.ACCEPT, state, accepted)
    if not await _says(registers, elder, kind, change):
        with _pointing("/overrides"):
            await _carry_out(registers, elder, row, {**document, "change": change})
    return int(row.version)


async def _hand_over(registers: Registers, elder: Elder, row: Any, change: Change) -> None:
    """The elder's own township lets go; from now on the receiving one sees the proposal."""
    if row.to_village is not None:
        raise Forbidden("transfer_by_receiver")
    with _pointing("/overrides"):
        form = read(TransferIn, change)
        await check_transfer(registers, elder, form)
    LIFE.after(ProposalCommand.HAND_OVER, ProposalState(row.state))
    details = {"change": dict(change), "short_no": elder.short_no, "name": elder.name}
    await registers.proposals.change(row, ProposalCommand.HAND_OVER, details=details, to_village=form.village)


async def reject(registers: Registers, proposal_id: UUID, reason: str) -> int:
    """It is not so, or not to be: the register stays as it is, and the proposer reads why."""
    row = await registers.proposals.locked(proposal_id)
    state = LIFE.after(ProposalCommand.REJECT, ProposalState(row.state))
    await registers.proposals.decide(row, ProposalCommand.REJECT, state, {"reason": reason})
    return int(row.version)


async def withdraw(registers: Registers, proposal_id: UUID) -> int:
    """Whoever proposed it takes it back. Raises Forbidden ``proposal_of_another``."""
    row = await registers.proposals.locked(proposal_id)
    if row.proposed_by != registers.actor.id:
        raise Forbidden("proposal_of_another")
    state = LIFE.after(ProposalCommand.CANCEL, ProposalState(row.state))
    await registers.proposals.change(row, ProposalCommand.CANCEL, state=state)
    return int(row.version)


async def accept_many(registers: Registers, ids: Sequence[UUID], form: AcceptIn) -> list[Done]:
    """Each for itself; what cannot be accepted stays, and is answered with why."""

    async def accepted(proposal_id: UUID) -> str:
        await accept(registers, proposal_id, form)
        return str((await registers.proposals.get(proposal_id)).state)

    rows = await registers.proposals.many(ids)
    return await each_apart(registers, ids, {each: row.elder_id for each, row in rows.items()}, accepted)


# --- carrying it out ----------------------------------------------------------------------------------


async def _carry_out(registers: Registers, elder: Elder, row: Any, document: Mapping[str, Any]) -> None:
    kind = ProposalKind(row.kind)
    change: Change = document["change"]
    if kind in EXIT_OF:
        await leave(registers, elder, _exit_form(kind, change))
    elif kind is ProposalKind.COMFORT_SERVICE:
        await _open_need(registers, elder, row)
    elif kind is ProposalKind.ROLL_ROW:
        await _follow_roll(registers, elder, document)
    elif kind in PATCHES:
        await correct_elder(registers, elder, change)
    else:
        await _COMMANDS[kind](registers, elder, change)


async def _follow_roll(registers: Registers, elder: Elder, document: Mapping[str, Any]) -> None:
    """Another village in the file is a move; a yes or no is the elder's own word of that day."""
    village = (document["change"].get("residence") or {}).get("village")
    if village is not None and village != elder.village:
        elder = await move(registers, elder, TransferIn(village=village))
    corrected = await correct_elder(registers, elder, document["change"], source=ROLL)
    if (word := document.get("consent")) is not None and isinstance(corrected, Elder):
        said = read(ConsentIn, {**word, "by": "self"})
        await record_consent(registers, await registers.elders.locked(elder.id), said)


async def _change_family(registers: Registers, elder: Elder, change: Change, *, proposing: bool = False) -> object:
    """What the change comes to: a member, nobody any more, or what was proposed."""
    form = read(FamilyChangeIn, change)
    if form.member_id is None:
        return await add_member(registers, elder, read(FamilyMemberIn, form.member or {}), proposing=proposing)
    member = await registers.elders.families.get(elder.id, form.member_id)
    if form.member is None:
        return await remove_member(registers, elder, member, proposing=proposing)
    return await correct_member(registers, elder, member, form.member, proposing=proposing)


async def _suspend(registers: Registers, elder: Elder, change: Change) -> object:
    return await suspend(registers, elder, read(SuspendIn, change))


async def _transfer(registers: Registers, elder: Elder, change: Change) -> object:
    return await move(registers, elder, read(TransferIn, change))


_COMMANDS: Mapping[ProposalKind, Callable[[Registers, Elder, Change], Awaitable[object]]] = {
    ProposalKind.SUSPENSION: _suspend,
    ProposalKind.TRANSFER: _transfer,
    ProposalKind.FAMILY: _change_family,
}


async def _open_need(registers: Registers, elder: Elder, row: Any) -> None:
    """Somebody to talk to (精神慰藉) becomes a need; it joins one that is open."""
    [subject] = (await registers.subjects.lock([elder.id])).values()
    opening = Opening(OpeningKind.NEED, NeedKind.COMFORT, registers.now)
    source = f"proposal:{row.id}"
    await registers.needs.reveal(Revealed(opening, row.source_visit, source, source, subject, elder.village))


def _exit_form(kind: ProposalKind, change: Change) -> ExitIn:
    return read(ExitIn, {**change, "kind": EXIT_OF[kind]})


@contextmanager
def _pointing(at: str) -> Iterator[None]:
    """What is wrong with the change is found below ``at`` in what was sent."""
    try:
        yield
    except Refused as refused:
        raise Refused([replace(fault, pointer=at + fault.pointer) for fault in refused.faults]) from refused


# --- what the register says meanwhile -----------------------------------------------------------------


def standing_of(
    kind: ProposalKind, change: Change, form: Mapping[str, Any], members: Sequence[Member]
) -> dict[str, Any]:
    """What the register says now of what is proposed to change. ``form``, ``members``: of the file."""
    if kind in PATCHES:
        return {name: form.get(name) for name in change}
    if kind is ProposalKind.FAMILY:
        whose = change.get("member_id")
        return {"member": next((dict(each.facts) for each in members if str(each.id) == whose), None)}
    return {}


def stale_fields(document: Mapping[str, Any], standing: Mapping[str, Any]) -> list[str]:
    """Fields that the register says otherwise than when the change was proposed, and than is proposed."""
    before = document.get("before") or {}
    changed = [name for name, value in standing.items() if name in before and before[name] != value]
    return [name for name in changed if proposed(standing, document["change"])[name] != standing[name]]


def proposed(standing: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """What the register would say of the same fields."""
    after = merged({name: value for name, value in standing.items() if value is not None}, change)
    return {name: after.get(name) for name in standing}
