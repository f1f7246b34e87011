"""Months of settlement (结算) with providers: what there is to bill, and what was said of it before."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select

from api.domain.billing import Delivery, NotBilled, Terms, bar_of
from api.domain.contracts import Reach, Service
from api.domain.inspections import Finding, InspectionState
from api.domain.months import Month
from api.domain.policy import Method, Place
from api.domain.settlements import Line, Settled, SettlementCommand, SettlementState, Share
from api.domain.visits import Outcome
from api.store import tables
from api.store.area_cases import AreaCases
from api.store.changes import insert_rows
from api.store.dialect import chunked, one_at_a_time
from api.store.listings import Listing
from api.store.scope import within
from api.store.surges import touches
from api.store.tables import table_of
from api.store.visits import RECORD

_VISITS, _INSPECTIONS = table_of(tables.Visit), table_of(tables.Inspection)
_RESIDENCES, _ASSIGNMENTS = table_of(tables.ElderResidence), table_of(tables.Assignment)
_LINES, _ELDERS = table_of(tables.SettlementLine), table_of(tables.Elder)
_FAILED = [finding.value for finding in Finding if finding.passed is False]
_VISITING = (Service.HOME_VISIT, Service.REMOTE_VISIT)
_TOGETHER = 1000


class Settlements(AreaCases):
    """A provider's own people see those with their provider, and nobody else's."""

    model = tables.Settlement
    noun = "settlement"

    @property
    def visible(self) -> Select[Any]:
        actor = self._desk.actor
        query = select(self._table).where(touches(self._table.c.area, actor.areas))
        return query.where(self._table.c.provider_id == actor.provider_id) if actor.confined else query

    async def of_month(self, provider_id: UUID, month: Month) -> Any:
        """Raises NotFound where nothing was proposed, or only for another month."""
        return await self._one(self._of(provider_id).where(self._table.c.month == str(month)))

    def latest(self, provider_id: UUID) -> Listing:
        """The settlements with a provider, the latest month first."""
        return Listing(self._session, self._of(provider_id), [self._table.c.month], latest_first=True)

    def lines(self, settlement_id: UUID) -> Listing:
        """In the order in which they use up caps and ceilings; what is taken back comes first."""
        here = within(_LINES.c.village, self._desk.actor.areas)
        elder = _LINES.outerjoin(_ELDERS, _ELDERS.c.id == _LINES.c.elder_id)
        query = (
            select(_LINES, _ELDERS.c.short_no).select_from(elder).where(_LINES.c.settlement_id == settlement_id, here)
        )
        return Listing(self._session, query, [_LINES.c.position])

    async def all_lines(self, settlement_id: UUID) -> AsyncIterator[Sequence[Any]]:
        """The same, a thousand at a time."""
        listing, after = self.lines(settlement_id), None
        while rows := await listing(after=after, size=_TOGETHER):
            yield rows
            after = rows[-1].position

    async def hold(self, provider_id: UUID) -> None:
        """Until the transaction ends nobody else settles with the provider."""
        whose = f"{self._desk.district}|{provider_id}"
        await one_at_a_time(self._session, self._desk.sealer.index("settlement", whose))

    async def last_closed(self, provider_id: UUID) -> Month | None:
        of = self._of(provider_id).where(self._table.c.state == SettlementState.CLOSED)
        month = (await self._session.execute(of.with_only_columns(func.max(self._table.c.month)))).scalar()
        return Month.parse(month) if month else None

    async def paid(self, provider_id: UUID) -> Mapping[UUID, int]:
        """What closed settlements paid under each contract, in cents."""
        query = (
            select(_LINES.c.contract_id, func.sum(_LINES.c.amount))
            .where(_LINES.c.settlement_id.in_(self._closed(provider_id)), _LINES.c.contract_id.is_not(None))
            .group_by(_LINES.c.contract_id)
        )
        return {contract_id: int(cents) for contract_id, cents in await self._session.execute(query)}

    async def settled(self, provider_id: UUID, month: Month) -> dict[tuple[UUID, Service], Settled]:
        """What closed settlements say of the services of a month's visits."""
        query = (
            select(_LINES)
            .where(_LINES.c.settlement_id.in_(self._closed(provider_id)), *_in(_LINES.c.visited_on, month))
            .order_by(_LINES.c.id)
        )
        known: dict[tuple[UUID, Service], Settled] = {}
        for row in await self._session.execute(query):
            line = _line_of(row)
            key = line.visit_id, line.service
            earlier = known[key].cents if key in known else 0
            known[key] = Settled(row.id, line, earlier + line.cents)
        return known

    async def deliveries(self, provider_id: UUID, month: Month, contracts: Sequence[Terms]) -> list[Delivery]:
        """What the provider did in a month, as billing reads it. The care given is read where one pays for any."""
        cared = any(price.service not in _VISITING for terms in contracts for price in terms.prices)
        assigned = await self._assigned(provider_id, month, contracts)
        query = self._visits_of(provider_id, month, sealed=cared)
        listing = Listing(self._session, query, [_VISITS.c.visited_on, _VISITS.c.id])
        found: list[Delivery] = []
        after: tuple[date, UUID] | None = None
        while rows := await listing(after=after, size=_TOGETHER):
            found += [self._delivery(row, assigned, cared=cared) for row in rows]
            after = rows[-1].visited_on, rows[-1].id
        return found

    async def visits_between(self, provider_id: UUID, first: Month, last: Month) -> int:
        """How many visits of the provider there are to look through."""
        v = _VISITS.c
        query = select(func.count()).where(v.provider_id == provider_id, within(v.village, self._desk.areas))
        return int(await self._session.scalar(query.where(v.visited_on.between(first.first, last.last))) or 0)

    async def draft(self, provider_id: UUID) -> Any | None:
        """The one settlement with a provider that is not closed yet."""
        proposed = self._table.c.state == SettlementState.PROPOSED
        return (await self._session.execute(self._of(provider_id).where(proposed))).one_or_none()

    async def propose(
        self, provider_id: UUID, month: Month, draft: Any | None, lines: Sequence[Line], shares: Sequence[Share]
    ) -> Any:
        """Write a draft, in place of the one there was if there was one."""
        said: dict[str, Any] = {
            "month": str(month),
            "amount": sum(line.cents for line in lines),
            "corrections": sum(line.cents for line in lines if line.day < month.first),
            "cut": sum(share.cut for share in shares),
            "line_count": len(lines),
            "shares": [{**asdict(share), "contract_id": str(share.contract_id)} for share in shares],
            "proposed_at": self._desk.now,
            "proposed_by": self._desk.actor.id,
        }
        if draft is None:
            state = SettlementState.PROPOSED.value
            row = {"provider_id": provider_id, "area": self._desk.district, "state": state, **said}
            [settlement_id] = await self.add([row], command=SettlementCommand.PROPOSE.value)
            written = await self.get(settlement_id)
        else:
            await self._session.execute(delete(_LINES).where(_LINES.c.settlement_id == draft.id))
            written = await self.change(draft, SettlementCommand.PROPOSE.value, **said)
        rows = [self._row(written, position, line) for position, line in enumerate(lines, start=1)]
        for part in chunked(rows):
            await insert_rows(self._session, _LINES, part)
        return written

    def _of(self, provider_id: UUID) -> Select[Any]:
        return self.visible.where(self._table.c.provider_id == provider_id)

    def _closed(self, provider_id: UUID) -> Select[Any]:
        c = self._table.c
        of_provider = (c.provider_id == provider_id, c.area == self._desk.district, c.state == SettlementState.CLOSED)
        return select(c.id).where(*of_provider)

    def _visits_of(self, provider_id: UUID, month: Month, *, sealed: bool) -> Select[Any]:
        v, lived = _VISITS.c, _RESIDENCES.c
        village = (
            select(lived.lives_in)
            .where(lived.elder_id == v.elder_id, lived.from_day <= v.visited_on)
            .order_by(lived.from_day.desc())
            .limit(1)
            .scalar_subquery()
        )
        looked_at = exists().where(_INSPECTIONS.c.visit_id == v.id, _doubted())
        names = ("id", "elder_id", "visited_on", "started_at", "method", "place", "outcome", "standing", "blocked")
        columns = [v[name] for name in (*names, *(["sealed"] if sealed else []))]
        return select(
            *columns, func.coalesce(village, v.village).label("lived_in"), looked_at.label("inspected")
        ).where(v.provider_id == provider_id, *_in(v.visited_on, month), within(v.village, self._desk.areas))

    async def _assigned(
        self, provider_id: UUID, month: Month, contracts: Sequence[Terms]
    ) -> Mapping[UUID, list[tuple[UUID, date, date]]]:
        """Elder → contracts by list under which the provider came in the month, from a day to a day."""
        by_list = [terms.contract_id for terms in contracts if terms.contract.reach is Reach.ELDERS]
        found: defaultdict[UUID, list[tuple[UUID, date, date]]] = defaultdict(list)
        if not by_list:
            return found
        a = _ASSIGNMENTS.c
        query = select(a.elder_id, a.contract_id, a.starts_on, a.ends_on).where(
            a.provider_id == provider_id,
            a.contract_id.in_(by_list),
            a.starts_on <= month.last,
            or_(a.ends_on.is_(None), a.ends_on >= month.first),
            within(a.village, self._desk.areas),
        )
        for row in await self._session.execute(query):
            found[row.elder_id].append((row.contract_id, row.starts_on, row.ends_on or date.max))
        return found

    def _delivery(
        self, row: Any, assigned: Mapping[UUID, Collection[tuple[UUID, date, date]]], *, cared: bool
    ) -> Delivery:
        told = self._desk.sealer.open_json(RECORD, row.id, row.sealed).get("care", ()) if cared else ()
        under = assigned.get(row.elder_id, ())
        return Delivery(
            visit_id=row.id,
            elder_id=row.elder_id,
            village=row.lived_in,
            day=row.visited_on,
            started_at=row.started_at,
            method=Method(row.method),
            place=Place(row.place),
            outcome=Outcome(row.outcome),
            bar=bar_of(row.standing, row.blocked, inspected=row.inspected),
            care=frozenset(map(Service, told)),
            under=frozenset(contract for contract, since, until in under if since <= row.visited_on <= until),
        )

    def _row(self, settlement: Any, position: int, line: Line) -> dict[str, Any]:
        return {
            "id": self._desk.new_id(),
            "settlement_id": settlement.id,
            "position": position,
            "provider_id": settlement.provider_id,
            "visit_id": line.visit_id,
            "elder_id": line.elder_id,
            "village": line.village,
            "visited_on": line.day,
            "service": line.service.value,
            "contract_id": line.contract_id,
            "price": line.price,
            "reason": line.reason.value if line.reason else None,
            "amount": line.cents,
            "corrects": line.corrects,
        }


def _in(day: Any, month: Month) -> tuple[ColumnElement[bool], ...]:
    return day >= month.first, day <= month.last


def _doubted() -> ColumnElement[bool]:
    """Somebody is to look at the record a second time, or found it wrong."""
    c = _INSPECTIONS.c
    found_wrong = and_(c.state == InspectionState.DONE, c.finding.in_(_FAILED))
    return or_(c.state == InspectionState.PLANNED, found_wrong)


def _line_of(row: Any) -> Line:
    return Line(
        visit_id=row.visit_id,
        elder_id=row.elder_id,
        village=row.village,
        day=row.visited_on,
        service=Service(row.service),
        contract_id=row.contract_id,
        price=row.price,
        reason=NotBilled(row.reason) if row.reason else None,
        cents=row.amount,
        corrects=row.corrects,
    )
