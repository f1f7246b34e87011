"""Taking a force, or a worker, out of service for a while or for good (五(二): 确保服务力量的可靠性; R50)."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.errors import Fault
from api.domain.providers import ForceState
from api.schemas.providers import StandDownIn
from api.store import Registers
from api.usecases.standing import refuse


async def stand_down(registers: Registers, state: ForceState, form: StandDownIn, **whose: UUID) -> date:
    """Suspended or removed from a day on, today or earlier; the day. Raises Refused ``day_in_future``."""
    on = form.on or registers.today
    refuse(_future(registers, on))
    await registers.providers.rests.begin(state, on, form.reason, **whose)
    return on


async def stand_up(registers: Registers, rests: list[Any], form: StandDownIn) -> date:
    """Whatever keeps it from coming ends on the eve of a day; the day. ``rests``: its stand-downs."""
    on = form.on or registers.today
    lasting = [row for row in rests if row.ends_on is None]
    refuse([*_future(registers, on), *_too_early(lasting, on)])
    for row in lasting:
        await registers.providers.rests.end(row, on)
    return on


def _future(registers: Registers, on: date) -> Iterator[Fault]:
    if on > registers.today:
        yield Fault("day_in_future", "/on")


def _too_early(rests: list[Any], on: date) -> Iterator[Fault]:
    if any(on < row.starts_on for row in rests):
        yield Fault("dates_out_of_order", "/on")
