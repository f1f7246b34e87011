"""A corrected file of visit records in the place of an earlier one: what it no longer tells of is taken back."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from api.domain.imports import FileKind, RowResult
from api.domain.visit_commands import stands_to_be_taken_back
from api.domain.visits import Standing
from api.store import Registers
from api.store.dialect import chunked
from api.usecases.imports import Importing
from api.usecases.taking_back import TOGETHER, dismiss_together, held_fast, take_back

_BROUGHT = (RowResult.CREATED, RowResult.UPDATED, RowResult.HELD)
_STOOD = (*_BROUGHT, RowResult.UNCHANGED)
_REASON = "更正后的文件中已没有这条记录"


async def records_of(importing: Importing, import_id: UUID | None) -> Mapping[UUID, bool]:
    """The records that an earlier file told of; whether it, or the file that it corrected, brought them."""
    if import_id is None:
        return {}
    async with importing.store.opened(importing.actor, importing.trace_of_part(), writes=False) as registers:
        former = await registers.imports.get(FileKind.VISITS, import_id)
        brought = _STOOD if former.supersedes else _BROUGHT
        return {
            item.id: item.result in brought
            async for items in registers.imports.rows(former)
            for item in items
            if item.id is not None and item.result in _STOOD
        }


async def withdraw_gone(importing: Importing, ids: Sequence[UUID]) -> None:
    """Take back the records that a corrected file no longer has; what somebody acted on since stays."""
    for part in chunked(ids, TOGETHER):
        async with importing.store.opened(importing.actor, importing.trace_of_part(), writes=True) as registers:
            await _withdraw(registers.at_work(), part)


async def _withdraw(registers: Registers, ids: Sequence[UUID]) -> None:
    """Relied on, too old, or taken back already: there a person decides."""
    rows = await held_fast(registers, ids)
    relied_on = await registers.findings.relied_on(rows)
    gone = [
        row
        for row in rows.values()
        if row.id not in relied_on and stands_to_be_taken_back(Standing(row.standing), row.received_at, registers.now)
    ]
    await take_back(registers, gone, _REASON)
    await dismiss_together(registers, ids, _REASON)
    registers.trace.saw(ids)
