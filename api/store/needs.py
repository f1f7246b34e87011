"""The register of needs (关爱服务需求): what elders lack, told by records or by hand."""

from datetime import date
from typing import Any
from uuid import UUID

from api.domain.referrals import OPEN_NEEDS, NeedKind, NeedState
from api.store import tables
from api.store.cases import Cases
from api.store.revealed import Revealed, key_for, key_of, on_the_roll
from api.store.subjects import Subject


class Needs(Cases):
    model = tables.Need
    noun = "need"

    async def reveal(self, each: Revealed) -> UUID:
        """The need that a record tells of; a repeat joins the one that is still open."""
        elder, solved = on_the_roll(each), each.opening.solved
        key = key_of(self._desk.sealer, each)
        if not solved and (row := await self._waiting(elder.id, key)):
            if row.source_visit != each.visit_id:  # from now on it no longer falls with the record that opened it
                await self.change(row, "tell_again")
            return UUID(str(row.id))
        what = {
            "kind": each.opening.subkind,
            "key": key,
            "source_visit": each.visit_id,
            "follow_up_due_on": each.opening.due_on,
        }
        return await self._tell(elder, what, each.opening.text, solved=solved)

    async def tell(
        self, elder: tables.Elder, kind: NeedKind, text: str | None, *, solved: bool, ask_by: date | None
    ) -> UUID:
        """A need told by hand. ``ask_by``: until when somebody asks whether it is eased."""
        what = {"kind": kind, "key": self._key(kind), "reported_by": self._desk.actor.id, "follow_up_due_on": ask_by}
        return await self._tell(elder, what, text, solved=solved)

    async def solvers(self, row: Any) -> set[UUID]:
        """Who has met it on the spot."""
        history = await self.history(row.id)
        met = (each for each in history if each["changes"].get("state", {}).get("to") == NeedState.SOLVED)
        return {each["actor_id"] for each in met if each["actor_id"] is not None}

    async def waiting(self, elder_id: UUID, kind: NeedKind) -> Any | None:
        """The elder's open need of a kind, if there is one."""
        return await self._waiting(elder_id, self._key(kind))

    async def _tell(
        self, elder: Subject | tables.Elder, what: dict[str, Any], text: str | None, *, solved: bool
    ) -> UUID:
        state = NeedState.SOLVED if solved else NeedState.REQUESTED
        whose = {"elder_id": elder.id, "village": elder.village}
        told = {"state": state, "created_at": self._desk.now, "sealed": {"text": text}}
        [need_id] = await self.add([{**whose, **what, **told}])
        return need_id

    async def _waiting(self, elder_id: UUID, key: bytes) -> Any | None:
        c = self._table.c
        alike = self.visible.where(c.elder_id == elder_id, c.key == key, c.state.in_(OPEN_NEEDS))
        return (await self._session.execute(alike.order_by(c.id).limit(1))).first()

    def _key(self, kind: NeedKind) -> bytes:
        return key_for(self._desk.sealer, kind)
