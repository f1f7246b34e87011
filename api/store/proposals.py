"""Changes that somebody proposes and the township decides (change_proposals)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, tuple_

from api.store.desk import Desk
from api.store.dialect import chunked, insert_into
from api.store.history import Change, History
from api.store.tables import Elder, Proposal, table_of

_PROPOSALS = table_of(Proposal)
_PLACE = "change_proposals.sealed"
_OPEN = "proposed"


class Proposals:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, elder: Elder, kind: str, proposed: Mapping[str, Any]) -> UUID:
        """A new proposal about one elder; what is ``proposed`` is sealed, its field names are history."""
        proposal_id = self._desk.new_id()
        row = self._row(proposal_id, elder, kind, str(proposal_id), proposed)
        await self._desk.session.execute(insert(_PROPOSALS), [row])
        await History(self._desk).record([_proposing(proposal_id, elder, proposed)])
        return proposal_id

    async def add_once(self, kind: str, proposals: Sequence[tuple[Elder, Mapping[str, Any]]]) -> list[bool]:
        """Proposals that are made once, whatever became of them; whether each of them waits to be decided."""
        keys = [self._key_of(proposed) for _, proposed in proposals]
        named = [(elder.id, kind, key) for (elder, _), key in zip(proposals, keys, strict=True)]
        states = await self._states(named)
        new = {
            name: (self._desk.new_id(), elder, proposed)
            for name, (elder, proposed) in zip(named, proposals, strict=True)
            if name not in states
        }
        rows = [self._row(new_id, elder, kind, key, what) for (_, _, key), (new_id, elder, what) in new.items()]
        for part in chunked(rows, 500):
            statement = insert_into(self._desk.session, _PROPOSALS).on_conflict_do_nothing()
            await self._desk.session.execute(statement, list(part))
        await History(self._desk).record([_proposing(*each) for each in new.values()])
        return [states.get(name, _OPEN) == _OPEN for name in named]

    async def _states(self, named: Sequence[tuple[UUID, str, str]]) -> dict[tuple[UUID, str, str], str]:
        c = _PROPOSALS.c
        found: dict[tuple[UUID, str, str], str] = {}
        for part in chunked(named, 300):
            query = select(c.elder_id, c.kind, c.key, c.state).where(tuple_(c.elder_id, c.kind, c.key).in_(part))
            found |= {(r.elder_id, r.kind, r.key): r.state for r in await self._desk.session.execute(query)}
        return found

    def _key_of(self, proposed: Mapping[str, Any]) -> str:
        """The same for the same proposal; nothing can be told from it."""
        return self._desk.sealer.index("proposal", json.dumps(proposed, sort_keys=True, default=str)).hex()

    def _row(self, proposal_id: UUID, elder: Elder, kind: str, key: str, proposed: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": proposal_id,
            "elder_id": elder.id,
            "village": elder.village,
            "kind": kind,
            "key": key,
            "state": _OPEN,
            "source_visit": None,
            "proposed_by": self._desk.actor.id,
            "created_at": self._desk.now,
            "sealed": self._desk.sealer.seal_json(_PLACE, proposal_id, dict(proposed)),
            "version": 1,
        }


def _proposing(proposal_id: UUID, elder: Elder, proposed: Mapping[str, Any]) -> Change:
    changes = {name: (None, value) for name, value in proposed.items()}
    return Change("change_proposal", proposal_id, elder.village, 1, "propose", changes)
