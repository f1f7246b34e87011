"""A corrected file of visit records in the place of an earlier one: what it no longer tells of is taken back."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from api.domain.errors import Conflict, Forbidden, WrongState
from api.domain.imports import FileKind, RowResult
from api.schemas.visit_commands import ReasonIn
from api.store import Registers
from api.usecases.imports import Importing
from api.usecases.visits import hold, withdraw_visit

_BROUGHT = (RowResult.CREATED, RowResult.UPDATED)
_STOOD = (*_BROUGHT, RowResult.UNCHANGED)
_AT_ONCE = 100
_REASON = ReasonIn(reason="更正后的文件中已没有这条记录")


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


async def withdraw_gone(importing: Importing, visit_ids: Sequence[UUID]) -> None:
    """Take back the records that a corrected file no longer has; what somebody acted on since stays."""
    for start in range(0, len(visit_ids), _AT_ONCE):
        async with importing.store.opened(importing.actor, importing.trace_of_part(), writes=True) as registers:
            for visit_id in visit_ids[start : start + _AT_ONCE]:
                await _withdraw(registers, visit_id)


async def _withdraw(registers: Registers, visit_id: UUID) -> None:
    row = await hold(registers, visit_id)
    try:
        await withdraw_visit(registers, row, _REASON)
    except (Conflict, Forbidden, WrongState):  # relied on, too old, or taken back already: a person decides
        return
