"""The rounds of the half-yearly review, and whose file is due (rule A7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, tuple_, update

from api.domain.access import AreaCode
from api.domain.elders import ElderState
from api.domain.registration import AbilityBasis
from api.domain.reviews import ENDED, FLAGGED_ATTEMPTS, ReviewState
from api.store.cases import Cases
from api.store.dialect import chunked
from api.store.history import Change
from api.store.scope import within
from api.store.tables import Elder, Review, table_of

REVIEWED = (ElderState.CONFIRMED, ElderState.SUSPENDED, ElderState.DECLINED)
"""Whose files are looked through: everybody's on the roll, those too who are not visited."""

_ELDERS, _REVIEWS = table_of(Elder), table_of(Review)
_SHOWN = (ReviewState.SUBMITTED, ReviewState.RETURNED, ReviewState.NOT_REACHED)
_OPEN = _REVIEWS.c.state.not_in(ENDED)
_state_of_file = func.coalesce(_REVIEWS.c.state, ReviewState.DUE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReviews:
    """Which files to list; every condition that is given must hold. ``due_before`` is not included."""

    area: str | None = None
    state: str | None = None
    overdue: bool | None = None
    due_before: date | None = None


class Reviews(Cases):
    """A file that nobody has taken up yet has no row: it is due by its own day alone."""

    model, noun = Review, "review"

    async def due(self, wanted: WantedReviews, *, after: tuple[date, UUID] | None, size: int) -> list[Any]:
        """At most ``size`` files to be looked through, in order of due day and id.

        Raises NotFound for an area out of reach.
        """
        due_on, today = _ELDERS.c.review_due_on, self._desk.today
        query = select(_ELDERS.c.id, _ELDERS.c.short_no, _ELDERS.c.village, due_on)
        query = query.select_from(self._files_with_rounds())
        query = query.where(*self._on_the_roll(self._desk.actor.narrowed(wanted.area)), due_on.is_not(None))
        if wanted.state is not None:
            query = query.where(_state_of_file == wanted.state)
        if wanted.overdue is not None:
            query = query.where(due_on < today if wanted.overdue else due_on >= today)
        if wanted.due_before is not None:
            query = query.where(due_on < wanted.due_before)
        if after is not None:
            query = query.where(tuple_(due_on, _ELDERS.c.id) > tuple_(*map(literal, after)))
        return list(await self._session.execute(query.order_by(due_on, _ELDERS.c.id).limit(size)))

    async def open_of(self, elder_ids: Iterable[UUID]) -> dict[UUID, Any]:
        """Elder → the round that is under way; the elders' rows are locked by whoever changes one."""
        return {row.elder_id: row for row in await self.of_elders(elder_ids, _OPEN)}

    async def last_looks(self, elder_ids: Collection[UUID]) -> dict[UUID, date]:
        """Elder → the day of the last look that was finished."""
        c, found = _REVIEWS.c, dict[UUID, date]()
        for part in chunked(sorted(elder_ids)):
            query = select(c.elder_id, func.max(c.reviewed_on)).where(
                c.elder_id.in_(part), c.state == ReviewState.DONE, within(c.village, self._desk.areas)
            )
            found.update({row[0]: row[1] for row in await self._session.execute(query.group_by(c.elder_id))})
        return found

    async def change_alike(self, rows: Sequence[Any], command: str, **columns: Any) -> None:
        """Write the same into many rows whose elders are locked."""
        for part in chunked(rows, 500):
            ids = [row.id for row in part]
            statement = update(_REVIEWS).where(_REVIEWS.c.id.in_(ids))
            await self._session.execute(statement.values(**columns, version=_REVIEWS.c.version + 1))
        await self._history.record([self._alike(row, command, columns) for row in rows])

    async def papers(self) -> list[Any]:
        """Elder, village, last day of the certificate and day of the formal assessment, of whom has either."""
        c = _ELDERS.c
        assessed_on = case((c.ability_basis == AbilityBasis.FORMAL.value, c.assessed_on)).label("assessed_on")
        query = select(c.id, c.village, c.certificate_ends_on, assessed_on).where(*self._on_the_roll(self._desk.areas))
        query = query.where(or_(c.certificate_ends_on.is_not(None), assessed_on.is_not(None)))
        return list(await self._session.execute(query.order_by(c.id)))

    async def figures(
        self, areas: Sequence[AreaCode], *, length: int, since: date, until: date
    ) -> dict[str, dict[str, int]]:
        """Unit → how many are due, overdue … today, and how many rounds ended in [since, until), on time or not."""
        found: dict[str, dict[str, int]] = {}
        for query in (self._standing(areas, length), self._ended(areas, length, since, until)):
            for row in await self._session.execute(query):
                counts = dict(row._mapping)
                found.setdefault(counts.pop("unit"), {}).update({name: int(n) for name, n in counts.items()})
        return found

    def _alike(self, row: Any, command: str, columns: Mapping[str, Any]) -> Change:
        before = {name: getattr(row, name) for name in columns}
        changes = {name: (before[name], value) for name, value in columns.items() if before[name] != value}
        return Change(self.noun, row.id, row.village, row.version + 1, command, changes)

    def _standing(self, areas: Sequence[AreaCode], length: int) -> Any:
        today, due_on = self._desk.today, _ELDERS.c.review_due_on
        unit = func.substr(_ELDERS.c.village, 1, length).label("unit")
        flagged = and_(_state_of_file != ReviewState.SUBMITTED.value, _REVIEWS.c.attempts >= FLAGGED_ATTEMPTS)
        return (
            select(
                unit,
                _count(due_on <= today, "due"),
                _count(due_on < today, "overdue"),
                *(_count(_state_of_file == state.value, state.value) for state in _SHOWN),
                _count(flagged, "flagged"),
            )
            .select_from(self._files_with_rounds())
            .where(*self._on_the_roll(areas))
            .group_by(unit)
        )

    def _ended(self, areas: Sequence[AreaCode], length: int, since: date, until: date) -> Any:
        c = _REVIEWS.c
        unit = func.substr(c.village, 1, length).label("unit")
        return (
            select(unit, func.count().label("done"), _count(c.reviewed_on <= c.due_on, "on_time"))
            .where(c.state == ReviewState.DONE, c.reviewed_on >= since, c.reviewed_on < until)
            .where(within(c.village, areas), within(c.village, self._desk.areas))
            .group_by(unit)
        )

    def _files_with_rounds(self) -> Any:
        return _ELDERS.outerjoin(_REVIEWS, and_(_REVIEWS.c.elder_id == _ELDERS.c.id, _OPEN))

    def _on_the_roll(self, areas: Sequence[AreaCode]) -> list[ColumnElement[bool]]:
        return [
            _ELDERS.c.status.in_(REVIEWED),
            within(_ELDERS.c.village, areas),
            within(_ELDERS.c.village, self._desk.areas),
        ]


def _count(condition: ColumnElement[bool], name: str) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)
