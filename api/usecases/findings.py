"""What records reveal becomes rows with elder, kind, time and source; old paper makes no noise (A27)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from api.domain.escalations import RiskKind
from api.domain.months import SHANGHAI
from api.domain.observations import Change
from api.domain.openings import Opening, OpeningKind, TaskKind, found_safe, openings, risk_opening
from api.domain.policy import Policy
from api.domain.references import elder_faults
from api.domain.visits import Outcome, Standing, VisitRecord
from api.schemas.visits import elder_ref_of, major_risk_of
from api.store import Registers
from api.store.hazards import SafeLook
from api.store.revealed import Revealed
from api.store.subjects import Subject
from api.store.visits import Contact
from api.usecases.recognising import goes_by, stored_record
from api.usecases.searches import Searches, sight_of, sought_in_vain
from api.usecases.taken import Taken

_MET = frozenset({Outcome.COMPLETED, Outcome.REFUSED})


@dataclass(frozen=True, slots=True)
class _Sight:
    """When somebody went to see the elder, and whether he was met or reached."""

    visit_id: UUID | None
    moment: datetime
    outcome: Outcome


async def open_findings(
    registers: Registers,
    standing: Sequence[Taken],
    contacts: Mapping[UUID, Sequence[Contact]],
    policy: Policy,
) -> None:
    """Open or join everything that accepted records reveal; the order inside a batch plays no part.

    A newer version opens what the one before it did not reveal; what it no longer reveals is cancelled,
    unless somebody touched it or another record reveals it too.
    """
    story = await _whole_story(registers, standing, contacts)
    sights, searches = _sights(standing, story), await Searches.of(registers, standing, story)
    revealed: list[tuple[Taken, Revealed]] = []
    for each in sorted(standing, key=lambda each: each.record.moment if each.record else registers.now):
        found = await _revealed_by(registers, each, sights, policy)
        if any(one.kind is OpeningKind.WHEREABOUTS_CHECK for one in found):
            found += searches.alarm(each)
        if each.stored is not None:
            found = await _new_in(registers, each, found, policy)
        revealed += [(each, _from(each, opening)) for opening in found]
    ids = await registers.findings.store([one for _, one in revealed])
    stored = [(each, one, row_id) for (each, one), row_id in zip(revealed, ids, strict=True)]
    for each, one, row_id in stored:
        each.opened.add(one.opening.kind, row_id)
    await searches.settle(registers, stored)
    await registers.hazards.see_safe([_safe_look(registers, each, sights, policy) for each in standing])


async def forget_findings(registers: Registers, visit_ids: Collection[UUID]) -> None:
    """Records no longer stand: what they alone opened falls with them, and what they saw gone may be there still.

    Nor do they say any more where their elders were.
    """
    await registers.findings.cancel(visit_ids)
    await registers.hazards.withdraw_looks(visit_ids)
    await registers.whereabouts.reopen_answered_by(visit_ids)


async def open_risks(registers: Registers, unheard: Sequence[Taken], policy: Policy) -> None:
    """A major risk is heard although its record is refused or held (R46); the same record opens it once."""
    risky = [(each, risk) for each in unheard if (risk := major_risk_of(each.sent.raw)) is not None]
    elders = await _whom(registers, [each for each, _ in risky])
    heard: list[tuple[Taken, Revealed]] = []
    for each, risk in risky:
        opening = risk_opening(risk, received_at=registers.now, policy=policy)
        elder = elders.get(id(each))
        if opening.kind is OpeningKind.ESCALATION or elder is not None:
            village = elder.village if elder else _village_named(registers, each)
            external_id = each.external_id or f"~{each.sent.index}-{registers.trace.request_id}"
            heard.append((each, Revealed(opening, None, each.sent.source, external_id, elder, village, risk)))
    ids = await registers.findings.store([one for _, one in heard])
    for (each, one), row_id in zip(heard, ids, strict=True):
        each.opened.add(one.opening.kind, row_id)


async def _whom(registers: Registers, unheard: Sequence[Taken]) -> Mapping[int, Subject]:
    """The elders of records that are not kept, where they are certain; by the record's identity."""
    asked = {
        id(each): (each.sent.source, ref)
        for each in unheard
        if not each.held
        and (ref := elder_ref_of(each.sent.raw)) is not None
        and not tuple(elder_faults(ref, registers.today))
    }
    hits = await registers.subjects.resolve(asked.values())
    return {
        key: hits[source, ref][0]
        for key, (source, ref) in asked.items()
        if len(hits[source, ref]) == 1 and (ref.name is None or goes_by(hits[source, ref][0], ref.name))
    }


def _village_named(registers: Registers, each: Taken) -> str:
    """Whose desk a risk lands on when its elder is not certain: the village's that is named, or the sender's."""
    if each.subject is not None:
        return each.subject.village
    meant = elder_ref_of(each.sent.raw)
    named = meant.village if meant else None
    return named if named is not None and registers.actor.covers(named) else registers.actor.areas[0]


async def _whole_story(
    registers: Registers, standing: Sequence[Taken], contacts: Mapping[UUID, Sequence[Contact]]
) -> Mapping[UUID, Sequence[Contact]]:
    """The contacts, from the very first for elders who were sought in vain: no distance forgives that (A13)."""
    sought = sought_in_vain(standing)
    return {**contacts, **(await registers.visits.contacts(sought, date.min))} if sought else contacts


async def _new_in(registers: Registers, each: Taken, found: Sequence[Opening], policy: Policy) -> list[Opening]:
    record, subject, stored = each.record, each.subject, each.stored
    assert record is not None
    assert subject is not None
    now = _reveals(record, policy)
    if each.revives or stored.elder_id != subject.id:
        await forget_findings(registers, [stored.id])
        return list(found)
    await registers.findings.cancel([stored.id], sparing=now)
    await registers.hazards.withdraw_looks([stored.id], sparing=record.found_safe)
    before = stored_record(registers, stored)
    if sight_of(record) != sight_of(before):
        await registers.whereabouts.reopen_answered_by([stored.id])
    new = now - _reveals(before, policy)
    collected = {(OpeningKind.TASK, TaskKind.CHECK_NEXT_VISIT)} if new else set()
    return [one for one in found if (one.kind, one.subkind) in new | collected]


def _reveals(record: VisitRecord, policy: Policy) -> set[tuple[OpeningKind, str]]:
    """The kinds of all that a record might open, were it fresh and the first of its kind."""
    fresh = openings(record, received_at=record.moment, later_contact=False, policy=policy, mood_before=Change.WORSE)
    kinds = {(one.kind, one.subkind) for one in fresh}
    if any(kind is OpeningKind.WHEREABOUTS_CHECK for kind, _ in kinds):
        kinds.add((OpeningKind.ESCALATION, RiskKind.MISSING))
    return kinds


def _sights(standing: Sequence[Taken], contacts: Mapping[UUID, Sequence[Contact]]) -> Mapping[UUID, list[_Sight]]:
    sights: defaultdict[UUID, list[_Sight]] = defaultdict(list)
    for elder_id, known in contacts.items():
        for contact in known:
            if contact.standing == Standing.ACCEPTED:
                noon = datetime.combine(contact.visited_on, time(12), SHANGHAI)
                sights[elder_id].append(_Sight(contact.visit_id, contact.moment or noon, Outcome(contact.outcome)))
    for each in standing:
        if each.subject is not None and each.record is not None:
            sights[each.subject.id].append(_Sight(each.id, each.record.moment, each.record.outcome))
    return sights


async def _revealed_by(
    registers: Registers, each: Taken, sights: Mapping[UUID, Sequence[_Sight]], policy: Policy
) -> list[Opening]:
    record, subject = each.record, each.subject
    assert record is not None
    assert subject is not None
    others = _others(each, sights)
    mood_before = None
    if record.completed and record.observations.mood is Change.WORSE:
        before = await registers.visits.last_completed(subject.id, record.day)
        mood_before = (
            Change(content["mood"]) if before and "mood" in (content := registers.visits.content(before)) else None
        )
    return list(
        openings(
            record,
            received_at=registers.now,
            later_contact=_met_later(record, others),
            policy=policy,
            mood_before=mood_before,
        )
    )


def _safe_look(registers: Registers, each: Taken, sights: Mapping[UUID, Sequence[_Sight]], policy: Policy) -> SafeLook:
    record, subject = each.record, each.subject
    assert record is not None
    assert subject is not None
    later_contact = _met_later(record, _others(each, sights))
    kinds = found_safe(record, received_at=registers.now, later_contact=later_contact, policy=policy)
    return SafeLook(subject, kinds, record.day, each.id)


def _others(each: Taken, sights: Mapping[UUID, Sequence[_Sight]]) -> list[_Sight]:
    """When anybody else went to see the elder of this record."""
    assert each.subject is not None
    return [sight for sight in sights[each.subject.id] if sight.visit_id != each.id]


def _met_later(record: VisitRecord, others: Sequence[_Sight]) -> bool:
    return any(sight.moment > record.moment and sight.outcome in _MET for sight in others)


def _from(each: Taken, opening: Opening) -> Revealed:
    record, subject = each.record, each.subject
    assert record is not None
    assert subject is not None
    risk = record.major_risk if record.major_risk and record.major_risk.kind == opening.subkind else None
    return Revealed(opening, each.id, each.sent.source, each.external_id or "", subject, subject.village, risk)
