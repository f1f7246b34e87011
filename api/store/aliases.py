"""What elders were known by before (elder_aliases): numbers that were corrected, files that were merged."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from api.store.desk import Desk
from api.store.dialect import chunked, insert_into
from api.store.files import FilePlaces
from api.store.scope import within
from api.store.tables import Elder, ElderAlias, table_of

_ALIASES = table_of(ElderAlias)
_ELDERS = table_of(Elder)


class Aliases:
    """Keyed indexes only. A number may have stood in several files before; the one it stands in now comes first."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._places = FilePlaces(desk.sealer)

    async def keep_numbers(self, elder: Elder, numbers: Iterable[str]) -> None:
        """The elder's former numbers; those that are kept already stay."""
        await self._keep(elder, [self._places.identity(number) for number in numbers])

    async def keep_merged(self, elder: Elder, merged: UUID) -> None:
        """Whoever means the file ``merged`` means ``elder`` from now on."""
        await self._keep(elder, [self._merged(merged)])

    async def of_numbers(self, numbers: Collection[str]) -> Mapping[str, list[UUID]]:
        """The elders in sight who once had each number."""
        return await self._found({self._places.identity(number): number for number in numbers})

    async def of_merged(self, elder_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        """Where files that were merged went."""
        found = await self._found({self._merged(elder_id): elder_id for elder_id in elder_ids})
        return {elder_id: kept[0] for elder_id, kept in found.items()}

    def once_had(self, number: str) -> ColumnElement[bool]:
        """Of a query over elders: whether they had the number before."""
        key = self._places.identity(number)
        return exists().where(_ALIASES.c.elder_id == _ELDERS.c.id, _ALIASES.c.key == key)

    async def _keep(self, elder: Elder, keys: Collection[bytes]) -> None:
        rows = [{"key": key, "elder_id": elder.id, "village": elder.village} for key in keys]
        if rows:
            statement = insert_into(self._desk.session, _ALIASES).on_conflict_do_nothing()
            await self._desk.session.execute(statement, rows)

    async def _found(self, names: Mapping[bytes, Any]) -> Mapping[Any, list[UUID]]:
        found: defaultdict[Any, list[UUID]] = defaultdict(list)
        for keys in chunked(list(names)):
            query = select(_ALIASES.c.key, _ALIASES.c.elder_id).where(
                _ALIASES.c.key.in_(keys), within(_ALIASES.c.village, self._desk.areas)
            )
            for row in await self._desk.session.execute(query.order_by(_ALIASES.c.elder_id)):
                found[names[bytes(row.key)]].append(row.elder_id)
        return found

    def _merged(self, elder_id: UUID) -> bytes:
        return self._desk.sealer.index("merged_elder", str(elder_id))
