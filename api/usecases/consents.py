"""Hearing what the elder wants (plan 四(三): 自愿; rules R36, A23)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from api.domain.consents import (
    ConsentKind,
    SpokenBy,
    Willingness,
    Word,
    consent_faults,
    willingness,
)
from api.domain.elders import LIFE, Command, ElderState, state_after
from api.domain.errors import Conflict, Fault, WrongState
from api.domain.facts import DECLINED
from api.domain.open_items import DECIDE_DAYS, SEE_IN_PERSON_DAYS, DutyTask
from api.schemas.duty import ConsentIn, DeclineIn
from api.store import Registers
from api.store.stints import Ending
from api.store.tables import Elder
from api.usecases.proposing import decides_in
from api.usecases.standing import new_task, refuse, rejudge_from, state_today

_MAY_DECLINE = LIFE.allowed(Command.DECLINE)


async def decline(registers: Registers, elder: Elder, form: DeclineIn) -> Elder:
    """The entitled person does not want the visits: the elder stays on the roll and is owed none."""
    state_after(Command.DECLINE, ElderState(elder.status))
    day = form.on or registers.today
    refuse(_decline_faults(form, day, registers.today))
    before = willingness(await registers.consents.on_visits(elder.id))
    await registers.consents.record(
        elder,
        ConsentKind.SERVICE,
        Word.WITHDRAWN if before.word is Word.GIVEN else Word.REFUSED,
        form.by,
        day,
        evidence=form.evidence,
        approved=True,
    )
    after = willingness(await registers.consents.on_visits(elder.id))
    if not after.withheld:
        raise Conflict("said_otherwise_since")
    return await _heed(registers, elder, "decline", before, after, proof=form.evidence is not None)


def _decline_faults(form: DeclineIn, day: date, today: date) -> Iterator[Fault]:
    yield from consent_faults(form.by, day, form.evidence, today)
    if form.by is SpokenBy.FAMILY:
        yield Fault("word_not_entitled", "/by")


async def record_consent(registers: Registers, elder: Elder, form: ConsentIn) -> Elder:
    """Keep what somebody said. A relative's word changes nothing: somebody sees the elder in person.

    A legal guardian's word waits for the township unless the township itself records it.
    """
    if elder.status == ElderState.EXITED:
        raise WrongState(elder.status, sorted(state.value for state in ElderState if state.value != elder.status))
    refuse(consent_faults(form.by, form.on, form.evidence, registers.today))
    before = willingness(await registers.consents.on_visits(elder.id))
    by_township = form.by is SpokenBy.LEGAL_GUARDIAN and decides_in(registers.actor, elder.village)
    approved = form.by is SpokenBy.SELF or by_township
    consent_id = await registers.consents.record(
        elder, form.kind, form.word, form.by, form.on, evidence=form.evidence, approved=approved
    )
    if not approved and form.kind is ConsentKind.SERVICE:
        await registers.tasks.open([_asks_for_more(registers, elder, form, str(consent_id))])
    after = willingness(await registers.consents.on_visits(elder.id))
    return await _heed(registers, elder, "consent", before, after, proof=form.evidence is not None)


def _asks_for_more(registers: Registers, elder: Elder, form: ConsentIn, key: str) -> Any:
    today = registers.today
    if form.by is SpokenBy.LEGAL_GUARDIAN:
        return new_task(elder, DutyTask.APPROVE_CONSENT, today, today + timedelta(days=DECIDE_DAYS), key=key)
    due_on = today + timedelta(days=SEE_IN_PERSON_DAYS)
    return new_task(elder, DutyTask.SEE_IN_PERSON, today, due_on, key=key, note=form.evidence)


async def approve_consent(registers: Registers, elder: Elder, consent: Any) -> Elder:
    """The township stands behind a legal guardian's word; from now on it counts."""
    before = willingness(await registers.consents.on_visits(elder.id))
    await registers.consents.approve(consent)
    await registers.tasks.settle(elder.id, DutyTask.APPROVE_CONSENT, str(consent.id))
    after = willingness(await registers.consents.on_visits(elder.id))
    return await _heed(registers, elder, "approve_consent", before, after, proof=consent.evidence is not None)


async def _heed(
    registers: Registers, elder: Elder, command: str, before: Willingness, after: Willingness, *, proof: bool
) -> Elder:
    """Let the word that now counts take effect on state and duty."""
    columns: dict[str, Any] = {
        "consent": after.word.value if after.word else None,
        "consented_on": after.first_yes,
    }
    state = ElderState(elder.status)
    days = {day for day in (before.first_yes, after.first_yes) if day is not None}
    if after.withheld and after.on is not None and state in _MAY_DECLINE:
        await registers.stints.end(elder, Ending(after.on - timedelta(days=1), DECLINED, proof=proof))
        columns["status"] = ElderState.DECLINED.value
        days.add(after.on)
    elif after.word is Word.GIVEN and after.on is not None and _returns(elder):
        await registers.stints.begin(elder, after.on)
        columns["status"] = (await state_today(registers, elder.id)).value
        days.add(after.on)
    spoken = {"willingness": (_plain(before), _plain(after))}
    elder = await registers.elders.change(elder, command, columns, noted=spoken)
    if before != after:
        await rejudge_from(registers, elder, min(days, default=registers.today))
    return elder


def _returns(elder: Elder) -> bool:
    """Who declined while on the roll is on duty again; who never was, waits for the township."""
    return elder.status == ElderState.DECLINED and elder.confirmed_on is not None


def _plain(stands: Willingness) -> dict[str, Any]:
    return {"word": stands.word, "on": stands.on, "first_yes": stands.first_yes}
