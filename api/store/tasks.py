"""Tasks: what somebody has to do for an elder by a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, or_, select, update

from api.domain.errors import NotFound, WrongState
from api.domain.openings import TaskKind
from api.domain.tasks import VisitTask, VisitTaskKind
from api.store import tables
from api.store.changes import insert_rows, update_rows
from api.store.desk import Desk
from api.store.dialect import among, among_bound, chunked, insert_into
from api.store.history import Change, History
from api.store.listings import Listing
from api.store.scope import within
from api.store.tables import table_of

_VISIT_KINDS = tuple(kind.value for kind in VisitTaskKind)
OF_VISITORS = (*_VISIT_KINDS, TaskKind.CHECK_NEXT_VISIT.value)
"""What whoever comes next is to do; the rest is the office's."""
_JUDGED = ("state", "due_on", "done_on", "done_by_visit")
_TASKS = table_of(tables.Task)
_OF_VISITS = (among_bound(_TASKS.c.elder_id, "ids"), _TASKS.c.kind.in_(_VISIT_KINDS))
VISIT_TASKS = select(_TASKS).where(
    *_OF_VISITS,
    _TASKS.c.due_on >= bindparam("due_since"),
    or_(_TASKS.c.starts_on <= bindparam("until"), _TASKS.c.kind == VisitTaskKind.SURGE.value),
)
UNDONE = select(_TASKS.c.elder_id, _TASKS.c.due_on).where(*_OF_VISITS, _TASKS.c.state == "open")


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to open; the same elder, kind and key is the same task and is opened once."""

    elder_id: UUID
    village: str
    kind: str
    key: str
    starts_on: date
    due_on: date
    note: str | None = None
    source_visit: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTasks:
    """Which tasks to list; every condition that is given must hold. ``due_before`` is not included."""

    area: str | None = None
    elder_id: UUID | None = None
    kind: str | None = None
    state: str | None = None
    due_from: date | None = None
    due_before: date | None = None


class Tasks:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._table = _TASKS
        self._history = History(desk)

    @property
    def visible(self) -> Select[Any]:
        """Tasks of the actor's areas, unordered; a provider's people see what is theirs to do of those they serve."""
        c = self._table.c
        here = select(self._table).where(self._desk.in_sight(c.elder_id, c.village))
        return here.where(c.kind.in_(OF_VISITORS)) if self._desk.actor.confined else here

    def listing(self, wanted: WantedTasks) -> Listing:
        """The tasks in order of due day and id. Raises NotFound for an area out of reach."""
        c = self._table.c
        conditions = (
            (wanted.area, within(c.village, self._desk.actor.walled(wanted.area))),
            (wanted.elder_id, c.elder_id == wanted.elder_id),
            (wanted.kind, c.kind == wanted.kind),
            (wanted.state, c.state == wanted.state),
            (wanted.due_from, c.due_on >= (wanted.due_from or date.min)),
            (wanted.due_before, c.due_on < (wanted.due_before or date.max)),
        )
        query = self.visible.where(*(holds for value, holds in conditions if value is not None))
        return Listing(self._session, query, [c.due_on, c.id])

    async def open(self, tasks: Sequence[NewTask]) -> dict[tuple[UUID, str, str], UUID]:
        """Open the tasks that are not there yet; answers the ids of the new ones by (elder, kind, key)."""
        rows = [self._row(task) for task in tasks]
        opened: dict[tuple[UUID, str, str], UUID] = {}
        for chunk in chunked(rows, 500):
            statement = insert_into(self._session, self._table).on_conflict_do_nothing()
            returned = await self._session.execute(
                statement.returning(self._table.c.id, self._table.c.elder_id, self._table.c.kind, self._table.c.key),
                list(chunk),
            )
            opened.update({(row.elder_id, row.kind, row.key): row.id for row in returned})
        return opened

    async def finish(self, task_id: UUID, *, done_on: date, note: str | None = None) -> Any:
        """Close a task that people close; raises WrongState for one that is not open."""
        task = (await self._session.execute(self.visible.where(self._table.c.id == task_id))).one_or_none()
        if task is None:
            raise NotFound()
        changed = await self._session.execute(
            update(self._table)
            .where(self._table.c.id == task_id, self._table.c.state == "open")
            .where(self._table.c.kind.not_in(_VISIT_KINDS))
            .values(
                state="done",
                done_on=done_on,
                done_by=self._desk.actor.id,
                note=self._sealed(task_id, note) if note else task.note,
                version=self._table.c.version + 1,
            )
            .returning(*self._table.c)
        )
        row = changed.one_or_none()
        if row is None:
            raise WrongState("visit_task" if task.kind in _VISIT_KINDS else task.state, ["open"])
        closed = {"state": (task.state, row.state)}
        await self._history.record([Change("task", row.id, row.village, row.version, "done", closed)])
        return row

    async def settle(self, elder_id: UUID, kind: str, key: str) -> None:
        """Close the open task that somebody's decision has just answered, if there is one."""
        await self._session.execute(
            update(self._table)
            .where(self._table.c.elder_id == elder_id, self._table.c.kind == kind, self._table.c.key == key)
            .where(self._table.c.state == "open")
            .values(
                state="done",
                done_on=self._desk.today,
                done_by=self._desk.actor.id,
                version=self._table.c.version + 1,
            )
        )

    async def open_of_kinds(self, kinds: Sequence[str]) -> list[tuple[UUID, str, str]]:
        """Elder, kind and key of every open task of these kinds, in order."""
        c = self._table.c
        query = select(c.elder_id, c.kind, c.key).where(within(c.village, self._desk.areas))
        query = query.where(c.kind.in_(kinds), c.state == "open").order_by(c.elder_id, c.kind, c.key)
        return [(row.elder_id, row.kind, row.key) for row in await self._session.execute(query)]

    async def cancel(self, elder_id: UUID, kinds: Sequence[str]) -> None:
        """Cancel the elder's open tasks of these kinds."""
        await self.cancel_of([elder_id], kinds)

    async def cancel_of(self, elder_ids: Sequence[UUID], kinds: Sequence[str]) -> None:
        """The same of many elders at once."""
        for part in chunked(elder_ids):
            await self._session.execute(
                update(self._table)
                .where(self._table.c.elder_id.in_(part), self._table.c.kind.in_(kinds))
                .where(self._table.c.state == "open")
                .values(state="cancelled", done_on=self._desk.today, version=self._table.c.version + 1)
            )

    async def replace_visit_tasks(
        self, rows: Iterable[Any], judged: Mapping[UUID, tuple[str, Sequence[VisitTask]]]
    ) -> None:
        """Make the judged visit tasks the stored ones.

        rows: of ``VISIT_TASKS``, the tasks that are due on or after a day and start by another, and those of
        surges whenever they start. judged: elder → (village, tasks of the same days); those outside these days were
        judged with other months and stay.
        """
        stored = {(row.elder_id, row.kind, row.key): row for row in rows}
        wanted = {
            (elder_id, task.kind.value, task.key): self._judged_row(elder_id, village, task)
            for elder_id, (village, visit_tasks) in judged.items()
            for task in visit_tasks
        }
        gone = [row.id for key, row in stored.items() if key not in wanted]
        new = [row for key, row in wanted.items() if key not in stored]
        changed = [
            {"id": stored[key].id} | {name: row[name] for name in _JUDGED}
            for key, row in wanted.items()
            if key in stored and any(getattr(stored[key], name) != row[name] for name in _JUDGED)
        ]
        if gone:
            await self._session.execute(delete(_TASKS).where(among(_TASKS.c.id, gone)))
        await insert_rows(self._session, _TASKS, new)
        await update_rows(self._session, _TASKS, ["id"], changed)

    def _judged_row(self, elder_id: UUID, village: str, task: VisitTask) -> dict[str, Any]:
        row = self._row(NewTask(elder_id, village, task.kind.value, task.key, task.starts_on, task.due_on))
        done = {"state": "done", "done_on": task.done_on, "done_by_visit": task.done_by}
        return row | (done if task.done_on else {})

    def _row(self, task: NewTask) -> dict[str, Any]:
        task_id = self._desk.new_id()
        return {
            "id": task_id,
            "elder_id": task.elder_id,
            "village": task.village,
            "kind": task.kind,
            "key": task.key,
            "state": "open",
            "starts_on": task.starts_on,
            "due_on": task.due_on,
            "done_on": None,
            "done_by_visit": None,
            "done_by": None,
            "source_visit": task.source_visit,
            "created_at": self._desk.now,
            "note": self._sealed(task_id, task.note) if task.note else None,
            "version": 1,
        }

    def _sealed(self, task_id: UUID, note: str) -> bytes:
        return self._desk.sealer.seal("tasks.note", task_id, note.encode())
