"""The register of visit records (探访关爱服务记录), and of those held until the township tells who was visited."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, bindparam, case, cast, or_, select, tuple_, update

from api.domain.engagements import provider_of
from api.domain.errors import NotFound, PreconditionFailed
from api.domain.visits import Outcome, Standing
from api.store import tables
from api.store.changes import altered, insert_new, update_rows
from api.store.desk import Desk
from api.store.dialect import among, among_bound, chunked, insert_into, locking, one_at_a_time
from api.store.listings import Listing
from api.store.prepared import rows_of
from api.store.scope import within
from api.store.tables import table_of
from api.store.together import ask

RECORD = "visits.sealed"
HELD_RECORD = "held_visits.sealed"
_CHANGEABLE = (
    "external_version",
    "content_hash",
    "elder_id",
    "village",
    "visit_no",
    "visited_on",
    "started_at",
    "ended_at",
    "method",
    "place",
    "outcome",
    "refused_by_elder",
    "refusal_conclusive",
    "provider_id",
    "worker_id",
    "worker_kind",
    "standing",
    "blocked",
    "late",
    "flags",
    "answers",
    "by_proxy",
    "version",
    "sealed",
)

_VISITS, _HELD = table_of(tables.Visit), table_of(tables.HeldVisit)
_CARRYING = tuple(
    select(each).where(among_bound(each.c.source, "sources"), among_bound(each.c.external_id, "names"))
    for each in (_HELD, _VISITS)
)
_SETTLING = (
    update(_HELD)
    .where(_HELD.c.source == _VISITS.c.source, _HELD.c.external_id == _VISITS.c.external_id, _HELD.c.state == "held")
    .where(among_bound(_HELD.c.source, "sources"), among_bound(_HELD.c.external_id, "names"))
    .values(state="assigned", visit_id=_VISITS.c.id, version=_HELD.c.version + 1)
)
_CONTACTS = select(
    _VISITS.c.id,
    _VISITS.c.elder_id,
    _VISITS.c.source,
    _VISITS.c.external_id,
    _VISITS.c.worker_id,
    _VISITS.c.visited_on,
    _VISITS.c.started_at,
    _VISITS.c.outcome,
    _VISITS.c.standing,
    _VISITS.c.method,
    _VISITS.c.refused_by_elder,
    case((_VISITS.c.outcome == Outcome.NOT_MET.value, _VISITS.c.sealed)).label("sealed"),  # tells where he was
).where(among_bound(_VISITS.c.elder_id, "ids"), _VISITS.c.visited_on >= bindparam("since"))


@dataclass(frozen=True, slots=True)
class Contact:
    """Another record of an elder, as far as openings and flags look at it."""

    visit_id: UUID
    source: str
    external_id: str
    worker_id: UUID | None
    visited_on: date
    moment: datetime | None
    outcome: str
    standing: str
    method: str
    refused_by_elder: bool
    whereabouts: str | None  # of somebody who was not met, where the record says it


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedVisits:
    """Which records to list; every condition that is given must hold. ``before`` is not included."""

    area: str | None = None
    elder_id: UUID | None = None
    since: date | None = None
    before: date | None = None
    method: str | None = None
    outcome: str | None = None
    standing: str | None = None
    sources: tuple[str, ...] | None = None
    external_id: str | None = None
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class HeldContent:
    """A record as it was sent, elder included, and whether it stood in a file."""

    record: Mapping[str, Any]
    from_file: bool


class Visits:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._table, self._held = _VISITS, _HELD

    @property
    def visible(self) -> Select[Any]:
        """Records of the actor's areas, unordered; of those in them a provider's people see the provider's own.

        A visitor sees of these whatever he made or wrote down himself.
        """
        c, actor = self._table.c, self._desk.actor
        here = select(self._table).where(within(c.village, actor.areas))
        if not actor.confined:
            return here
        ours = here.where(c.source == actor.source)
        if actor.worker_id is None:
            return ours
        return ours.where(or_(c.worker_id == actor.worker_id, c.recorded_by == actor.id))

    async def get(self, visit_id: UUID, *, lock: bool = False) -> Any:
        """One record; NotFound outside the area."""
        query = self.visible.where(self._table.c.id == visit_id)
        row = (await self._session.execute(locking(self._session, query) if lock else query)).one_or_none()
        if row is None:
            raise NotFound()
        return row

    async def briefly(self, visit_ids: Collection[UUID], *, lock: bool = False) -> Mapping[UUID, Any]:
        """Those of these records that are in sight, without what they say; locked in order of id."""
        c = self._table.c
        columns = (c.id, c.elder_id, c.village, c.visited_on, c.received_at, c.source, c.standing, c.version)
        query = self.visible.with_only_columns(*columns).where(among(c.id, visit_ids)).order_by(c.id)
        rows = await self._session.execute(locking(self._session, query) if lock else query)
        return {row.id: row for row in rows}

    async def whole(self, visit_ids: Collection[UUID]) -> Mapping[UUID, Any]:
        """Those of these records that are in sight."""
        return {
            row.id: row for row in await self._session.execute(self.visible.where(among(self._table.c.id, visit_ids)))
        }

    async def in_sight(self, visit_ids: Collection[UUID]) -> set[UUID]:
        """Those of the records that are in sight."""
        query = self.visible.with_only_columns(self._table.c.id).where(self._table.c.id.in_(visit_ids))
        return set((await self._session.execute(query)).scalars())

    def listing(self, wanted: WantedVisits) -> Listing:
        """The records with their elder's short number, the latest day first."""
        c = self._table.c
        conditions: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
            "area": lambda area: within(c.village, self._desk.actor.walled(area)),
            "elder_id": lambda elder_id: c.elder_id == elder_id,
            "since": lambda day: c.visited_on >= day,
            "before": lambda day: c.visited_on < day,
            "method": lambda method: c.method == method,
            "outcome": lambda outcome: c.outcome == outcome,
            "standing": lambda standing: c.standing == standing,
            "sources": lambda sources: c.source.in_(sources),
            "external_id": lambda external_id: c.external_id == external_id,
            "flag": lambda code: cast(c.flags, Text).contains(f'"{code}"', autoescape=True),
        }
        asked = {name: value for name in conditions if (value := getattr(wanted, name)) is not None}
        query = self._with_elder.where(*(conditions[name](value) for name, value in asked.items()))
        return Listing(self._session, query, [c.visited_on, c.id], latest_first=True)

    async def shown(self, visit_id: UUID) -> Any:
        """One record with its elder's short number; NotFound outside the area."""
        row = (await self._session.execute(self._with_elder.where(self._table.c.id == visit_id))).one_or_none()
        if row is None:
            raise NotFound()
        return row

    @property
    def _with_elder(self) -> Select[Any]:
        elders = table_of(tables.Elder)
        return self.visible.add_columns(elders.c.short_no).join(elders, elders.c.id == self._table.c.elder_id)

    async def hold_senders(self, sources: Iterable[str]) -> None:
        """Wait until nobody else numbers records of these sources, and number them alone."""
        for source in sorted(sources):
            await one_at_a_time(self._session, self._desk.sealer.index("visit_numbers", source))

    async def known(self, names: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Any]:
        """The rows that carry these (source, external_id), held ones included; a row has ``held`` set or not."""
        found: dict[tuple[str, str], Any] = {}
        wanted = set(names)
        if not wanted:
            return found
        given = {"sources": {source for source, _ in wanted}, "names": {name for _, name in wanted}}
        for row in chain(*await ask(self._session, _CARRYING, given)):
            if (row.source, row.external_id) in wanted:
                found[row.source, row.external_id] = row
        return found

    async def add(self, rows: Sequence[Mapping[str, Any]], numbers: Mapping[UUID, int]) -> set[UUID]:
        """Store new records; answers those really stored (a name taken out of sight stores nothing).

        ``numbers``: the highest 第几次 of elders that have more visits now.
        """
        numbered = [{"id": elder_id, "visit_count": count} for elder_id, count in sorted(numbers.items())]
        counted = altered(table_of(tables.Elder), ["id"], numbered)
        return await insert_new(self._session, _VISITS, rows, counted, conflict=["source", "external_id"])

    async def replace(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write a newer version of known records; each row carries its id and all that may change."""
        changed = [{name: row[name] for name in ("id", *_CHANGEABLE)} for row in rows]
        await update_rows(self._session, self._table, ["id"], changed)

    async def hold(self, rows: Sequence[Mapping[str, Any]]) -> Mapping[tuple[str, str], UUID]:
        """Keep records whose person could not be told; answers under which ids they are kept."""
        statement = insert_into(self._session, self._held).on_conflict_do_nothing()
        await self._session.execute(statement, list(rows))
        kept: dict[tuple[str, str], UUID] = {}
        for chunk in chunked([(row["source"], row["external_id"]) for row in rows], 300):
            c = self._held.c
            query = select(c.source, c.external_id, c.id).where(tuple_(c.source, c.external_id).in_(chunk))
            kept.update({(r.source, r.external_id): r.id for r in (await self._session.execute(query)).all()})
        return kept

    async def replace_held(self, row: Mapping[str, Any], before: str) -> None:
        """A newer version of a record that waits, or waits again; ``before``: its state until now."""
        fresh = {name: row[name] for name in ("external_version", "content_hash", "visited_on", "reason", "sealed")}
        await self._session.execute(
            update(self._held)
            .where(self._held.c.id == row["id"], self._held.c.state == before)
            .values(version=self._held.c.version + 1, state="held", **fresh)
        )

    async def settle_held(self, names: Sequence[tuple[str, str]]) -> None:
        """Held records that became visits no longer wait."""
        if not names:
            return
        given = {"sources": {source for source, _ in names}, "names": {name for _, name in names}}
        await self._session.execute(_SETTLING, given)

    def held_listing(self, area: str | None, state: str | None) -> Listing:
        """Held records in order of receipt."""
        c = self._held.c
        query = self._visible_held.where(within(c.village, self._desk.actor.walled(area)))
        if state is not None:
            query = query.where(c.state == state)
        return Listing(self._session, query, [c.id])

    async def held(self, held_id: UUID) -> Any:
        """A held record, locked; NotFound outside the area."""
        query = locking(self._session, self._visible_held.where(self._held.c.id == held_id))
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            raise NotFound()
        return row

    async def held_of(self, held_ids: Collection[UUID], *, lock: bool = True) -> Mapping[UUID, Any]:
        """Those of these held records that are in sight; locked in order of id."""
        found: dict[UUID, Any] = {}
        for part in chunked(sorted(set(held_ids))):
            query = self._visible_held.where(self._held.c.id.in_(part)).order_by(self._held.c.id)
            rows = await self._session.execute(locking(self._session, query) if lock else query)
            found |= {row.id: row for row in rows}
        return found

    async def dismiss_held(self, held_ids: Collection[UUID]) -> Sequence[Any]:
        """Held records that are nobody's; answers them as they are now."""
        changed = await self._session.execute(
            update(self._held)
            .where(among(self._held.c.id, held_ids), self._held.c.state == "held")
            .values(state="dismissed", version=self._held.c.version + 1)
            .returning(*self._held.c)
        )
        return changed.all()

    @property
    def _visible_held(self) -> Select[Any]:
        """Of the actor's areas; of those in them a provider's people see the provider's own, a visitor what he sent."""
        c, actor = self._held.c, self._desk.actor
        here = select(self._held).where(within(c.village, actor.areas))
        ours = here.where(c.source == actor.source) if actor.confined else here
        return ours if actor.worker_id is None else ours.where(c.recorded_by == actor.id)

    def sealed_held(self, held_id: UUID, content: HeldContent) -> bytes:
        kept = {"record": content.record, "from_file": content.from_file}
        return self._desk.sealer.seal_json(HELD_RECORD, held_id, kept)

    def held_content(self, row: Any) -> HeldContent:
        """What a held record said, as it was sent."""
        return HeldContent(**self._desk.sealer.open_json(HELD_RECORD, row.id, row.sealed))

    async def contacts(self, elder_ids: Iterable[UUID], since: date) -> Mapping[UUID, list[Contact]]:
        """Every record of those elders from a day on, whoever made it."""
        found: dict[UUID, list[Contact]] = {}
        for row in await rows_of(self._session, _CONTACTS, {"ids": set(elder_ids), "since": since}):
            contact = Contact(
                row.id,
                row.source,
                row.external_id,
                row.worker_id,
                row.visited_on,
                row.started_at,
                row.outcome,
                row.standing,
                row.method,
                row.refused_by_elder,
                self._whereabouts(row),
            )
            found.setdefault(row.elder_id, []).append(contact)
        return found

    def _whereabouts(self, row: Any) -> str | None:
        if row.sealed is None:
            return None
        told = self.content(row).get("not_met") or {}
        whereabouts: str | None = told.get("whereabouts")
        return whereabouts

    async def of_period(self, source: str, starts_on: date, ends_on: date) -> Sequence[Any]:
        """A sender's records of these days, those included that wait for their person; by day and name."""
        found: list[Any] = []
        for table in (self._table, self._held):
            days = table.c.visited_on.between(starts_on, ends_on)
            columns = select(table).where(table.c.source == source, days, within(table.c.village, self._desk.areas))
            if (force := provider_of(source)) is not None and table is self._table:
                columns = columns.where(table.c.provider_id == force)  # which is indexed by day
            found += (await self._session.execute(columns)).all()
        return sorted(found, key=lambda row: (row.visited_on, row.external_id))

    async def kept_back(self, elder_ids: Collection[UUID], blocked: str) -> Sequence[Any]:
        """Accepted records of those elders that do not count for a reason of their own, in order of receipt."""
        c = self._table.c
        query = self.visible.where(among(c.elder_id, elder_ids), c.blocked == blocked, c.standing == Standing.ACCEPTED)
        return list(await self._session.execute(query.order_by(c.received_at, c.id)))

    async def last_completed(self, elder_id: UUID, before: date) -> Any | None:
        """The elder's last completed record before a day."""
        columns = self._table.c
        query = (
            self.visible.where(columns.elder_id == elder_id, columns.visited_on < before)
            .where(columns.outcome == "completed", columns.standing == "accepted")
            .order_by(columns.visited_on.desc(), columns.id.desc())
            .limit(1)
        )
        return (await self._session.execute(query)).one_or_none()

    async def take_back(self, visit_ids: Collection[UUID]) -> None:
        """Records that stand no more; they are locked."""
        await self._session.execute(
            update(self._table)
            .where(among(self._table.c.id, visit_ids))
            .values(standing=Standing.WITHDRAWN.value, version=self._table.c.version + 1)
        )

    async def change(self, row: Any, **values: Any) -> Any:
        """One guarded change of a record read before; raises PreconditionFailed when it was changed since."""
        changed = await self._session.execute(
            update(self._table)
            .where(self._table.c.id == row.id, self._table.c.version == row.version)
            .values(version=row.version + 1, **values)
            .returning(*self._table.c)
        )
        after = changed.one_or_none()
        if after is None:
            raise PreconditionFailed()
        return after

    def content(self, row: Any) -> Any:
        """What a record said, as it was sent."""
        return self._desk.sealer.open_json(RECORD, row.id, row.sealed)
