"""How an escalation stands now, as its desk reads it: clocks and level are judged at the moment of reading."""

from collections.abc import Mapping
from typing import Any

from api.domain.escalations import Clock, ClockKind, Course, clocks_of, is_overdue, level_at
from api.schemas.escalations import ClockOut, ClocksOut, EscalationFullOut, EscalationOut, StepOut
from api.schemas.etags import etag_of
from api.store import Registers
from api.store.escalations import StepSeen

_READ = ("place_text", "person_text", "phone", "called_number", "contact", "text")
_TOLD = ("text", "called_number", "contact", "verified_by")


def escalation_out(registers: Registers, row: Any) -> EscalationOut:
    return EscalationOut.model_validate(_standing(registers, row))


async def escalation_full_out(registers: Registers, row: Any) -> EscalationFullOut:
    """With everything that was told and done."""
    shown = await registers.escalations.get(row.id)
    told = registers.escalations.details(shown)
    steps = [_step_out(step) for step in await registers.escalations.steps(shown)]
    read = {name: told.get(name) for name in _READ}
    return EscalationFullOut.model_validate({**_standing(registers, shown), **read, "steps": steps})


def _standing(registers: Registers, row: Any) -> dict[str, Any]:
    course, now = registers.escalations.course(row), registers.now
    clocks = {kind: _clock_out(registers, clock) for kind, clock in clocks_of(course).items()}
    columns = {name: getattr(row, name) for name in EscalationOut.model_fields if hasattr(row, name)}
    return {
        **columns,
        "etag": etag_of(row.version, _view(course, clocks, registers)),
        "level": level_at(course, now),
        "late": is_overdue(course, now),
        "report_delay_minutes": int(course.report_delay.total_seconds() // 60),
        "clocks": ClocksOut.model_validate({kind.value: clocks.get(kind) for kind in ClockKind}),
    }


def _clock_out(registers: Registers, clock: Clock) -> ClockOut:
    return ClockOut(due_at=clock.due_at, met_at=clock.met_at, state=clock.state(registers.now))


def _view(course: Course, clocks: Mapping[ClockKind, ClockOut], registers: Registers) -> str:
    """What time alone changes of an answer: an ETag tells whether any of it did."""
    words = [level_at(course, registers.now), *(f"{kind}:{clock.state}" for kind, clock in clocks.items())]
    return registers.desk.sealer.fingerprint(" ".join(words).encode()).hex()[:8]


def _step_out(step: StepSeen) -> StepOut:
    told = {name: step.told.get(name) for name in _TOLD}
    return StepOut(kind=step.kind, at=step.at, recorded_at=step.recorded_at, by=step.actor_id, level=step.level, **told)
