"""The worklist: stored due days, read in the order in which people go out; and why each stands on it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from api.domain.absences import LIVE
from api.domain.access import AreaCode
from api.domain.charges import ObligationState
from api.domain.divisions import CODE_LENGTH, Level
from api.domain.hazards import STANDING
from api.domain.tasks import VisitTaskKind
from api.domain.worklist import Stretch
from api.store.desk import Desk
from api.store.due_counts import DueDay, due_counts
from api.store.tables import Elder, Hazard, ObligationRow, Suspension, Task, table_of

_ELDERS = table_of(Elder)
_SUSPENSIONS = table_of(Suspension)
_OBLIGATIONS = table_of(ObligationRow)
_TASKS = table_of(Task)
_HAZARDS = table_of(Hazard)

_SCOPES = {length: level.value for level, length in CODE_LENGTH.items()}  # columns of elders by the length of a code

Place = tuple[date, UUID]  # due day, elder
ByElder = defaultdict[UUID, list[Any]]


class Worklist:
    """Whoever is on duty and not away today, by the day a visit is due."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def part(self, stretch: Stretch, areas: Sequence[AreaCode], *, after: Place | None, size: int) -> list[Place]:
        """At most ``size`` elders of one stretch in order of due day and id."""
        due_on, elder_id = _ELDERS.c.due_on, _ELDERS.c.id
        query = select(due_on, elder_id).where(
            _ELDERS.c.tier == stretch.tier.value,
            due_on.between(stretch.first, stretch.last),
            *self._present(areas),
        )
        if after is not None:
            query = query.where(or_(due_on > after[0], and_(due_on == after[0], elder_id > after[1])))
        rows = await self._session.execute(query.order_by(due_on, elder_id).limit(size))
        return [(row.due_on, row.id) for row in rows]

    async def due_days(self, areas: Sequence[AreaCode], until: date) -> list[DueDay]:
        """Tier, due day, and how many elders: everybody whose day comes by ``until``.

        Of whole townships that is counted already; of a village, and of whom a provider serves, it is counted here.
        """
        if self._sees_all and all(len(area) < CODE_LENGTH[Level.VILLAGE] for area in areas):
            return await due_counts(self._session, areas, self._desk.today, until)
        query = (
            select(_ELDERS.c.tier, _ELDERS.c.due_on, func.count())
            .where(_ELDERS.c.due_on <= until, *self._present(areas))
            .group_by(_ELDERS.c.tier, _ELDERS.c.due_on)
        )
        return [(tier, due_on, count) for tier, due_on, count in await self._session.execute(query)]

    async def owed(self, elder_ids: Sequence[UUID]) -> ByElder:
        """Each elder's unmet obligations that have begun, oldest first."""
        query = (
            select(_OBLIGATIONS)
            .where(_OBLIGATIONS.c.elder_id.in_(elder_ids))
            .where(_OBLIGATIONS.c.state == ObligationState.OPEN.value)
            .where(_OBLIGATIONS.c.starts_on <= self._desk.today)
            .order_by(_OBLIGATIONS.c.due_on, _OBLIGATIONS.c.period, _OBLIGATIONS.c.ordinal)
        )
        return await self._by_elder(query)

    async def visit_tasks(self, elder_ids: Sequence[UUID]) -> ByElder:
        """Each elder's open tasks that a visit does, by due day."""
        query = (
            select(_TASKS)
            .where(_TASKS.c.elder_id.in_(elder_ids), _TASKS.c.state == "open")
            .where(_TASKS.c.kind.in_([kind.value for kind in VisitTaskKind]))
            .where(_TASKS.c.starts_on <= self._desk.today)
            .order_by(_TASKS.c.due_on, _TASKS.c.kind, _TASKS.c.key)
        )
        return await self._by_elder(query)

    async def hazards(self, elder_ids: Sequence[UUID]) -> ByElder:
        """What each elder's visitor has to mind: hazards of the household that nobody has resolved yet."""
        at_home = or_(_HAZARDS.c.elder_id == _ELDERS.c.id, _HAZARDS.c.household_id == _ELDERS.c.household_id)
        query = (
            select(_ELDERS.c.id.label("elder_id"), _HAZARDS.c.kind, _HAZARDS.c.first_seen_on)
            .join(_HAZARDS, at_home)
            .where(_ELDERS.c.id.in_(elder_ids), _HAZARDS.c.state.in_(STANDING))
            .order_by(_HAZARDS.c.first_seen_on, _HAZARDS.c.id)
        )
        return await self._by_elder(query)

    async def _by_elder(self, query: Any) -> ByElder:
        found: ByElder = defaultdict(list)
        for row in (await self._session.execute(query)).all():
            found[row.elder_id].append(row)
        return found

    def _present(self, areas: Sequence[AreaCode]) -> list[ColumnElement[bool]]:
        """In sight, and not suspended today: nobody is sent to a closed door."""
        today = self._desk.today
        away = exists().where(
            _SUSPENSIONS.c.elder_id == _ELDERS.c.id,
            _SUSPENSIONS.c.state.in_(LIVE),
            _SUSPENSIONS.c.starts_on <= today,
            _SUSPENSIONS.c.ends_on >= today,
            _SUSPENSIONS.c.approved.is_distinct_from(False),
        )
        if self._sees_all:
            return [_living_in(areas), ~away]
        return [_living_in(areas), self._desk.in_sight(_ELDERS.c.id, _ELDERS.c.village), ~away]

    @property
    def _sees_all(self) -> bool:
        """Whether everybody is in sight in the areas, which lie in the actor's: ``walled``."""
        return not self._desk.actor.confined


def _living_in(areas: Sequence[AreaCode]) -> ColumnElement[bool]:
    """Of one area an equality, so that its elders come out of one index in the order of the list."""
    return or_(false(), *(_ELDERS.c[_SCOPES[len(area)]] == area for area in areas))
