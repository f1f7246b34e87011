"""Leaving the roll and coming back (rules A5, A6, A22, A35)."""

from collections.abc import Iterator
from datetime import date

from api.domain.absences import exit_faults
from api.domain.elders import Command, ElderState, ExitKind, state_after
from api.domain.errors import Conflict, Fault
from api.domain.incidents import Death
from api.schemas.duty import ExitIn, ReEnterIn, ReinstateIn
from api.store import Registers
from api.store.stints import Ending
from api.store.tables import Elder
from api.usecases.confirming import admissible, start
from api.usecases.departing import close_everything, reopen_everything
from api.usecases.incidents import question_records, review_death, withdraw_reviews
from api.usecases.standing import refuse, rejudge_from, state_today

_FOR_GOOD = (ExitKind.DEATH, ExitKind.MERGED)


async def leave(registers: Registers, elder: Elder, form: ExitIn) -> Elder:
    """The elder has gone; periods after the last active day are not owed, earlier ones stay.

    What is open about him is closed. A death that nobody had noticed in time is for the district to look into.
    """
    status = state_after(Command.EXIT, ElderState(elder.status))
    refuse(exit_faults(form.kind, form.last_day_on, form.found_on, registers.today))
    death = Death(form.last_day_on, form.found_on or form.last_day_on) if form.kind is ExitKind.DEATH else None
    ending = Ending(
        form.last_day_on,
        form.kind.value,
        found_on=death.found_on if death else None,
        proof=form.proof,
        note={"source": form.source.value, "text": form.note},
    )
    await registers.stints.end(elder, ending)
    await close_everything(registers, elder)
    noted = {"exit": (None, {"kind": form.kind, "last_day_on": form.last_day_on, "found_on": ending.found_on})}
    elder = await registers.elders.change(elder, "exit", {"status": status.value}, noted=noted)
    questioned = await question_records(registers, elder, death) if death is not None else []
    await rejudge_from(registers, elder, min([form.last_day_on, *questioned]))
    if death is not None:
        await review_death(registers, elder, death, form.source)
    return elder


async def reinstate(registers: Registers, elder: Elder, form: ReinstateIn) -> Elder:
    """The exit was an error: everything is as if the elder had never left."""
    status = state_after(Command.REINSTATE, ElderState(elder.status), await _before_exit(registers, elder))
    on_duty = status in (ElderState.CONFIRMED, ElderState.SUSPENDED)
    ended = await registers.stints.restore(elder.id, on_duty=on_duty)
    touched = [ended.last_day_on if ended is not None else registers.today]
    if ended is not None:
        await reopen_everything(registers, elder, ended.id)
        if ended.ending == ExitKind.DEATH:
            touched += await withdraw_reviews(registers, elder)
    if on_duty:
        status = await state_today(registers, elder.id)
    noted = {"reinstatement": (None, {"reason": form.reason})}
    elder = await registers.elders.change(elder, "reinstate", {"status": status.value}, noted=noted)
    await rejudge_from(registers, elder, min(touched))
    return elder


async def _before_exit(registers: Registers, elder: Elder) -> ElderState:
    """The state that the last exit was from; the file remembers every version."""
    for version in reversed(await registers.elders.versions(elder.id)):
        status = version["changes"].get("status")
        if status is not None and status["to"] == ElderState.EXITED:
            return ElderState(status["from"])
    return ElderState.CONFIRMED


async def re_enter(registers: Registers, elder: Elder, form: ReEnterIn) -> Elder:
    """Back after an exit that was right: duty starts anew, and what lies between is not owed."""
    state_after(Command.RE_ENTER, ElderState(elder.status))
    day = form.on or registers.today
    refuse(_return_faults(day, registers.today))
    latest = await registers.stints.latest(elder.id)
    if latest is not None and latest.ending in _FOR_GOOD:
        raise Conflict("left_for_good")
    circumstances = await admissible(registers, elder, day)
    kept = {"re_entry": {"reason": form.reason, "on": day.isoformat()}}
    return await start(registers, elder, "re_enter", circumstances, day, kept=kept)


def _return_faults(day: date, today: date) -> Iterator[Fault]:
    if day > today:
        yield Fault("day_in_future", "/on")
