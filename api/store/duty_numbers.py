"""The figures of a year behind the duties of Annex 1, each kind in one statement over the whole area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from api.domain.departments import Unit
from api.domain.elders import Category
from api.domain.escalations import EscalationState
from api.domain.hazards import HazardState
from api.domain.leads import UNVERIFIED
from api.domain.months import SHANGHAI, Month
from api.domain.referrals import TargetKind
from api.domain.settlements import SettlementState
from api.domain.visits import Outcome, Standing
from api.store import tables
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import table_of

_VISITS = table_of(tables.Visit)
_STINTS = table_of(tables.Stint)
_CATEGORIES = table_of(tables.ElderCategory)
_SUMS = table_of(tables.VillageMonth)
_LEADS = table_of(tables.Lead)
_HAZARDS = table_of(tables.Hazard)
_ESCALATIONS = table_of(tables.Escalation)
_FOLLOW_UPS = table_of(tables.FollowUp)
_TARGETS = table_of(tables.ReferralTarget)
_REFERRALS = table_of(tables.Referral)
_CONTRACTS = table_of(tables.Contract)
_PAIRINGS = table_of(tables.Pairing)
_SETTLEMENTS, _LINES = table_of(tables.Settlement), table_of(tables.SettlementLine)
_TOWNSHIP_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Visited:
    visits: int = 0
    elders: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """So many, and so many of them."""

    all: int = 0
    of_them: int = 0


@dataclass(frozen=True, slots=True)
class Year:
    """A year up to today; what is counted by month ends with the last whole month."""

    number: int
    today: date

    @property
    def first(self) -> date:
        return date(self.number, 1, 1)

    @property
    def last(self) -> date:
        return min(date(self.number, 12, 31), self.today)

    @property
    def months(self) -> tuple[str, str]:
        """The first month, and the one behind the last whole one."""
        ends = min(Month(self.number + 1, 1), Month.of(self.today))
        return str(Month(self.number, 1)), str(ends)

    def holds(self, day: ColumnElement[date]) -> ColumnElement[bool]:
        return day.between(date(self.number, 1, 1), date(self.number, 12, 31))

    def holds_instant(self, instant: ColumnElement[datetime]) -> ColumnElement[bool]:
        begins, ends = (datetime.combine(date(year, 1, 1), time(), SHANGHAI) for year in (self.number, self.number + 1))
        return and_(instant >= begins, instant < ends)


class DutyNumbers:
    """Open for one actor; of what lies in the actor's areas."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def visited_by_force(self, year: Year) -> dict[str, Visited]:
        """Completed visits by the kind of force that made them."""
        return await self._visited(_VISITS.c.worker_kind, year)

    async def visited_at(self, year: Year) -> dict[str, Visited]:
        """Completed visits by where the elder was met."""
        return await self._visited(_VISITS.c.place, year)

    async def on_the_roll(self, categories: Sequence[Category], year: Year) -> dict[Category, dict[str, int]]:
        """Category → township → how many were on duty on the year's last day so far."""
        day, held, stint = year.last, _CATEGORIES.c, _STINTS.c
        township = func.substr(held.village, 1, _TOWNSHIP_DIGITS)
        query = (
            select(held.category, township.label("township"), func.count(held.elder_id.distinct()).label("elders"))
            .join(_STINTS, stint.elder_id == held.elder_id)
            .where(
                held.category.in_(categories),
                self._here(held.village),
                *_covers(day, held.from_day, held.to_day),
                *_covers(day, stint.starts_on, stint.last_day_on),
            )
            .group_by(held.category, township)
        )
        found: dict[Category, dict[str, int]] = {category: {} for category in categories}
        for row in await self._session.execute(query):
            found[Category(row.category)][row.township] = row.elders
        return found

    async def visited_of_due(self, category: Category, year: Year) -> dict[str, Part]:
        """Township → elders' months due and visited at home, in the whole months of the year."""
        township = func.substr(_SUMS.c.village, 1, _TOWNSHIP_DIGITS)
        first, behind = year.months
        query = (
            select(
                township.label("township"),
                func.sum(_SUMS.c.due).label("due"),
                func.sum(_SUMS.c.visited_home).label("visited"),
            )
            .where(_SUMS.c.slice == category, _SUMS.c.month >= first, _SUMS.c.month < behind)
            .where(self._here(_SUMS.c.village))
            .group_by(township)
        )
        return {row.township: Part(int(row.due), int(row.visited)) for row in await self._session.execute(query)}

    async def leads(self, year: Year, *, of: Unit | None = None) -> Part:
        """People named in the year, and those of whom somebody has made sure."""
        c = _LEADS.c
        conditions = [year.holds(c.reported_on), *([c.department == of] if of else [])]
        return await self._part(c.village, c.state.not_in(UNVERIFIED), *conditions)

    async def hazards(self, year: Year) -> Part:
        """Hazards first seen in the year, and those of them that are gone."""
        c = _HAZARDS.c
        found = (year.holds(c.first_seen_on), c.state != HazardState.CANCELLED)
        return await self._part(c.village, c.state == HazardState.RESOLVED, *found)

    async def escalations(self, year: Year) -> Part:
        """Risks heard of in the year, repeats aside, and those of them that are closed."""
        c = _ESCALATIONS.c
        over = c.state.in_((EscalationState.CLOSED, EscalationState.FALSE_ALARM))
        heard = (year.holds_instant(c.received_at), c.state != EscalationState.DUPLICATE)
        return await self._part(c.village, over, *heard)

    async def follow_ups(self, year: Year) -> int:
        c = _FOLLOW_UPS.c
        return await self._count(select(func.count()).where(self._here(c.counted_village), year.holds_instant(c.at)))

    async def charities(self, year: Year) -> int:
        """Charities in the directory on the year's last day so far."""
        c = _TARGETS.c
        charity = (c.kind == TargetKind.CHARITY, *_covers(year.last, c.active_from, c.active_to))
        return await self._count(select(func.count()).where(self._here(c.area), *charity))

    async def delivered_by_charities(self, year: Year) -> int:
        """Referrals that a charity delivered in the year."""
        c = _REFERRALS.c
        query = select(func.count()).join_from(_REFERRALS, _TARGETS, _TARGETS.c.id == c.target_id)
        charity = (_TARGETS.c.kind == TargetKind.CHARITY, year.holds(c.delivered_on))
        return await self._count(query.where(self._here(c.village), *charity))

    async def purchased(self, year: Year) -> int:
        """Completed visits by a force with which a contract ran on the day."""
        c, signed = _VISITS.c, _CONTRACTS.c
        bought = exists().where(
            signed.provider_id == c.provider_id, signed.starts_on <= c.visited_on, signed.ends_on >= c.visited_on
        )
        visits = select(func.count()).select_from(_VISITS).where(self._here(c.village), *_completed(year), bought)
        return await self._count(visits)

    async def billed(self, year: Year) -> int:
        """Visits that closed settlements pay for, after whatever later ones took back."""
        c, closed = _LINES.c, _SETTLEMENTS.c.state == SettlementState.CLOSED
        paid = (
            select(c.visit_id)
            .join(_SETTLEMENTS, _SETTLEMENTS.c.id == c.settlement_id)
            .where(self._here(c.village), year.holds(c.visited_on), closed)
            .group_by(c.visit_id)
            .having(func.sum(c.amount) > 0)
        )
        return await self._count(select(func.count()).select_from(paid.subquery()))

    async def paired(self, category: Category, year: Year) -> int:
        """Elders of a category with whom a cadre or a unit keeps in touch on the year's last day so far."""
        day, held, tie = year.last, _CATEGORIES.c, _PAIRINGS.c
        elders = (
            select(func.count(held.elder_id.distinct()))
            .join(_PAIRINGS, tie.elder_id == held.elder_id)
            .where(
                held.category == category,
                self._here(held.village),
                *_covers(day, held.from_day, held.to_day),
                *_covers(day, tie.starts_on, tie.ends_on),
            )
        )
        return await self._count(elders)

    async def _visited(self, column: ColumnElement[str], year: Year) -> dict[str, Visited]:
        c = _VISITS.c
        query = (
            select(column.label("key"), func.count().label("visits"), func.count(c.elder_id.distinct()).label("elders"))
            .where(self._here(c.village), *_completed(year))
            .group_by(column)
        )
        return {row.key: Visited(row.visits, row.elders) for row in await self._session.execute(query)}

    async def _part(
        self, village: ColumnElement[str], of_them: ColumnElement[bool], *conditions: ColumnElement[bool]
    ) -> Part:
        some = func.count().filter(of_them)
        query = select(func.count().label("all"), some.label("of_them")).where(self._here(village), *conditions)
        row = (await self._session.execute(query)).one()
        return Part(row.all, row.of_them)

    async def _count(self, query: Any) -> int:
        return int((await self._session.execute(query)).scalar_one())

    def _here(self, village: ColumnElement[str]) -> ColumnElement[bool]:
        return within(village, self._desk.areas)


def _completed(year: Year) -> tuple[ColumnElement[bool], ...]:
    c = _VISITS.c
    return year.holds(c.visited_on), c.standing == Standing.ACCEPTED, c.outcome == Outcome.COMPLETED


def _covers(day: date, first: ColumnElement[date], last: ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    return first <= day, or_(last.is_(None), last >= day)
