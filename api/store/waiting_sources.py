"""Where each kind of thing that waits is found: one source for each, in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, String, Table, case, exists, func, literal, null
from sqlalchemy import cast as sql_cast

from api.domain.absences import SuspensionState
from api.domain.complaints import ComplaintState
from api.domain.conflicts import ConflictState
from api.domain.contracts import NOTICE_DAYS, ContractState
from api.domain.credits import NotCounted
from api.domain.divisions import CODE_LENGTH, Level
from api.domain.elders import ElderState
from api.domain.escalations import ACUTE, WAITING, EscalationState
from api.domain.hazards import HazardState
from api.domain.incidents import IncidentState
from api.domain.inspections import InspectionState
from api.domain.leads import LeadState
from api.domain.open_items import DutyTask
from api.domain.openings import SEVERE_DISEASE
from api.domain.proposals import ProposalState
from api.domain.rectifications import RectificationState
from api.domain.referrals import NeedState, ReferralState
from api.domain.reviews import ReviewState
from api.domain.tasks import VisitTaskKind
from api.domain.visits import Standing
from api.domain.waiting import DECIDE_DAYS, WaitingKind
from api.domain.whereabouts import CheckState
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import civil_day, days_after
from api.store.exceptions import endings_in_question, suspensions_in_question
from api.store.tables import table_of

_ON_DUTY = (ElderState.CONFIRMED, ElderState.SUSPENDED)
_ON_THE_ROLL = (*_ON_DUTY, ElderState.DECLINED)
_OFFICE_TASKS = (DutyTask.APPROVE_CONSENT, DutyTask.REVIEW_TIER, DutyTask.RAISE_AHEAD, SEVERE_DISEASE)
_LISTED_OTHERWISE = (*VisitTaskKind, DutyTask.CONFIRM_SUSPENSION)
_HAZARDS_LEFT = (HazardState.OPEN, HazardState.REMINDED, HazardState.RESOLUTION_PROPOSED)
_REFERRALS_LEFT = (ReferralState.REQUESTED, ReferralState.REJECTED, ReferralState.ACCEPTED, ReferralState.REOPENED)
_LIFTED_BY_AN_OFFICE = (NotCounted.AWAITING_ACCEPTANCE, NotCounted.PROBABLE_DUPLICATE)

_VILLAGE, _TOWNSHIP, _DISTRICT = (literal(level.value) for level in (Level.VILLAGE, Level.TOWNSHIP, Level.DISTRICT))


@dataclass(frozen=True, slots=True)
class Source:
    """Where one kind is found. ``due_on``: the last day in time; ``late``: by the second where a day is too coarse.

    ``village``: where it lies; of what belongs to no village, the township or district.
    """

    kind: WaitingKind
    table: Table
    waits: ColumnElement[bool]
    due_on: ColumnElement[date]
    desk: ColumnElement[str]
    about: ColumnElement[str]
    elder_id: ColumnElement[UUID]
    village: ColumnElement[str]
    late: ColumnElement[bool]


def sources(desk: Desk) -> Iterator[Source]:
    """A source for every kind, as of the desk's now."""
    return iter(_Sources(desk).all())


class _Sources:
    def __init__(self, desk: Desk) -> None:
        self._session = desk.session
        self._now = desk.now
        self._today = desk.today

    def all(self) -> Iterator[Source]:
        yield from self._people()
        yield from self._risks()
        yield from self._care()
        yield from self._decisions()
        yield from self._records()
        yield from self._supervision()
        yield from self._purchases()

    # --- whom and what ------------------------------------------------------------------------------

    def _people(self) -> Iterator[Source]:
        e = table_of(tables.Elder)
        missed = (e.c.status == ElderState.CONFIRMED) & (e.c.due_on < self._today)
        yield self._by_day(WaitingKind.VISIT_MISSED, e, missed, e.c.due_on, _VILLAGE, about=e.c.tier, elder_id=e.c.id)
        verified = e.c.status == ElderState.VERIFIED
        yield self._since(WaitingKind.ELDER_TO_CONFIRM, e, verified, e.c.updated_at, _TOWNSHIP, elder_id=e.c.id)
        reviews = table_of(tables.Review)
        submitted = exists().where(reviews.c.elder_id == e.c.id, reviews.c.state == ReviewState.SUBMITTED)
        due = e.c.status.in_(_ON_THE_ROLL) & (e.c.review_due_on <= self._today) & ~submitted
        yield self._by_day(WaitingKind.REVIEW_DUE, e, due, e.c.review_due_on, _VILLAGE, elder_id=e.c.id)
        waits = reviews.c.state == ReviewState.SUBMITTED
        yield self._since(
            WaitingKind.REVIEW_TO_SIGN, reviews, waits, reviews.c.submitted_at, _TOWNSHIP, about=reviews.c.result
        )
        leads = table_of(tables.Lead)
        unverified = leads.c.state.in_((LeadState.NEW, LeadState.VERIFYING))
        due_on = func.coalesce(leads.c.due_on, days_after(self._session, leads.c.reported_on, DECIDE_DAYS))
        yield self._by_day(WaitingKind.LEAD, leads, unverified, due_on, _of_code(leads.c.village), about=leads.c.source)

    # --- dangers ------------------------------------------------------------------------------------

    def _risks(self) -> Iterator[Source]:
        e = table_of(tables.Escalation)
        breached = e.c.state.in_(WAITING) & (e.c.acknowledge_due_at < self._now)
        yield self._by_instant(
            WaitingKind.ESCALATION,
            e,
            e.c.state.in_(ACUTE),
            e.c.acknowledge_due_at,
            case((breached, _DISTRICT), else_=e.c.level),
            about=e.c.kind,
            late=breached
            | (e.c.emergency_called_at.is_(None) & (e.c.call_due_at < self._now))
            | (e.c.contact_reached_at.is_(None) & (e.c.contact_due_at < self._now)),
        )
        mitigated = e.c.state == EscalationState.MITIGATED
        yield self._by_instant(
            WaitingKind.FOLLOW_UP_OF_RISK, e, mitigated, e.c.follow_up_due_at, _TOWNSHIP, about=e.c.kind
        )
        incidents = table_of(tables.IncidentReview)
        yield self._since(
            WaitingKind.INCIDENT_REVIEW,
            incidents,
            incidents.c.state == IncidentState.OPEN,
            incidents.c.opened_at,
            _DISTRICT,
            about=incidents.c.kind,
        )
        checks = table_of(tables.WhereaboutsCheck)
        yield self._by_instant(
            WaitingKind.WHEREABOUTS_CHECK, checks, checks.c.state == CheckState.OPEN, checks.c.due_at, _VILLAGE
        )
        hazards = table_of(tables.Hazard)
        left = hazards.c.state.in_(_HAZARDS_LEFT)
        yield self._by_day(WaitingKind.HAZARD, hazards, left, hazards.c.due_on, _VILLAGE, about=hazards.c.kind)

    # --- care -----------------------------------------------------------------------------------------

    def _care(self) -> Iterator[Source]:
        needs, referrals = table_of(tables.Need), table_of(tables.Referral)
        solved = (needs.c.state == NeedState.SOLVED) & needs.c.follow_up_due_on.is_not(None)
        asked_by = needs.c.follow_up_due_on
        yield self._by_day(WaitingKind.FOLLOW_UP_OF_NEED, needs, solved, asked_by, _TOWNSHIP, about=needs.c.kind)
        heard = table_of(tables.FollowUp)
        own = heard.c.self_followed_up & heard.c.stands.is_(None)
        at = heard.c.recorded_at
        yield self._since(WaitingKind.OWN_FOLLOW_UP, heard, own, at, _DISTRICT, about=heard.c.subject)
        requested = needs.c.state == NeedState.REQUESTED
        yield self._since(WaitingKind.NEED, needs, requested, needs.c.created_at, _VILLAGE, about=needs.c.kind)
        left = referrals.c.state.in_(_REFERRALS_LEFT) & referrals.c.due_on.is_not(None)
        yield self._by_day(WaitingKind.REFERRAL, referrals, left, referrals.c.due_on, _TOWNSHIP, about=referrals.c.kind)
        delivered = (referrals.c.state == ReferralState.DELIVERED) & referrals.c.due_on.is_not(None)
        yield self._by_day(
            WaitingKind.FOLLOW_UP_OF_REFERRAL,
            referrals,
            delivered,
            referrals.c.due_on,
            _TOWNSHIP,
            about=referrals.c.kind,
        )

    # --- what somebody is to decide -------------------------------------------------------------------

    def _decisions(self) -> Iterator[Source]:
        suspensions = table_of(tables.Suspension)
        provisional = suspensions.c.state == SuspensionState.PROVISIONAL
        since = days_after(self._session, suspensions.c.reported_on, DECIDE_DAYS)
        yield self._by_day(
            WaitingKind.SUSPENSION, suspensions, provisional, since, _TOWNSHIP, about=suspensions.c.reason
        )
        proposals = table_of(tables.Proposal)
        proposed = proposals.c.state == ProposalState.PROPOSED
        yield self._since(
            WaitingKind.CHANGE_PROPOSAL, proposals, proposed, proposals.c.created_at, _TOWNSHIP, about=proposals.c.kind
        )
        conflicts = table_of(tables.IdentityConflict)
        yield self._since(
            WaitingKind.IDENTITY_CONFLICT,
            conflicts,
            conflicts.c.state == ConflictState.OPEN,
            conflicts.c.created_at,
            _DISTRICT,
        )
        yield self._by_day(
            WaitingKind.SUSPENSION_IN_QUESTION,
            suspensions,
            suspensions_in_question(),
            since,
            _DISTRICT,
            about=suspensions.c.reason,
        )
        stints = table_of(tables.Stint)
        left = days_after(self._session, stints.c.reported_on, DECIDE_DAYS)
        yield self._by_day(
            WaitingKind.EXIT_IN_QUESTION, stints, endings_in_question(), left, _DISTRICT, about=stints.c.ending
        )
        tasks = table_of(tables.Task)
        open_now = (tasks.c.state == "open") & (tasks.c.starts_on <= self._today)
        yield self._by_day(
            WaitingKind.TASK,
            tasks,
            open_now & tasks.c.kind.not_in(_LISTED_OTHERWISE),
            tasks.c.due_on,
            case((tasks.c.kind.in_(_OFFICE_TASKS), _TOWNSHIP), else_=_VILLAGE),
            about=tasks.c.kind,
        )

    # --- visit records --------------------------------------------------------------------------------

    def _records(self) -> Iterator[Source]:
        held, visits = table_of(tables.HeldVisit), table_of(tables.Visit)
        yield self._since(
            WaitingKind.HELD_VISIT,
            held,
            held.c.state == "held",
            held.c.received_at,
            _TOWNSHIP,
            about=held.c.reason,
            elder_id=null(),
        )
        liftable = visits.c.blocked.in_(_LIFTED_BY_AN_OFFICE) & (visits.c.standing == Standing.ACCEPTED)
        yield self._since(
            WaitingKind.VISIT_TO_ACCEPT, visits, liftable, visits.c.received_at, _TOWNSHIP, about=visits.c.blocked
        )

    def _supervision(self) -> Iterator[Source]:
        inspections, complaints = table_of(tables.Inspection), table_of(tables.Complaint)
        planned = inspections.c.state == InspectionState.PLANNED
        yield self._by_day(
            WaitingKind.INSPECTION, inspections, planned, inspections.c.due_on, _TOWNSHIP, about=inspections.c.reason
        )
        received = complaints.c.state == ComplaintState.RECEIVED
        yield self._by_day(
            WaitingKind.COMPLAINT, complaints, received, complaints.c.due_on, _TOWNSHIP, about=complaints.c.kind
        )
        orders = table_of(tables.Rectification)
        ordered = orders.c.state == RectificationState.ORDERED
        yield self._by_day(
            WaitingKind.RECTIFICATION, orders, ordered, orders.c.due_on, _of_code(orders.c.village), elder_id=null()
        )
        above = case((func.length(orders.c.village) == CODE_LENGTH[Level.VILLAGE], _TOWNSHIP), else_=_DISTRICT)
        answered = days_after(self._session, orders.c.answered_on, DECIDE_DAYS)
        yield self._by_day(
            WaitingKind.RECTIFICATION_TO_JUDGE,
            orders,
            orders.c.state == RectificationState.ANSWERED,
            answered,
            above,
            elder_id=null(),
        )

    def _purchases(self) -> Iterator[Source]:
        contracts = table_of(tables.Contract)
        c, later = contracts.c, contracts.alias("later").c
        followed = exists().where(
            later.provider_id == c.provider_id,
            later.area == c.area,
            later.state == ContractState.SIGNED,
            later.ends_on > c.ends_on,
        )
        ending = c.ends_on.between(self._today, self._today + timedelta(days=NOTICE_DAYS))
        waits = (c.state == ContractState.SIGNED) & ending & ~followed
        yield self._by_day(
            WaitingKind.CONTRACT_ENDING, contracts, waits, c.ends_on, _DISTRICT, elder_id=null(), village=c.area
        )

    # --- shapes ---------------------------------------------------------------------------------------

    def _by_day(
        self,
        kind: WaitingKind,
        table: Table,
        waits: ColumnElement[bool],
        due_on: Any,
        desk: ColumnElement[str],
        *,
        about: Any = None,
        elder_id: Any = None,
        village: Any = None,
        late: ColumnElement[bool] | None = None,
    ) -> Source:
        return Source(
            kind=kind,
            table=table,
            waits=waits,
            due_on=due_on,
            desk=sql_cast(desk, String),
            about=sql_cast(null() if about is None else about, String),
            elder_id=table.c.elder_id if elder_id is None else elder_id,
            village=table.c.village if village is None else village,
            late=(due_on < self._today) if late is None else late,
        )

    def _by_instant(
        self, kind: WaitingKind, table: Table, waits: ColumnElement[bool], due_at: Column[Any], desk: Any, **more: Any
    ) -> Source:
        late = more.pop("late", due_at < self._now)
        return self._by_day(kind, table, waits, civil_day(self._session, due_at), desk, late=late, **more)

    def _since(
        self, kind: WaitingKind, table: Table, waits: ColumnElement[bool], since: Column[Any], desk: Any, **more: Any
    ) -> Source:
        """What has no clock of its own is to be decided within some days of its coming."""
        due_on = days_after(self._session, civil_day(self._session, since), DECIDE_DAYS)
        return self._by_day(kind, table, waits, due_on, desk, **more)


def _of_code(village: Any) -> ColumnElement[str]:
    """At whose desk something lies that is known by the code of its area."""
    length = func.length(village)
    return case(
        (length == CODE_LENGTH[Level.VILLAGE], _VILLAGE),
        (length == CODE_LENGTH[Level.TOWNSHIP], _TOWNSHIP),
        else_=_DISTRICT,
    )
