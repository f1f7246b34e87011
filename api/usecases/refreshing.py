"""What a new day brings by itself: dated facts begin and end, and the files show it.

Duty needs none of this: months are judged from the dated facts. Run daily for a district; a second run of the
same day changes nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from api.domain.elders import ElderState
from api.domain.open_items import RAISE_NOTICE_DAYS, DutyTask
from api.domain.timelines import in_force, outranks
from api.store import Registers
from api.usecases.expiries import announce_expiries
from api.usecases.handing_over import hand_over
from api.usecases.standing import new_task, rejudge_from
from api.usecases.tiers import columns_on

_DAY = timedelta(days=1)
_LOOK_BACK = timedelta(days=31)  # a service that stood still catches up


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many files each kind of change touched."""

    suspended: int
    resumed: int
    moved: int
    retiered: int
    announced: int
    expiring: int


async def refresh_states(registers: Registers, today: date) -> Refreshed:
    """Let what begins or ends by today show in state, village, tier and categories; announce raises ahead."""
    return Refreshed(
        suspended=await _turn(registers, today, ElderState.SUSPENDED),
        resumed=await _turn(registers, today, ElderState.CONFIRMED),
        moved=await _move(registers, today),
        retiered=await _retier(registers, today),
        announced=await _announce(registers, today),
        expiring=await announce_expiries(registers, today),
    )


async def _turn(registers: Registers, today: date, state: ElderState) -> int:
    suspending = state is ElderState.SUSPENDED
    stints = registers.stints
    ids = await (stints.to_suspend(today) if suspending else stints.to_resume(today))
    elders = await registers.elders.many(ids, lock=True)
    for elder in elders:
        command = "suspension_begins" if suspending else "suspension_ends"
        await registers.elders.change(elder, command, {"status": state.value})
    return len(elders)


async def _move(registers: Registers, today: date) -> int:
    moves = dict(await registers.stints.moves_due(today))
    elders = await registers.elders.many(moves, lock=True)
    for elder in elders:
        moved = await registers.elders.change(elder, "move", village=moves[elder.id])
        await hand_over(registers, moved, today)
        await rejudge_from(registers, moved, today)
    return len(elders)


async def _retier(registers: Registers, today: date) -> int:
    ids = {*await registers.tiers.turning(today - _LOOK_BACK, today)}
    ids.update(await registers.tiers.categories_turning(today - _LOOK_BACK, today))
    changed = 0
    for elder in await registers.elders.many(ids, lock=True):
        tiers = await registers.tiers.of(elder.id)
        columns = columns_on(today, tiers, await registers.tiers.categories_of(elder.id))
        if columns != {name: getattr(elder, name) for name in columns}:
            await registers.elders.change(elder, "tier_turns", columns)
            changed += 1
    return changed


async def _announce(registers: Registers, today: date) -> int:
    """Raises by age or date, to the township, thirty days before."""
    turning = await registers.tiers.turning(today + _DAY, today + timedelta(days=RAISE_NOTICE_DAYS))
    tasks = [
        new_task(elder, DutyTask.RAISE_AHEAD, today, row.duty_from, key=row.duty_from.isoformat())
        for elder in await registers.elders.many(turning)
        for row in turning[elder.id]
        if row.duty_from > today
        and (before := in_force(turning[elder.id], row.duty_from - _DAY)) is not None
        and outranks(row.tier, before.tier)
        and row.duty_from <= today + timedelta(days=RAISE_NOTICE_DAYS)
    ]
    return len(await registers.tasks.open(tasks))
