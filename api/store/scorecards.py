"""What there is to say of a provider's month: one count for each table, whatever the number of its records."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, and_, cast, exists, func, or_, select

from api.domain.access import AreaCode
from api.domain.complaints import ComplaintState
from api.domain.flags import FlagCode
from api.domain.hazards import HazardState
from api.domain.inspections import Finding, InspectionState
from api.domain.months import SHANGHAI, Month
from api.domain.providers import WorkerState
from api.domain.visits import Outcome, Standing
from api.store import tables
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import table_of

_VISITS, _HAZARDS, _INSPECTIONS = table_of(tables.Visit), table_of(tables.Hazard), table_of(tables.Inspection)
_COMPLAINTS, _WORKERS, _TRAININGS = table_of(tables.Complaint), table_of(tables.Worker), table_of(tables.Training)
_FOLLOW_UPS, _ESCALATIONS = table_of(tables.FollowUp), table_of(tables.Escalation)
_NEEDS, _REFERRALS = table_of(tables.Need), table_of(tables.Referral)
_FOLLOWED = (HazardState.REMINDED, HazardState.RESOLUTION_PROPOSED, HazardState.RESOLVED)
_PASSED = [finding.value for finding in Finding if finding.passed]
_FAILED = [finding.value for finding in Finding if finding.passed is False]

Counts = Mapping[str, int]


class Scorecards:
    """Counted where the actor works. Whose provider it is, the caller has seen to."""

    def __init__(self, desk: Desk) -> None:
        self._session = desk.session
        self._areas: Sequence[AreaCode] = desk.actor.areas

    async def visits(self, provider_id: UUID, month: Month) -> Counts:
        """Records by the day of the visit; by code those that carry a flag."""
        c = _VISITS.c
        marked = cast(c.flags, Text)
        counts = {
            "posted": func.count(),
            "completed": func.count().filter(c.outcome == Outcome.COMPLETED),
            "late": func.count().filter(c.late),
            "not_standing": func.count().filter(c.standing != Standing.ACCEPTED),
            "flagged": func.count().filter(marked != "[]"),
            "to_be_signed": func.count(c.by_proxy),
            "by_proxy": func.count().filter(c.by_proxy.is_(True)),
            **{code.value: func.count().filter(marked.contains(f'"{code.value}"')) for code in FlagCode},
        }
        days = c.visited_on.between(month.first, month.last)
        return await self._counted(_VISITS, counts, c.provider_id == provider_id, days)

    async def hazards(self, provider_id: UUID, month: Month) -> Counts:
        """First seen in the month, at one of the provider's visits."""
        c = _HAZARDS.c
        counts = {
            "found": func.count(),
            "followed_up": func.count().filter(c.state.in_(_FOLLOWED)),
            "resolved": func.count().filter(c.state == HazardState.RESOLVED),
        }
        days = c.first_seen_on.between(month.first, month.last)
        seen = c.state != HazardState.CANCELLED
        return await self._counted(_HAZARDS, counts, _by(provider_id, c.source_visit), days, seen)

    async def inspections(self, provider_id: UUID, month: Month) -> Counts:
        """Second looks at the month's visits."""
        c = _INSPECTIONS.c
        counts = {
            "passed": func.count().filter(c.finding.in_(_PASSED)),
            "failed": func.count().filter(c.finding.in_(_FAILED)),
            "open": func.count().filter(c.state == InspectionState.PLANNED),
        }
        days = _VISITS.c.visited_on.between(month.first, month.last)
        return await self._counted(_INSPECTIONS, counts, _by(provider_id, c.visit_id, days))

    async def complaints(self, provider_id: UUID, month: Month) -> Counts:
        """Received in the month, about a visit or a worker of the provider."""
        c = _COMPLAINTS.c
        workers = select(_WORKERS.c.id).where(_WORKERS.c.provider_id == provider_id)
        about = or_(_by(provider_id, c.visit_id), c.worker_id.in_(workers))
        counts = {"received": func.count(), "upheld": func.count().filter(c.state == ComplaintState.UPHELD)}
        stands = c.state != ComplaintState.WITHDRAWN
        return await self._counted(_COMPLAINTS, counts, about, c.received_on.between(month.first, month.last), stands)

    async def trainings(self, provider_id: UUID, month: Month) -> Counts:
        """Held in the month; and of those who work now, how many hold one that is good at the month's end."""
        t, w = _TRAININGS.c, _WORKERS.c
        of_provider = t.provider_id == provider_id
        held = select(func.count()).where(of_provider, t.held_on.between(month.first, month.last))
        good = and_(of_provider, t.held_on <= month.last, or_(t.valid_until.is_(None), t.valid_until >= month.last))
        his = select(t.id).where(good, or_(t.worker_id.is_(None), t.worker_id == w.id)).exists()
        at_work = (w.provider_id == provider_id, w.status.not_in((WorkerState.SUSPENDED, WorkerState.REMOVED)))
        query = select(
            held.scalar_subquery().label("held"),
            select(func.count()).where(*at_work).scalar_subquery().label("workers"),
            select(func.count()).where(*at_work, his).scalar_subquery().label("trained"),
        )
        return _whole(await self._session.execute(query))

    async def heard(self, provider_id: UUID, month: Month) -> Counter[str]:
        """By result, what was heard in the month of cases that the provider's visits opened."""
        c = _FOLLOW_UPS.c
        risk = exists().where(_ESCALATIONS.c.id == c.case_id, _by(provider_id, _ESCALATIONS.c.source_visit))
        told = or_(_NEEDS.c.id == c.case_id, _NEEDS.c.id == _REFERRALS.c.need_id)
        need = exists().where(told, _by(provider_id, _NEEDS.c.source_visit))
        begins, ends = (datetime.combine(each.first, time(), SHANGHAI) for each in (month, month.next()))
        query = (
            select(c.result, func.count().label("number"))
            .outerjoin(_REFERRALS, _REFERRALS.c.id == c.case_id)
            .where(within(c.counted_village, self._areas), c.at >= begins, c.at < ends, or_(risk, need))
            .group_by(c.result)
        )
        return Counter({row.result: row.number for row in await self._session.execute(query)})

    async def _counted(
        self, table: Table, counts: Mapping[str, ColumnElement[int]], *conditions: ColumnElement[bool]
    ) -> Counts:
        columns = [count.label(name) for name, count in counts.items()]
        query = select(*columns).select_from(table).where(within(table.c.village, self._areas), *conditions)
        return _whole(await self._session.execute(query))


def _by(provider_id: UUID, visit_id: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the visit was made by the provider."""
    return exists().where(_VISITS.c.id == visit_id, _VISITS.c.provider_id == provider_id, *conditions)


def _whole(result: Any) -> Counts:
    return dict(result.one()._mapping)
