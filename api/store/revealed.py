"""What a record reveals, on its way into the register that keeps it."""

from dataclasses import dataclass
from uuid import UUID

from api.domain.escalations import MajorRisk
from api.domain.openings import Opening
from api.store.crypto import Sealer
from api.store.subjects import Subject


@dataclass(frozen=True, slots=True)
class Revealed:
    """One opening with the record it comes from; ``place`` on the roll, or a village alone."""

    opening: Opening
    visit_id: UUID | None
    source: str
    external_id: str
    elder: Subject | None
    village: str
    risk: MajorRisk | None = None


def key_of(sealer: Sealer, each: Revealed) -> bytes:
    """What is alike has the same key: kind and what distinguishes it, as a keyed index."""
    return key_for(sealer, each.opening.subkind, each.opening.distinguished_by)


def key_for(sealer: Sealer, subkind: str, distinguished_by: str | None = None) -> bytes:
    return sealer.index("findings", f"{subkind}|{distinguished_by or ''}")


def on_the_roll(each: Revealed) -> Subject:
    if each.elder is None:
        raise ValueError("only a major risk may be about somebody on no roll")
    return each.elder
