"""The register of numbers that two files claim (identity_conflicts)."""

from typing import Any
from uuid import UUID

from api.domain.conflicts import ConflictState
from api.store import tables
from api.store.cases import Cases
from api.store.tables import Elder


class IdentityConflicts(Cases):
    """Seen where the claiming file lies; the holder's file only by who sees that too."""

    model = tables.IdentityConflict
    noun = "identity_conflict"

    async def open(self, elder: Elder, holder_id: UUID, number: str, note: str | None) -> UUID:
        """A claim; the same claim is made once, whatever became of it."""
        for known in await self.of_elders([elder.id], self._table.c.holder_id == holder_id):
            return UUID(str(known.id))
        row: dict[str, Any] = {
            "elder_id": elder.id,
            "village": elder.village,
            "holder_id": holder_id,
            "state": ConflictState.OPEN.value,
            "claimed_by": self._desk.actor.id,
            "created_at": self._desk.now,
            "sealed": {"resident_id": number, "note": note},
        }
        [conflict_id] = await self.add([row])
        return conflict_id
