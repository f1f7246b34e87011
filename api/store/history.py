"""What a change leaves: a sealed version entry, a change event, and the ids in the audit entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from api.store.changes import inserted, write
from api.store.desk import Desk
from api.store.dialect import chunked
from api.store.scope import within
from api.store.tables import Event, table_of
from api.store.tables import Version as VersionRow

_PLACE = "versions.changes"


@dataclass(frozen=True, slots=True)
class Change:
    """One command on one thing: ``changes`` maps a field to its value before and after.

    Without changes (a record that is new) only the event is written: the thing itself says the rest.
    """

    noun: str
    subject_id: UUID
    village: str
    version: int
    command: str
    changes: Mapping[str, tuple[Any, Any]]


class History:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def record(self, changes: Sequence[Change]) -> None:
        """Write the traces of changes made in this transaction."""
        if not changes:
            return
        desk, session = self._desk, self._desk.session
        versions = [self._version(change) for change in changes]
        events = [
            {
                "at": desk.now,
                "kind": f"{change.noun}.{change.command}",
                "subject_id": change.subject_id,
                "village": change.village,
                "version": change.version,
                "actor_id": desk.actor.id,
            }
            for change in changes
        ]
        await write(session, inserted(table_of(VersionRow), versions), inserted(table_of(Event), events))
        for change in changes:
            desk.trace.saw([change.subject_id], change.changes)

    async def of(self, noun: str, subject_id: UUID) -> list[dict[str, Any]]:
        """Every version of a thing in the actor's area, oldest first, with what changed."""
        table = table_of(VersionRow)
        rows = await self._desk.session.execute(
            select(table)
            .where(
                table.c.subject_id == subject_id,
                table.c.noun == noun,
                within(table.c.village, self._desk.areas),
            )
            .order_by(table.c.version)
        )
        return [
            {
                "version": row.version,
                "at": row.at,
                "actor_id": row.actor_id,
                "command": row.command,
                "changes": self._desk.sealer.open_json(_PLACE, f"{subject_id}|{row.version}", row.changes),
            }
            for row in rows
        ]

    async def made_by(self, command: str, versions: Mapping[UUID, int]) -> dict[UUID, dict[str, Any]]:
        """What changed with these versions (thing → version), of those that ``command`` made."""
        c = table_of(VersionRow).c
        found: dict[UUID, dict[str, Any]] = {}
        for part in chunked(list(versions.items()), 300):
            query = select(c.subject_id, c.version, c.changes).where(
                tuple_(c.subject_id, c.version).in_(part), c.command == command, within(c.village, self._desk.areas)
            )
            for row in await self._desk.session.execute(query):
                place = f"{row.subject_id}|{row.version}"
                found[row.subject_id] = self._desk.sealer.open_json(_PLACE, place, row.changes)
        return found

    def _version(self, change: Change) -> dict[str, Any]:
        sealed = {name: {"from": old, "to": new} for name, (old, new) in change.changes.items()}
        return {
            "subject_id": change.subject_id,
            "version": change.version,
            "noun": change.noun,
            "at": self._desk.now,
            "actor_id": self._desk.actor.id,
            "village": change.village,
            "command": change.command,
            "changes": self._desk.sealer.seal_json(_PLACE, f"{change.subject_id}|{change.version}", sealed),
        }
