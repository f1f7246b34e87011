"""Asking somebody else to help, until the township has heard that it did (plan 四(三)二是; rules R16, R44, R48)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from api.domain.errors import Fault, NotFound, Refused
from api.domain.follow_ups import FollowUpResult, FollowUpSubject
from api.domain.months import SHANGHAI
from api.domain.openings import SEVERE_DISEASE
from api.domain.policy import Policy
from api.domain.referrals import (
    LIFE,
    NEED_LIFE,
    AttemptAnswer,
    NeedCommand,
    NeedState,
    ReferralCommand,
    ReferralKind,
    ReferralState,
    Target,
    after_closing,
    after_follow_up,
    consent_faults,
    deliver_by,
    due_on,
    is_urgent,
)
from api.schemas.follow_ups import FollowUpIn
from api.schemas.late import Late
from api.schemas.referrals import DeliverIn, ReferIn, ReferralCloseIn, ReferralReasonIn, RejectIn, RetargetIn
from api.store import Registers
from api.store.tables import Elder
from api.usecases.follow_ups import record_follow_up
from api.usecases.needs import elder_to_help
from api.usecases.standing import refuse


@dataclass(frozen=True, slots=True)
class _Plea:
    """Who needs what; ``need``, ``task_id``: what it was known from."""

    elder: Elder
    kind: ReferralKind
    need: Any | None = None
    task_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Aim:
    """How the body that is asked is called, and why it may not be."""

    name: str | None
    faults: tuple[Fault, ...] = ()


async def refer(registers: Registers, form: ReferIn) -> UUID:
    """Ask a body for help. The need it is about is referred, the notice it comes from is settled.

    Raises Refused with everything that is wrong, WrongState for a need or a notice that waits no more.
    """
    refuse(_form_faults(form))
    plea = await _plea(registers, form)
    given_by, on = (form.consent.given_by, form.consent.on) if form.consent else (None, None)
    aim = await _aim(registers, form, plea.kind, plea.elder.village)
    refuse([*consent_faults(plea.kind, given_by, on, registers.today), *aim.faults])
    urgent = is_urgent(plea.kind, asked=form.urgent)
    policy, today = await _policy(registers, plea.elder.village), registers.today
    delivery = deliver_by(today, policy, urgent=urgent)
    new = {
        "elder_id": plea.elder.id,
        "village": plea.elder.village,
        "kind": plea.kind,
        "state": ReferralState.REQUESTED,
        "urgent": urgent,
        "need_id": plea.need.id if plea.need else None,
        "source_task": plea.task_id,
        "target_id": form.target_id,
        "consent_by": given_by,
        "consent_on": on,
        "requested_by": registers.actor.id,
        "requested_on": today,
        "deliver_by": delivery,
        "due_on": due_on(ReferralState.REQUESTED, today, delivery, policy),
        "rejections": 0,
        "created_at": registers.now,
        "sealed": {"text": form.text, "purpose": form.consent.purpose if form.consent else None},
    }
    [referral_id] = await registers.referrals.add([new])
    row = await registers.referrals.locked(referral_id)
    await registers.referrals.attempts.ask(row, 1, form.target_id, aim.name)
    await _follow(registers, row, NeedCommand.REFER)
    return referral_id


def _form_faults(form: ReferIn) -> Iterator[Fault]:
    if sum(each is not None for each in (form.need_id, form.elder_id, form.task_id)) != 1:
        yield Fault("referral_about_one")
    if form.elder_id is not None and form.kind is None:
        yield Fault("field_missing", "/kind")
    yield from _aim_faults(form)


def _aim_faults(form: ReferIn | RetargetIn) -> Iterator[Fault]:
    if (form.target_id is None) == (form.target_text is None):
        yield Fault("referral_to_one", "/target_id")


async def _plea(registers: Registers, form: ReferIn) -> _Plea:
    if form.need_id is not None:
        return await _plea_of_need(registers, form.need_id, form.kind)
    if form.task_id is not None:
        return await _plea_of_notice(registers, form.task_id, form.kind or ReferralKind.MEDICAL)
    assert form.elder_id is not None
    assert form.kind is not None
    elder = await elder_to_help(registers, form.elder_id)
    return _Plea(elder, form.kind, await _waiting(registers, elder, form.kind))


async def _plea_of_need(registers: Registers, need_id: UUID, kind: ReferralKind | None) -> _Plea:
    try:
        told = await registers.needs.get(need_id)
    except NotFound:
        raise Refused([Fault("need_unknown", "/need_id")]) from None
    elder = await elder_to_help(registers, told.elder_id)  # first, as everybody who ends or refers needs does
    need = await registers.needs.locked(need_id)
    NEED_LIFE.after(NeedCommand.REFER, NeedState(need.state))
    if kind is not None and kind != need.kind:
        refuse([Fault("referral_kind_of_need", "/kind", {"kind": need.kind})])
    return _Plea(elder, ReferralKind(need.kind), need)


async def _plea_of_notice(registers: Registers, task_id: UUID, kind: ReferralKind) -> _Plea:
    """The notice that a record gave of a severe disease is settled by what is done about it."""
    try:
        task = await registers.tasks.finish(task_id, done_on=registers.today)
    except NotFound:
        raise Refused([Fault("task_unknown", "/task_id")]) from None
    if task.kind != SEVERE_DISEASE:
        refuse([Fault("task_not_referable", "/task_id")])
    elder = await elder_to_help(registers, task.elder_id)
    return _Plea(elder, kind, await _waiting(registers, elder, kind), task_id)


async def _waiting(registers: Registers, elder: Elder, kind: ReferralKind) -> Any | None:
    """The elder's need of that kind, if one waits to be referred."""
    if kind.need is None:
        return None
    need = await registers.needs.waiting(elder.id, kind.need)
    return need if need is not None and need.state == NeedState.REQUESTED else None


async def _aim(registers: Registers, form: ReferIn | RetargetIn, kind: ReferralKind, village: str) -> _Aim:
    if form.target_id is None:
        return _Aim(form.target_text)
    try:
        row = await registers.referral_targets.get(form.target_id)
    except NotFound:
        return _Aim(None, (Fault("referral_target_unknown", "/target_id"),))
    serves = (await registers.referral_targets.services_of([row.id]))[row.id]
    force = await registers.forces.dossier([row.provider_id] if row.provider_id else [])
    comes = force.stands(row.provider_id, registers.today)
    target = Target(row.area, frozenset(serves), row.active_from, row.active_to, comes)
    return _Aim(row.name, tuple(target.faults(kind, village, registers.today)))


# --- what the body says and does ----------------------------------------------------------------------


async def accept(registers: Registers, row: Any) -> None:
    """The body will help."""
    state = LIFE.after(ReferralCommand.ACCEPT, ReferralState(row.state))
    await registers.referrals.attempts.answer(await _present(registers, row), AttemptAnswer.ACCEPTED, None)
    await _move(registers, row, ReferralCommand.ACCEPT, state, accepted_on=registers.today)


async def reject(registers: Registers, row: Any, body: Late[RejectIn]) -> None:
    """The body will not help, or not any more: the next one is to be asked."""
    state = LIFE.after(ReferralCommand.REJECT, ReferralState(row.state))
    reason = body.parsed().reason
    await registers.referrals.attempts.answer(await _present(registers, row), AttemptAnswer.REJECTED, reason)
    said: dict[str, Any] = {"details": {"note": reason}, "rejections": row.rejections + 1}
    await _move(registers, row, ReferralCommand.REJECT, state, **said)


async def retarget(registers: Registers, row: Any, body: Late[RetargetIn]) -> None:
    """Ask the next body; one that has refused keeps its answer, any other is not waited for."""
    state = LIFE.after(ReferralCommand.RETARGET, ReferralState(row.state))
    form = body.parsed()
    refuse(_aim_faults(form))
    aim = await _aim(registers, form, ReferralKind(row.kind), row.village)
    refuse(aim.faults)
    last = await _present(registers, row)
    if last.answer != AttemptAnswer.REJECTED:
        await registers.referrals.attempts.answer(last, AttemptAnswer.WITHDRAWN, form.reason)
    await registers.referrals.attempts.ask(row, last.ordinal + 1, form.target_id, aim.name)
    await _move(registers, row, ReferralCommand.RETARGET, state, target_id=form.target_id)


async def deliver(registers: Registers, row: Any, body: Late[DeliverIn]) -> None:
    """Help has arrived; the township asks whether it helped."""
    state = LIFE.after(ReferralCommand.DELIVER, ReferralState(row.state))
    form = body.parsed()
    on = form.on or registers.today
    refuse(_day_faults(on, row, registers.today))
    await registers.referrals.attempts.deliver(await _present(registers, row), on)
    said: dict[str, Any] = {"details": {"note": form.note}, "delivered_on": on}
    await _move(registers, row, ReferralCommand.DELIVER, state, since=on, **said)


def _day_faults(on: date, row: Any, today: date) -> Iterator[Fault]:
    """Not before it was asked for, nor, delivered in vain once, before that came out."""
    if on > today:
        yield Fault("day_in_future", "/on")
    if on < max(filter(None, (row.requested_on, row.delivered_on, row.followed_up_on))):
        yield Fault("dates_out_of_order", "/on")


# --- what the township hears --------------------------------------------------------------------------


async def follow_up(registers: Registers, row: Any, body: Late[FollowUpIn]) -> None:
    """What has not helped is open again, with a clock of its own; the need follows."""
    LIFE.after(ReferralCommand.FOLLOW_UP, ReferralState(row.state))
    form = body.parsed()
    since = datetime.combine(row.delivered_on, time.min, SHANGHAI)
    worked = await _worked(registers, row)
    await record_follow_up(
        registers, FollowUpSubject.REFERRAL_DELIVERED, row, form, worked, target_id=row.target_id, since=since
    )
    state = after_follow_up(form.result, ReferralState(row.state))
    heard: dict[str, Any] = {"noted": {"result": (None, form.result)}}
    if form.result is FollowUpResult.NOT_REACHED:
        await registers.referrals.change(row, "follow_up", **heard)
        return
    eased = form.result is FollowUpResult.EASED
    heard |= {"eased": eased, "followed_up_on": registers.today}
    if eased:
        await _move(registers, row, ReferralCommand.CONFIRM, state, **heard)
        await _follow(registers, row, NeedCommand.MEET)
    else:
        await _reopen(registers, row, state, **heard)


async def close(registers: Registers, row: Any, body: Late[ReferralCloseIn]) -> None:
    """Raises Conflict ``follow_up_required`` while the township has not heard that it helped."""
    state = after_closing(ReferralState(row.state))
    said: dict[str, Any] = {"details": {"note": body.parsed().note}, "closed_on": registers.today}
    await _move(registers, row, ReferralCommand.CLOSE, state, **said)


async def reopen(registers: Registers, row: Any, body: Late[ReferralReasonIn]) -> None:
    """It does not help, or no longer: whoever is to help does so anew."""
    state = LIFE.after(ReferralCommand.REOPEN, ReferralState(row.state))
    said: dict[str, Any] = {"details": {"note": body.parsed().reason}, "eased": False, "closed_on": None}
    await _reopen(registers, row, state, **said)


async def cancel(registers: Registers, row: Any, body: Late[ReferralReasonIn]) -> None:
    """Nobody is asked any more; the need waits again."""
    state = LIFE.after(ReferralCommand.CANCEL, ReferralState(row.state))
    await _move(registers, row, ReferralCommand.CANCEL, state, details={"note": body.parsed().reason})
    await _follow(registers, row, NeedCommand.RELEASE)


# --- what all of them share ---------------------------------------------------------------------------


async def _reopen(registers: Registers, row: Any, state: ReferralState, **said: Any) -> None:
    policy = await _policy(registers, row.village)
    delivery = deliver_by(registers.today, policy, urgent=row.urgent)
    await _move(registers, row, ReferralCommand.REOPEN, state, deliver_by=delivery, **said)
    await _follow(registers, row, NeedCommand.MISS)


async def _move(
    registers: Registers,
    row: Any,
    command: ReferralCommand,
    state: ReferralState,
    *,
    since: date | None = None,
    **said: Any,
) -> None:
    """Write the new state and when the next step is due; ``since``: when it began, today unless said."""
    delivery = said.get("deliver_by", row.deliver_by)
    due = due_on(state, since or registers.today, delivery, await _policy(registers, row.village))
    await registers.referrals.change(row, command.value, state=state.value, due_on=due, **said)


async def _follow(registers: Registers, row: Any, command: NeedCommand) -> None:
    """The need goes where its referral has gone; one that ended otherwise stays as it is."""
    if row.need_id is None:
        return
    need = await registers.needs.locked(row.need_id)
    state = NeedState(need.state)
    if state in NEED_LIFE.allowed(command):
        await registers.needs.change(need, command.value, state=NEED_LIFE.after(command, state).value)


async def _present(registers: Registers, row: Any) -> Any:
    return (await registers.referrals.attempts.of(row.id))[-1]


async def _worked(registers: Registers, row: Any) -> set[UUID]:
    """Who brought the help about: took a body's yes, or saw that it delivered."""
    attempts = await registers.referrals.attempts.of(row.id)
    took = {each.answered_by for each in attempts if each.answer == AttemptAnswer.ACCEPTED}
    return (took | {each.delivered_by for each in attempts}) - {None}


async def _policy(registers: Registers, village: str) -> Policy:
    return (await registers.places.book_for(village)).on(registers.today)
