"""What waits, over all nouns at once: counted in one statement, listed kind by kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all

from api.domain.access import AreaCode
from api.domain.divisions import Level
from api.domain.waiting import WaitingKind, WorkDesk
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import Elder, table_of
from api.store.waiting_sources import Source, sources

_ELDERS = table_of(Elder)


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits. ``about``: what of its kind it is, a code."""

    kind: WaitingKind
    id: UUID
    elder_id: UUID | None
    short_no: str | None
    village: str
    about: str | None
    due_on: date
    late: bool


@dataclass(frozen=True, slots=True)
class Heap:
    """How much of a kind waits at the desks of a level in one area, and since when at worst."""

    kind: WaitingKind
    desk: Level
    area: str
    count: int
    late: int
    oldest_due_on: date


class Waiting:
    """Every query is narrowed to the actor's areas."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def heaps(
        self,
        areas: Sequence[AreaCode],
        *,
        length: int,
        desks: Sequence[WorkDesk] | None = None,
        late_only: bool = False,
    ) -> list[Heap]:
        """Counts by kind, desk and area code of ``length`` digits, in that order; those of some desks alone."""
        parts = [self._heap_of(source, areas, length, desks, late_only) for source in sources(self._desk)]
        rows = await self._session.execute(union_all(*parts))
        found = [Heap(WaitingKind(r.kind), Level(r.desk), r.area, r.waiting, r.late, r.oldest) for r in rows]
        order = list(WaitingKind)
        return sorted(found, key=lambda heap: (order.index(heap.kind), heap.area, heap.desk))

    async def page(
        self,
        kind: WaitingKind,
        areas: Sequence[AreaCode],
        *,
        desks: Sequence[WorkDesk] | None = None,
        late_only: bool = False,
        after: tuple[date, UUID] | None = None,
        size: int,
    ) -> list[Waits]:
        """At most ``size`` things of a kind in order of due day and id, after ``after``."""
        source = next(each for each in sources(self._desk) if each.kind is kind)
        due_on, row_id = source.due_on, source.table.c.id
        query = self._of(source, areas, desks, late_only)
        if after is not None:
            query = query.where(or_(due_on > after[0], and_(due_on == after[0], row_id > after[1])))
        rows = await self._session.execute(query.order_by(due_on, row_id).limit(size))
        return [Waits(kind, r.id, r.elder_id, r.short_no, r.village, r.about, r.due_on, bool(r.late)) for r in rows]

    # --- one source -----------------------------------------------------------------------------------

    def _of(
        self, source: Source, areas: Sequence[AreaCode], desks: Sequence[WorkDesk] | None, late_only: bool
    ) -> Select[Any]:
        table = source.table
        of_elder = table if table is _ELDERS else table.outerjoin(_ELDERS, _ELDERS.c.id == source.elder_id)
        return (
            select(
                table.c.id,
                source.elder_id.label("elder_id"),
                _ELDERS.c.short_no,
                source.village.label("village"),
                source.about.label("about"),
                source.due_on.label("due_on"),
                case((source.late, 1), else_=0).label("late"),
            )
            .select_from(of_elder)
            .where(*self._conditions(source, areas, desks, late_only))
        )

    def _heap_of(
        self,
        source: Source,
        areas: Sequence[AreaCode],
        length: int,
        desks: Sequence[WorkDesk] | None,
        late_only: bool,
    ) -> Select[Any]:
        each = (
            select(
                source.desk.label("desk"),
                func.substr(source.village, 1, length).label("area"),
                source.due_on.label("due_on"),
                case((source.late, 1), else_=0).label("late"),
            )
            .where(*self._conditions(source, areas, desks, late_only))
            .subquery()
        )
        return select(
            literal(source.kind.value).label("kind"),
            each.c.desk,
            each.c.area,
            func.count().label("waiting"),
            func.sum(each.c.late).label("late"),
            func.min(each.c.due_on).label("oldest"),
        ).group_by(each.c.desk, each.c.area)

    def _conditions(
        self, source: Source, areas: Sequence[AreaCode], desks: Sequence[WorkDesk] | None, late_only: bool
    ) -> Iterator[ColumnElement[bool]]:
        village = source.village
        yield within(village, self._desk.areas)
        yield within(village, areas)
        yield source.waits
        if late_only:
            yield source.late
        if desks is not None:
            yield or_(*(and_(source.desk == desk.level.value, within(village, [desk.area])) for desk in desks))
