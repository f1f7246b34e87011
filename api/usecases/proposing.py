"""Who changes a file, and who proposes: a file is the village's own until the township confirms it (R8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from api.domain.access import GRANTS, Actor, Permission, contains
from api.domain.elders import ElderState
from api.domain.proposals import ProposalKind
from api.store import Registers
from api.store.tables import Elder


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
    registers: Registers,
    elder: Elder,
    kind: ProposalKind,
    change: Mapping[str, Any],
    *,
    before: Mapping[str, Any],
    note: str | None = None,
    also: Mapping[str, Any] | None = None,
    to_village: str | None = None,
) -> Proposed:
    """A change of a locked elder that waits for the township; the same that waits already is not made again.

    ``change``: in the words of the command that carries it out. ``before``: what the register says of the same now.
    ``also``: what those need to know who cannot see the file.
    """
    same = (row for row in await registers.proposals.waiting(elder.id, kind) if _changes(registers, row) == change)
    if (known := next(same, None)) is not None:
        return Proposed(known.id, elder.id, list(change))
    document = {"change": dict(change), "before": dict(before), **(also or {}), **({"note": note} if note else {})}
    return Proposed(await registers.proposals.propose(elder, kind, document, to_village), elder.id, list(change))


def _changes(registers: Registers, row: Any) -> Any:
    return registers.proposals.details(row)["change"]
