"""The register of assignments (派单): whom a force, or one of its workers, comes to see."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from api.domain.assignments import Assignment
from api.store import tables
from api.store.stretches import Stretches


class Assignments(Stretches):
    model = tables.Assignment
    noun = "assignment"

    async def of_provider(self, provider_id: UUID, elder_ids: Collection[UUID]) -> list[Assignment]:
        """All there ever were of a provider to these elders, ended ones too; ``runs_on`` says which held on a day."""
        rows = await self.of_elders(elder_ids, *self.matching(provider_id=provider_id))
        return [_fact(row) for row in rows]


def _fact(row: Any) -> Assignment:
    names = ("id", "elder_id", "provider_id", "worker_id", "contract_id", "starts_on", "ends_on")
    return Assignment(**{name: getattr(row, name) for name in names})
