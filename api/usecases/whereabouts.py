"""Finding out where an elder is whom nobody met, and raising the alarm when nobody can say (A13)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from api.domain.escalations import RiskKind
from api.domain.hazards import Severity
from api.domain.openings import Opening, OpeningKind
from api.domain.visits import Whereabouts
from api.domain.whereabouts import (
    LIFE,
    CheckCommand,
    CheckState,
    Sight,
    answer_faults,
    command_of,
    is_late,
    proposal_of,
)
from api.schemas.etags import etag_of
from api.schemas.late import Late
from api.schemas.whereabouts import AnswerIn, CheckLineOut, CheckOut
from api.store import Registers
from api.store.revealed import Revealed
from api.store.subjects import Subject
from api.usecases.standing import refuse

SOURCE = "whereabouts"  # of the alarms that a deadline raises


async def answer_check(registers: Registers, row: Any, body: Late[AnswerIn]) -> None:
    """Somebody says where the elder is: whoever is in hospital or away is to be suspended by the township.

    An answer that comes after the deadline finds the alarm raised. Raises WrongState, Refused.
    """
    LIFE.after(CheckCommand.ANSWER, CheckState(row.state))
    form = body.parsed()
    policy = (await registers.places.book_for(row.village)).on(registers.today)
    at = form.at or registers.now
    refuse(answer_faults(at, row.opened_at, registers.now, policy))
    row = await raise_alarm_if_late(registers, row)
    details = {"note": form.note}
    if command_of(form.whereabouts) is CheckCommand.ASK:
        await registers.whereabouts.change(row, CheckCommand.ASK, details=details, told_by=form.told_by, told_at=at)
        return
    by = {"told_by": form.told_by, "answered_by": registers.actor.id}
    await registers.whereabouts.answer(row, Sight(at, form.whereabouts), details=details, **by)
    await _propose(registers, row, form.whereabouts, at)


async def _propose(registers: Registers, row: Any, answer: Whereabouts, at: datetime) -> None:
    kind = proposal_of(answer)
    if kind is not None:
        opening = Opening(OpeningKind.PROPOSAL, kind, at, text=answer.value)
        await registers.findings.store([await _from(registers, row, opening)])


async def raise_alarm_if_late(registers: Registers, row: Any) -> Any:
    """Nobody knew by the deadline: an alarm since then, written once by whoever comes by; the row."""
    state = CheckState(row.state)
    if state is not CheckState.OPEN or not is_late(state, row.due_at, registers.now):
        return row
    opening = Opening(OpeningKind.ESCALATION, RiskKind.MISSING, row.due_at, severity=Severity.MAJOR)
    [escalation_id] = await registers.findings.store([await _from(registers, row, opening)])
    return await registers.whereabouts.escalate(row, escalation_id, at=row.due_at)


async def escalate_checks(registers: Registers, alarms: Mapping[UUID, tuple[UUID, datetime]]) -> None:
    """Checks about whose elders records have just raised an alarm: check → escalation and its instant."""
    for row in await registers.whereabouts.open_ones(alarms):
        escalation_id, at = alarms[row.id]
        await registers.whereabouts.escalate(row, escalation_id, at=at)


async def _from(registers: Registers, row: Any, opening: Opening) -> Revealed:
    elder = await _elder(registers, row)
    return Revealed(opening, row.source_visit, SOURCE, f"{row.id}:{row.version}", elder, elder.village)


async def _elder(registers: Registers, row: Any) -> Subject:
    return (await registers.subjects.lock([row.elder_id]))[row.elder_id]


# --- shown --------------------------------------------------------------------------------------------


def check_line(registers: Registers, row: Any) -> CheckLineOut:
    late = is_late(CheckState(row.state), row.due_at, registers.now)
    names = CheckLineOut.model_fields.keys() - {"late"}
    return CheckLineOut.model_validate({name: getattr(row, name) for name in names} | {"late": late})


async def check_shown(registers: Registers, check_id: UUID) -> CheckOut:
    row = await registers.whereabouts.get(check_id)
    registers.trace.saw([row.elder_id])
    names = CheckOut.model_fields.keys() - {"note", "etag"}
    note = registers.whereabouts.details(row).get("note")
    return CheckOut.model_validate(
        {name: getattr(row, name) for name in names} | {"note": note, "etag": etag_of(row.version)}
    )
