"""A wrong file is taken back whole (撤回导入): within a day, and only while nobody acted on anything it brought.

New records are withdrawn, corrected ones say again what they said before, held ones wait no more. Whatever is in
the way is told row by row, and then nothing changes. Mended, the same rows may be sent again (decision 0023).

A short file is taken back in the request. A long one is looked at as a whole and then taken back part by part, so
that nobody waits for it: a record that somebody changes meanwhile is left as it is, and named (decision 0035).
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.domain.access import Actor
from api.domain.errors import Conflict, Fault, InTheWay
from api.domain.imports import FileKind, FileReport, ImportState, RowReport, RowResult, check_rollback
from api.domain.visits import Standing
from api.schemas.visit_commands import HeldState
from api.store import Registers, Store, Trace
from api.usecases.on_behalf import grants_of
from api.usecases.records import restore
from api.usecases.taken import Sent
from api.usecases.taking_back import dismiss_together, held_fast, parts_of, take_back

MOST_AT_ONCE = 2_000
"""Rows that are taken back while somebody waits; of a file that brought more it is a job."""
PART = 250
"""Rows that a job takes back in one transaction."""
JOB = "roll_back_file"
_REST = 0.15  # seconds between them, in which SQLite's other writers, who ask ten times a second, get their turn
_STOPPED = "rollback_stopped"
_REASON = "撤回了带来这条记录的文件"
_VISITS = (RowResult.CREATED, RowResult.UPDATED)


async def roll_back(registers: Registers, import_id: UUID) -> FileReport:
    """Take back everything that a file of visit records brought; a long file is ``undoing`` until a job is done.

    Raises NotFound, WrongState for a file that is not taken in, and Conflict: ``rollback_too_late``,
    ``import_superseded`` and ``import_touched`` with the rows in the way.
    """
    report = await registers.imports.get(FileKind.VISITS, import_id, lock=True)
    check_rollback(report, registers.now)
    if await registers.imports.is_superseded(import_id):
        raise Conflict("import_superseded")
    if report.state is ImportState.UNDOING or report.brought > MOST_AT_ONCE:
        await _postpone(registers, report)
    else:
        items = [item async for part in registers.imports.rows(report) for item in _bringing(part)]
        await _take_back(registers.at_work(), items)
        await registers.imports.withdraw(report)
    return await registers.imports.get(FileKind.VISITS, import_id)


async def _postpone(registers: Registers, report: FileReport) -> None:
    """Leave it to a job, unless one is at work; where one stopped, another goes on."""
    begun = report.state is ImportState.UNDOING
    problems = [fault for fault in report.problems if fault.code != _STOPPED]
    if begun and len(problems) == len(report.problems):
        return
    await registers.imports.undo(report, rows_done=(begun and report.rows_done) or 0, problems=problems)
    payload = {"import_id": str(report.id), "grants": grants_of(registers.actor)}
    await registers.jobs.enqueue(JOB, area=report.area, payload=payload, requested_by=registers.actor.id)


async def _take_back(registers: Registers, items: Sequence[RowReport]) -> None:
    """All of it. Raises Conflict ``import_touched`` with the rows that are in the way."""
    brought = await Brought.of(registers, items)
    if in_the_way := brought.in_the_way():
        raise InTheWay("import_touched", in_the_way)
    if stuck := await brought.take_back(registers):
        raise InTheWay("import_touched", stuck)


def _bringing(items: Iterable[RowReport]) -> list[RowReport]:
    """The rows that left something behind."""
    return [item for item in items if item.version is not None and item.id]


# --- by a job -----------------------------------------------------------------------------------------


async def roll_back_by_parts(store: Store, actor: Actor, traced: Callable[[], Trace], import_id: UUID) -> FileReport:
    """Take a long file back, a transaction for each part; called again it goes on where it stopped.

    If anything is in the way before the first part, nothing is taken back.
    """
    async with store.opened(actor, traced(), writes=False) as registers:
        report = await registers.imports.get(FileKind.VISITS, import_id)
        faults = [] if report.rows_done else await _all_in_the_way(registers, report)
    if report.state is ImportState.UNDOING and faults:
        async with store.opened(actor, traced(), writes=True) as registers:
            report = await registers.imports.get(FileKind.VISITS, import_id, lock=True)
            await registers.imports.let_stand(report, faults)
            return await registers.imports.get(FileKind.VISITS, import_id)
    while report.state is ImportState.UNDOING:
        async with store.opened(actor, traced(), writes=True) as registers:
            await _take_back_part(registers, await registers.imports.get(FileKind.VISITS, import_id, lock=True))
            report = await registers.imports.get(FileKind.VISITS, import_id)
        await asyncio.sleep(_REST)
    return report


async def give_up(registers: Registers, import_id: UUID) -> None:
    """Say of a file whose job is dead how far it was taken back."""
    report = await registers.imports.get(FileKind.VISITS, import_id, lock=True)
    if report.state is ImportState.UNDOING:
        problems = [Fault(_STOPPED), *report.problems]
        await registers.imports.undo(report, rows_done=report.rows_done or 0, problems=problems)


async def _all_in_the_way(registers: Registers, report: FileReport) -> list[Fault]:
    found: list[Fault] = []
    async for part in registers.imports.rows(report):
        found += (await Brought.of(registers.at_work(), _bringing(part), lock=False)).in_the_way()
    return found


async def _take_back_part(registers: Registers, report: FileReport) -> None:
    """The next part of a locked file; behind the last one it is taken back."""
    done = report.rows_done or 0
    part = await registers.imports.part(report, done, PART)
    if not part:
        await registers.imports.withdraw(report)
        return
    brought = await Brought.of(registers.at_work(), _bringing(part))
    faults = brought.in_the_way()
    faults += await brought.untouched().take_back(registers.at_work())
    await registers.imports.undo(report, rows_done=done + len(part), problems=[*report.problems, *faults])


# --- what a file brought ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Brought:
    """What rows of a file brought, as it is now. ``relied_on``: records on whose findings somebody acted."""

    items: Mapping[UUID, RowReport]
    visits: Mapping[UUID, Any]
    held: Mapping[UUID, Any]
    relied_on: frozenset[UUID]

    @classmethod
    async def of(cls, registers: Registers, items: Sequence[RowReport], *, lock: bool = True) -> "Brought":
        visit_ids = [item.id for item in items if item.id and item.result in _VISITS]
        held_ids = [item.id for item in items if item.id and item.result is RowResult.HELD]
        visits = await (held_fast(registers, visit_ids) if lock else registers.visits.briefly(visit_ids))
        held = await registers.visits.held_of(held_ids, lock=lock)
        relied_on = await registers.findings.relied_on(visit_ids)
        return cls({item.id: item for item in items if item.id}, visits, held, frozenset(relied_on))

    def in_the_way(self) -> list[Fault]:
        """The rows that cannot be taken back, in the order of the file."""
        return [
            Fault(code, params={"sheet": item.sheet, "row": item.row})
            for item in sorted(self.items.values(), key=lambda item: (item.sheet, item.row))
            for code in self._in_the_way(item)
        ]

    def untouched(self) -> "Brought":
        """What can be taken back."""
        items = {item_id: item for item_id, item in self.items.items() if not any(self._in_the_way(item))}
        visits, held = [
            {row_id: row for row_id, row in rows.items() if row_id in items} for rows in (self.visits, self.held)
        ]
        return Brought(items, visits, held, self.relied_on)

    async def take_back(self, registers: Registers) -> list[Fault]:
        """Take it back; the corrected records that cannot say again what they said."""
        await dismiss_together(registers, list(self.held), _REASON)
        stuck: list[RowReport] = []
        for part in parts_of(self.visits.values()):
            await take_back(registers, self._of_result(part, RowResult.CREATED), _REASON)
            stuck += await _restore(registers, self._of_result(part, RowResult.UPDATED), self.items)
        registers.trace.saw(self.items)
        return [Fault("row_not_restorable", params={"sheet": item.sheet, "row": item.row}) for item in stuck]

    def _of_result(self, rows: Sequence[Any], result: RowResult) -> list[Any]:
        return [row for row in rows if self.items[row.id].result is result]

    def _in_the_way(self, item: RowReport) -> Iterator[str]:
        """At most one reason."""
        assert item.id is not None
        waits = item.result is RowResult.HELD
        row = (self.held if waits else self.visits).get(item.id)
        if row is None:
            yield "row_out_of_sight"
        elif waits and row.state != HeldState.HELD:
            yield "row_decided_since"
        elif row.version != item.version:
            yield "row_changed_since"
        elif item.id in self.relied_on:
            yield "row_acted_on"


async def _restore(registers: Registers, rows: Sequence[Any], items: Mapping[UUID, RowReport]) -> Sequence[RowReport]:
    """Let corrected records say again what they said; the rows of those that cannot any more."""
    if not rows:
        return []
    whole = await registers.visits.whole([row.id for row in rows])
    changes = await registers.history.made_by(RowResult.UPDATED.value, {row.id: row.version for row in rows})
    former = [(_former(whole[row.id], changes[row.id]), whole[row.id]) for row in rows]
    taken = await restore(registers, former)
    return [items[row.id] for row, each in zip(rows, taken, strict=True) if each.rejected]


def _former(row: Any, changed: Mapping[str, Mapping[str, Any]]) -> Sent:
    """What the record said before; whom it was about and how it stood, if that was another."""
    before = {name: each["from"] for name, each in changed.items()}
    elder_id = before.get("elder_id", row.elder_id)
    return Sent(
        request=0,
        index=0,
        source=row.source,
        raw={**before["record"], "elder": {"id": str(elder_id)}},
        from_file=True,
        office=True,
        name=row.external_id,
        restores=Standing(before.get("standing", row.standing)),
    )
