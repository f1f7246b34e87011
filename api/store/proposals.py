"""Changes that somebody proposes and the township decides (change_proposals)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from api.store.desk import Desk
from api.store.history import Change, History
from api.store.tables import Elder, Proposal, table_of

_PLACE = "change_proposals.sealed"


class Proposals:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, elder: Elder, kind: str, proposed: Mapping[str, Any]) -> UUID:
        """A new proposal about one elder; what is ``proposed`` is sealed, its field names are history."""
        desk, proposal_id = self._desk, self._desk.new_id()
        row = {
            "id": proposal_id,
            "elder_id": elder.id,
            "village": elder.village,
            "kind": kind,
            "key": str(proposal_id),
            "state": "proposed",
            "proposed_by": desk.actor.id,
            "created_at": desk.now,
            "sealed": desk.sealer.seal_json(_PLACE, proposal_id, dict(proposed)),
            "version": 1,
        }
        await desk.session.execute(insert(table_of(Proposal)), [row])
        changes = {name: (None, value) for name, value in proposed.items()}
        await History(desk).record([Change("change_proposal", proposal_id, elder.village, 1, "propose", changes)])
        return proposal_id
