"""Everything about an elder that follows him into another file.

The one place that knows which tables are about elders: those with a column ``elder_id``. Of two files of one person
whatever was done, found, said or asked moves to the kept one; what only describes a file, or is judged, stays.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    delete,
    exists,
    func,
    select,
    update,
)

from api.domain.merges import Span, joined
from api.store import tables
from api.store.desk import Desk
from api.store.history import Change, History
from api.store.tables import Elder, table_of

_ELDERS = table_of(Elder)
_STINTS = table_of(tables.Stint)
_TIERS = table_of(tables.ElderTier)
_CONFLICTS = table_of(tables.IdentityConflict)

STAYING = frozenset(
    table_of(model).name
    for model in (
        tables.ElderPhone,
        tables.FamilyMember,
        tables.ElderResidence,
        tables.ElderCategory,
        tables.ElderTier,
        tables.Stint,
        tables.ObligationRow,
        tables.ElderMonthRow,
        tables.IdentityConflict,
        tables.SettlementLine,
    )
)
"""What describes one file or follows from its dates; stretches of duty and tiers are joined by themselves.

What was paid stays as it was written: the visit it names tells whose it is now.
"""


def moving() -> list[Table]:
    """The tables whose rows follow the person, in order of name."""
    about_elders = (table for table in tables.metadata.tables.values() if "elder_id" in table.c)
    return sorted((table for table in about_elders if table.name not in STAYING), key=lambda table: table.name)


class Merging:
    """Both files are locked and in sight."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._history = History(desk)

    async def move(self, drop: Elder, keep: Elder) -> dict[str, int]:
        """Move what there is about ``drop``; how many rows of each table. What ``keep`` has alike stays behind."""
        moved = {table.name: await self._move(table, drop, keep) for table in moving()}
        await self._session.execute(
            update(_CONFLICTS).where(_CONFLICTS.c.holder_id == drop.id).values(holder_id=keep.id)
        )
        return {name: count for name, count in moved.items() if count}

    async def join_stints(self, drop: Elder, keep: Elder) -> date | None:
        """Make one line of both files' stretches of duty; the first day that either was on duty."""
        rows = await self._session.execute(select(_STINTS).where(_STINTS.c.elder_id.in_((drop.id, keep.id))))
        spans = [Span(row.id, row.elder_id == keep.id, row.starts_on, row.last_day_on) for row in rows]
        remaining = joined(spans)
        gone = [span.id for span in spans if span.id not in remaining]
        await self._session.execute(delete(_STINTS).where(_STINTS.c.id.in_(gone)))
        for stint_id, starts_on in remaining.items():
            whose = {"elder_id": keep.id, "village": keep.village}
            await self._session.execute(
                update(_STINTS).where(_STINTS.c.id == stint_id).values(starts_on=starts_on, **whose)
            )
        return min((span.starts_on for span in spans), default=None)

    async def join_tiers(self, drop: Elder, keep: Elder) -> None:
        """Before the kept file had a tier, duty follows that of the other."""
        first = select(func.min(_TIERS.c.duty_from)).where(_TIERS.c.elder_id == keep.id)
        since = (await self._session.execute(first)).scalar_one_or_none() or date.max
        await self._session.execute(
            update(_TIERS)
            .where(_TIERS.c.elder_id == drop.id, _TIERS.c.duty_from < since)
            .values(elder_id=keep.id, village=keep.village)
        )

    async def _move(self, table: Table, drop: Elder, keep: Elder) -> int:
        whose: dict[str, Any] = {"elder_id": keep.id}
        if _in_elders_village(table):
            whose["village"] = keep.village
        statement = update(table).where(table.c.elder_id == drop.id, *_free(table, keep.id))
        if not {"id", "version", "village"} <= set(table.c.keys()):
            returned = await self._session.execute(statement.values(**whose).returning(table.c.elder_id))
            return len(returned.all())
        versioned = statement.values(**whose, version=table.c.version + 1)
        rows = (await self._session.execute(versioned.returning(table.c.id, table.c.village, table.c.version))).all()
        noun, change = table.name.removesuffix("s"), {"elder_id": (drop.id, keep.id)}
        await self._history.record([Change(noun, row.id, row.village, row.version, "merge", change) for row in rows])
        return len(rows)


def _in_elders_village(table: Table) -> bool:
    """Whether a row carries its elder's village; a risk's is where it was found."""
    ties = (each for each in table.constraints if isinstance(each, ForeignKeyConstraint))
    return any({"elder_id", "village"} == set(tie.column_keys) for tie in ties)


def _free(table: Table, keep_id: UUID) -> Iterator[ColumnElement[bool]]:
    """The kept file has no row that must be the only one of its kind."""
    for names in _unique(table):
        other = table.alias()
        alike = [other.c[name] == table.c[name] for name in names if name != "elder_id"]
        yield ~exists().where(other.c.elder_id == keep_id, *alike)


def _unique(table: Table) -> Iterator[Sequence[str]]:
    constraints = [each for each in table.constraints if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)]
    indexes = [index for index in table.indexes if index.unique]
    for columns in (*(each.columns for each in constraints), *(each.columns for each in indexes)):
        names = [column.name for column in columns]
        if "elder_id" in names:
            yield names
