"""Second looks, orders and complaints of a village, made by the verbs that make them in life."""

from uuid import uuid4

from api.domain.access import Role
from api.domain.inspections import InspectionReason
from api.schemas.complaints import ComplaintIn
from api.schemas.inspections import ChooseIn
from api.schemas.rectifications import ProofIn, RectifyIn
from api.usecases.complaints import complain
from api.usecases.inspections import choose
from api.usecases.rectifications import answer, order
from tests.matrix import things
from tests.matrix.world import Caller, Thing, World

a_record_of_somebody = things.a_record()


async def an_inspection(world: World, village: str, caller: Caller) -> Thing:
    record = await a_record_of_somebody(world, village, caller)
    async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], uuid4()) as registers:
        form = ChooseIn(visit_ids=[record.ids["visit_id"]], reason=InspectionReason.CHOSEN)
        [inspection_id] = await choose(registers, form)
    return Thing(village, {**record.ids, "inspection_id": inspection_id})


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
