"""The register of the district's reviews of deaths (事件核查), and the visit records that are in question."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from api.domain.flags import FlagCode
from api.domain.incidents import Death, IncidentKind, IncidentState
from api.domain.months import SHANGHAI
from api.domain.visits import Outcome, Standing
from api.store import tables
from api.store.cases import Cases
from api.store.dialect import locking
from api.store.tables import table_of

_ELDERS = table_of(tables.Elder)
_VISITS = table_of(tables.Visit)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something the district is to look into; further records of the same kind join the review that is open."""

    elder_id: UUID
    village: str
    kind: IncidentKind
    death: Death
    records: Sequence[UUID] = ()
    source: str | None = None
    tier: str | None = None


class IncidentReviews(Cases):
    model = tables.IncidentReview
    noun = "incident_review"

    @property
    def shown(self) -> Select[Any]:
        """With the elder's short number."""
        return self.visible.add_columns(_ELDERS.c.short_no).join(_ELDERS, _ELDERS.c.id == self._table.c.elder_id)

    async def open(self, incidents: Iterable[Incident]) -> None:
        """Reviews of what has come to light; a record that was reviewed before is not in question again."""
        for each in incidents:
            known = await self._of_death(each)
            reviewed = {record for row in known for record in row.records}
            fresh = [str(record) for record in each.records if str(record) not in reviewed]
            waiting = next((row for row in known if row.state == IncidentState.OPEN), None)
            if waiting is None and (fresh or not known):
                await self.add([self._row(each, fresh, await self.last_contact(each.elder_id, each.death.died_on))])
            elif waiting is not None and fresh:
                await self.change(waiting, "question", records=[*waiting.records, *fresh])

    async def of_elder(self, elder_id: UUID, *states: IncidentState) -> list[Any]:
        """The elder's reviews in one of the states, held, in order of id."""
        c = self._table.c
        query = self.visible.where(c.elder_id == elder_id, c.state.in_(states)).order_by(c.id)
        return list(await self._session.execute(locking(self._session, query)))

    async def last_contact(self, elder_id: UUID, until: date) -> date | None:
        """The last day up to ``until`` on which a record that stands met or reached the elder by any mode."""
        c = _VISITS.c
        query = select(func.max(c.visited_on)).where(
            c.elder_id == elder_id,
            c.visited_on <= until,
            c.outcome == Outcome.COMPLETED,
            c.standing == Standing.ACCEPTED,
            c.blocked.is_(None),
        )
        day: date | None = await self._session.scalar(query)
        return day

    async def records_around(self, elder_id: UUID, death: Death) -> list[Any]:
        """Standing records of days after the death, or received once it was known, in order of id."""
        c = _VISITS.c
        known_from = datetime.combine(death.found_on, time(), SHANGHAI)
        around = or_(c.visited_on > death.died_on, and_(c.visited_on < death.found_on, c.received_at >= known_from))
        query = select(_VISITS).where(c.elder_id == elder_id, c.standing == Standing.ACCEPTED, around)
        return list(await self._session.execute(query.order_by(c.id)))

    async def records_in_question(self, elder_id: UUID, blocked: str) -> list[Any]:
        """The elder's records that are kept from counting by a review, or flagged for one, in order of id."""
        c = _VISITS.c
        rows = await self._session.execute(select(_VISITS).where(c.elder_id == elder_id).order_by(c.id))
        return [row for row in rows if row.blocked == blocked or FlagCode.VISIT_AFTER_DEATH in flags_of(row)]

    async def _of_death(self, each: Incident) -> list[Any]:
        c = self._table.c
        alike = (c.elder_id == each.elder_id, c.kind == each.kind, c.died_on == each.death.died_on)
        query = self.visible.where(*alike, c.state != IncidentState.WITHDRAWN).order_by(c.id)
        return list(await self._session.execute(locking(self._session, query)))

    def _row(self, each: Incident, records: Sequence[str], last_contact_on: date | None) -> Mapping[str, Any]:
        return {
            "elder_id": each.elder_id,
            "village": each.village,
            "kind": each.kind,
            "state": IncidentState.OPEN,
            "died_on": each.death.died_on,
            "found_on": each.death.found_on,
            "source": each.source,
            "tier": each.tier,
            "last_contact_on": last_contact_on,
            "records": list(records),
            "opened_at": self._desk.now,
        }


def flags_of(visit: Any) -> list[str]:
    return [flag["code"] for flag in visit.flags]
