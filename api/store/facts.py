"""The facts that judging reads, loaded for many elders in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlmodel import SQLModel

from api.domain.facts import ElderFacts, Override, Residence, Stint, Suspension, TierOfDuty, VisitFact
from api.domain.months import Month
from api.domain.policy import Method, Place, Tier
from api.domain.surges import with_windows
from api.domain.visits import Outcome
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import among_bound, chunked, is_sqlite
from api.store.obligations import BEFORE, Stored, stored_from
from api.store.policies import frequency_from
from api.store.prepared import rows_of
from api.store.scope import bounds, within_bound
from api.store.surges import REACH, WINDOWS, window_of
from api.store.tables import table_of
from api.store.tasks import VISIT_TASKS
from api.store.together import ask, by_elder


def _of_elders(model: type[SQLModel], *columns: str) -> Select[Any]:
    """Made once: judging asks it with every record."""
    c = table_of(model).c
    return select(c.elder_id, *(c[name] for name in columns)).where(among_bound(c.elder_id, "ids"))


_STINT = ("starts_on", "last_day_on", "ending", "reported_on", "found_on", "proof", "approved")
_SUSPENSION = ("starts_on", "ends_on", "reason", "reported_on", "proof", "state", "approved")
_VISIT = (
    "id",
    "visited_on",
    "method",
    "place",
    "outcome",
    "recorded_on",
    "standing",
    "blocked",
    "refused_by_elder",
    "refusal_conclusive",
    "late",
)
_STINTS = _of_elders(tables.Stint, *_STINT)
_SUSPENSIONS = _of_elders(tables.Suspension, *_SUSPENSION).where(
    table_of(tables.Suspension).c.state.in_(("provisional", "confirmed"))
)
_TIERS = _of_elders(tables.ElderTier, "duty_from", "tier")
_RESIDENCES = _of_elders(tables.ElderResidence, "from_day", "lives_in")
_OVERRIDES = _of_elders(tables.FrequencyOverride, "from_day", "until", "frequency")
_VISITS = _of_elders(tables.Visit, *_VISIT).where(table_of(tables.Visit).c.visited_on >= bindparam("since"))


_ELDERS = table_of(tables.Elder).c
_HOLDING = select(_ELDERS.id).where(among_bound(_ELDERS.id, "ids")).order_by(_ELDERS.id).with_for_update()


@cache
def _questions(areas: int) -> tuple[Select[Any], ...]:
    people = select(_ELDERS.id, _ELDERS.village, _ELDERS.born_on, _ELDERS.filed_on, _ELDERS.consented_on)
    people = people.where(among_bound(_ELDERS.id, "ids"), within_bound(_ELDERS.village, areas)).order_by(_ELDERS.id)
    return (people, _STINTS, _SUSPENSIONS, _TIERS, _RESIDENCES, _OVERRIDES, _VISITS, WINDOWS)


_REPLACED = (*BEFORE, VISIT_TASKS)
Besides = tuple[Select[Any], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What ``rejudge`` needs to know of some elders: their facts, and what is stored of the months to judge."""

    facts: Mapping[UUID, ElderFacts]
    before: Stored
    visit_tasks: Sequence[Any]


class Facts:
    """``rejudge`` locks what it reads, so that nobody judges the same elder beside it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, elder_ids: Iterable[UUID], *, visits_since: date) -> Mapping[UUID, ElderFacts]:
        """The facts of the elders in the actor's area."""
        found: dict[UUID, ElderFacts] = {}
        for ids in chunked(sorted(set(elder_ids))):
            found.update((await self._facts_of(ids, visits_since))[0])
        return found

    async def to_judge(
        self, elder_ids: Iterable[UUID], months: Sequence[Month], *, visits_since: date, tasks_since: date
    ) -> Case:
        """The same with all that judging these months replaces, the elders' rows locked in order of id."""
        given = {"months": [str(month) for month in months], "due_since": tasks_since, "until": max(months).last}
        facts: dict[UUID, ElderFacts] = {}
        answers: list[list[Any]] = [[] for _ in _REPLACED]
        for ids in chunked(sorted(set(elder_ids))):
            await self.hold(ids)
            known, replaced = await self._facts_of(ids, visits_since, _REPLACED, given)
            facts.update(known)
            for all_of_them, some in zip(answers, replaced, strict=True):
                all_of_them += some
        *before, tasks = answers
        return Case(facts, stored_from(*before), tasks)

    async def hold(self, elder_ids: Collection[UUID]) -> None:
        """Lock the elders' rows in order of id until the transaction ends; those that are held stay so."""
        desk = self._desk
        free = sorted(set(elder_ids) - desk.held)
        if free and not is_sqlite(desk.session):  # SQLite's writers hold the whole database already
            await rows_of(desk.session, _HOLDING, {"ids": free})
        desk.held.update(free)

    async def _facts_of(
        self, ids: Sequence[UUID], visits_since: date, besides: Besides = (), more: Mapping[str, Any] | None = None
    ) -> tuple[dict[UUID, ElderFacts], Sequence[list[Any]]]:
        """The facts, and the answers to the questions ``besides``."""
        areas = self._desk.areas
        given = {"ids": ids, "since": visits_since, "lately": visits_since - REACH, **bounds(areas), **(more or {})}
        answers = await ask(self._desk.session, (*_questions(len(areas)), *besides), given)
        elders, *children, surges = answers[: len(answers) - len(besides)]
        stints, suspensions, tiers, residences, overrides, visits = map(by_elder, children)
        windows = [window_of(row) for row in surges]
        known = (
            ElderFacts(
                elder_id=elder.id,
                born_on=elder.born_on,
                village=elder.village,
                enrolled_on=elder.filed_on,
                stints=tuple(map(stint_fact, stints[elder.id])),
                suspensions=tuple(map(suspension_fact, suspensions[elder.id])),
                tiers=tuple(TierOfDuty(r.duty_from, Tier(r.tier) if r.tier else None) for r in tiers[elder.id]),
                residences=tuple(Residence(r.from_day, r.lives_in) for r in residences[elder.id]),
                visits=tuple(map(visit_fact, visits[elder.id])),
                overrides=tuple(map(_override, overrides[elder.id])),
                consented_on=elder.consented_on,
            )
            for elder in elders
        )
        return {facts.elder_id: with_windows(facts, windows) for facts in known}, answers[len(answers) - len(besides) :]


def visit_fact(row: Any) -> VisitFact:
    """What judging reads of a row of ``visits``; its standing bars it before anything else does."""
    return VisitFact(
        id=row.id,
        visited_on=row.visited_on,
        method=Method(row.method),
        place=Place(row.place),
        outcome=Outcome(row.outcome),
        recorded_on=row.recorded_on,
        blocked=row.blocked if row.standing == "accepted" else row.standing,
        refused_by_elder=row.refused_by_elder,
        refusal_conclusive=row.refusal_conclusive,
        late=row.late,
    )


def stint_fact(row: Any) -> Stint:
    return Stint(row.starts_on, row.last_day_on, row.ending, row.reported_on, row.found_on, row.proof, row.approved)


def suspension_fact(row: Any) -> Suspension:
    return Suspension(
        row.starts_on,
        row.ends_on,
        row.reason,
        row.reported_on,
        row.proof,
        row.state == "confirmed",
        row.approved,
    )


def _override(row: Any) -> Override:
    return Override(row.from_day, row.until, frequency_from(row.frequency))
