"""The register of visit records (探访关爱服务记录), and of those held until the township tells who was visited."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select, tuple_, update

from api.domain.errors import NotFound
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import chunked, insert_into, locking
from api.store.scope import within
from api.store.tables import table_of

RECORD = "visits.sealed"
HELD_RECORD = "held_visits.sealed"
_CHANGEABLE = (
    "external_version",
    "content_hash",
    "elder_id",
    "village",
    "visited_on",
    "started_at",
    "ended_at",
    "method",
    "place",
    "outcome",
    "refused_by_elder",
    "refusal_conclusive",
    "worker_id",
    "worker_kind",
    "standing",
    "blocked",
    "late",
    "flags",
    "version",
    "sealed",
)


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


class Visits:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._table = table_of(tables.Visit)
        self._held = table_of(tables.HeldVisit)

    @property
    def visible(self) -> Select[Any]:
        """Records of the actor's areas, unordered."""
        return select(self._table).where(within(self._table.c.village, self._desk.areas))

    async def get(self, visit_id: UUID, *, lock: bool = False) -> Any:
        """One record; NotFound outside the area."""
        query = self.visible.where(self._table.c.id == visit_id)
        row = (await self._session.execute(locking(self._session, query) if lock else query)).one_or_none()
        if row is None:
            raise NotFound()
        return row

    async def known(self, names: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Any]:
        """The rows that carry these (source, external_id), held ones included; a row has ``held`` set or not."""
        found: dict[tuple[str, str], Any] = {}
        wanted = sorted(set(names))
        for table in (self._held, self._table):
            for chunk in chunked(wanted, 300):
                query = select(table).where(tuple_(table.c.source, table.c.external_id).in_(chunk))
                rows = (await self._session.execute(query)).all()
                found.update({(row.source, row.external_id): row for row in rows})
        return found

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
        """Store new records; answers those really stored (a name taken out of sight stores nothing)."""
        stored: set[UUID] = set()
        for chunk in chunked(rows, 250):
            statement = insert_into(self._session, self._table).values([dict(row) for row in chunk])
            statement = statement.on_conflict_do_nothing(index_elements=["source", "external_id"])
            stored.update((await self._session.execute(statement.returning(self._table.c.id))).scalars())
        return stored

    async def replace(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write a newer version of known records; each row carries its id and all that may change."""
        if not rows:
            return
        statement = update(self._table).where(self._table.c.id == bindparam("k_id"))
        values: dict[str, Any] = {name: bindparam(f"v_{name}") for name in _CHANGEABLE}
        await self._session.execute(
            statement.values(values),
            [{"k_id": row["id"]} | {f"v_{name}": row[name] for name in _CHANGEABLE} for row in rows],
        )

    async def hold(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep records whose person could not be told; the same record sent again replaces itself."""
        statement = insert_into(self._session, self._held)
        fresh = {name: statement.excluded[name] for name in ("external_version", "content_hash", "sealed")}
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["source", "external_id"],
                set_=fresh | {"version": self._held.c.version + 1},
                where=self._held.c.state == "held",
            ),
            list(rows),
        )

    async def settle_held(self, names: Sequence[tuple[str, str]], state: str) -> None:
        """A held record that was stored at last, or dismissed, no longer waits."""
        for chunk in chunked(names, 300):
            await self._session.execute(
                update(self._held)
                .where(
                    tuple_(self._held.c.source, self._held.c.external_id).in_(chunk),
                    self._held.c.state == "held",
                )
                .values(state=state, version=self._held.c.version + 1)
            )

    async def count_up(self, counts: Mapping[UUID, int]) -> None:
        """Set the highest 第几次 of each elder."""
        if counts:
            elders = table_of(tables.Elder)
            statement = update(elders).where(elders.c.id == bindparam("k_id"))
            await self._session.execute(
                statement.values(visit_count=bindparam("v_count")),
                [{"k_id": elder_id, "v_count": count} for elder_id, count in sorted(counts.items())],
            )

    async def contacts(self, elder_ids: Iterable[UUID], since: date) -> Mapping[UUID, list[Contact]]:
        """Every record of those elders from a day on, whoever made it."""
        columns = self._table.c
        found: dict[UUID, list[Contact]] = {}
        for ids in chunked(sorted(set(elder_ids))):
            query = select(self._table).where(columns.elder_id.in_(ids), columns.visited_on >= since)
            for row in (await self._session.execute(query)).all():
                contact = Contact(
                    row.id,
                    row.source,
                    row.external_id,
                    row.worker_id,
                    row.visited_on,
                    row.started_at,
                    row.outcome,
                    row.standing,
                )
                found.setdefault(row.elder_id, []).append(contact)
        return found

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

    async def change(self, row: Any, **values: Any) -> Any:
        """One guarded change of a record read before; answers it as it is now, or None when it was changed."""
        changed = await self._session.execute(
            update(self._table)
            .where(self._table.c.id == row.id, self._table.c.version == row.version)
            .values(version=row.version + 1, **values)
            .returning(*self._table.c)
        )
        return changed.one_or_none()

    def content(self, row: Any) -> Any:
        """What a record said, as it was sent."""
        return self._desk.sealer.open_json(RECORD, row.id, row.sealed)
