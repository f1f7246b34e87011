"""Needs, referrals, the bodies of the directory and applications, made by the verbs that make them in life."""

from dataclasses import replace
from uuid import uuid4

from api.domain.access import Role
from api.schemas.follow_ups import FollowUpIn
from api.schemas.late import Late
from api.schemas.needs import NeedTellIn
from api.schemas.policy_applications import ApplyIn, SignpostIn
from api.schemas.referral_targets import ReferralTargetIn
from api.schemas.referrals import DeliverIn, ReferIn
from api.usecases import policy_applications, referrals
from api.usecases.needs import tell_need
from api.usecases.referral_targets import add_target
from tests.builders import DISTRICT
from tests.matrix import things
from tests.matrix.world import Caller, Thing, World

CONSENT = {"given_by": "self", "on": "2026-11-01"}


async def _behind(world: World, caller: Caller) -> dict[str, str]:
    """To a body of the caller's provider, if the caller has one; to a body in words of everybody else."""
    if caller.provider_id is None:
        return {"target_text": "社工站"}
    said = {"area": DISTRICT, "kind": "care_provider", "name": "服务中心", "serves": ["comfort"]}
    said |= {"active_from": "2026-01-01", "provider_id": str(caller.provider_id)}
    async with world.registers() as registers:
        return {"target_id": str(await add_target(registers, ReferralTargetIn.model_validate(said)))}


async def a_need(world: World, village: str, caller: Caller) -> Thing:
    elder = await things.on_the_roll(world, village, caller)
    async with world.registers() as registers:
        need_id = await tell_need(registers, NeedTellIn.model_validate({**_whose(elder), "kind": "comfort"}))
    return Thing(village, {**elder.ids, "need_id": need_id})


async def a_referral(world: World, village: str, caller: Caller) -> Thing:
    """To whoever asks about it, where that is a provider."""
    elder = await things.on_the_roll(world, village, caller)
    said = {**_whose(elder), "kind": "comfort", "consent": CONSENT, **await _behind(world, caller)}
    async with world.registers() as registers:
        referral_id = await referrals.refer(registers, ReferIn.model_validate(said))
    return Thing(village, {**elder.ids, "referral_id": referral_id})


async def a_referral_of_others(world: World, village: str, caller: Caller) -> Thing:
    return await a_referral(world, village, replace(caller, provider_id=None))


async def an_accepted_referral(world: World, village: str, caller: Caller) -> Thing:
    referral = await a_referral(world, village, caller)
    async with world.registers() as registers:
        await referrals.accept(registers, await registers.referrals.locked(referral.ids["referral_id"]))
    return referral


async def a_delivered_referral(world: World, village: str, caller: Caller) -> Thing:
    """By the township's instructor, so that the district may ask whether it helped; never by the caller."""
    referral = await an_accepted_referral(world, village, caller)
    async with world.registers() as registers:
        instructors = await registers.staff.instructors_of(village) - {caller.user_id}
    by = next(iter(instructors), uuid4())
    async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], by) as registers:
        row = await registers.referrals.locked(referral.ids["referral_id"])
        await referrals.deliver(registers, row, Late(DeliverIn, {}))
    return referral


async def a_referral_that_helped(world: World, village: str, caller: Caller) -> Thing:
    referral = await a_delivered_referral(world, village, caller)
    async with world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], uuid4()) as registers:
        row = await registers.referrals.locked(referral.ids["referral_id"])
        await referrals.follow_up(registers, row, Late(FollowUpIn, {"result": "eased", "method": "phone"}))
    return referral


async def a_target(world: World, village: str, caller: Caller) -> Thing:
    """A body of the village alone."""
    said = {
        "area": village,
        "kind": "day_centre",
        "name": "幸福院",
        "serves": ["comfort"],
        "active_from": "2026-01-01",
    }
    async with world.registers() as registers:
        target_id = await add_target(registers, ReferralTargetIn.model_validate(said))
    return Thing(village, {"target_id": target_id})


async def an_application(world: World, village: str, caller: Caller) -> Thing:
    elder = await things.on_the_roll(world, village, caller)
    async with world.registers() as registers:
        said = {**_whose(elder), "benefit": "temporary_relief"}
        application_id = await policy_applications.signpost(registers, SignpostIn.model_validate(said))
    return Thing(village, {**elder.ids, "application_id": application_id})


async def a_handed_in_application(world: World, village: str, caller: Caller) -> Thing:
    application = await an_application(world, village, caller)
    async with world.registers() as registers:
        row = await registers.policy_applications.locked(application.ids["application_id"])
        await policy_applications.apply(registers, row, Late(ApplyIn, {}))
    return application


def _whose(elder: Thing) -> dict[str, str]:
    return {"elder_id": elder.id("elder_id")}
