"""Dangers that were reported, each as far as an operation needs it to be."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from api.domain.access import Role
from api.domain.escalations import RiskKind
from api.schemas.base import parsed
from api.schemas.escalations import AcknowledgeIn, ActionIn, MitigateIn, ReportIn
from api.schemas.follow_ups import FollowUpIn
from api.schemas.late import Late
from api.store import Registers
from api.usecases import escalations
from tests.builders import VILLAGE
from tests.matrix import things
from tests.matrix.things import Make
from tests.matrix.world import SETTLED, Caller, Thing, World

_NOBODY = {"elder_id": uuid4()}


async def anybody(world: World, village: str, caller: Caller) -> Thing:
    """Somebody on the roll, or nobody whom anybody knows."""
    return await things.on_the_roll(world, village, caller) if village in SETTLED else Thing(village, _NOBODY)


def a_danger(kind: RiskKind = RiskKind.GAS_LEAK) -> Make:
    """At the home of somebody on the roll."""

    async def make(world: World, village: str, caller: Caller) -> Thing:
        elder = await things.on_the_roll(world, village, caller)
        async with world.registers() as registers:
            form = parsed(ReportIn, {"elder_id": elder.id("elder_id"), "kind": kind})
            assert isinstance(form, ReportIn), form
            row = await escalations.report(registers, form)
        return Thing(village, {**elder.ids, "escalation_id": row.id})

    return make


known = a_danger()
a_death = a_danger(RiskKind.DEATH_FOUND)


async def in_hand(world: World, village: str, caller: Caller) -> Thing:
    danger = await known(world, village, caller)
    async with _held(world, danger) as (registers, row):
        await escalations.acknowledge(registers, row, Late(AcknowledgeIn, {}))
    return danger


async def put_right(world: World, village: str, caller: Caller) -> Thing:
    """By all whom the township has, so that whoever may follow up at all may follow up here."""
    danger = await in_hand(world, village, caller)
    async with _held(world, danger) as (registers, row):
        await escalations.mitigate(registers, row, Late(MitigateIn, {"text": "已关阀"}))
        instructors = await registers.staff.instructors_of(village)
    for user_id in instructors:
        async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], user_id) as registers:
            row = await registers.escalations.locked(danger.ids["escalation_id"])
            await escalations.act(registers, row, Late(ActionIn, {"kind": "visit"}))
    return danger


async def made_sure_of(world: World, village: str, caller: Caller) -> Thing:
    danger = await put_right(world, village, caller)
    async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], uuid4()) as registers:
        row = await registers.escalations.locked(danger.ids["escalation_id"])
        await escalations.follow_up(registers, row, Late(FollowUpIn, {"result": "eased", "method": "home"}))
    return danger


async def twice(world: World, village: str, caller: Caller) -> Thing:
    """Reported again: ``of`` is the first report, within everybody's reach."""
    first, again = await known(world, VILLAGE, caller), await known(world, village, caller)
    return Thing(village, again.ids, {"of": first.ids["escalation_id"]})


async def of_a_stranger(world: World, village: str, caller: Caller) -> Thing:
    """Somebody of whom only the place is known; ``whose``: an elder of the same village."""
    elder = await things.on_the_roll(world, village, caller)
    said = {"village": village, "place_text": "桥头", "kind": "acute_illness"}
    async with world.registers() as registers:
        form = parsed(ReportIn, said)
        assert isinstance(form, ReportIn), form
        row = await escalations.report(registers, form)
    return Thing(village, {"escalation_id": row.id}, {"whose": elder.ids["elder_id"]})


@asynccontextmanager
async def _held(world: World, danger: Thing) -> AsyncIterator[tuple[Registers, Any]]:
    async with world.registers() as registers:
        yield registers, await registers.escalations.locked(danger.ids["escalation_id"])
