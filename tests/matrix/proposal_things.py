"""Proposed changes, each in the state from which its commands succeed."""

from uuid import uuid4

from api.domain.access import Role
from api.domain.proposals import ProposalKind
from api.schemas.proposals import ProposeIn
from api.usecases.proposals import propose_change
from tests.matrix import things
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
