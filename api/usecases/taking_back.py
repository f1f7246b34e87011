"""Records taken back with the file that brought them: many at once, and they may be sent again (decision 0023)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.domain.months import Month
from api.domain.visit_commands import LIFE, VisitCommand
from api.domain.visits import Standing
from api.schemas.visit_commands import HeldState
from api.store import Registers
from api.store.dialect import chunked
from api.store.history import Change
from api.usecases.doubles import let_others_count
from api.usecases.findings import forget_findings
from api.usecases.rejudging import rejudge, spans_of

TOGETHER = 500
"""Records that are written and judged at once."""


async def held_fast(registers: Registers, visit_ids: Collection[UUID]) -> Mapping[UUID, Any]:
    """Those of the records that are in sight, which nobody else changes until the transaction ends; elders first."""
    rows = await registers.visits.briefly(visit_ids)
    await registers.subjects.lock(row.elder_id for row in rows.values())
    return await registers.visits.briefly(visit_ids, lock=True)


def parts_of(rows: Iterable[Any]) -> list[Sequence[Any]]:
    """All of a village and of an elder one after another: sums are changed in one order, whoever changes them."""
    ordered = sorted(rows, key=lambda row: (row.village, row.elder_id, row.id))
    return chunked(ordered, TOGETHER)


async def take_back(registers: Registers, rows: Sequence[Any], reason: str) -> None:
    """Records that stand no more, with what they alone opened; they are held fast. Raises WrongState."""
    if not rows:
        return
    ids = [row.id for row in rows]
    changes = [_taken_back(row, reason) for row in rows]
    await forget_findings(registers, ids)
    await registers.visits.take_back(ids)
    await registers.history.record(changes)
    await let_others_count(registers, rows)
    touched: dict[UUID, set[Month]] = {}
    for row in rows:
        touched.setdefault(row.elder_id, set()).add(Month.of(row.visited_on))
    for months, elder_ids in spans_of(touched):
        await rejudge(registers, elder_ids, months)


def _taken_back(row: Any, reason: str) -> Change:
    standing = LIFE.after(VisitCommand.TAKE_BACK, Standing(row.standing))
    said = {"standing": (row.standing, standing.value), "reason": (None, reason)}
    return Change("visit", row.id, row.village, row.version + 1, VisitCommand.TAKE_BACK.value, said)


async def dismiss_together(registers: Registers, held_ids: Collection[UUID], reason: str) -> None:
    """Held records that wait no more; those that do not wait stay what they are."""
    if not held_ids:
        return
    said = {"state": (HeldState.HELD.value, HeldState.DISMISSED.value), "reason": (None, reason)}
    await registers.history.record(
        [
            Change("held_visit", row.id, row.village, row.version, VisitCommand.TAKE_BACK.value, said)
            for row in await registers.visits.dismiss_held(held_ids)
        ]
    )
