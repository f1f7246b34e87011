"""Proposed changes, files of one person and numbers of two, each in the state from which its commands succeed."""

from uuid import UUID, uuid4

from api.domain.access import Role
from api.domain.proposals import ProposalKind
from api.schemas.base import parsed
from api.schemas.elders import EnrolIn
from api.schemas.merges import ClaimIn
from api.schemas.proposals import ProposeIn
from api.usecases.enrolment import enrol_elder
from api.usecases.identity import claim
from api.usecases.proposals import propose_change
from tests.matrix import things
from tests.matrix.roll import a_form_of
from tests.matrix.things import Make
from tests.matrix.world import Caller, Thing, World


def a_proposal(*, own: bool = False) -> Make:
    """That somebody of the village moved away; by the caller, where it is the caller's ``own``."""

    async def make(world: World, village: str, caller: Caller) -> Thing:
        elder = await things.on_the_roll(world, village, caller)
        author = caller.user_id if own and caller.reaches(village) else None
        async with world.registers_of(Role.VILLAGE_LIAISON, village, author or uuid4()) as registers:
            file = await registers.elders.locked(elder.ids["elder_id"])
            change = {"last_day_on": "2026-11-02", "source": "family"}
            said = ProposeIn(elder_id=file.id, kind=ProposalKind.EXIT_MOVED_OUT, change=change)
            proposed = await propose_change(registers, file, said)
        assert proposed is not None
        return Thing(village, {**elder.ids, "proposal_id": proposed.proposal_id})

    return make


async def two_files(world: World, village: str, caller: Caller) -> Thing:
    """Of one person: on the roll with a number, and a draft without."""
    keep = await things.on_the_roll(world, village, caller)
    return Thing(village, {"keep": keep.ids["elder_id"], "drop": await _without_number(world, village)})


async def a_claim(world: World, village: str, caller: Caller) -> Thing:
    """A draft without a number, and the number of somebody else of the village."""
    holder = await things.told_of(world, village, caller)
    return Thing(village, {"elder_id": await _without_number(world, village)}, words=holder.words)


async def a_conflict(world: World, village: str, caller: Caller) -> Thing:
    claimed = await a_claim(world, village, caller)
    async with world.registers() as registers:
        elder = await registers.elders.locked(claimed.ids["elder_id"])
        said = ClaimIn(elder_id=elder.id, resident_id=claimed.words["resident_id"])
        conflict_id = await claim(registers, elder, said)
    return Thing(village, {**claimed.ids, "conflict_id": conflict_id})


async def _without_number(world: World, village: str) -> UUID:
    nameless = {"resident_id": None, "id_type": "none", "no_id_reason": "证件遗失", "born_on": "1950-01-01"}
    form = parsed(EnrolIn, a_form_of(village, **nameless, sex="female"))
    assert isinstance(form, EnrolIn), form
    async with world.registers() as registers:
        return (await enrol_elder(registers, form)).id
