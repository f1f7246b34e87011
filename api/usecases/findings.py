"""What records reveal becomes rows with elder, kind, time and source; old paper makes no noise (A27)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from api.domain.escalations import RiskKind
from api.domain.hazards import Severity
from api.domain.months import SHANGHAI
from api.domain.observations import Change
from api.domain.openings import Opening, OpeningKind, openings, risk_opening
from api.domain.policy import Policy
from api.domain.visits import Outcome, Standing, Whereabouts
from api.schemas.visits import major_risk_of
from api.store import Registers
from api.store.findings import Revealed
from api.store.visits import Contact
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
    """Open or join everything that accepted records reveal; the order inside a batch plays no part."""
    sights = _sights(standing, contacts)
    revealed: list[tuple[Taken, Revealed]] = []
    for each in sorted(standing, key=lambda each: each.record.moment if each.record else registers.now):
        found = await _revealed_by(registers, each, sights, policy)
        revealed += [(each, _from(each, opening)) for opening in found]
    ids = await registers.findings.store([one for _, one in revealed])
    for (each, one), row_id in zip(revealed, ids, strict=True):
        each.opened.add(one.opening.kind, row_id)


async def open_risks(registers: Registers, refused: Iterable[Taken], policy: Policy) -> None:
    """A major risk is heard although its record is refused (R46); the same record opens it once."""
    heard: list[tuple[Taken, Revealed]] = []
    for each in refused:
        risk = major_risk_of(each.sent.raw)
        village = _village_of(registers, each)
        if risk is None or village is None:
            continue
        opening = risk_opening(risk, received_at=registers.now, policy=policy)
        if opening.kind is OpeningKind.ESCALATION or each.subject is not None:
            external_id = each.external_id or f"~{registers.trace.request_id}-{each.sent.index}"
            heard.append((each, Revealed(opening, None, each.sent.source, external_id, each.subject, village, risk)))
    ids = await registers.findings.store([one for _, one in heard])
    for (each, one), row_id in zip(heard, ids, strict=True):
        each.opened.add(one.opening.kind, row_id)


def _village_of(registers: Registers, each: Taken) -> str | None:
    """Whose desk a risk lands on: the elder's village, else the one named, else the sender's own area."""
    if each.subject is not None:
        return each.subject.village
    elder = each.sent.raw.get("elder") if isinstance(each.sent.raw, Mapping) else None
    named = elder.get("village") if isinstance(elder, Mapping) else None
    if isinstance(named, str) and registers.actor.covers(named):
        return named
    return registers.actor.areas[0]


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
    others = [sight for sight in sights[subject.id] if sight.visit_id != each.id]
    later_contact = any(sight.moment > record.moment and sight.outcome in _MET for sight in others)
    mood_before = None
    if record.completed and record.observations.mood is Change.WORSE:
        before = await registers.visits.last_completed(subject.id, record.day)
        mood_before = (
            Change(content["mood"]) if before and "mood" in (content := registers.visits.content(before)) else None
        )
    found = list(
        openings(
            record,
            received_at=registers.now,
            later_contact=later_contact,
            policy=policy,
            mood_before=mood_before,
        )
    )
    if any(one.kind is OpeningKind.WHEREABOUTS_CHECK for one in found) and _lost(each, others):
        found.append(Opening(OpeningKind.ESCALATION, RiskKind.MISSING, record.moment, severity=Severity.MAJOR))
    return found


def _lost(each: Taken, others: Sequence[_Sight]) -> bool:
    """Not met on two different days with nobody meeting or reaching the elder in between (A13)."""
    record = each.record
    assert record is not None
    if record.not_met is not None and record.not_met.whereabouts is not Whereabouts.UNKNOWN:
        return False
    before = [sight for sight in others if sight.moment < record.moment]
    met = max((sight.moment for sight in before if sight.outcome in _MET), default=None)
    return any(
        sight.outcome is Outcome.NOT_MET
        and sight.moment.astimezone(SHANGHAI).date() != record.day
        and (met is None or sight.moment > met)
        for sight in before
    )


def _from(each: Taken, opening: Opening) -> Revealed:
    assert each.record is not None
    assert each.subject is not None
    return Revealed(
        opening,
        each.id,
        each.sent.source,
        each.external_id or "",
        each.subject,
        each.subject.village,
        each.record.major_risk,
    )
