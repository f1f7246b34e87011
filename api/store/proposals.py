"""Changes that somebody, a record or a file proposes and the township decides (change_proposals).

Sealed of each: ``change``, what is proposed, in the words of the command that carries it out; ``before``, what the
register said of the same when it was proposed; and what else was said.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select, tuple_

from api.domain.access import AreaCode
from api.domain.months import civil_date
from api.domain.openings import Opening
from api.domain.proposals import LIFE, ProposalCommand, ProposalKind, ProposalState
from api.store import tables
from api.store.cases import Cases
from api.store.dialect import chunked, insert_into
from api.store.history import Change
from api.store.revealed import Revealed, on_the_roll
from api.store.scope import within
from api.store.subjects import Subject
from api.store.tables import Elder, table_of

Document = Mapping[str, Any]

_ELDERS = table_of(Elder)
_SAID_BY_A_VISIT = ("found_at", "text")


class Proposals(Cases):
    """Seen in the elder's village; once it is handed over, a move is seen where it leads to as well."""

    model = tables.Proposal
    noun = "change_proposal"

    @property
    def theirs(self) -> ColumnElement[bool]:
        """What they proposed themselves of somebody whom they serve today."""
        c = self._table.c
        return and_(c.proposed_by == self._desk.actor.id, self._desk.in_sight(c.elder_id, c.village))

    @property
    def shown(self) -> Select[Any]:
        """With the elder's short number, where the elder is in sight."""
        return self.visible.add_columns(_ELDERS.c.short_no).outerjoin(_ELDERS, _ELDERS.c.id == self._table.c.elder_id)

    async def many(self, ids: Sequence[UUID]) -> dict[UUID, Any]:
        """Those of at most a few hundred proposals that are in sight."""
        rows = await self._session.execute(self.visible.where(self._table.c.id.in_(ids)))
        return {row.id: row for row in rows}

    async def waiting(self, elder_id: UUID, kind: str | None = None) -> list[Any]:
        """The elder's proposals that are not decided yet, in order of id."""
        c = self._table.c
        conditions = [c.state == ProposalState.PROPOSED, *([c.kind == kind] if kind else [])]
        return await self.of_elders([elder_id], *conditions)

    async def propose(
        self, elder: Elder, kind: ProposalKind, document: Document, to_village: str | None = None
    ) -> UUID:
        """A new proposal about one elder; what is proposed is sealed, its field names are history."""
        proposal_id = self._desk.new_id()
        row = self._row(elder, kind, str(proposal_id), document, id=proposal_id, to_village=to_village)
        await self._insert([row])
        return proposal_id

    async def propose_once(self, proposals: Sequence[tuple[Elder, ProposalKind, Document]]) -> list[bool]:
        """Proposals that are made once, whatever became of them; whether each of them waits to be decided."""
        named = [(elder.id, kind.value, self._key_of(document)) for elder, kind, document in proposals]
        states = await self._states(named)
        new = {
            name: self._row(elder, kind, name[2], document)
            for name, (elder, kind, document) in zip(named, proposals, strict=True)
            if name not in states
        }
        await self._insert(list(new.values()))
        return [states.get(name, ProposalState.PROPOSED) == ProposalState.PROPOSED for name in named]

    async def reveal(self, each: Revealed) -> UUID:
        """What a record proposes; what it proposed once and was decided, it does not propose again."""
        elder, kind = on_the_roll(each), ProposalKind(each.opening.subkind)
        if open_ones := await self.waiting(elder.id, kind):
            row = open_ones[0]
            if row.source_visit != each.visit_id:  # from now on it no longer falls with the record that opened it
                await self.change(row, "tell_again")
            return UUID(str(row.id))
        key = f"visit:{each.visit_id}"
        c = self._table.c
        if told := await self.of_elders([elder.id], c.kind == kind, c.key == key):
            return await self._tell_again(told[0])
        row = self._row(elder, kind, key, {"change": _told(each.opening)}, source_visit=each.visit_id)
        await self._insert([row])
        return UUID(str(row["id"]))

    async def decide(self, row: Any, command: ProposalCommand, state: ProposalState, details: Document) -> None:
        """Somebody's word on it, with who and when."""
        by, at = self._desk.actor.id, self._desk.now
        await self.change(row, command, details=details, state=state, decided_by=by, decided_at=at)

    async def _tell_again(self, row: Any) -> UUID:
        if row.state == ProposalState.CANCELLED:
            state = LIFE.after(ProposalCommand.PROPOSE_AGAIN, ProposalState(row.state))
            await self.change(row, ProposalCommand.PROPOSE_AGAIN, state=state)
        return UUID(str(row.id))

    async def _insert(self, rows: Sequence[dict[str, Any]]) -> None:
        for part in chunked(rows, 500):
            statement = insert_into(self._session, self._table).on_conflict_do_nothing()
            await self._session.execute(statement, [self._new(row) for row in part])
        await self._history.record([_proposing(row) for row in rows])

    async def _states(self, named: Sequence[tuple[UUID, str, str]]) -> dict[tuple[UUID, str, str], str]:
        c = self._table.c
        found: dict[tuple[UUID, str, str], str] = {}
        for part in chunked(named, 300):
            query = select(c.elder_id, c.kind, c.key, c.state).where(tuple_(c.elder_id, c.kind, c.key).in_(part))
            found |= {(r.elder_id, r.kind, r.key): r.state for r in await self._session.execute(query)}
        return found

    def details(self, row: Any) -> dict[str, Any]:
        """What is sealed of a proposal; an older one holds its change, or what a visit said, and nothing around it."""
        said = super().details(row)
        if "change" in said:
            return said
        around = {name: said.pop(name) for name in _SAID_BY_A_VISIT if name in said}
        return {**around, "change": said}

    def _key_of(self, document: Document) -> str:
        """The same for the same proposal, whatever the register says; nothing can be told from it."""
        said = {name: value for name, value in document.items() if name != "before"}
        return self._desk.sealer.index("proposal", json.dumps(said, sort_keys=True, default=str)).hex()

    def _in(self, areas: Sequence[AreaCode]) -> ColumnElement[bool]:
        return within(self._table.c.village, areas) | within(self._table.c.to_village, areas)

    def _row(
        self, elder: Elder | Subject, kind: ProposalKind, key: str, document: Document, **more: Any
    ) -> dict[str, Any]:
        row: dict[str, Any] = dict.fromkeys(column.name for column in self._table.columns)
        return row | {
            "id": self._desk.new_id(),
            "elder_id": elder.id,
            "village": elder.village,
            "kind": kind.value,
            "key": key,
            "state": ProposalState.PROPOSED.value,
            "proposed_by": self._desk.actor.id,
            "created_at": self._desk.now,
            "sealed": dict(document),
            **more,
        }


def _proposing(row: Mapping[str, Any]) -> Change:
    changes = {name: (None, value) for name, value in row["sealed"]["change"].items()}
    return Change(Proposals.noun, row["id"], row["village"], 1, "propose", changes)


def _told(opening: Opening) -> dict[str, Any]:
    """What a record can say of the change: not how long somebody stays away, nor when somebody died."""
    day = civil_date(opening.found_at).isoformat()
    match opening.subkind:
        case ProposalKind.SUSPENSION:
            return {"starts_on": day, "reason": "hospital"}
        case ProposalKind.EXIT_DEATH:
            return {"found_on": day, "source": "visit"}
        case ProposalKind.EXIT_MOVED_OUT:
            return {"last_day_on": day, "source": "visit"}
    return {"told_on": day}
