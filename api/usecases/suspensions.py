"""Away for a while: reported by the village at once, confirmed by the township (rules A6, A21)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from api.domain.absences import LIVE, SuspensionState, suspension_faults
from api.domain.elders import LIFE, Command, ElderState
from api.domain.errors import Fault, WrongState
from api.domain.open_items import DECIDE_DAYS, DutyTask
from api.domain.policy import Policy
from api.schemas.duty import EndSuspensionIn, RenewSuspensionIn, SuspendIn
from api.store import Registers
from api.store.stints import Absence
from api.store.tables import Elder
from api.usecases.many import Done, each_apart
from api.usecases.proposing import decides_in
from api.usecases.standing import new_task, refuse, rejudge_from, state_today

_DAY = timedelta(days=1)
_ON_DUTY = LIFE.allowed(Command.SUSPEND) | LIFE.allowed(Command.RESUME)


async def suspend(registers: Registers, elder: Elder, form: SuspendIn) -> Elder:
    """Nothing is owed for a while. The village's word holds at once, provisionally; the township's for good."""
    _require(elder, LIFE.allowed(Command.SUSPEND))
    policy = await _policy(registers, elder)
    refuse(suspension_faults(form.starts_on, form.ends_on, policy, registers.today))
    absence = Absence(form.starts_on, form.ends_on, form.reason.value, form.proof, form.note)
    return await _suspend(registers, elder, "suspend", absence)


async def renew(registers: Registers, elder: Elder, suspension: Any, form: RenewSuspensionIn) -> Elder:
    """Somebody reached the elder, who stays away: another suspension follows the one there is."""
    _require(elder, _ON_DUTY)
    if suspension.state not in LIVE:
        raise WrongState(suspension.state, sorted(LIVE))
    refuse(_renewal_faults(suspension, form, await _policy(registers, elder), registers.today))
    starts_on = suspension.ends_on + _DAY
    following = Absence(starts_on, form.ends_on, suspension.reason, form.proof, form.note)
    return await _suspend(registers, elder, "renew_suspension", following)


def _renewal_faults(suspension: Any, form: RenewSuspensionIn, policy: Policy, today: date) -> Iterator[Fault]:
    if form.contacted_on > today:
        yield Fault("day_in_future", "/contacted_on")
    if form.contacted_on < suspension.starts_on:
        yield Fault("dates_out_of_order", "/contacted_on")
    if form.ends_on <= suspension.ends_on:
        yield Fault("dates_out_of_order", "/ends_on")
    if form.ends_on > form.contacted_on + timedelta(days=policy.suspension_max_days):
        yield Fault("suspension_too_long", "/ends_on", {"days": policy.suspension_max_days})


async def confirm_suspension(registers: Registers, elder: Elder, suspension: Any) -> Elder:
    """The township stands behind the village's word."""
    by = {"state": SuspensionState.CONFIRMED, "decided_by": registers.actor.id}
    await registers.stints.change_suspension(suspension, [SuspensionState.PROVISIONAL], **by)
    return await _decided(registers, elder, "confirm_suspension", suspension)


async def confirm_suspensions(registers: Registers, ids: Sequence[UUID]) -> list[Done]:
    """The township stands behind many words of its villages, each for itself."""
    rows = {row.id: row for row in await registers.stints.known_suspensions(ids)}

    async def confirm(suspension_id: UUID) -> str:
        row = rows[suspension_id]
        await confirm_suspension(registers, await registers.elders.locked(row.elder_id), row)
        return SuspensionState.CONFIRMED.value

    return await each_apart(registers, ids, {each: row.elder_id for each, row in rows.items()}, confirm)


async def reject_suspension(registers: Registers, elder: Elder, suspension: Any) -> Elder:
    """The township does not: the elder was on duty all along."""
    by = {"state": SuspensionState.REJECTED, "decided_by": registers.actor.id}
    await registers.stints.change_suspension(suspension, [SuspensionState.PROVISIONAL], **by)
    return await _decided(registers, elder, "reject_suspension", suspension)


async def end_suspension(registers: Registers, elder: Elder, suspension: Any, form: EndSuspensionIn) -> Elder:
    """Back sooner than foreseen; a day before the first makes it as if it had never been."""
    if form.ends_on >= suspension.ends_on:
        refuse([Fault("dates_out_of_order", "/ends_on")])
    gone = form.ends_on >= suspension.starts_on
    values = {"ends_on": form.ends_on} if gone else {"state": SuspensionState.CANCELLED}
    await registers.stints.change_suspension(suspension, LIVE, **values)
    return await _decided(registers, elder, "end_suspension", suspension)


async def _suspend(registers: Registers, elder: Elder, command: str, absence: Absence) -> Elder:
    confirmed = decides_in(registers.actor, elder.village)
    suspension_id = await registers.stints.suspend(elder, absence, confirmed=confirmed)
    if not confirmed:
        due_on = registers.today + timedelta(days=DECIDE_DAYS)
        key = str(suspension_id)
        await registers.tasks.open([new_task(elder, DutyTask.CONFIRM_SUSPENSION, registers.today, due_on, key=key)])
    said = _plain(await registers.stints.suspension(elder.id, suspension_id))
    elder = await _shown(registers, elder, command, {"suspension": (None, said)})
    await rejudge_from(registers, elder, absence.starts_on)
    return elder


async def _decided(registers: Registers, elder: Elder, command: str, before: Any) -> Elder:
    """What every later word on a suspension entails: task, state, months."""
    await registers.tasks.settle(elder.id, DutyTask.CONFIRM_SUSPENSION, str(before.id))
    after = await registers.stints.suspension(elder.id, before.id)
    elder = await _shown(registers, elder, command, {"suspension": (_plain(before), _plain(after))})
    await rejudge_from(registers, elder, before.starts_on)
    return elder


async def _shown(registers: Registers, elder: Elder, command: str, noted: dict[str, Any]) -> Elder:
    """The file's state follows its dated suspensions while the elder is on duty."""
    columns = {}
    if ElderState(elder.status) in _ON_DUTY:
        columns["status"] = (await state_today(registers, elder.id)).value
    return await registers.elders.change(elder, command, columns, noted=noted)


async def _policy(registers: Registers, elder: Elder) -> Policy:
    return (await registers.places.book_for(elder.village)).on(registers.today)


def _require(elder: Elder, allowed: frozenset[ElderState]) -> None:
    if ElderState(elder.status) not in allowed:
        raise WrongState(elder.status, sorted(state.value for state in allowed))


def _plain(row: Any) -> dict[str, Any]:
    return {"id": row.id, "starts_on": row.starts_on, "ends_on": row.ends_on, "state": row.state}
