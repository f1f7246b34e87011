"""Who changes a file, and who proposes: a file is the village's own until the township confirms it (R8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from api.domain.access import GRANTS, Actor, Permission, contains
from api.domain.elders import ElderState
from api.store import Registers
from api.store.tables import Elder

CORRECTION = "correction"
"""A merge patch of the form, to be decided by the township."""
FAMILY = "family"
"""A change of one family member: ``member_id`` (none: a new one) and ``member``, a merge patch (none: to go)."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change that waits for the township."""

    proposal_id: UUID
    elder_id: UUID
    fields: list[str]
    state: Literal["proposed"] = "proposed"


def decides_in(actor: Actor, village: str) -> bool:
    """Whether the actor speaks for the township, or the district, of ``village``."""
    if actor.area is not None:
        return contains(actor.area, village)
    return any(
        Permission.ELDER_CONFIRM in GRANTS[grant.role] and contains(grant.area, village) for grant in actor.grants
    )


def is_unconfirmed(elder: Elder) -> bool:
    """Whether the file is still the village's own."""
    return ElderState(elder.status) in (ElderState.DRAFT, ElderState.VERIFIED)


def may_change(actor: Actor, elder: Elder) -> bool:
    return is_unconfirmed(elder) or decides_in(actor, elder.village)


async def propose(
    registers: Registers, elder: Elder, kind: str, proposed: Mapping[str, Any], fields: list[str]
) -> Proposed:
    proposal_id = await registers.proposals.add(elder, kind, proposed)
    return Proposed(proposal_id, elder.id, fields)
