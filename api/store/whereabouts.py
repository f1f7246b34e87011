"""The register of whereabouts checks (去向核实): nobody was met, and somebody is to find out where the elder is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, literal, select, tuple_

from api.domain.visits import Whereabouts
from api.domain.whereabouts import LIFE, WAITING, CheckCommand, CheckState, Sight, answer_among
from api.store import tables
from api.store.cases import Cases
from api.store.dialect import among, among_bound, chunked, locking
from api.store.jobs import Jobs
from api.store.prepared import rows_of
from api.store.revealed import Revealed, on_the_roll
from api.store.scope import within
from api.store.tables import table_of

RAISE_ALARM = "raise_alarm"  # the job that runs when nobody answered in time

_ELDERS, _CHECKS = table_of(tables.Elder), table_of(tables.WhereaboutsCheck).c
_SOUGHT = select(_CHECKS.elder_id).where(among_bound(_CHECKS.elder_id, "ids"), _CHECKS.state.in_(WAITING))
_AFTERWARDS = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedChecks:
    """Which checks to list; every condition that is given must hold."""

    area: str | None = None
    state: CheckState | None = None
    elder_id: UUID | None = None
    late: bool | None = None


@dataclass(frozen=True, slots=True)
class RecordSight:
    """What one record says of where its elder was, or that nobody knew."""

    visit_id: UUID | None
    sight: Sight


class WhereaboutsChecks(Cases):
    model = tables.WhereaboutsCheck
    noun = "whereabouts_check"

    @property
    def shown(self) -> Select[Any]:
        """With the elder's short number."""
        return self.visible.add_columns(_ELDERS.c.short_no).join(_ELDERS, _ELDERS.c.id == self._table.c.elder_id)

    async def by_deadline(self, wanted: WantedChecks, *, after: tuple[datetime, UUID] | None, size: int) -> list[Any]:
        """At most ``size`` checks in order of deadline and id, after ``after``."""
        c = self._table.c
        query = self.shown.where(within(c.village, self._desk.actor.narrowed(wanted.area)))
        query = query.where(*self.matching(state=wanted.state, elder_id=wanted.elder_id))
        if wanted.late is not None:
            late = and_(c.state.in_(WAITING), c.due_at < self._desk.now)
            query = query.where(late if wanted.late else ~late)
        if after is not None:
            query = query.where(tuple_(c.due_at, c.id) > tuple_(literal(after[0], c.due_at.type), literal(after[1])))
        return list(await self._session.execute(query.order_by(c.due_at, c.id).limit(size)))

    async def reveal(self, each: Revealed) -> UUID:
        """The check that a search in vain asks for; another search joins the one that waits for an answer."""
        elder, found_at = on_the_roll(each), each.opening.found_at
        due_at = each.opening.due_at or found_at
        if waiting := await self.waiting([elder.id]):
            return await self._sought_again(waiting[0], each.visit_id, found_at, due_at)
        new = {
            "elder_id": elder.id,
            "village": elder.village,
            "state": CheckState.OPEN,
            "opened_at": found_at,
            "due_at": due_at,
            "source_visit": each.visit_id,
        }
        [check_id] = await self.add([new])
        await self._watch(check_id, elder.village, due_at)
        return check_id

    async def waiting(self, elder_ids: Iterable[UUID]) -> list[Any]:
        """The elders' checks that nobody has answered, held, in order of id."""
        c = self._table.c
        sought = {row.elder_id for row in await rows_of(self._session, _SOUGHT, {"ids": set(elder_ids)})}
        found: list[Any] = []
        for part in chunked(sorted(sought)):
            query = self.visible.where(c.elder_id.in_(part), c.state.in_(WAITING)).order_by(c.id)
            found += list(await self._session.execute(locking(self._session, query)))
        return found

    async def open_ones(self, check_ids: Iterable[UUID]) -> list[Any]:
        """Those of these checks about which no alarm has been raised yet, held, in order of id."""
        c = self._table.c
        query = self.visible.where(c.id.in_(set(check_ids)), c.state == CheckState.OPEN).order_by(c.id)
        return list(await self._session.execute(locking(self._session, query)))

    async def told(self, elder_ids: Iterable[UUID]) -> Mapping[UUID, list[Sight]]:
        """What people answered about these elders, whenever that was."""
        c = self._table.c
        by_people = (c.state == CheckState.ANSWERED, c.answered_by.is_not(None))
        news: defaultdict[UUID, list[Sight]] = defaultdict(list)
        for row in await self.of_elders(elder_ids, *by_people):
            news[row.elder_id].append(Sight(row.told_at, Whereabouts(row.answer)))
        return news

    async def settle(self, sights: Mapping[UUID, Sequence[RecordSight]]) -> None:
        """Later records of these elders that say where they were answer what waits."""
        for row in await self.waiting(sights):
            by_sight = {each.sight: each.visit_id for each in sights[row.elder_id]}
            if (news := answer_among(row.opened_at, by_sight)) is not None:
                await self.answer(row, news, answered_by_visit=by_sight[news])

    async def answer(self, row: Any, news: Sight, *, details: Mapping[str, Any] | None = None, **by: Any) -> Any:
        """Somebody, or a record, says where the elder is; the row. ``by``: the columns that say who."""
        state = LIFE.after(CheckCommand.ANSWER, CheckState(row.state))
        columns = {"state": state, "answer": news.whereabouts, "told_at": news.moment, **by}
        return await self.change(row, CheckCommand.ANSWER, details=details, **columns)

    async def escalate(self, row: Any, escalation_id: UUID, *, at: datetime) -> Any:
        """Nobody knows where the elder is, and an alarm says so since ``at``; the row."""
        state = LIFE.after(CheckCommand.ESCALATE, CheckState(row.state))
        noted = {"at": (None, at)}
        return await self.change(row, CheckCommand.ESCALATE, noted=noted, state=state, escalation_id=escalation_id)

    async def found_again(self, escalation_id: UUID, at: datetime) -> None:
        """The alarm is over: whoever dealt with it knows where the elder is, and no check waits for an answer."""
        c = self._table.c
        query = self.visible.where(c.escalation_id == escalation_id, c.state == CheckState.ESCALATED).order_by(c.id)
        for row in list(await self._session.execute(locking(self._session, query))):
            await self.answer(row, Sight(at, Whereabouts.SEEN), answered_by=self._desk.actor.id)

    async def reopen_answered_by(self, visit_ids: Collection[UUID]) -> None:
        """What records had answered is asked again: they no longer say so."""
        c = self._table.c
        nobody = dict.fromkeys(("answer", "told_at", "told_by", "answered_by_visit"))
        query = self.visible.where(among(c.answered_by_visit, visit_ids), c.state == CheckState.ANSWERED).order_by(c.id)
        for row in list(await self._session.execute(locking(self._session, query))):
            state = LIFE.after(CheckCommand.REOPEN, CheckState(row.state))
            await self.change(row, CheckCommand.REOPEN, state=state, **nobody)
            await self._watch(row.id, row.village, row.due_at, row.version)

    async def watch_again(self, elder_id: UUID) -> None:
        """Checks that are open again after their deadline was looked at are looked at once more."""
        for row in await self.waiting([elder_id]):
            if row.state == CheckState.OPEN:
                await self._watch(row.id, row.village, row.due_at, row.version)

    async def _sought_again(self, row: Any, visit_id: UUID | None, found_at: datetime, due_at: datetime) -> UUID:
        """From now on it no longer falls with the record that opened it; the earliest search starts the clock."""
        if row.source_visit != visit_id:
            earliest = {"opened_at": min(row.opened_at, found_at), "due_at": min(row.due_at, due_at)}
            after = await self.change(row, "search_again", **earliest)
            if after.due_at != row.due_at and after.state == CheckState.OPEN:
                await self._watch(after.id, after.village, after.due_at)
        return UUID(str(row.id))

    async def _watch(self, check_id: UUID, village: str, due_at: datetime, version: int = 1) -> None:
        """Have somebody look once the deadline is over."""
        await Jobs(self._session, self._desk.now).enqueue(
            RAISE_ALARM,
            area=village,
            payload={"check_id": str(check_id)},
            unique_key=f"{RAISE_ALARM}:{check_id}:{due_at.isoformat()}:{version}",
            run_at=due_at + _AFTERWARDS,
        )
