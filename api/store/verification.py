"""Raw facts and stored judgements as they lie in the tables, read for comparing them.

Nothing here is shared with what loads and writes for judging: a mistake there must not repeat itself here.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select

from api.domain.facts import ElderFacts, Override, Residence, Stint, Suspension, TierOfDuty, VisitFact
from api.domain.months import Month
from api.domain.policy import PLAN, Frequency, Method, PeriodKind, Place, Policy, PolicyBook, Tier
from api.domain.surges import SurgeKind, Window, with_windows
from api.domain.visits import Outcome
from api.domain.worklist import Away
from api.store import tables
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import table_of

Row = Mapping[str, Any]
Rows = Sequence[Row]

_ELDERS = table_of(tables.Elder)


@dataclass(frozen=True, slots=True)
class Case:
    """One elder: the facts, and everything that was stored about them."""

    facts: ElderFacts
    categories: Sequence[tuple[str, date, date]]  # category, first day, last day
    tier: str | None
    due_on: date | None
    away: Away
    last_seen_on: date | None
    obligations: Rows
    months: Rows
    surge_tasks: Rows


class Verification:
    """Read-only, within the actor's areas."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def planned(self) -> Mapping[str, frozenset[Month]]:
        """Village → the months planned there."""
        found: defaultdict[str, set[Month]] = defaultdict(set)
        for row in await self._in_areas(table_of(tables.MonthPlan), "village"):
            found[row["village"]].add(Month.parse(row["month"]))
        return {village: frozenset(months) for village, months in found.items()}

    async def books(self, villages: Collection[str]) -> Mapping[str, PolicyBook]:
        """Village → the policy it lives by: the wider area's until the narrower one has its own."""
        table = table_of(tables.PolicyVersion)
        query = select(table).order_by(table.c.valid_from, table.c.created_at, table.c.id)
        versions: defaultdict[str, list[Policy]] = defaultdict(list)
        for row in (await self._desk.session.execute(query)).mappings():
            same_day = [policy for policy in versions[row["area"]] if policy.valid_from == row["valid_from"]]
            for replaced in same_day:
                versions[row["area"]].remove(replaced)
            versions[row["area"]].append(_policy(dict(row)))
        settings = await self._desk.session.execute(select(table_of(tables.AreaSetting)))
        starts = {row["area"]: row["tracking_starts_on"] for row in settings.mappings()}
        return {village: _book(village, versions, starts) for village in villages}

    async def sums(self) -> Rows:
        """Every sum of every village and month."""
        return await self._in_areas(table_of(tables.VillageMonth), "village")

    async def due_counts(self) -> Rows:
        """Every count of due days of the townships that lie in the areas."""
        return await self._in_areas(table_of(tables.DueCount), "township")

    async def people(self) -> int:
        query = select(func.count()).select_from(_ELDERS)
        found: int | None = await self._desk.session.scalar(query.where(self._here(_ELDERS.c.village)))
        return found or 0

    async def cases(self, *, after: UUID | None, size: int) -> list[Case]:
        """At most ``size`` elders in order of id."""
        query = select(_ELDERS).where(self._here(_ELDERS.c.village)).order_by(_ELDERS.c.id).limit(size)
        if after is not None:
            query = query.where(_ELDERS.c.id > after)
        elders = (await self._desk.session.execute(query)).mappings().all()
        ids = [elder["id"] for elder in elders]
        stints = await self._of(ids, tables.Stint)
        suspensions = await self._of(ids, tables.Suspension)
        tiers = await self._of(ids, tables.ElderTier)
        residences = await self._of(ids, tables.ElderResidence)
        overrides = await self._of(ids, tables.FrequencyOverride)
        visits = await self._of(ids, tables.Visit)
        categories = await self._of(ids, tables.ElderCategory)
        obligations = await self._of(ids, tables.ObligationRow)
        months = await self._of(ids, tables.ElderMonthRow)
        tasks = await self._of(ids, tables.Task)
        windows = await self._windows()
        return [
            Case(
                facts=with_windows(
                    ElderFacts(
                        elder_id=elder["id"],
                        born_on=elder["born_on"],
                        village=elder["village"],
                        enrolled_on=elder["filed_on"],
                        stints=tuple(map(_stint, stints[elder["id"]])),
                        suspensions=tuple(
                            _suspension(row)
                            for row in suspensions[elder["id"]]
                            if row["state"] not in ("rejected", "cancelled")
                        ),
                        tiers=tuple(
                            TierOfDuty(row["duty_from"], None if row["tier"] is None else Tier(row["tier"]))
                            for row in tiers[elder["id"]]
                        ),
                        residences=tuple(
                            Residence(row["from_day"], row["lives_in"]) for row in residences[elder["id"]]
                        ),
                        visits=tuple(map(_visit, visits[elder["id"]])),
                        overrides=tuple(
                            Override(row["from_day"], row["until"], _frequency(row["frequency"]))
                            for row in overrides[elder["id"]]
                        ),
                        consented_on=elder["consented_on"],
                    ),
                    windows,
                ),
                categories=[
                    (row["category"], row["from_day"], row["to_day"] or date.max) for row in categories[elder["id"]]
                ],
                tier=elder["tier"],
                due_on=elder["due_on"],
                away=elder["away"],
                last_seen_on=elder["last_seen_on"],
                obligations=obligations[elder["id"]],
                months=months[elder["id"]],
                surge_tasks=[row for row in tasks[elder["id"]] if row["kind"] == "surge"],
            )
            for elder in elders
        ]

    async def _windows(self) -> Sequence[Window]:
        """Every surge and stand-down that was opened and not undone, wherever it holds."""
        rows = await self._desk.session.execute(select(table_of(tables.SurgeRow)))
        return [_window(dict(row)) for row in rows.mappings() if row["state"] in ("active", "ended")]

    async def _of(self, ids: Sequence[UUID], model: type[tables.Row]) -> defaultdict[UUID, list[Row]]:
        table = table_of(model)
        grouped: defaultdict[UUID, list[Row]] = defaultdict(list)
        if ids:
            rows = await self._desk.session.execute(select(table).where(table.c.elder_id.in_(ids)))
            for row in rows.mappings():
                grouped[row["elder_id"]].append(dict(row))
        return grouped

    async def _in_areas(self, table: Table, column: str) -> Rows:
        rows = await self._desk.session.execute(select(table).where(self._here(table.c[column])))
        return [dict(row) for row in rows.mappings()]

    def _here(self, column: Any) -> Any:
        return within(column, self._desk.areas)


def _stint(row: Row) -> Stint:
    return Stint(
        starts_on=row["starts_on"],
        last_day_on=row["last_day_on"],
        ending=row["ending"],
        reported_on=row["reported_on"],
        found_on=row["found_on"],
        proof=row["proof"],
        approved=row["approved"],
    )


def _suspension(row: Row) -> Suspension:
    return Suspension(
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        reason=row["reason"],
        reported_on=row["reported_on"],
        proof=row["proof"],
        confirmed=row["state"] == "confirmed",
        approved=row["approved"],
    )


def _visit(row: Row) -> VisitFact:
    """A record that no longer stands is barred by that, before any reason of its own."""
    return VisitFact(
        id=row["id"],
        visited_on=row["visited_on"],
        method=Method(row["method"]),
        place=Place(row["place"]),
        outcome=Outcome(row["outcome"]),
        recorded_on=row["recorded_on"],
        blocked=row["standing"] if row["standing"] != "accepted" else row["blocked"],
        refused_by_elder=row["refused_by_elder"],
        refusal_conclusive=row["refusal_conclusive"],
        late=row["late"],
    )


def _window(row: Row) -> Window:
    return Window(
        id=row["id"],
        kind=SurgeKind(row["kind"]),
        areas=row["areas"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        tiers=frozenset(Tier(tier) for tier in row["tiers"]),
        grace_days=row["grace_days"],
    )


def _frequency(document: Mapping[str, Any]) -> Frequency:
    stated: dict[str, Any] = {name: document[name] for name in ("days", "min_visits") if name in document}
    if "methods" in document:
        stated["methods"] = frozenset(Method(each) for each in document["methods"])
    if "places" in document:
        stated["places"] = frozenset(Place(each) for each in document["places"])
    return Frequency(PeriodKind(document["period"]), **stated)


def _policy(row: Row) -> Policy:
    document = row["document"]
    numbers = {each.name: document[each.name] for each in fields(Policy) if isinstance(document.get(each.name), int)}
    frequencies = dict(PLAN.frequencies)
    for tier, asked in (document.get("frequencies") or {}).items():
        if asked:
            frequencies[Tier(tier)] = _frequency(asked)
        else:
            frequencies.pop(Tier(tier), None)
    return replace(PLAN, version=row["version"], valid_from=row["valid_from"], frequencies=frequencies, **numbers)


def _book(village: str, versions: Mapping[str, Sequence[Policy]], starts: Mapping[str, date | None]) -> PolicyBook:
    inforce: list[Policy] = [PLAN]
    tracking_starts_on = None
    for area in (village[:6], village[:9], village):
        if own := versions.get(area):
            first = min(policy.valid_from for policy in own)
            inforce = [policy for policy in inforce if policy.valid_from < first] + list(own)
        tracking_starts_on = starts.get(area) or tracking_starts_on
    return PolicyBook(tuple(inforce), tracking_starts_on)
