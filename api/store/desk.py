"""What an opened register works with: the transaction, whose it is, when it is, and the traces it leaves."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.access import Actor, AreaCode
from api.domain.identity import uuid7
from api.domain.months import civil_date
from api.store.crypto import Sealer
from api.store.due_counts import Shifts
from api.store.scope import confided, served, within


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
    due_shifts: Shifts = field(default_factory=Counter)  # what it is to carry into the counts of due days

    @property
    def areas(self) -> tuple[AreaCode, ...]:
        """Where everybody is in sight: nowhere for somebody of a provider, who sees whom it serves: ``in_sight``."""
        return self.actor.reached

    @property
    def district(self) -> AreaCode:
        """Of the actor."""
        return self.actor.district

    def in_sight(self, elder_id: Any, village: Any) -> ColumnElement[bool]:
        """Whether the actor sees an elder: everybody of the areas, or in them whom the provider serves today."""
        actor = self.actor
        if actor.provider_id is None or not actor.confined:
            return within(village, actor.areas)
        return and_(
            within(village, actor.areas),
            served(elder_id, actor.provider_id, self.today, alone=actor.worker_id),
        )

    def confided(self, elder_id: Any) -> ColumnElement[bool]:
        """Whether a provider knows an elder's name, door and phones; never so of an office, which has other rules."""
        actor = self.actor
        if actor.provider_id is None or not actor.confined:
            return false()
        return confided(elder_id, actor.provider_id, self.today, alone=actor.worker_id)

    @property
    def today(self) -> date:
        return civil_date(self.now)

    def new_id(self) -> UUID:
        return uuid7(self.now)
