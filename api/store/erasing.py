"""What is known of one elder, taken out of every table; what figures are made of stays."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, LargeBinary, Select, Table, delete, or_, select, union_all, update

from api.domain.conflicts import ConflictState
from api.domain.erasure import ERASED, without_persons
from api.store.desk import Desk
from api.store.resealing import SEALS, Seal
from api.store.tables import (
    Complaint,
    Elder,
    ElderAlias,
    ElderExternalId,
    ElderPhone,
    Escalation,
    EscalationStep,
    FamilyMember,
    HeldVisit,
    IdentityConflict,
    Inspection,
    Lead,
    Rectification,
    Version,
    Visit,
    Worker,
    metadata,
    table_of,
)

_ELDERS, _VERSIONS = table_of(Elder), table_of(Version)
_STEPS, _ESCALATIONS = table_of(EscalationStep), table_of(Escalation)
_HELD, _VISITS = table_of(HeldVisit), table_of(Visit)
_ORDERS, _INSPECTIONS, _COMPLAINTS = table_of(Rectification), table_of(Inspection), table_of(Complaint)
_LEADS, _CONFLICTS = table_of(Lead), table_of(IdentityConflict)
_GONE = tuple(table_of(each) for each in (FamilyMember, ElderPhone, ElderExternalId, ElderAlias))
_KEPT = (*_GONE, table_of(Worker))  # who helps others is known for that


class Erasing:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def erase(self, elder_id: UUID) -> int:
        """Take out words, numbers and names about an elder whose row is locked; how many values were sealed anew.

        A record that had to wait until somebody said whose it was goes: the visit that it became stays.
        """
        about = _about(elder_id)
        blanked = sum([await self._blanked(seal, which) for seal, which in _sealed(elder_id, about)])
        for table in _GONE:
            await self._session.execute(delete(table).where(table.c.elder_id == elder_id))
        for table, which in about.items():
            if digests := _digests(table):
                await self._session.execute(update(table).where(which).values(dict.fromkeys(digests)))
        await self._session.execute(delete(_HELD).where(about[_HELD]))
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
        return blanked

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


def _about(elder_id: UUID) -> Mapping[Table, ColumnElement[bool]]:
    """The tables that tell of the elder, and which of their rows do: by his id, or by something else that is his."""
    named = {
        table: table.c.elder_id == elder_id
        for table in metadata.sorted_tables
        if "elder_id" in table.c and table not in _KEPT
    }

    def his(table: Table) -> Select[Any]:
        return select(table.c.id).where(table.c.elder_id == elder_id)

    settled = (_CONFLICTS.c.holder_id == elder_id) & (_CONFLICTS.c.state != ConflictState.OPEN)
    risks = _with_those_that_say(_ESCALATIONS, _ESCALATIONS.c.duplicate_of, named[_ESCALATIONS])
    leads = or_(named[_LEADS], _LEADS.c.duplicate_of_elder == elder_id)
    return named | {
        _ESCALATIONS: _ESCALATIONS.c.id.in_(risks),
        _STEPS: _STEPS.c.escalation_id.in_(risks),
        _HELD: _HELD.c.visit_id.in_(his(_VISITS)),
        _ORDERS: or_(
            _ORDERS.c.visit_id.in_(his(_VISITS)),
            _ORDERS.c.inspection_id.in_(his(_INSPECTIONS)),
            _ORDERS.c.complaint_id.in_(his(_COMPLAINTS)),
        ),
        _LEADS: _LEADS.c.id.in_(_with_those_that_say(_LEADS, _LEADS.c.duplicate_of_lead, leads)),
        _CONFLICTS: or_(named[_CONFLICTS], settled),  # until then the number may be the other's
    }


def _with_those_that_say(table: Table, same_as: Column[Any], which: ColumnElement[bool]) -> Select[Any]:
    """The ids of rows, and of all that somebody found to be about the same."""
    found = select(table.c.id).where(which).cte(f"same_{table.name}", recursive=True)
    again = select(table.c.id).join(found, same_as == found.c.id)
    return select(found.union(again).c.id)


def _sealed(elder_id: UUID, about: Mapping[Table, ColumnElement[bool]]) -> Iterator[tuple[Seal, ColumnElement[bool]]]:
    """What is sealed in those rows, and in the versions of whatever of them has a history."""
    things = [select(table.c.id).where(which) for table, which in about.items() if "id" in table.c]
    named = union_all(select(_ELDERS.c.id).where(_ELDERS.c.id == elder_id), *things).subquery()
    where = {**about, _VERSIONS: _VERSIONS.c.subject_id.in_(select(named.c.id))}
    return ((seal, where[seal.table]) for seal in SEALS if seal.table in where)


def _digests(table: Table) -> list[str]:
    return [c.name for c in table.columns if isinstance(c.type, LargeBinary) and c.type.length and c.nullable]


def _blank(sealed: bytes) -> bytes:
    """A document without persons, or, where there were only words, none of them."""
    try:
        said = json.loads(sealed)
    except ValueError:
        return ERASED.encode()
    return json.dumps(without_persons(said), ensure_ascii=False).encode()
