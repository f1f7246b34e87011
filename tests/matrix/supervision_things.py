"""Second looks, orders and complaints of a village, made by the verbs that make them in life."""

from uuid import uuid4

from api.domain.access import Role
from api.domain.inspections import Finding, InspectionMethod, InspectionReason
from api.schemas.complaints import ComplaintIn
from api.schemas.inspections import ChooseIn, ConcludeIn
from api.schemas.rectifications import ProofIn, RectifyIn
from api.usecases.complaints import complain
from api.usecases.inspections import choose, conclude
from api.usecases.rectifications import answer, order
from tests.matrix import things
from tests.matrix.things import Make
from tests.matrix.world import Caller, Thing, World

a_record_of_somebody = things.a_record()


async def an_inspection(world: World, village: str, caller: Caller) -> Thing:
    record = await a_record_of_somebody(world, village, caller)
    async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], uuid4()) as registers:
        form = ChooseIn(visit_ids=[record.ids["visit_id"]], reason=InspectionReason.CHOSEN)
        [inspection_id] = await choose(registers, form)
    return Thing(village, {**record.ids, "inspection_id": inspection_id})


def a_finding(*, own: bool = False) -> Make:
    """What a second look found of a record; of the caller's ``own``, where that is a provider."""

    async def make(world: World, village: str, caller: Caller) -> Thing:
        record = await things.a_record(own=own and caller.of_provider)(world, village, caller)
        async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], uuid4()) as registers:
            form = ChooseIn(visit_ids=[record.ids["visit_id"]], reason=InspectionReason.CHOSEN)
            [inspection_id] = await choose(registers, form)
            row = await registers.inspections.locked(inspection_id)
            await conclude(registers, row, ConcludeIn(finding=Finding.PARTLY, method=InspectionMethod.PHONE))
        return Thing(village, {**record.ids, "inspection_id": inspection_id})

    return make


async def an_order_about_a_record(world: World, village: str, caller: Caller) -> Thing:
    """Of the caller's own, where that is a provider."""
    record = await things.a_record(own=caller.of_provider)(world, village, caller)
    async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], uuid4()) as registers:
        order_id = await order(registers, RectifyIn(visit_id=record.ids["visit_id"], text="请补签"))
    return Thing(village, {**record.ids, "rectification_id": order_id})


async def an_order(world: World, village: str, caller: Caller) -> Thing:
    async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], uuid4()) as registers:
        order_id = await order(registers, RectifyIn(area=village, text="请补签"))
    return Thing(village, {"rectification_id": order_id})


async def an_answered_order(world: World, village: str, caller: Caller) -> Thing:
    ordered = await an_order(world, village, caller)
    async with world.registers_of(Role.VILLAGE_LIAISON, village, uuid4()) as registers:
        row = await registers.rectifications.locked(ordered.ids["rectification_id"])
        await answer(registers, row, ProofIn(proof="已补签"))
    return ordered


async def a_complaint(world: World, village: str, caller: Caller) -> Thing:
    async with world.registers_of(Role.VILLAGE_LIAISON, village, uuid4()) as registers:
        said = {"village": village, "kind": "attitude", "complainant": "elder", "text": "态度不好"}
        complaint_id = await complain(registers, ComplaintIn.model_validate(said))
    return Thing(village, {"complaint_id": complaint_id})
