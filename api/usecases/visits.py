"""What is done to visit records after they came in (R45, R52): corrected, returned, voided, withdrawn, let count.

Every command holds the elder first, as the intake does, then changes the record it read under that lock; the
visit's month is judged anew. Withdrawn and voided records take with them what they alone opened and nobody
touched. A major risk, once heard, stays until a person says that it was none.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from api.domain.access import Actor
from api.domain.credits import NotCounted
from api.domain.errors import Conflict, Fault, Forbidden, Refused, WrongState
from api.domain.flags import Flag
from api.domain.months import Month
from api.domain.visit_commands import LIFE, VisitCommand, check_lifting, check_withdrawal
from api.domain.visits import Standing
from api.messages import Language, spoken
from api.schemas.etags import etag_of
from api.schemas.visit_answers import CountsTowardOut, FlagOut, OpenedOut, RecordOut, VisitedElderOut, VisitOut
from api.schemas.visit_commands import AmendIn, ConfirmRefusalIn, CreditOut, NotCountedOut, ReasonIn, VisitLineOut
from api.store import Registers
from api.store.history import Change
from api.usecases.doubles import let_others_count
from api.usecases.findings import forget_findings
from api.usecases.recognising import stored_record
from api.usecases.records import amend, credits_of, hear_risks
from api.usecases.refusals import open_consent_talks
from api.usecases.rejudging import rejudge
from api.usecases.taken import Sent, Taken


async def hold(registers: Registers, visit_id: UUID) -> Any:
    """The record as nobody else can change it until the transaction ends. Raises NotFound."""
    elder_id = (await registers.visits.get(visit_id)).elder_id
    await registers.at_work().subjects.lock([elder_id])
    return await registers.visits.get(visit_id, lock=True)


async def amend_visit(registers: Registers, row: Any, form: AmendIn) -> Taken:
    """The author says what the record should have said; a returned one stands again.

    Raises Forbidden ``not_own_record``, WrongState, and Refused with pointers below ``/record``.
    """
    _require_own(registers.actor, row)
    _require_standing(VisitCommand.AMEND, row)
    named = form.record.get("external_id") if isinstance(form.record, Mapping) else None
    if named is not None and named != row.external_id:
        raise Refused([Fault("external_id_fixed", "/record/external_id")])
    sent = Sent(request=0, index=0, source=row.source, raw=form.record, name=row.external_id, amends=form.reason)
    taken = await amend(registers, sent, row)
    if taken.rejected:
        raise Refused([replace(fault, pointer=f"/record{fault.pointer}") for fault in taken.errors])
    return taken


async def hear_amended_risk(registers: Registers, row: Any, record: object) -> Mapping[str, Any]:
    """Keep the major risk of an amendment that was refused, once however often it is sent (api ruling 1)."""
    registers = registers.at_work()
    subject = (await registers.subjects.lock([row.elder_id])).get(row.elder_id)
    refused = Taken(
        Sent(request=0, index=0, source=row.source, raw=record), external_id=row.external_id, subject=subject
    )
    await hear_risks(registers, [refused])
    return {"opened": OpenedOut.model_validate(refused.opened.ids).model_dump(mode="json")}


async def return_visit(registers: Registers, row: Any, form: ReasonIn) -> None:
    """Back to its author (退回): it does not count until it is amended."""
    _refuse_own(registers.actor, row)
    await _change(registers, row, VisitCommand.RETURN, form.reason)


async def void_visit(registers: Registers, row: Any, form: ReasonIn) -> None:
    """No visit at all (作废), for good."""
    _refuse_own(registers.actor, row)
    _require_standing(VisitCommand.VOID, row)
    await forget_findings(registers, [row.id])
    await _change(registers, row, VisitCommand.VOID, form.reason)


async def withdraw_visit(registers: Registers, row: Any, form: ReasonIn) -> None:
    """Its author takes it back (撤回), soon and while nobody acted on what it opened."""
    _require_own(registers.actor, row)
    _require_standing(VisitCommand.WITHDRAW, row)
    registers = registers.at_work()
    check_withdrawal(row.received_at, registers.now, relied_on=bool(await registers.findings.relied_on([row.id])))
    await forget_findings(registers, [row.id])
    await _change(registers, row, VisitCommand.WITHDRAW, form.reason)


async def accept_visit(registers: Registers, row: Any, form: ReasonIn) -> None:
    """An office lets a record count that was kept from counting: very late, probably double, under review."""
    _refuse_own(registers.actor, row)
    _require_standing(VisitCommand.ACCEPT, row)
    check_lifting(NotCounted(row.blocked) if row.blocked else None, registers.actor, row.village)
    await _change(registers, row, VisitCommand.ACCEPT, form.reason, blocked=None)


async def confirm_refusal(registers: Registers, row: Any, form: ConfirmRefusalIn) -> None:
    """The township's call-back: one refusal, by the elder himself and in person, settles the period (A33)."""
    _refuse_own(registers.actor, row)
    _require_standing(VisitCommand.CONFIRM_REFUSAL, row)
    if not row.refused_by_elder:
        raise Conflict("refusal_not_by_elder")
    if row.refusal_conclusive:
        raise WrongState("refusal_confirmed", [Standing.ACCEPTED.value])
    await _change(registers, row, VisitCommand.CONFIRM_REFUSAL, form.reason, refusal_conclusive=True)
    await open_consent_talks(registers, [row.elder_id])


async def _change(registers: Registers, row: Any, command: VisitCommand, reason: str | None, **values: Any) -> None:
    values["standing"] = _require_standing(command, row).value
    after = await registers.visits.change(row, **values)
    said = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    said["reason"] = (None, reason)
    await registers.history.record([Change("visit", row.id, row.village, after.version, command.value, said)])
    if command in (VisitCommand.VOID, VisitCommand.WITHDRAW):
        await let_others_count(registers, [row])
    await rejudge(registers, [row.elder_id], [Month.of(row.visited_on)])


def _require_standing(command: VisitCommand, row: Any) -> Standing:
    return LIFE.after(command, Standing(row.standing))


def own_sources(actor: Actor) -> tuple[str, ...]:
    """Whose records are the actor's: his own or his provider's, and those of the offices he works for."""
    return (actor.source, *(f"office:{area}" for area in actor.reached))


def _require_own(actor: Actor, row: Any) -> None:
    if row.recorded_by != actor.id and row.source not in own_sources(actor):
        raise Forbidden("not_own_record")


def _refuse_own(actor: Actor, row: Any) -> None:
    if row.recorded_by == actor.id:
        raise Forbidden("own_record")


# --- shown --------------------------------------------------------------------------------------------


async def visit_shown(registers: Registers, visit_id: UUID, language: Language) -> VisitOut:
    """One record with all that its readers may see."""
    row = await registers.visits.shown(visit_id)
    registers.trace.saw([row.id, row.elder_id])
    return VisitOut(
        id=row.id,
        elder=_elder(row),
        visit_no=row.visit_no,
        standing=Standing(row.standing),
        source=row.source,
        external_id=row.external_id,
        external_version=row.external_version,
        flags=[FlagOut.of(Flag(**flag), language) for flag in row.flags],
        recorded_by=row.recorded_by,
        received_at=row.received_at,
        record=RecordOut.of(stored_record(registers, row), sealed=True),  # its readers work for the area
        etag=etag_of(row.version, language.value),
    )


def visit_line(row: Any) -> VisitLineOut:
    """A record in a list."""
    names = VisitLineOut.model_fields.keys() - {"elder", "flags", "etag"}
    return VisitLineOut.model_validate(
        {name: getattr(row, name) for name in names}
        | {"elder": _elder(row), "flags": [flag["code"] for flag in row.flags], "etag": etag_of(row.version)}
    )


async def credit_of(registers: Registers, visit_id: UUID, language: Language) -> CreditOut:
    """What the record is good for, judged from the facts as they are now."""
    row = await registers.visits.get(visit_id)
    registers.trace.saw([row.id])
    credit = (await credits_of(registers.at_work(), [row]))[row.id]
    return CreditOut(
        counts_toward=[
            CountsTowardOut(period=each.period_label, tier=each.tier, counted=each.counted)
            for each in credit.counts_toward
        ],
        not_counted=_sentence(credit.not_counted, language),
    )


def _sentence(reason: NotCounted | None, language: Language) -> NotCountedOut | None:
    if reason is None:
        return None
    return NotCountedOut(code=reason.value, detail=spoken(f"not_counted_{reason}", {}, language).detail)


def _elder(row: Any) -> VisitedElderOut:
    return VisitedElderOut(id=row.elder_id, short_no=row.short_no, village=row.village)
