"""What an opened register works with: the transaction, whose it is, when it is, and the traces it leaves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.access import Actor, AreaCode
from api.domain.identity import uuid7
from api.domain.months import civil_date
from api.store.crypto import Sealer


@dataclass(slots=True)
class Trace:
    """What the audit entry of this request will say; ids and field names, never values."""

    operation: str
    request_id: str
    source: str
    object_ids: dict[str, None] = field(default_factory=dict)
    fields: dict[str, None] = field(default_factory=dict)
    purpose: str | None = None
    result: str = "ok"

    def saw(self, ids: Iterable[UUID], fields: Iterable[str] = ()) -> None:
        self.object_ids.update(dict.fromkeys(map(str, ids)))
        self.fields.update(dict.fromkeys(fields))


@dataclass(frozen=True, slots=True)
class Desk:
    session: AsyncSession
    actor: Actor
    now: datetime
    sealer: Sealer
    trace: Trace
    held: set[UUID] = field(default_factory=set)  # elders whose rows this transaction has locked

    @property
    def areas(self) -> tuple[AreaCode, ...]:
        """Where everybody is in sight: nowhere for somebody of a provider, who sees by ``reach`` alone."""
        return self.actor.reached

    @property
    def today(self) -> date:
        return civil_date(self.now)

    def new_id(self) -> UUID:
        return uuid7(self.now)
