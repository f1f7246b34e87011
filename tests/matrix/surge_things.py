"""Surges and warnings in the states from which operations succeed; each is for one village."""

from datetime import date
from uuid import uuid4

from api.domain.access import Role
from api.domain.surges import SurgeKind, SurgeSource
from api.schemas.late import Late
from api.schemas.surges import OpenSurgeIn, SignalIn
from api.usecases.signals import hear_signal
from api.usecases.surges import open_surge, propose
from tests.builders import DISTRICT
from tests.matrix import things
from tests.matrix.world import Caller, Thing, World


async def a_signal(world: World, village: str, caller: Caller) -> Thing:
    """A warning for the village that may be updated."""
    name = f"signal-{things.next_number()}"
    said = {
        "signal_id": name,
        "event": "issue",
        "kind": "寒潮",
        "code": "0401",
        "colour": "blue",
        "adcode": village,
        "issued_at": "2026-11-03T08:00:00+08:00",
    }
    async with world.registers_of(Role.DISTRICT_SUPERVISOR, DISTRICT, uuid4()) as registers:
        heard = await hear_signal(registers, SignalIn.model_validate(said))
    return Thing(village, {"weather_signal_id": heard.id}, words={"signal_id": name})


async def a_proposed_surge(world: World, village: str, caller: Caller) -> Thing:
    async with world.registers_of(Role.DISTRICT_SUPERVISOR, DISTRICT, uuid4()) as registers:
        days = (date(2026, 11, 3), date(2026, 11, 5))
        row = await propose(registers, SurgeKind.SURGE, [village], *days, source=SurgeSource.MANUAL)
    return Thing(village, {"surge_id": row.id})


async def an_open_surge(world: World, village: str, caller: Caller) -> Thing:
    """With somebody on the roll who was not reached."""
    elder = await things.on_the_roll(world, village, caller)
    surge = await a_proposed_surge(world, village, caller)
    async with world.registers_of(Role.DISTRICT_SUPERVISOR, DISTRICT, uuid4()) as registers:
        row = await registers.surges.locked(surge.ids["surge_id"])
        await open_surge(registers, row, Late(OpenSurgeIn, {"tiers": ["priority", "general"]}))
    return Thing(village, {**surge.ids, **elder.ids})
