"""What records reveal, stored with elder, kind, time and source; a repeat joins what is still open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, select, update

from api.domain.openings import OpeningKind, TaskKind
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import among, insert_into
from api.store.escalations import Escalations
from api.store.hazards import Hazards
from api.store.history import Change, History
from api.store.needs import Needs
from api.store.proposals import Proposals
from api.store.revealed import Revealed, key_of, on_the_roll
from api.store.tables import table_of
from api.store.whereabouts import WhereaboutsChecks

_ENDED = ("done", "resolved", "closed", "closed_by_exit", "answered", "cancelled", "solved", "accepted", "rejected")
_PLURALS = {
    OpeningKind.HAZARD: "hazards",
    OpeningKind.ESCALATION: "escalations",
    OpeningKind.TASK: "tasks",
    OpeningKind.NOTICE: "notices",
    OpeningKind.PROPOSAL: "proposals",
    OpeningKind.WHEREABOUTS_CHECK: "whereabouts_checks",
    OpeningKind.NEED: "needs",
}


@dataclass(slots=True)
class Opened:
    """Ids by plural noun. ``kept``: not of a dry run, whose ids name nothing."""

    ids: dict[str, list[UUID]] = field(default_factory=lambda: {plural: [] for plural in _PLURALS.values()})
    kept: bool = True

    @property
    def told(self) -> Mapping[str, Sequence[UUID | None]]:
        """As the wire shows them: of a dry run None for each."""
        return self.ids if self.kept else {plural: [None] * len(ids) for plural, ids in self.ids.items()}

    def of(self, kind: OpeningKind) -> Sequence[UUID]:
        return self.ids[_PLURALS[kind]]

    def add(self, kind: OpeningKind, row_id: UUID) -> None:
        if row_id not in self.ids[_PLURALS[kind]]:
            self.ids[_PLURALS[kind]].append(row_id)


_TASKS = table_of(tables.Task)
_CHECKS = table_of(tables.WhereaboutsCheck)
_CANCELLED_WITH_VISITS = (
    ((OpeningKind.HAZARD,), table_of(tables.Hazard)),
    ((OpeningKind.TASK, OpeningKind.NOTICE), _TASKS),
    ((OpeningKind.PROPOSAL,), table_of(tables.Proposal)),
    ((OpeningKind.WHEREABOUTS_CHECK,), _CHECKS),
    ((OpeningKind.NEED,), table_of(tables.Need)),
)
_OPENED_BY_VISITS = (*(table for _, table in _CANCELLED_WITH_VISITS), table_of(tables.Escalation))


class Findings:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._history = History(desk)

    async def store(self, revealed: Sequence[Revealed]) -> list[UUID]:
        """The id of what each opening opened or joined, in order."""
        keepers = {
            OpeningKind.HAZARD: Hazards(self._desk).reveal,
            OpeningKind.ESCALATION: Escalations(self._desk).reveal,
            OpeningKind.TASK: self._task,
            OpeningKind.NOTICE: self._task,
            OpeningKind.PROPOSAL: Proposals(self._desk).reveal,
            OpeningKind.WHEREABOUTS_CHECK: WhereaboutsChecks(self._desk).reveal,
            OpeningKind.NEED: Needs(self._desk).reveal,
        }
        return [await keepers[each.opening.kind](each) for each in revealed]

    async def relied_on(self, visit_ids: Collection[UUID]) -> set[UUID]:
        """Those of the records that opened something on which somebody acted, or which another revealed again."""
        found: set[UUID] = set()
        for table in _OPENED_BY_VISITS:
            touched = table.c.state == "done" if table is _TASKS else table.c.version > 1
            query = select(table.c.source_visit).where(among(table.c.source_visit, visit_ids), touched)
            found |= set((await self._session.execute(query)).scalars())
        return found

    async def cancel(self, visit_ids: Collection[UUID], *, sparing: Collection[tuple[OpeningKind, str]] = ()) -> None:
        """Cancel what records alone opened and nobody touched, but for the kinds they still reveal.

        A major risk stays: whether it was a false alarm is for a person to say.
        """
        for kinds, table in _CANCELLED_WITH_VISITS:
            spared = {subkind for kind, subkind in sparing if kind in kinds}
            if spared and table is _TASKS:
                spared.add(TaskKind.CHECK_NEXT_VISIT)
            if spared and table is _CHECKS:
                continue
            alone = [among(table.c.source_visit, visit_ids), table.c.version == 1, table.c.state.not_in(_ENDED)]
            if spared:
                alone.append(table.c.kind.not_in(spared))
            rows = (await self._session.execute(select(table.c.id, table.c.village, table.c.state).where(*alone))).all()
            if rows:
                await self._session.execute(update(table).where(*alone).values(state="cancelled", version=2))
            noun = table.name.removesuffix("s")
            await self._history.record(
                [Change(noun, r.id, r.village, 2, "cancel", {"state": (r.state, "cancelled")}) for r in rows]
            )

    async def _task(self, each: Revealed) -> UUID:
        """A task or notice; one that was done is opened again, but not by the record that it was done for."""
        elder, opening, task_id = on_the_roll(each), each.opening, self._desk.new_id()
        statement = insert_into(self._session, _TASKS).values(
            id=task_id,
            elder_id=elder.id,
            village=elder.village,
            kind=opening.subkind,
            key=key_of(self._desk.sealer, each).hex(),
            state="open",
            starts_on=self._desk.today,
            due_on=opening.due_on or self._desk.today + timedelta(days=7),
            source_visit=each.visit_id,
            created_at=self._desk.now,
            note=self._sealed("tasks.note", task_id, opening.text),
            version=1,
        )
        stored, fresh = _TASKS.c, statement.excluded
        waits = stored.state == "open"
        again: dict[str, Any] = {
            "state": "open",
            "due_on": case((waits, stored.due_on), else_=fresh.due_on),
            "source_visit": case((waits, stored.source_visit), else_=fresh.source_visit),
            "done_on": None,
            "done_by": None,
            "version": stored.version + 1,
        }
        another = stored.source_visit.is_distinct_from(each.visit_id) | (stored.state == "cancelled")
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["elder_id", "kind", "key"], set_=again, where=another)
        )
        query = select(stored.id).where(
            stored.elder_id == elder.id,
            stored.kind == opening.subkind,
            stored.key == key_of(self._desk.sealer, each).hex(),
        )
        return UUID(str((await self._session.execute(query)).scalar_one()))

    def _sealed(self, place: str, row_id: UUID, text: str | None) -> bytes | None:
        return None if text is None else self._desk.sealer.seal(place, row_id, text.encode())
