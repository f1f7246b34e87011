"""What visits are compared by: a worker's round of a day, where elders are met, photos, signatures by proxy."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, delete, func, or_, select, true, tuple_

from api.domain.comparisons import Answers, Fix, Shown, Stop
from api.domain.policy import Method, Place
from api.domain.positions import Position, position_of
from api.domain.proof import Check, CoordSystem
from api.domain.visits import Outcome, Standing
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import among, among_bound, chunked, insert_into, is_sqlite, unnested
from api.store.prepared import rows_of
from api.store.tables import table_of
from api.store.visits import RECORD

_VISITS, _ELDERS, _PHOTOS = table_of(tables.Visit).c, table_of(tables.Elder).c, table_of(tables.VisitPhoto).c
_STANDS = _VISITS.standing == Standing.ACCEPTED.value
_MOST_STOPS = 40  # the latest of a round: nobody sees more elders in a day
_LAST_VISITS = 9  # at home, that tell where an elder is met
_DIGEST = 16  # bytes


_HOUSE = func.coalesce(_ELDERS.household_id, _ELDERS.id).label("house")
_ROUND = (
    select(
        _VISITS.id,
        _VISITS.worker_id,
        _VISITS.visited_on,
        _VISITS.method,
        _VISITS.place,
        _VISITS.started_at,
        _VISITS.ended_at,
        _VISITS.answers,
        _HOUSE,
    )
    .join(table_of(tables.Elder), _ELDERS.id == _VISITS.elder_id)
    .where(_STANDS)
    .order_by(_VISITS.id.desc())
)
_ASKED = unnested({"worker_id": _VISITS.worker_id.type, "day": _VISITS.visited_on.type}, "asked")
_EACH_ROUND = (
    _ROUND.where(_VISITS.worker_id == _ASKED.c.worker_id, _VISITS.visited_on == _ASKED.c.day)
    .limit(_MOST_STOPS)
    .lateral("round")
)
_ROUNDS = select(_EACH_ROUND).select_from(_ASKED.join(_EACH_ROUND, true()))  # as many index scans as rounds
_ROUNDS_ON_SQLITE = _ROUND.where(
    tuple_(_VISITS.worker_id, _VISITS.visited_on).in_(bindparam("rounds", expanding=True))
).limit(bindparam("most"))
_AT_HOME = (
    select(
        _VISITS.id,
        _VISITS.elder_id,
        _VISITS.visited_on,
        _VISITS.answers,
        _VISITS.sealed,
        func.row_number()
        .over(partition_by=_VISITS.elder_id, order_by=(_VISITS.visited_on.desc(), _VISITS.id.desc()))
        .label("place_in_line"),
    )
    .where(among_bound(_VISITS.elder_id, "elders"), _VISITS.visited_on <= bindparam("until"), _STANDS)
    .where(_VISITS.outcome == Outcome.COMPLETED.value, _VISITS.method == Method.HOME.value)
    .where(_VISITS.place == Place.HOME.value)
    .subquery()
)
_LAST_AT_HOME = select(_AT_HOME).where(_AT_HOME.c.place_in_line <= _LAST_VISITS).order_by(_AT_HOME.c.place_in_line)
_SHOWN = (
    select(_PHOTOS.sha256, _PHOTOS.visit_id, _PHOTOS.visited_on, func.coalesce(_HOUSE, _PHOTOS.elder_id).label("house"))
    .join(table_of(tables.Elder), _ELDERS.id == _PHOTOS.elder_id, isouter=True)
    .join(table_of(tables.Visit), _VISITS.id == _PHOTOS.visit_id, isouter=True)
    .where(among_bound(_PHOTOS.sha256, "digests"), or_(_VISITS.id.is_(None), _STANDS))  # also where nobody may look
)
_SIGNED = (
    select(_VISITS.worker_id, func.count().label("signed"), func.sum(case((_VISITS.by_proxy, 1), else_=0)).label("by"))
    .where(among_bound(_VISITS.worker_id, "workers"), _VISITS.visited_on >= bindparam("since"), _STANDS)
    .where(_VISITS.by_proxy.is_not(None), ~among_bound(_VISITS.id, "besides"))
    .group_by(_VISITS.worker_id)
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one record said."""

    visit_id: UUID
    day: date
    answers: Answers


class Proofs:
    """Only what a flag needs; each question is one query for all records of a transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def houses(self, elder_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        """One for all who share a household."""
        if not elder_ids:
            return {}
        rows = await self._session.execute(select(_ELDERS.id, _HOUSE).where(among(_ELDERS.id, elder_ids)))
        return {row.id: row.house for row in rows}

    async def rounds(self, asked: Collection[tuple[UUID, date]]) -> Mapping[tuple[UUID, date], list[Stop]]:
        """The stops of workers' days, as far as they are in sight; without what devices said."""
        found: defaultdict[tuple[UUID, date], list[Stop]] = defaultdict(list)
        for part in chunked(sorted(asked), 300):
            for row in await self._rounds(part):
                found[row.worker_id, row.visited_on].append(_stop(row))
        return found

    async def _rounds(self, part: Sequence[tuple[UUID, date]]) -> Sequence[Any]:
        if is_sqlite(self._session):
            given = {"rounds": list(part), "most": _MOST_STOPS * len(part)}
            return await rows_of(self._session, _ROUNDS_ON_SQLITE, given)
        workers, days = zip(*part, strict=True)
        return await rows_of(self._session, _ROUNDS, {"asked_worker_id": workers, "asked_day": days})

    async def fixes(self, visit_ids: Collection[UUID]) -> Mapping[UUID, tuple[Fix, ...]]:
        """Where devices put whoever made these records."""
        if not visit_ids:
            return {}
        rows = await self._session.execute(select(_VISITS.id, _VISITS.sealed).where(among(_VISITS.id, visit_ids)))
        return {row.id: self._fixes_of(row) for row in rows}

    async def met_at(self, elder_ids: Collection[UUID], until: date) -> Mapping[UUID, list[tuple[UUID, Position]]]:
        """Where the elders were met at home the last times, with the records that say so."""
        found: defaultdict[UUID, list[tuple[UUID, Position]]] = defaultdict(list)
        for row in await self._last_at_home(elder_ids, until):
            found[row.elder_id] += [(row.id, fix.place) for fix in self._fixes_of(row)[:1]]
        return found

    async def last_answers(self, elder_ids: Collection[UUID], until: date) -> Mapping[UUID, list[Told]]:
        """What was said of the elders the last times, the latest first."""
        found: defaultdict[UUID, list[Told]] = defaultdict(list)
        for row in await self._last_at_home(elder_ids, until):
            if (answers := answers_from(row.answers)) is not None:
                found[row.elder_id].append(Told(row.id, row.visited_on, answers))
        return found

    async def shown(self, digests: Collection[bytes]) -> Mapping[bytes, list[tuple[UUID, Shown]]]:
        """Where photos were shown before, with the records that show them."""
        found: defaultdict[bytes, list[tuple[UUID, Shown]]] = defaultdict(list)
        for part in chunked(sorted(digests)):
            for row in await self._session.execute(_SHOWN, {"digests": list(part)}):
                found[row.sha256].append((row.visit_id, Shown(row.house, row.visited_on)))
        return found

    async def signed(
        self, worker_ids: Collection[UUID], since: date, *, besides: Collection[UUID]
    ) -> Mapping[UUID, tuple[int, int]]:
        """How often elders of these workers had somebody sign for them, of how often they were to sign."""
        if not worker_ids:
            return {}
        asked = {"workers": worker_ids, "since": since, "besides": besides}
        return {row.worker_id: (row.by, row.signed) for row in await rows_of(self._session, _SIGNED, asked)}

    async def keep_photos(self, shown: Sequence[tuple[UUID, UUID, date, Iterable[bytes]]]) -> None:
        """The photos of records (visit, elder, day, digests), in place of those that they had."""
        ids = [visit_id for visit_id, *_ in shown]
        if ids:
            await self._session.execute(delete(table_of(tables.VisitPhoto)).where(among(_PHOTOS.visit_id, ids)))
        rows = [
            {"visit_id": visit_id, "sha256": digest, "elder_id": elder_id, "visited_on": day}
            for visit_id, elder_id, day, digests in shown
            for digest in sorted(set(digests))
        ]
        if rows:
            await self._session.execute(insert_into(self._session, table_of(tables.VisitPhoto)), rows)

    def answers(self, boxes: str, notes: str | None) -> bytes:
        """Keyed digests of what was ticked and written: equal answers, equal bytes, and nothing else to be told."""
        return self._digest("boxes", boxes) + (self._digest("notes", notes) if notes else b"")

    def _digest(self, part: str, said: str) -> bytes:
        return self._desk.sealer.index(f"visits.answers.{part}", said)[:_DIGEST]

    async def _last_at_home(self, elder_ids: Collection[UUID], until: date) -> Sequence[Any]:
        if not elder_ids:
            return ()
        return await rows_of(self._session, _LAST_AT_HOME, {"elders": elder_ids, "until": until})

    def _fixes_of(self, row: Any) -> tuple[Fix, ...]:
        said = self._desk.sealer.open_json(RECORD, row.id, row.sealed)
        return fixes_of(_check(said[name]) for name in ("check_in", "check_out") if said.get(name))


def _stop(row: Any) -> Stop:
    return Stop(
        visit_id=row.id,
        house=row.house,
        day=row.visited_on,
        method=Method(row.method),
        place=Place(row.place),
        started_at=row.started_at,
        ended_at=row.ended_at,
        answers=answers_from(row.answers),
    )


def fixes_of(checks: Iterable[Check | None]) -> tuple[Fix, ...]:
    """Where and when a device checked in and out."""
    return tuple(Fix(each.at, position_of(each), each.accuracy_m or 0) for each in checks if each is not None)


def answers_from(kept: bytes | None) -> Answers | None:
    return None if kept is None else Answers(kept[:_DIGEST], kept[_DIGEST:] or None)


def _check(said: Mapping[str, Any]) -> Check:
    return Check(
        at=datetime.fromisoformat(said["at"]),
        lat=said["lat"],
        lng=said["lng"],
        coord_sys=CoordSystem(said["coord_sys"]),
        accuracy_m=said.get("accuracy_m"),
    )
