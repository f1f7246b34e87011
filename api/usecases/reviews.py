"""The half-yearly look through a file (plan 三(三): 每半年动态更新一次; rule A7).

The village looks and submits, the township signs; what the township itself looks through is done at once. The
changes that a village found are kept with its review, and become the file's when it is signed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.elders import ElderState
from api.domain.errors import Conflict, DomainError, Fault, NotFound, WrongState
from api.domain.open_items import DutyTask
from api.domain.reviews import (
    LIFE,
    ReviewCommand,
    ReviewResult,
    ReviewState,
    command_of,
    command_on_unchanged,
    next_attempt,
    next_review,
)
from api.schemas.reviews import ReviewIn
from api.store import Registers
from api.store.reviews import REVIEWED
from api.store.tables import Elder
from api.usecases.elder_files import form_of
from api.usecases.enrolment import correct_elder, field_changes
from api.usecases.many import Done
from api.usecases.proposing import decides_in
from api.usecases.standing import refuse


async def review(registers: Registers, elder: Elder, form: ReviewIn) -> UUID:
    """Somebody looked through a locked file, or tried to; the id of the round.

    Raises WrongState, Conflict ``reviewed_since`` unless it is newer than the last look, Refused.
    """
    row = (await registers.reviews.open_of([elder.id])).get(elder.id)
    command = command_of(_result(form), decides=decides_in(registers.actor, elder.village))
    state, day = _led_to(elder, row, command), form.on or registers.today
    refuse(_faults(form, registers.today))
    _require_newer(day, (await registers.reviews.last_looks([elder.id])).get(elder.id))
    changes = await field_changes(registers, elder, form.changes) if form.changes else {}
    if state is ReviewState.DONE and form.changes:
        elder = await _corrected(registers, elder, form.changes)
    columns = {"reviewed_on": day, "result": _result(form), **_by(registers, command, day, row)}
    said = {
        "changes": form.changes,
        "difference": {name: {"from": before, "to": after} for name, (before, after) in changes.items()},
        "note": form.note,
    }
    review_id = await _keep(registers, elder, row, command, columns, said)
    if state is ReviewState.DONE:
        await _complete(registers, [(elder, day)])
    return review_id


async def sign(registers: Registers, review_id: UUID) -> int:
    """The township stands behind what the village found: the file takes it up, the next look is in half a year.

    Answers which version of it was decided on. Raises WrongState, Conflict ``review_outdated`` when the file says
    something else since.
    """
    elder, row = await _held(registers, review_id)
    _led_to(elder, row, ReviewCommand.SIGN)
    said = registers.reviews.details(row)
    if row.result == ReviewResult.CHANGED and said.get("changes"):
        _require_unmoved(registers, elder, said["difference"])
        elder = await _corrected(registers, elder, said["changes"])
    columns = _by(registers, ReviewCommand.SIGN, row.reviewed_on, row)
    await registers.reviews.change(row, ReviewCommand.SIGN, **columns)
    await _complete(registers, [(elder, row.reviewed_on)])
    return int(row.version)


async def send_back(registers: Registers, review_id: UUID, reason: str) -> int:
    """The village is to look again; answers which version was decided on. Raises WrongState."""
    elder, row = await _held(registers, review_id)
    state = _led_to(elder, row, ReviewCommand.RETURN)
    await registers.reviews.change(row, ReviewCommand.RETURN, details={"reason": reason}, state=state)
    return int(row.version)


async def confirm_unchanged(registers: Registers, elder_ids: Sequence[UUID]) -> list[Done]:
    """Many files are as they were: submitted by a village, finished or signed by a township, as each stands.

    All in a few statements; what is wrong with one does not stop another.
    """
    elders = {elder.id: elder for elder in await registers.elders.many(elder_ids, lock=True)}
    rounds, looks = await registers.reviews.open_of(elders), await registers.reviews.last_looks(elders)
    done: dict[UUID, Done] = {}
    steps: list[_Step] = []
    for each in dict.fromkeys(elder_ids):
        try:
            step = _step(registers, elders.get(each), rounds.get(each), looks.get(each))
        except DomainError as error:
            done[each] = Done(each, None, (Fault(error.code, "", error.params),))
        else:
            steps.append(step)
            done[each] = Done(each, step.state.value)
    await _take(registers, steps)
    return [done[each] for each in elder_ids]


# --- what may be done ---------------------------------------------------------------------------------


def _led_to(elder: Elder, row: Any | None, command: ReviewCommand) -> ReviewState:
    """Where a command leads. Raises WrongState, of a file that nobody reviews as well."""
    if ElderState(elder.status) not in REVIEWED:
        raise WrongState(elder.status, sorted(state.value for state in REVIEWED))
    return LIFE.after(command, ReviewState(row.state) if row is not None else ReviewState.DUE)


def _result(form: ReviewIn) -> ReviewResult:
    return form.result or (ReviewResult.CHANGED if form.changes else ReviewResult.UNCHANGED)


def _faults(form: ReviewIn, today: date) -> Iterator[Fault]:
    if form.on is not None and form.on > today:
        yield Fault("day_in_future", "/on")
    if form.changes and _result(form) is not ReviewResult.CHANGED:
        yield Fault("changes_without_change", "/result")


def _require_newer(day: date, last: date | None) -> None:
    if last is not None and day <= last:
        raise Conflict("reviewed_since")


def _require_unmoved(registers: Registers, elder: Elder, difference: Mapping[str, Any]) -> None:
    """The file says of each field what it said to the village, or already what the village found."""
    stands = form_of(elder, registers.elders.details(elder))
    moved = [name for name, said in difference.items() if stands.get(name) not in (said["from"], said["to"])]
    if moved:
        raise Conflict("review_outdated", fields=", ".join(moved))


async def _held(registers: Registers, review_id: UUID) -> tuple[Elder, Any]:
    """The elder first, as everybody locks."""
    elder = await registers.elders.locked((await registers.reviews.get(review_id)).elder_id)
    return elder, await registers.reviews.locked(review_id)


async def _corrected(registers: Registers, elder: Elder, changes: Mapping[str, Any]) -> Elder:
    corrected = await correct_elder(registers, elder, changes)
    assert isinstance(corrected, Elder)  # the township does not propose
    return corrected


# --- what is written ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """What confirming one file as unchanged comes to."""

    elder: Elder
    row: Any | None
    command: ReviewCommand
    state: ReviewState
    day: date  # of the look


def _step(registers: Registers, elder: Elder | None, row: Any | None, last: date | None) -> _Step:
    if elder is None:
        raise NotFound()
    stands = ReviewState(row.state) if row is not None else ReviewState.DUE
    command = command_on_unchanged(stands, decides=decides_in(registers.actor, elder.village))
    state = _led_to(elder, row, command)
    if row is None or command is not ReviewCommand.SIGN:
        _require_newer(registers.today, last)
        return _Step(elder, row, command, state, registers.today)
    if row.result == ReviewResult.CHANGED:
        raise Conflict("review_has_changes")
    return _Step(elder, row, command, state, row.reviewed_on)


async def _take(registers: Registers, steps: Sequence[_Step]) -> None:
    today = registers.today
    found = {"reviewed_on": today, "result": ReviewResult.UNCHANGED.value}
    for command in (ReviewCommand.SUBMIT, ReviewCommand.FINISH, ReviewCommand.SIGN):
        mine = [step for step in steps if step.command is command]
        columns = _by(registers, command, today, None)
        new = [_new(step.elder, {**found, **columns}, {}, today) for step in mine if step.row is None]
        await registers.reviews.add(new, command=command)
        begun = [step.row for step in mine if step.row is not None]
        looked = {} if command is ReviewCommand.SIGN else found
        await registers.reviews.change_alike(begun, command, **looked, **columns)
    await _complete(registers, [(step.elder, step.day) for step in steps if step.state is ReviewState.DONE])


def _by(registers: Registers, command: ReviewCommand, day: date, row: Any | None) -> dict[str, Any]:
    """State, who did it and when, as columns."""
    if command is ReviewCommand.MISS:
        tried = row.attempts + (day > row.reviewed_on or not row.attempts) if row is not None else 1
        return {"state": ReviewState.NOT_REACHED.value, "attempts": tried, "next_attempt_on": next_attempt(day)}
    who, when = registers.actor.id, registers.now
    if command is ReviewCommand.SUBMIT:
        by = {"state": ReviewState.SUBMITTED.value, "submitted_by": who, "submitted_at": when}
    else:
        by = {"state": ReviewState.DONE.value, "signed_by": who, "signed_at": when}
    return {**by, "next_attempt_on": None}


async def _keep(
    registers: Registers,
    elder: Elder,
    row: Any | None,
    command: ReviewCommand,
    columns: Mapping[str, Any],
    said: Mapping[str, Any],
) -> UUID:
    if row is not None:
        return UUID(str((await registers.reviews.change(row, command, details=said, **columns)).id))
    [review_id] = await registers.reviews.add([_new(elder, columns, said, registers.today)], command=command)
    return review_id


def _new(elder: Elder, columns: Mapping[str, Any], said: Mapping[str, Any], today: date) -> dict[str, Any]:
    """A round that begins."""
    return {
        "elder_id": elder.id,
        "village": elder.village,
        "due_on": elder.review_due_on or today,
        "started_on": today,
        "attempts": 0,
        "submitted_by": None,
        "submitted_at": None,
        "signed_by": None,
        "signed_at": None,
        "sealed": dict(said),
        **columns,
    }


async def _complete(registers: Registers, looked: Sequence[tuple[Elder, date]]) -> None:
    """Each next look is due half a year after this one; what waited for it waits no longer."""
    policies = {(elder.village, day): (await registers.places.book_for(elder.village)).on(day) for elder, day in looked}
    await registers.elders.set_reviews_due(
        [(elder, next_review(day, policies[elder.village, day])) for elder, day in looked]
    )
    await registers.tasks.cancel_of([elder.id for elder, _ in looked], [DutyTask.COMPLETE_AT_REVIEW])
