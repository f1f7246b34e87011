"""Surges and stand-downs: windows that an area lives by, who is counted in one, and who was reached.

Read by everybody who works in an area or in a part of it, like the policy: no row is about a person.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_, union

from api.domain.access import AreaCode
from api.domain.elders import ElderState
from api.domain.policy import Method, Tier
from api.domain.surges import IN_FORCE, SurgeFigures, SurgeKind, SurgeState, Window
from api.domain.tasks import VisitTaskKind
from api.store.cases import Cases
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import Elder, ElderResidence, ElderTier, SurgeRow, Task, Visit, WeatherSignal, table_of

_SURGES = table_of(SurgeRow)
_ELDERS = table_of(Elder)
_RESIDENCES = table_of(ElderResidence)
_TIERS = table_of(ElderTier)
_TASKS = table_of(Task)
_VISITS = table_of(Visit)
_SIGNALS = table_of(WeatherSignal)
_NEVER_ON_THE_ROLL = (ElderState.DRAFT.value, ElderState.VERIFIED.value)


async def windows_since(desk: Desk, day: date) -> tuple[Window, ...]:
    """Every window in force that ends on or after a day, wherever it holds: judging asks where an elder lived."""
    query = select(_SURGES).where(_SURGES.c.state.in_(IN_FORCE), _SURGES.c.ends_on >= day).order_by(_SURGES.c.id)
    return tuple(map(window_of, await desk.session.execute(query)))


def window_of(row: Any) -> Window:
    return Window(
        id=row.id,
        kind=SurgeKind(row.kind),
        areas=tuple(row.areas),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        tiers=frozenset(map(Tier, row.tiers)),
        grace_days=row.grace_days,
    )


class Surges(Cases):
    """``visible``: whatever holds in the actor's areas or around them."""

    model = SurgeRow
    noun = "surge"

    @property
    def visible(self) -> Select[Any]:
        return select(_SURGES).where(touches(_SURGES.c.village, self._desk.areas))

    @property
    def shown(self) -> Select[Any]:
        """With the warning that gave reason for it, if one did."""
        of_signal = [_SIGNALS.c[name].label(f"signal_{name}") for name in ("kind", "code", "colour")]
        joined = self.visible.outerjoin(_SIGNALS, _SIGNALS.c.id == _SURGES.c.signal_id)
        return joined.add_columns(*of_signal)

    async def listed(
        self, area: str | None, state: SurgeState | None, kind: SurgeKind | None, *, after: UUID | None, size: int
    ) -> list[Any]:
        """At most ``size`` rows in order of id. Raises NotFound for an area that is not the actor's."""
        query = self.shown.where(touches(_SURGES.c.village, self._desk.actor.narrowed(area)))
        if state is not None:
            query = query.where(_stands(state, self._desk.today))
        if kind is not None:
            query = query.where(_SURGES.c.kind == kind.value)
        if after is not None:
            query = query.where(_SURGES.c.id > after)
        return list(await self._session.execute(query.order_by(_SURGES.c.id).limit(size)))

    async def proposed_by(self, signal_id: UUID) -> list[Any]:
        """What a weather warning gave reason for, in order of id."""
        query = self.shown.where(_SURGES.c.signal_id == signal_id)
        return list(await self._session.execute(query.order_by(_SURGES.c.id)))

    async def concerned(self, window: Window) -> list[UUID]:
        """Everybody whom a window may change something for, in order of id.

        Who lives or ever lived in its areas and was on the roll, of a surge's tiers at some time; and whoever
        has a task of it.
        """
        lives = select(_ELDERS.c.id).where(within(_ELDERS.c.village, window.areas))
        lived = select(_RESIDENCES.c.elder_id).where(within(_RESIDENCES.c.lives_in, window.areas))
        asked = select(_TASKS.c.elder_id).where(*_of(window.id))
        query = select(_ELDERS.c.id).where(
            _ELDERS.c.id.in_(union(lives, lived, asked).scalar_subquery()),
            within(_ELDERS.c.village, self._desk.areas),
            _ELDERS.c.status.not_in(_NEVER_ON_THE_ROLL),
        )
        if window.kind is SurgeKind.SURGE:
            ranked = select(_TIERS.c.elder_id).where(_TIERS.c.tier.in_([tier.value for tier in window.tiers]))
            query = query.where(_ELDERS.c.id.in_(ranked))
        return list((await self._session.execute(query.order_by(_ELDERS.c.id))).scalars())

    async def figures(self, surge_id: UUID, areas: Sequence[AreaCode]) -> SurgeFigures:
        """Of the elders in the areas and in sight."""
        query = (
            select(_VISITS.c.method, func.count().label("tasks"))
            .select_from(_TASKS.outerjoin(_VISITS, _VISITS.c.id == _TASKS.c.done_by_visit))
            .where(*_of(surge_id), *self._here(areas))
            .group_by(_VISITS.c.method)
        )
        counts = [(row.method, row.tasks) for row in await self._session.execute(query)]
        reached = {Method(method): tasks for method, tasks in counts if method is not None}
        return SurgeFigures(sum(tasks for _, tasks in counts), reached)

    async def not_reached(
        self, surge_id: UUID, areas: Sequence[AreaCode], *, after: tuple[str, UUID] | None, size: int
    ) -> list[Any]:
        """At most ``size`` elders without a contact, in order of village and id: id, short_no, village, tier."""
        village, elder_id = _ELDERS.c.village, _ELDERS.c.id
        query = (
            select(elder_id, _ELDERS.c.short_no, village, _ELDERS.c.tier)
            .join(_TASKS, _TASKS.c.elder_id == elder_id)
            .where(*_of(surge_id), _TASKS.c.state == "open", *self._here(areas))
        )
        if after is not None:
            query = query.where(tuple_(village, elder_id) > tuple_(*map(literal, after)))
        return list(await self._session.execute(query.order_by(village, elder_id).limit(size)))

    def _here(self, areas: Sequence[AreaCode]) -> list[ColumnElement[bool]]:
        return [within(_TASKS.c.village, areas), within(_TASKS.c.village, self._desk.areas)]


def _of(surge_id: UUID) -> list[ColumnElement[bool]]:
    return [_TASKS.c.kind == VisitTaskKind.SURGE.value, _TASKS.c.key == str(surge_id)]


def touches(column: Any, areas: Iterable[AreaCode]) -> ColumnElement[bool]:
    """Whether an area lies in one of these, or around it."""
    asked = list(areas)
    around = {area[:length] for area in asked for length in (6, 9) if length < len(area)}
    return or_(within(column, asked), column.in_(sorted(around)))


def _stands(state: SurgeState, today: date) -> ColumnElement[bool]:
    """The twin of ``state_on``."""
    opened, over = _SURGES.c.state == SurgeState.ACTIVE.value, _SURGES.c.ends_on < today
    match state:
        case SurgeState.ACTIVE:
            return and_(opened, ~over)
        case SurgeState.ENDED:
            return or_(_SURGES.c.state == SurgeState.ENDED.value, and_(opened, over))
    return _SURGES.c.state == state.value
