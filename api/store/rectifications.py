"""Orders to put something right (纠偏止错)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from api.domain.rectifications import RectificationState
from api.store import tables
from api.store.cases import Cases
from api.store.scope import records_of
from api.store.tables import table_of

_INSPECTIONS = table_of(tables.Inspection).c


class Rectifications(Cases):
    model = tables.Rectification
    noun = "rectification"

    @property
    def theirs(self) -> ColumnElement[bool]:
        """Orders about their own records, and about what a second look at one of them found."""
        own = records_of(self._desk.actor.source)
        looked_at = select(_INSPECTIONS.id).where(_INSPECTIONS.visit_id.in_(own))
        return or_(self._table.c.visit_id.in_(own), self._table.c.inspection_id.in_(looked_at))

    async def order(self, village: str, due_on: date, said: Mapping[str, Any], **about: UUID | None) -> UUID:
        """A new order that lies on the desk of ``village`` (a village's or a township's code)."""
        row = {
            "village": village,
            "state": RectificationState.ORDERED.value,
            "ordered_by": self._desk.actor.id,
            "ordered_on": self._desk.today,
            "due_on": due_on,
            "times_rejected": 0,
            "sealed": dict(said),
            **about,
        }
        [order_id] = await self.add([row], command="order")
        return order_id

    def late(self) -> ColumnElement[bool]:
        c = self._table.c
        return (c.state == RectificationState.ORDERED) & (c.due_on < self._desk.today)
