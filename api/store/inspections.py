"""Second looks at visit records (抽查), drawn from the records of a month."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from api.domain.inspections import Candidate, Finding, InspectionReason, InspectionState
from api.domain.months import Month
from api.domain.visits import Standing
from api.store import tables
from api.store.cases import Cases
from api.store.dialect import chunked, insert_into
from api.store.history import Change
from api.store.scope import records_of, within
from api.store.tables import table_of

_VISITS = table_of(tables.Visit)
_ELDERS = table_of(tables.Elder)


class Inspections(Cases):
    model = tables.Inspection
    noun = "inspection"

    @property
    def shown(self) -> Select[Any]:
        """With the day of the visit, who recorded it and the elder's short number."""
        return (
            select(self._table, _VISITS.c.visited_on, _VISITS.c.recorded_by, _VISITS.c.flags, _ELDERS.c.short_no)
            .join(_VISITS, _VISITS.c.id == self._table.c.visit_id)
            .join(_ELDERS, _ELDERS.c.id == self._table.c.elder_id)
            .where(self._seen)
        )

    @property
    def theirs(self) -> ColumnElement[bool]:
        """What was found of their own records; nobody is told beforehand which of them are looked at."""
        own = self._table.c.visit_id.in_(records_of(self._desk.actor.source))
        return and_(own, self._table.c.state == InspectionState.DONE)

    async def candidates(self, area: str | None, month: Month) -> list[Candidate]:
        """Every accepted record of a month that the actor did not make and nobody looks at already."""
        c = _VISITS.c
        known = select(self._table.c.visit_id).where(self._table.c.month == str(month))
        query = select(c.id, c.flags).where(
            within(c.village, self._desk.actor.narrowed(area)),
            c.visited_on.between(month.first, month.last),
            c.standing == Standing.ACCEPTED,
            c.recorded_by.is_distinct_from(self._desk.actor.id),
            c.id.not_in(known),
        )
        return [
            Candidate(row.id, frozenset(flag["code"] for flag in row.flags))
            for row in await self._session.execute(query)
        ]

    async def plan(
        self, visit_ids: Sequence[UUID], reason: InspectionReason, due_on: Any, *, seed: str | None = None
    ) -> list[UUID]:
        """An inspection for each record in sight that has none for this reason yet; answers the ids of all."""
        planned: list[UUID] = []
        for part in chunked(visit_ids):
            c = _VISITS.c
            query = select(c.id, c.elder_id, c.village, c.visited_on).where(
                c.id.in_(part), within(c.village, self._desk.areas)
            )
            rows = [
                {
                    "id": self._desk.new_id(),
                    "elder_id": visit.elder_id,
                    "village": visit.village,
                    "visit_id": visit.id,
                    "reason": reason.value,
                    "month": str(Month.of(visit.visited_on)),
                    "seed": seed,
                    "state": "planned",
                    "due_on": due_on,
                    "attempts": 0,
                    "drawn_by": self._desk.actor.id,
                    "version": 1,
                }
                for visit in await self._session.execute(query)
            ]
            planned += await self._planned(rows)
        return planned

    async def _planned(self, rows: Sequence[dict[str, Any]]) -> list[UUID]:
        if not rows:
            return []
        statement = insert_into(self._session, self._table).on_conflict_do_nothing()
        written = await self._session.execute(statement.returning(self._table.c.id), list(rows))
        new = {row.id for row in written}
        await self._history.record(
            [Change(self.noun, r["id"], r["village"], 1, "plan", {}) for r in rows if r["id"] in new]
        )
        return sorted(new)

    async def outcomes(self, area: str | None, month: Month, length: int) -> list[Any]:
        """(area code of ``length`` digits, planned, done, confirmed, doubtful) of a month, by area."""
        c = self._table.c
        unit = func.substr(c.village, 1, length).label("unit")
        query = (
            select(
                unit,
                func.count().label("drawn"),
                func.sum(case((c.state == "done", 1), else_=0)).label("done"),
                *(func.sum(case((c.finding == finding.value, 1), else_=0)).label(finding.value) for finding in Finding),
            )
            .where(within(c.village, self._desk.actor.narrowed(area)), c.month == str(month), c.state != "cancelled")
            .group_by(unit)
            .order_by(unit)
        )
        return list(await self._session.execute(query))
