"""Who comes to see the elders: workers by the sender's id, or registered under the sender by name."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select, tuple_, update

from api.domain.engagements import provider_of
from api.domain.providers import WorkerState
from api.domain.references import WorkerRef
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import among_bound, chunked, insert_into, locking
from api.store.history import Change, History
from api.store.prepared import rows_of
from api.store.scope import bounds, within_bound
from api.store.tables import table_of
from api.store.together import ask

_SEAL = "workers.sealed"
_WORKERS, _FORCES = table_of(tables.Worker), table_of(tables.Provider).c
_OF_SENDERS = select(_WORKERS).where(among_bound(_WORKERS.c.source, "sources"))
_BY_NUMBER = _OF_SENDERS.where(among_bound(_WORKERS.c.external_id, "numbers"))
_BY_NAME = _OF_SENDERS.where(among_bound(_WORKERS.c.kind, "kinds"), among_bound(_WORKERS.c.name, "names"))
_NAMES = select(_WORKERS.c.id, _WORKERS.c.name).where(among_bound(_WORKERS.c.id, "ids"))


@cache
def _by_id(areas: int) -> Select[Any]:
    """The senders' own, and of the own forces (本村力量) around: whoever works there may say that one of them came."""
    around = select(_FORCES.id).where(_FORCES.own_force, within_bound(_FORCES.area, areas))
    ours = or_(among_bound(_WORKERS.c.source, "sources"), _WORKERS.c.provider_id.in_(around))
    return select(_WORKERS).where(among_bound(_WORKERS.c.id, "ids"), ours)


class Workers:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._table = table_of(tables.Worker)

    async def find(self, asked: Iterable[tuple[str, WorkerRef]]) -> Mapping[tuple[str, WorkerRef], Any]:
        """The row for each (source, reference): the sender's, or by id of a village's own force; others are missing."""
        pairs = set(asked)
        named = {_name(source, ref) for source, ref in pairs if ref.name and ref.kind}
        known = await self._known({source for source, _ in pairs}, pairs, named)
        by_id = {row.id: row for row in known}
        by_external = {(row.source, row.external_id): row for row in known if row.external_id}
        by_name = {(row.source, row.kind, row.name): row for row in known}
        found = {}
        for source, ref in pairs:
            if ref.id:
                row = by_id.get(ref.id)
            elif ref.external_id:
                row = by_external.get((source, ref.external_id))
            else:
                row = by_name.get(_name(source, ref))
            if row is not None:
                found[source, ref] = row
        return found

    async def register(self, asked: Iterable[tuple[str, WorkerRef]]) -> Mapping[tuple[str, WorkerRef], Any]:
        """People who are named for the first time, registered under the sender as unverified."""
        pairs = set(asked)
        if not pairs:
            return {}
        await self._register({_name(source, ref) for source, ref in pairs})
        return await self.find(pairs)

    async def of_source(self, source: str, asked: Sequence[tuple[str, str, str]]) -> list[Any]:
        """Those of a sender who have one of these numbers, or one of these kinds and names (number, kind, name)."""
        c = self._table.c
        found: dict[UUID, Any] = {}
        for part in chunked(asked, 300):
            numbered = c.external_id.in_([number for number, _, _ in part])
            named = tuple_(c.kind, c.name).in_([(kind, name) for _, kind, name in part])
            query = locking(self._desk.session, select(self._table).where(c.source == source, or_(numbered, named)))
            found |= {row.id: row for row in await self._desk.session.execute(query.order_by(c.id))}
        return list(found.values())

    def phone(self, row: Any) -> str | None:
        """The number of a worker, as far as it is known."""
        return self._sealed(row).get("phone")

    async def enlist(self, source: str, lines: Sequence[Mapping[str, Any]]) -> list[UUID]:
        """New workers of a sender (external_id, kind, name, phone), not yet verified."""
        rows = [
            {**self._new(source, line["kind"], line["name"], line["external_id"]), "phone": line["phone"]}
            for line in lines
        ]
        for row in rows:
            phone = row.pop("phone")
            row["sealed"] = self._seal(row["id"], {"phone": phone} if phone else {})
        if rows:
            await self._desk.session.execute(insert_into(self._desk.session, self._table), rows)
            await self._note("enlist", [(row["id"], 1, {}) for row in rows])
        return [row["id"] for row in rows]

    async def correct(self, lines: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
        """What a sender says of workers it has named before; a phone that is not sent stays."""
        changed, noted = [], []
        for row, line in lines:
            known = self._sealed(row)
            said = {**known, **({"phone": line["phone"]} if line["phone"] else {})}
            values = {name: line[name] for name in ("external_id", "kind", "name")}
            changed.append({"k_id": row.id, **{f"v_{name}": value for name, value in values.items()}})
            changed[-1]["v_sealed"] = self._seal(row.id, said)
            fields = {name: (getattr(row, name), value) for name, value in values.items()} | {
                "phone": (known.get("phone"), said.get("phone"))
            }
            noted.append((row.id, row.version + 1, {n: pair for n, pair in fields.items() if pair[0] != pair[1]}))
        if changed:
            c = self._table.c
            values = {name: bindparam(f"v_{name}") for name in ("external_id", "kind", "name", "sealed")}
            statement = update(self._table).where(c.id == bindparam("k_id")).values(version=c.version + 1, **values)
            await self._desk.session.execute(statement, changed)
            await self._note("correct", noted)

    async def _note(self, command: str, noted: Sequence[tuple[UUID, int, Mapping[str, Any]]]) -> None:
        area = self._desk.actor.areas[0]
        changes = [Change("worker", worker_id, area, version, command, said) for worker_id, version, said in noted]
        await History(self._desk).record(changes)

    def _sealed(self, row: Any) -> dict[str, Any]:
        return dict(self._desk.sealer.open_json(_SEAL, row.id, row.sealed) or {})

    def _seal(self, worker_id: UUID, said: Mapping[str, Any]) -> bytes:
        return self._desk.sealer.seal_json(_SEAL, worker_id, said)

    def _new(self, source: str, kind: str, name: str, external_id: str | None = None) -> dict[str, Any]:
        return {
            "id": self._desk.new_id(),
            "source": source,
            "external_id": external_id,
            "kind": kind,
            "name": name,
            "status": WorkerState.UNVERIFIED.value,
            "provider_id": provider_of(source),
            "created_at": self._desk.now,
            "created_by": self._desk.actor.id,
            "version": 1,
        }

    async def _register(self, named: set[tuple[str, str, str]]) -> None:
        rows = [self._new(source, kind, name) for source, kind, name in sorted(named)]
        if rows:
            statement = insert_into(self._desk.session, self._table).on_conflict_do_nothing()
            await self._desk.session.execute(statement, rows)

    async def _known(
        self,
        sources: set[str],
        pairs: set[tuple[str, WorkerRef]],
        named: set[tuple[str, str, str]],
    ) -> list[Any]:
        areas = self._desk.areas
        wanted: dict[Select[Any], dict[str, Any]] = {
            _by_id(len(areas)): {"ids": [ref.id for _, ref in pairs if ref.id]},
            _BY_NUMBER: {"numbers": [ref.external_id for _, ref in pairs if ref.external_id]},
            _BY_NAME: {"names": {name for *_, name in named}, "kinds": {kind for _, kind, _ in named}},
        }
        asked = {question: given for question, given in wanted.items() if any(given.values())}
        if not asked:
            return []
        given: dict[str, Any] = {"sources": sources, **bounds(areas)}
        for each in asked.values():
            given |= each
        return list(chain(*await ask(self._desk.session, tuple(asked), given)))

    async def names(self, worker_ids: Iterable[UUID]) -> Mapping[UUID, str]:
        ids = set(worker_ids)
        rows = await rows_of(self._desk.session, _NAMES, {"ids": ids}) if ids else ()
        return {row.id: row.name for row in rows}


def _name(source: str, ref: WorkerRef) -> tuple[str, str, str]:
    return source, ref.kind.value if ref.kind else "", ref.name or ""
