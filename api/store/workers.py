"""Who comes to see the elders: workers by the sender's id, or registered under the sender by name."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from api.domain.references import WorkerRef
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import chunked, insert_into
from api.store.tables import table_of

UNVERIFIED = "unverified"


class Workers:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._table = table_of(tables.Worker)

    async def resolve(self, asked: Iterable[tuple[str, WorkerRef]]) -> Mapping[tuple[str, WorkerRef], Any]:
        """The row for each (source, reference); a name not seen before is registered as unverified.

        An id or external id that the source does not have is missing from the answer.
        """
        pairs = set(asked)
        named = {(source, ref.kind.value, ref.name) for source, ref in pairs if ref.name and ref.kind}
        await self._register(named)
        sources = {source for source, _ in pairs}
        known = await self._known(sources, pairs, named)
        by_id = {(row.source, row.id): row for row in known}
        by_external = {(row.source, row.external_id): row for row in known if row.external_id}
        by_name = {(row.source, row.kind, row.name): row for row in known}
        found = {}
        for source, ref in pairs:
            row = (
                by_id.get((source, ref.id))
                if ref.id
                else by_external.get((source, ref.external_id))
                if ref.external_id
                else by_name.get((source, ref.kind.value if ref.kind else "", ref.name or ""))
            )
            if row is not None:
                found[source, ref] = row
        return found

    async def _register(self, named: set[tuple[str, str, str]]) -> None:
        rows = [
            {
                "id": self._desk.new_id(),
                "source": source,
                "external_id": None,
                "kind": kind,
                "name": name,
                "status": UNVERIFIED,
                "created_at": self._desk.now,
            }
            for source, kind, name in sorted(named)
        ]
        if rows:
            statement = insert_into(self._desk.session, self._table).on_conflict_do_nothing()
            await self._desk.session.execute(statement, rows)

    async def _known(
        self,
        sources: set[str],
        pairs: set[tuple[str, WorkerRef]],
        named: set[tuple[str, str, str]],
    ) -> list[Any]:
        columns = self._table.c
        ids = [ref.id for _, ref in pairs if ref.id]
        external = [ref.external_id for _, ref in pairs if ref.external_id]
        base = select(self._table).where(columns.source.in_(sources))
        queries: list[Select[Any]] = []
        if ids:
            queries.append(base.where(columns.id.in_(ids)))
        if external:
            queries.append(base.where(columns.external_id.in_(external)))
        queries += [
            select(self._table).where(tuple_(columns.source, columns.kind, columns.name).in_(chunk))
            for chunk in chunked(sorted(named), 300)
        ]
        return [row for query in queries for row in (await self._desk.session.execute(query)).all()]

    async def names(self, worker_ids: Iterable[UUID]) -> Mapping[UUID, str]:
        found: dict[UUID, str] = {}
        for chunk in chunked(sorted(set(worker_ids))):
            query = select(self._table.c.id, self._table.c.name).where(self._table.c.id.in_(chunk))
            found.update({row[0]: row[1] for row in (await self._desk.session.execute(query)).all()})
        return found
