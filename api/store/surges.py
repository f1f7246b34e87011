"""Surges and stand-downs: windows that an area lives by, who is counted in one, and who was reached.

Read by everybody who works in an area or in a part of it, like the policy: no row is about a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select, tuple_, union

from api.domain.access import AreaCode
from api.domain.elders import ElderState
from api.domain.policy import Method, Tier
from api.domain.surges import IN_FORCE, SurgeFigures, SurgeKind, SurgeState, Window
from api.domain.tasks import VisitTaskKind
from api.store.cases import Cases
from api.store.changes import update_rows
from api.store.dialect import locking
from api.store.due_counts import Due, shift
from api.store.scope import within
from api.store.tables import (
    Elder,
    ElderResidence,
    ElderTier,
    Stint,
    SurgeRow,
    Suspension,
    Task,
    Visit,
    WeatherSignal,
    table_of,
)

_SURGES = table_of(SurgeRow)
_ELDERS = table_of(Elder)
_RESIDENCES = table_of(ElderResidence)
_TIERS = table_of(ElderTier)
_STINTS = table_of(Stint)
_SUSPENSIONS = table_of(Suspension)
_TASKS = table_of(Task)
_VISITS = table_of(Visit)
_SIGNALS = table_of(WeatherSignal)
# A stand-down moves a due day on by its length and a grace at most: what ended earlier is over by then.
REACH = timedelta(days=93)
_NEVER_ON_THE_ROLL = (ElderState.DRAFT.value, ElderState.VERIFIED.value)


# Every window in force that may matter, wherever it holds: judging asks where an elder lived.
WINDOWS = (
    select(*(_SURGES.c[name] for name in ("id", "kind", "areas", "starts_on", "ends_on", "tiers", "grace_days")))
    .where(_SURGES.c.state.in_(IN_FORCE), _SURGES.c.ends_on >= bindparam("lately"))
    .order_by(_SURGES.c.id)
)


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

    async def begun(self, areas: Sequence[AreaCode]) -> list[Window]:
        """What holds in these areas or around them and has begun, as far as it may still matter."""
        query = self.visible.where(
            touches(_SURGES.c.village, areas),
            _SURGES.c.state.in_(IN_FORCE),
            _SURGES.c.starts_on <= self._desk.today,
            _SURGES.c.ends_on >= self._desk.today - REACH,
        )
        return [window_of(row) for row in await self._session.execute(query.order_by(_SURGES.c.id))]

    async def proposed_by(self, signal_id: UUID) -> list[Any]:
        """What a weather warning gave reason for, in order of id."""
        query = self.shown.where(_SURGES.c.signal_id == signal_id)
        return list(await self._session.execute(query.order_by(_SURGES.c.id)))

    async def concerned(self, window: Window, *, lock: bool) -> list[UUID]:
        """Everybody whom a window may change something for, in order of id, their rows locked or not.

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
        query = query.order_by(_ELDERS.c.id)
        return list((await self._session.execute(locking(self._session, query) if lock else query)).scalars())

    async def plain(self, window: Window, born_by: date) -> list[tuple[UUID, str]]:
        """Those a surge that nobody was asked for yet counts beyond question, with their villages: elder, village.

        Here all along and on the roll since before it, of its tiers on its first day, never suspended nor visited
        in its days, born by ``born_by``. Of everybody else ``asked_after`` decides. Hold the elders' rows before.
        """
        moved = exists().where(_RESIDENCES.c.elder_id == _ELDERS.c.id, ~within(_RESIDENCES.c.lives_in, window.areas))
        begun, ended = _STINTS.c.starts_on <= window.starts_on, _STINTS.c.last_day_on.is_not(None)
        tiers = _TIERS.alias()
        standing = select(func.max(tiers.c.duty_from)).where(
            tiers.c.elder_id == _ELDERS.c.id, tiers.c.duty_from <= window.starts_on
        )
        days = (window.starts_on, window.ends_on)
        query = select(_ELDERS.c.id, _ELDERS.c.village).where(
            within(_ELDERS.c.village, window.areas),
            within(_ELDERS.c.village, self._desk.areas),
            _ELDERS.c.born_on <= born_by,
            ~moved,
            exists().where(_STINTS.c.elder_id == _ELDERS.c.id),
            ~exists().where(_STINTS.c.elder_id == _ELDERS.c.id, or_(~begun, ended)),
            exists().where(
                _TIERS.c.elder_id == _ELDERS.c.id,
                _TIERS.c.tier.in_([tier.value for tier in window.tiers]),
                _TIERS.c.duty_from == standing.scalar_subquery(),
            ),
            ~exists().where(
                _SUSPENSIONS.c.elder_id == _ELDERS.c.id,
                _SUSPENSIONS.c.starts_on <= window.ends_on,
                _SUSPENSIONS.c.ends_on >= window.starts_on,
            ),
            ~exists().where(_VISITS.c.elder_id == _ELDERS.c.id, _VISITS.c.visited_on.between(*days)),
        )
        rows = await self._session.execute(query.order_by(_ELDERS.c.id))
        return [(row.id, row.village) for row in rows]

    async def bring_forward(self, window: Window) -> None:
        """Whoever is asked for and not reached is due by its last day at the latest; the twin of ``earliest_due``."""
        c = _ELDERS.c
        asked = select(_TASKS.c.elder_id).where(*_of(window.id), _TASKS.c.state == "open")
        query = (
            select(c.id, c.village, c.tier, c.due_on, c.away)
            .where(c.id.in_(asked), or_(c.due_on.is_(None), c.due_on > window.ends_on))
            .where(or_(c.last_seen_on.is_(None), c.last_seen_on <= window.ends_on))
            .order_by(c.id)
        )
        rows = (await self._session.execute(locking(self._session, query))).all()
        for _, *columns in rows:
            before = Due(*columns)
            shift(self._desk.due_shifts, before, replace(before, due_on=window.ends_on))
        moved = [{"id": row.id, "due_on": window.ends_on} for row in rows]
        await update_rows(self._session, _ELDERS, ["id"], moved)

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
