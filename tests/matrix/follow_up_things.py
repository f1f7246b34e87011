"""What a township heard that asked whether a danger was over, and what it may ask about."""

from uuid import uuid4

from api.domain.access import Role
from api.domain.follow_ups import FollowUpResult, FollowUpSubject
from api.domain.policy import Method
from api.schemas.late import Late
from api.schemas.needs import NeedSolveIn
from api.store.follow_ups import WantedFollowUps
from api.usecases.needs import solve_need
from tests.matrix import escalation_things as dangers
from tests.matrix import referral_things as helping
from tests.matrix.world import Caller, Thing, World


async def heard(world: World, village: str, caller: Caller) -> Thing:
    danger = await dangers.made_sure_of(world, village, caller)
    async with world.registers() as registers:
        row = await registers.escalations.get(danger.ids["escalation_id"])
        [follow_up] = await registers.follow_ups.page(WantedFollowUps(case_id=row.id), after=None, size=1)
    return Thing(village, {"elder_id": row.elder_id, "case_id": row.id, "follow_up_id": follow_up.id})


async def heard_by_itself(world: World, village: str, caller: Caller) -> Thing:
    """By a township of one about a danger that the same person put right."""
    danger = await dangers.made_sure_of(world, village, caller)
    async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], uuid4()) as registers:
        row = await registers.escalations.get(danger.ids["escalation_id"])
        case = {"case_id": row.id, "kind": row.kind, "elder_id": row.elder_id, "village": row.village}
        said = {"subject": FollowUpSubject.RISK_REMOVED, "result": FollowUpResult.EASED, "method": Method.PHONE}
        own = await registers.follow_ups.add({**case, **said, "at": registers.now, "self_followed_up": True}, None)
    return Thing(village, {"follow_up_id": own.id})


async def a_need_met(world: World, village: str, caller: Caller) -> Thing:
    """By the township's instructor, so that the district may ask whether it helped; never by the caller."""
    need = await helping.a_need(world, village, caller)
    async with world.registers() as registers:
        instructors = await registers.staff.instructors_of(village) - {caller.user_id}
    by = next(iter(instructors), uuid4())
    async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], by) as registers:
        row = await registers.needs.locked(need.ids["need_id"])
        await solve_need(registers, row, Late(NeedSolveIn, {"note": "已当场解决"}))
    return need
