"""A wrong file is taken back whole (撤回导入): within a day, and only while nobody acted on anything it brought.

New records are withdrawn, corrected ones say again what they said before, held ones wait no more. Whatever is in
the way is told row by row, and then nothing changes. Mended, the same rows may be sent again (decision 0023).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.domain.errors import Conflict, Fault, InTheWay
from api.domain.imports import FileKind, FileReport, RowReport, RowResult, check_rollback
from api.domain.visits import Standing
from api.schemas.visit_commands import HeldState
from api.store import Registers
from api.usecases.records import restore
from api.usecases.taken import Sent
from api.usecases.taking_back import dismiss_together, held_fast, parts_of, take_back

_REASON = "撤回了带来这条记录的文件"
_VISITS = (RowResult.CREATED, RowResult.UPDATED)


async def roll_back(registers: Registers, import_id: UUID) -> FileReport:
    """Take back everything that a file of visit records brought.

    Raises NotFound, WrongState for a file that is not taken in, and Conflict: ``rollback_too_late``,
    ``import_superseded`` and ``import_touched`` with the rows in the way.
    """
    report = await registers.imports.get(FileKind.VISITS, import_id, lock=True)
    check_rollback(report, registers.now)
    if await registers.imports.is_superseded(import_id):
        raise Conflict("import_superseded")
    items = [
        item async for part in registers.imports.rows(report) for item in part if item.version is not None and item.id
    ]
    await _take_back(registers.at_work(), items)
    await registers.imports.withdraw(report)
    return await registers.imports.get(FileKind.VISITS, import_id)


async def _take_back(registers: Registers, items: Sequence[RowReport]) -> None:
    brought = await _Brought.of(registers, items)
    brought.require_untouched()
    await dismiss_together(registers, list(brought.held), _REASON)
    for part in parts_of(brought.visits.values()):
        await take_back(registers, brought.of_result(part, RowResult.CREATED), _REASON)
        await _restore(registers, brought.of_result(part, RowResult.UPDATED), brought.items)
    registers.trace.saw(brought.items)


@dataclass(frozen=True, slots=True)
class _Brought:
    """What a file brought, as it is now. ``relied_on``: records on whose findings somebody acted."""

    items: Mapping[UUID, RowReport]
    visits: Mapping[UUID, Any]
    held: Mapping[UUID, Any]
    relied_on: frozenset[UUID]

    @classmethod
    async def of(cls, registers: Registers, items: Sequence[RowReport]) -> "_Brought":
        visit_ids = [item.id for item in items if item.id and item.result in _VISITS]
        held_ids = [item.id for item in items if item.id and item.result is RowResult.HELD]
        visits = await held_fast(registers, visit_ids)
        held = await registers.visits.held_of(held_ids)
        relied_on = await registers.findings.relied_on(visit_ids)
        return cls({item.id: item for item in items if item.id}, visits, held, frozenset(relied_on))

    def of_result(self, rows: Sequence[Any], result: RowResult) -> list[Any]:
        return [row for row in rows if self.items[row.id].result is result]

    def require_untouched(self) -> None:
        """Raises Conflict ``import_touched`` with the rows that are in the way."""
        faults = [
            Fault(code, params={"sheet": item.sheet, "row": item.row})
            for item in sorted(self.items.values(), key=lambda item: (item.sheet, item.row))
            for code in self._in_the_way(item)
        ]
        if faults:
            raise InTheWay("import_touched", faults)

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


async def _restore(registers: Registers, rows: Sequence[Any], items: Mapping[UUID, RowReport]) -> None:
    """Let corrected records say again what they said. Raises Conflict where one cannot any more."""
    if not rows:
        return
    whole = await registers.visits.whole([row.id for row in rows])
    changes = await registers.history.made_by(RowResult.UPDATED.value, {row.id: row.version for row in rows})
    former = [(_former(whole[row.id], changes[row.id]), whole[row.id]) for row in rows]
    taken = await restore(registers, former)
    stuck = [items[row.id] for row, each in zip(rows, taken, strict=True) if each.rejected]
    if stuck:
        faults = [Fault("row_not_restorable", params={"sheet": item.sheet, "row": item.row}) for item in stuck]
        raise InTheWay("import_touched", faults)


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
