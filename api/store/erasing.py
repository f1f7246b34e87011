"""What is known of one elder, taken out of every table; what figures are made of stays."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Select, Table, delete, select, union_all, update

from api.domain.erasure import ERASED, without_persons
from api.store.desk import Desk
from api.store.resealing import SEALS, Seal
from api.store.tables import (
    Elder,
    ElderExternalId,
    ElderPhone,
    Escalation,
    EscalationStep,
    FamilyMember,
    Version,
    Worker,
    metadata,
    table_of,
)

_ELDERS, _VERSIONS = table_of(Elder), table_of(Version)
_STEPS, _ESCALATIONS = table_of(EscalationStep), table_of(Escalation)
_GONE = (table_of(FamilyMember), table_of(ElderPhone), table_of(ElderExternalId))
_KEPT = (*_GONE, table_of(Worker))  # who helps others is known for that


class Erasing:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def erase(self, elder_id: UUID) -> int:
        """Take out words, numbers and names about an elder whose row is locked; how many values were sealed anew."""
        for table in _GONE:
            await self._session.execute(delete(table).where(table.c.elder_id == elder_id))
        for table in _about():
            digests = [
                c.name for c in table.columns if isinstance(c.type, LargeBinary) and c.type.length and c.nullable
            ]
            if digests:
                cleared = update(table).where(table.c.elder_id == elder_id).values(dict.fromkeys(digests))
                await self._session.execute(cleared)
        await self._session.execute(
            update(_ELDERS)
            .where(_ELDERS.c.id == elder_id)
            .values(
                name=ERASED,
                name_folded=ERASED,
                alias=None,
                resident_id_index=None,
                household_id=None,
                registered_area=None,
                economic_kind=None,
                sealed=self._desk.sealer.seal_json("elders.sealed", elder_id, {}),
                erased_on=self._desk.today,
            )
        )
        return sum([await self._blanked(seal, which) for seal, which in self._sealed_about(elder_id)])

    def _sealed_about(self, elder_id: UUID) -> Iterator[tuple[Seal, ColumnElement[bool]]]:
        for seal in SEALS:
            table = seal.table
            if table is _VERSIONS:
                yield seal, table.c.subject_id.in_(_subjects(elder_id))
            elif table is _STEPS:
                mine = select(_ESCALATIONS.c.id).where(_ESCALATIONS.c.elder_id == elder_id)
                yield seal, table.c.escalation_id.in_(mine)
            elif "elder_id" in table.c and table not in _KEPT:
                yield seal, table.c.elder_id == elder_id

    async def _blanked(self, seal: Seal, which: ColumnElement[bool]) -> int:
        sealer = self._desk.sealer
        rows = (await self._session.execute(select(seal.table).where(which, seal.column.is_not(None)))).all()
        for row in rows:
            place, name = seal.place(row), seal.name(row)
            blank = _blank(sealer.open(place, name, getattr(row, seal.column.name)))
            found = [column == getattr(row, column.name) for column in seal.key]
            sealed = {seal.column.name: sealer.seal(place, name, blank)}
            await self._session.execute(update(seal.table).where(*found).values(sealed))
        return len(rows)


def _about() -> list[Table]:
    return [table for table in metadata.sorted_tables if "elder_id" in table.c and table not in _KEPT]


def _subjects(elder_id: UUID) -> Select[Any]:
    """Whatever has a history and is about the elder."""
    mine = [select(table.c.id).where(table.c.elder_id == elder_id) for table in _about() if "id" in table.c]
    named = union_all(select(_ELDERS.c.id).where(_ELDERS.c.id == elder_id), *mine).subquery()
    return select(named.c.id)


def _blank(sealed: bytes) -> bytes:
    """A document without persons, or, where there were only words, none of them."""
    try:
        said = json.loads(sealed)
    except ValueError:
        return ERASED.encode()
    return json.dumps(without_persons(said), ensure_ascii=False).encode()
