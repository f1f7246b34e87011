"""What would free somebody of an owed visit and waits for the supervisor's word (例外; rule A6)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select, union_all

from api.domain.absences import LIVE
from api.domain.errors import NotFound
from api.domain.facts import Stint as StintFact
from api.domain.facts import Suspension as SuspensionFact
from api.domain.periods import Period
from api.store.desk import Desk
from api.store.dialect import chunked
from api.store.facts import stint_fact, suspension_fact
from api.store.scope import within
from api.store.tables import ObligationRow, Stint, Suspension, table_of

_OWED = table_of(ObligationRow)
_STINTS = table_of(Stint)
_SUSPENSIONS = table_of(Suspension)


class ExceptionKind(StrEnum):
    SUSPENSION = "suspension"  # 暂停
    EXIT = "exit"  # 退出


@dataclass(frozen=True, slots=True)
class Candidate:
    """A suspension or an ending without the supervisor's word, and the pending periods of its elder."""

    id: UUID
    elder_id: UUID
    village: str
    kind: ExceptionKind
    fact: StintFact | SuspensionFact
    periods: tuple[Period, ...]


def suspensions_in_question() -> ColumnElement[bool]:
    """Suspensions without the supervisor's word that may free an owed period."""
    s = _SUSPENSIONS.c
    freed = and_(_OWED.c.starts_on <= s.ends_on, s.starts_on <= _OWED.c.ends_on)
    return and_(s.approved.is_(None), s.state.in_(LIVE), _pending(s, freed))


def endings_in_question() -> ColumnElement[bool]:
    """Ended stints without the supervisor's word that may free an owed period."""
    s = _STINTS.c
    return and_(s.approved.is_(None), s.last_day_on.is_not(None), _pending(s, _OWED.c.ends_on > s.last_day_on))


class Exceptions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def page(self, area: str | None, after: UUID | None, size: int) -> list[Candidate]:
        """At most ``size`` candidates in order of id, after ``after``."""
        areas = self._desk.actor.narrowed(area)
        both = union_all(self._suspensions(areas), self._endings(areas)).subquery()
        query = select(both.c.id, both.c.kind).order_by(both.c.id).limit(size)
        rows = await self._session.execute(query if after is None else query.where(both.c.id > after))
        return await self._loaded([(row.id, ExceptionKind(row.kind)) for row in rows])

    async def get(self, exception_id: UUID) -> Candidate:
        """A suspension or an ended stint in sight, decided or not. Raises NotFound."""
        found = await self._loaded([(exception_id, kind) for kind in ExceptionKind])
        if not found:
            raise NotFound()
        return found[0]

    def _suspensions(self, areas: Sequence[str]) -> Select[Any]:
        return self._ids(_SUSPENSIONS, ExceptionKind.SUSPENSION, areas).where(suspensions_in_question())

    def _endings(self, areas: Sequence[str]) -> Select[Any]:
        return self._ids(_STINTS, ExceptionKind.EXIT, areas).where(endings_in_question())

    def _ids(self, table: Any, kind: ExceptionKind, areas: Sequence[str]) -> Select[Any]:
        mine = (within(table.c.village, self._desk.areas), within(table.c.village, areas))
        return select(table.c.id, literal(kind.value).label("kind")).where(*mine)

    async def _loaded(self, wanted: Sequence[tuple[UUID, ExceptionKind]]) -> list[Candidate]:
        suspensions = await self._rows(_SUSPENSIONS, wanted, ExceptionKind.SUSPENSION)
        ended = await self._rows(_STINTS, wanted, ExceptionKind.EXIT)
        ended = [row for row in ended if row.last_day_on is not None]
        periods = await self._pending_periods([row.elder_id for row in (*suspensions, *ended)])
        found = [_candidate(r, ExceptionKind.SUSPENSION, suspension_fact(r), periods) for r in suspensions]
        found += [_candidate(r, ExceptionKind.EXIT, stint_fact(r), periods) for r in ended]
        return sorted(found, key=lambda candidate: candidate.id)

    async def _rows(self, table: Any, wanted: Sequence[tuple[UUID, ExceptionKind]], kind: ExceptionKind) -> list[Any]:
        ids = [row_id for row_id, of_kind in wanted if of_kind is kind]
        query = select(table).where(table.c.id.in_(ids), within(table.c.village, self._desk.areas))
        return list(await self._session.execute(query))

    async def _pending_periods(self, elder_ids: Sequence[UUID]) -> dict[UUID, list[Period]]:
        found: defaultdict[UUID, list[Period]] = defaultdict(list)
        for part in chunked(sorted(set(elder_ids))):
            query = (
                select(_OWED.c.elder_id, _OWED.c.period, _OWED.c.starts_on, _OWED.c.ends_on)
                .where(_OWED.c.elder_id.in_(part), _OWED.c.pending.is_(True))
                .order_by(_OWED.c.elder_id, _OWED.c.starts_on)
                .distinct()
            )
            for row in await self._session.execute(query):
                found[row.elder_id].append(Period(row.period, row.starts_on, row.ends_on))
        return found


def _pending(columns: Any, freed: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_OWED.c.elder_id == columns.elder_id, _OWED.c.pending.is_(True), freed)


def _candidate(
    row: Any, kind: ExceptionKind, fact: StintFact | SuspensionFact, periods: dict[UUID, list[Period]]
) -> Candidate:
    return Candidate(row.id, row.elder_id, row.village, kind, fact, tuple(periods.get(row.elder_id, ())))
