"""What a visit reveals and therefore opens (plan 四(三)二是, 三是; domain rules §1.9, A13, A26, A27).

Old paper makes no noise: a record older than the policy's days, or followed by a later contact, opens one
task to look at the next visit, without clocks. Only that somebody died or moved away outlives its age.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from api.domain.escalations import MajorRisk, RiskKind
from api.domain.hazards import Hazard, HazardKind, Reminder, Severity
from api.domain.months import civil_date
from api.domain.observations import Change, DiseaseStatus, PopulationKind
from api.domain.policy import Policy
from api.domain.proposals import ProposalKind
from api.domain.referrals import Need, ask_by
from api.domain.visits import Outcome, VisitRecord, Whereabouts


class OpeningKind(StrEnum):
    HAZARD = "hazard"  # 安全隐患
    ESCALATION = "escalation"  # 重大风险隐患
    TASK = "task"  # 待办
    NOTICE = "notice"  # 告知乡镇
    PROPOSAL = "proposal"  # 变更建议
    WHEREABOUTS_CHECK = "whereabouts_check"  # 去向核实
    NEED = "need"  # 关爱服务需求


class TaskKind(StrEnum):
    RECHECK_CATEGORIES = "recheck_categories"  # 复核对象类型
    SUGGEST_ASSESSMENT = "suggest_assessment"  # 建议重新评估能力
    CHECK_NEXT_VISIT = "check_next_visit"  # 下次探访时核实


SEVERE_DISEASE = "severe_disease"  # 病情严重
NOT_MET = "not_met"  # 未遇


@dataclass(frozen=True, slots=True)
class Opening:
    """One thing to be stored with its elder, kind, time and source.

    A repeat joins what is still open of the same ``kind``, ``subkind`` and ``distinguished_by`` for the
    elder; a hazard, of the whole household: one leaking pipe is one hazard of two elders.
    ``text`` and ``distinguished_by`` are sensitive: sealed, and kept for comparison as a keyed index only.
    """

    kind: OpeningKind
    subkind: str
    found_at: datetime
    text: str | None = field(default=None, repr=False)
    distinguished_by: str | None = field(default=None, repr=False)
    due_at: datetime | None = None
    due_on: date | None = None
    severity: Severity | None = None  # of hazards and escalations
    reminder: Reminder | None = None  # of hazards
    reminded_to: str | None = field(default=None, repr=False)
    solved: bool = False  # of needs


def openings(
    record: VisitRecord,
    *,
    received_at: datetime,
    later_contact: bool,
    policy: Policy,
    mood_before: Change | None = None,
) -> tuple[Opening, ...]:
    """What an accepted record opens.

    ``later_contact``: somebody met or reached the elder after this visit. ``mood_before``: of the elder's
    previous completed visit. Where nobody was met only the outcome and a major risk open anything.
    """
    today = civil_date(received_at)
    found = [*_risks(record, policy), *_of_outcome(record, policy)]
    if record.completed:
        found += [
            *_tasks(record, today, policy),
            *_notices(record),
            *_comfort(record, mood_before),
            *_of_needs(record.needs, record.moment, policy),
        ]
    if _is_old_paper(record, today, later_contact, policy):
        return _of_old_record(found, record.moment, today, later_contact, policy)
    return tuple(found)


def found_safe(
    record: VisitRecord, *, received_at: datetime, later_contact: bool, policy: Policy
) -> tuple[HazardKind, ...]:
    """The kinds of hazard that an accepted record sees gone; old paper says nothing about today."""
    return () if _is_old_paper(record, civil_date(received_at), later_contact, policy) else record.found_safe


def _is_old_paper(record: VisitRecord, today: date, later_contact: bool, policy: Policy) -> bool:
    return later_contact or (today - record.day).days > policy.old_record_days


def risk_opening(risk: MajorRisk, *, received_at: datetime, policy: Policy) -> Opening:
    """What a major risk opens although its record was refused: found when it says, or at receipt."""
    found_at = min(risk.discovered_at or received_at, received_at)
    today = civil_date(received_at)
    opening = _escalation(risk.kind, risk.kind.severity, found_at, risk.text)
    if (today - civil_date(found_at)).days > policy.old_record_days:
        return _check_next_visit([opening], found_at, today, policy)
    return opening


def survey_openings(
    hazards: Sequence[Hazard], needs: Sequence[Need], *, found_at: datetime, received_at: datetime, policy: Policy
) -> tuple[Opening, ...]:
    """What a look round a household reveals of somebody who is on no roll yet (plan 三(二)二是).

    However old the paper, nobody else will find the hazards and needs: they are kept; a risk is heard while
    it is fresh.
    """
    found = [
        *(each for hazard in hazards for each in _of_hazard(hazard, found_at, policy)),
        *_of_needs(needs, found_at, policy),
    ]
    fresh = (civil_date(received_at) - civil_date(found_at)).days <= policy.old_record_days
    return tuple(each for each in found if fresh or each.kind is not OpeningKind.ESCALATION)


def _of_old_record(
    found: Sequence[Opening], moment: datetime, today: date, later_contact: bool, policy: Policy
) -> tuple[Opening, ...]:
    exits = [opening for opening in found if opening.subkind in _EXITS and not later_contact]
    rest = [opening for opening in found if opening.subkind not in _EXITS and not opening.solved]
    return (*exits, *([_check_next_visit(rest, moment, today, policy)] if rest else ()))


def _check_next_visit(revealed: Sequence[Opening], moment: datetime, today: date, policy: Policy) -> Opening:
    told = dict.fromkeys(f"{one.kind} {one.subkind}" + (f": {one.text}" if one.text else "") for one in revealed)
    return Opening(
        OpeningKind.TASK,
        TaskKind.CHECK_NEXT_VISIT,
        moment,
        text="; ".join(told),
        due_on=today + timedelta(days=policy.open_item_days),
    )


# --- hazards and major risks --------------------------------------------------------------------------

_RISK_OF_HAZARD = {
    HazardKind.GAS: RiskKind.GAS_LEAK,
    HazardKind.FIRE: RiskKind.FIRE,
    HazardKind.HOUSING: RiskKind.COLLAPSE_RISK,
}


def risk_of(kind: HazardKind) -> RiskKind:
    """What a hazard of this kind is as a major risk."""
    return _RISK_OF_HAZARD.get(kind, RiskKind.OTHER)


def _risks(record: VisitRecord, policy: Policy) -> Iterator[Opening]:
    """A major risk is heard whatever the outcome; a major hazard is a hazard and a risk."""
    risk = record.major_risk
    if risk is not None:
        found_at = risk.discovered_at or record.moment
        yield _escalation(risk.kind, risk.kind.severity, found_at, risk.text)
    for hazard in _hazards(record):
        yield from _of_hazard(hazard, record.moment, policy, risk.kind if risk else None)


def _of_hazard(
    hazard: Hazard, found_at: datetime, policy: Policy, reported: RiskKind | None = None
) -> Iterator[Opening]:
    """The hazard, and the risk that a major one is besides, unless it was ``reported`` as such."""
    yield _hazard(hazard, found_at, policy)
    kind = risk_of(hazard.kind)
    if hazard.severity is Severity.MAJOR and kind is not reported:
        yield _escalation(kind, Severity.MAJOR, found_at, hazard.text)


def _hazards(record: VisitRecord) -> tuple[Hazard, ...]:
    if not record.completed:
        return ()
    return (*record.hazards, *(Hazard(kind) for _, kind in record.unmatched_unsafe))


def _hazard(hazard: Hazard, found_at: datetime, policy: Policy) -> Opening:
    return Opening(
        OpeningKind.HAZARD,
        hazard.kind,
        found_at,
        text=hazard.text,
        distinguished_by=hazard.text if hazard.kind is HazardKind.OTHER else None,
        due_on=civil_date(found_at) + timedelta(days=policy.hazard_days),
        severity=hazard.severity,
        reminder=hazard.reminder,
        reminded_to=hazard.reminded_to,
    )


def _escalation(kind: RiskKind, severity: Severity, found_at: datetime, text: str | None) -> Opening:
    return Opening(OpeningKind.ESCALATION, kind, found_at, text=text, severity=severity)


# --- what the outcome and the boxes ask for -----------------------------------------------------------

_PROPOSAL_OF_OUTCOME = {
    Outcome.HOSPITALISED: ProposalKind.SUSPENSION,
    Outcome.MOVED: ProposalKind.EXIT_MOVED_OUT,
    Outcome.DECEASED: ProposalKind.EXIT_DEATH,
}
_EXITS = {ProposalKind.EXIT_MOVED_OUT, ProposalKind.EXIT_DEATH}


def _of_outcome(record: VisitRecord, policy: Policy) -> Iterator[Opening]:
    told = record.not_met.whereabouts if record.not_met else None
    in_hospital = record.outcome is Outcome.NOT_MET and told is Whereabouts.IN_HOSPITAL
    proposal = ProposalKind.SUSPENSION if in_hospital else _PROPOSAL_OF_OUTCOME.get(record.outcome)
    if proposal is not None:
        yield Opening(OpeningKind.PROPOSAL, proposal, record.moment)
    unanswered = told in (None, Whereabouts.UNKNOWN)
    if record.outcome is Outcome.NOT_MET and unanswered:
        due_at = record.moment + timedelta(hours=policy.whereabouts_hours)
        yield Opening(OpeningKind.WHEREABOUTS_CHECK, NOT_MET, record.moment, due_at=due_at)


def _tasks(record: VisitRecord, today: date, policy: Policy) -> Iterator[Opening]:
    seen = record.observations
    if seen.population_change is not None and seen.population_change.kind is not PopulationKind.NO_CHANGE:
        due_on = today + timedelta(days=policy.verify_unknown_days)
        yield Opening(OpeningKind.TASK, TaskKind.RECHECK_CATEGORIES, record.moment, due_on=due_on)
    if Change.WORSE in (seen.expression, seen.mobility):
        due_on = today + timedelta(days=policy.open_item_days)
        yield Opening(OpeningKind.TASK, TaskKind.SUGGEST_ASSESSMENT, record.moment, due_on=due_on)


def _notices(record: VisitRecord) -> Iterator[Opening]:
    disease = record.observations.disease
    if disease is not None and disease.status is DiseaseStatus.SEVERE:
        name = disease.name
        yield Opening(OpeningKind.NOTICE, SEVERE_DISEASE, record.moment, text=name, distinguished_by=name)


def _comfort(record: VisitRecord, mood_before: Change | None) -> Iterator[Opening]:
    if record.observations.mood is Change.WORSE and mood_before is Change.WORSE:
        yield Opening(OpeningKind.PROPOSAL, ProposalKind.COMFORT_SERVICE, record.moment)


def _of_needs(needs: Iterable[Need], found_at: datetime, policy: Policy) -> Iterator[Opening]:
    for need in needs:
        due_on = ask_by(need.kind, civil_date(found_at), policy) if need.solved else None
        yield Opening(OpeningKind.NEED, need.kind, found_at, text=need.text, due_on=due_on, solved=need.solved)
