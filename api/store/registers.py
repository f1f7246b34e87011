"""The registers, opened for one actor; each is made when first asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cached_property

from api.store.answers import Answers
from api.store.assignments import Assignments
from api.store.audit_events import AuditEvents
from api.store.calendar import Calendar
from api.store.closings import Closings
from api.store.complaints import Complaints
from api.store.conflicts import IdentityConflicts
from api.store.consents import Consents
from api.store.contracts import Contracts
from api.store.departments import DutyReports, MilestoneDates
from api.store.departures import Departures
from api.store.desk import Desk
from api.store.dialect import narrow
from api.store.duty_contacts import DutyContacts
from api.store.duty_numbers import DutyNumbers
from api.store.elders import Elders
from api.store.erasing import Erasing
from api.store.escalations import Escalations
from api.store.exceptions import Exceptions
from api.store.facts import Facts
from api.store.festivals import Festivals
from api.store.findings import Findings
from api.store.follow_ups import FollowUps
from api.store.forces import Forces
from api.store.happenings import Happenings
from api.store.hazards import Hazards
from api.store.history import History
from api.store.imports import Imports
from api.store.incidents import IncidentReviews
from api.store.inspections import Inspections
from api.store.jobs import Jobs
from api.store.leads import Leads
from api.store.merging import Merging
from api.store.needs import Needs
from api.store.obligations import Obligations
from api.store.pairings import Pairings
from api.store.places import Places
from api.store.plans import Plans
from api.store.policies import Policies
from api.store.policy_applications import PolicyApplications
from api.store.proofs import Proofs
from api.store.proposals import Proposals
from api.store.provider_rates import ProviderRates
from api.store.providers import Providers
from api.store.rates import Rates
from api.store.rectifications import Rectifications
from api.store.referral_targets import ReferralTargets
from api.store.referrals import Referrals
from api.store.refusals import Refusals
from api.store.reviews import Reviews
from api.store.rosters import Rosters
from api.store.sandbox import Sandbox
from api.store.scorecards import Scorecards
from api.store.settlements import Settlements
from api.store.signals import Signals
from api.store.staff import Staff
from api.store.stints import Stints
from api.store.subjects import Subjects
from api.store.surges import Surges
from api.store.tasks import Tasks
from api.store.tiers import Tiers
from api.store.trainings import Trainings
from api.store.verification import Verification
from api.store.visits import Visits
from api.store.waiting import Waiting
from api.store.whereabouts import WhereaboutsChecks
from api.store.workers import Workers
from api.store.worklist import Worklist


class Registers:
    """Everything the actor may reach. Every query behind it is narrowed to the actor's areas."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actor = desk.actor
        self.trace = desk.trace
        self.now = desk.now
        self.today = desk.today

    @asynccontextmanager
    async def widened(self, area: str, reason: str) -> AsyncIterator["Registers"]:
        """The same transaction with a view of ``area``, to carry out what was decided by all who had to."""
        actor = self.actor.carrying_out(area, reason)
        await narrow(self.desk.session, actor.areas)
        yield Registers(replace(self.desk, actor=actor))
        await narrow(self.desk.session, self.actor.areas)

    def at_work(self) -> "Registers":
        """The same transaction within the same areas, for the service's own work on what somebody confined sent.

        Whom a provider may write about is told by contracts and assignments, not by what it may see.
        """
        if not self.actor.confined:
            return self
        grants = tuple(replace(grant, provider_id=None) for grant in self.actor.grants)
        return Registers(replace(self.desk, actor=replace(self.actor, grants=grants, provider_id=None)))

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """A part of the transaction that an error undoes alone."""
        held, shifts = set(self.desk.held), self.desk.due_shifts.copy()
        try:
            async with self.desk.session.begin_nested():
                yield
        except BaseException:
            self.desk.held.intersection_update(held)  # what was locked within is free again
            self.desk.due_shifts.clear()
            self.desk.due_shifts.update(shifts)
            raise

    @cached_property
    def answers(self) -> Answers:
        return Answers(self.desk.session, self.desk.sealer, self.desk.now)

    @cached_property
    def erasing(self) -> Erasing:
        return Erasing(self.desk)

    @cached_property
    def audit_events(self) -> AuditEvents:
        return AuditEvents(self.desk)

    @cached_property
    def places(self) -> Places:
        return Places(self.desk)

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.desk)

    @cached_property
    def closings(self) -> Closings:
        return Closings(self.desk)

    @cached_property
    def history(self) -> History:
        return History(self.desk)

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.desk)

    @cached_property
    def obligations(self) -> Obligations:
        return Obligations(self.desk)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self.desk)

    @cached_property
    def elders(self) -> Elders:
        return Elders(self.desk)

    @cached_property
    def stints(self) -> Stints:
        return Stints(self.desk)

    @cached_property
    def tiers(self) -> Tiers:
        return Tiers(self.desk)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.desk)

    @cached_property
    def duty_contacts(self) -> DutyContacts:
        return DutyContacts(self.desk)

    @cached_property
    def escalations(self) -> Escalations:
        return Escalations(self.desk)

    @cached_property
    def exceptions(self) -> Exceptions:
        return Exceptions(self.desk)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self.desk)

    @cached_property
    def conflicts(self) -> IdentityConflicts:
        return IdentityConflicts(self.desk)

    @cached_property
    def merging(self) -> Merging:
        return Merging(self.desk)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self.desk)

    @cached_property
    def findings(self) -> Findings:
        return Findings(self.desk)

    @cached_property
    def follow_ups(self) -> FollowUps:
        return FollowUps(self.desk)

    @cached_property
    def hazards(self) -> Hazards:
        return Hazards(self.desk)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.desk)

    @cached_property
    def departures(self) -> Departures:
        return Departures(self.desk)

    @cached_property
    def incidents(self) -> IncidentReviews:
        return IncidentReviews(self.desk)

    @cached_property
    def refusals(self) -> Refusals:
        return Refusals(self.desk)

    @cached_property
    def whereabouts(self) -> WhereaboutsChecks:
        return WhereaboutsChecks(self.desk)

    @cached_property
    def subjects(self) -> Subjects:
        return Subjects(self.desk)

    @cached_property
    def signals(self) -> Signals:
        return Signals(self.desk)

    @cached_property
    def festivals(self) -> Festivals:
        return Festivals(self.desk)

    @cached_property
    def surges(self) -> Surges:
        return Surges(self.desk)

    @cached_property
    def visits(self) -> Visits:
        return Visits(self.desk)

    @cached_property
    def workers(self) -> Workers:
        return Workers(self.desk)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.desk.session, self.now)

    @cached_property
    def policies(self) -> Policies:
        return Policies(self.desk)

    @cached_property
    def plans(self) -> Plans:
        return Plans(self.desk)

    @cached_property
    def reviews(self) -> Reviews:
        return Reviews(self.desk)

    @cached_property
    def rates(self) -> Rates:
        return Rates(self.desk)

    @cached_property
    def worklist(self) -> Worklist:
        return Worklist(self.desk)

    @cached_property
    def verification(self) -> Verification:
        return Verification(self.desk)

    @cached_property
    def inspections(self) -> Inspections:
        return Inspections(self.desk)

    @cached_property
    def rectifications(self) -> Rectifications:
        return Rectifications(self.desk)

    @cached_property
    def complaints(self) -> Complaints:
        return Complaints(self.desk)

    @cached_property
    def needs(self) -> Needs:
        return Needs(self.desk)

    @cached_property
    def referrals(self) -> Referrals:
        return Referrals(self.desk)

    @cached_property
    def referral_targets(self) -> ReferralTargets:
        return ReferralTargets(self.desk)

    @cached_property
    def policy_applications(self) -> PolicyApplications:
        return PolicyApplications(self.desk)

    @cached_property
    def happenings(self) -> Happenings:
        return Happenings(self.desk)

    @cached_property
    def waiting(self) -> Waiting:
        return Waiting(self.desk)

    @cached_property
    def leads(self) -> Leads:
        return Leads(self.desk)

    @cached_property
    def providers(self) -> Providers:
        return Providers(self.desk)

    @cached_property
    def rosters(self) -> Rosters:
        return Rosters(self.desk)

    @cached_property
    def trainings(self) -> Trainings:
        return Trainings(self.desk)

    @cached_property
    def contracts(self) -> Contracts:
        return Contracts(self.desk)

    @cached_property
    def provider_rates(self) -> ProviderRates:
        return ProviderRates(self.desk)

    @cached_property
    def sandbox(self) -> Sandbox:
        return Sandbox(self.desk)

    @cached_property
    def scorecards(self) -> Scorecards:
        return Scorecards(self.desk)

    @cached_property
    def settlements(self) -> Settlements:
        return Settlements(self.desk)

    @cached_property
    def pairings(self) -> Pairings:
        return Pairings(self.desk)

    @cached_property
    def assignments(self) -> Assignments:
        return Assignments(self.desk)

    @cached_property
    def proofs(self) -> Proofs:
        return Proofs(self.desk)

    @cached_property
    def forces(self) -> Forces:
        return Forces(self.desk)

    @cached_property
    def milestone_dates(self) -> MilestoneDates:
        return MilestoneDates(self.desk)

    @cached_property
    def duty_reports(self) -> DutyReports:
        return DutyReports(self.desk)

    @cached_property
    def duty_numbers(self) -> DutyNumbers:
        return DutyNumbers(self.desk)
