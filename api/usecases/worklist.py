"""谁该去看了: today's worklist, page by page in the order in which people go out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.access import AreaCode
from api.domain.graces import Graces
from api.domain.policy import Tier
from api.domain.standings import WorklistStanding
from api.domain.surges import SurgeKind
from api.domain.tasks import VisitTaskKind
from api.domain.worklist import Stretch, stretches
from api.schemas.worklist import (
    VisitorNoteOut,
    WorklistElderOut,
    WorklistLineOut,
    WorklistPartOut,
    WorklistReason,
    WorklistReasonOut,
)
from api.store import Registers
from api.store.tables import Elder
from api.usecases.elder_views import Viewer

_TASK_REASONS = {
    VisitTaskKind.FIRST_VISIT: WorklistReason.FIRST_VISIT_DUE,
    VisitTaskKind.OVERRIDE: WorklistReason.OVERRIDE_DUE,
    VisitTaskKind.SURGE: WorklistReason.SURGE_DUE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An elder's place on the list."""

    stretch: Stretch
    due_on: date
    elder_id: UUID

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What a page token remembers."""
        return self.stretch.standing, self.stretch.tier, self.due_on.isoformat(), str(self.elder_id)


class Worklist:
    """The list of some areas on one day, narrowed to a standing or a tier; one policy rules all of it."""

    def __init__(self, registers: Registers, areas: Sequence[AreaCode], parts: Sequence[Stretch]) -> None:
        self._registers = registers
        self._areas = areas
        self._parts = parts

    @classmethod
    async def opened(
        cls, registers: Registers, area: str | None, standing: WorklistStanding | None, tier: Tier | None
    ) -> "Worklist":
        """Raises NotFound for an area outside the actor's."""
        areas = registers.actor.walled(area)
        today, policy = registers.today, (await registers.places.book_for(areas[0])).on(registers.today)
        windows = await registers.at_work().surges.begun(areas)
        graces = Graces(window.stand_down for window in windows if window.kind is SurgeKind.STAND_DOWN)
        surges = (window.ends_on for window in windows if window.kind is SurgeKind.SURGE)
        parts = [
            part
            for part in stretches(today, policy, graces, max(surges, default=date.min))
            if standing in (None, part.standing) and tier in (None, part.tier)
        ]
        return cls(registers, areas, parts)

    async def entries(self, after: Sequence[str] | None, size: int) -> list[Entry]:
        """At most ``size`` entries behind the place ``after``; at most six ranges of one index."""
        found: list[Entry] = []
        begun = after is None
        for part in self._parts:
            place = None
            if after is not None and (part.standing, part.tier) == (after[0], after[1]):
                begun, place = True, (date.fromisoformat(after[2]), UUID(after[3]))
            if begun and len(found) < size:
                rows = await self._registers.worklist.part(part, self._areas, after=place, size=size - len(found))
                found += [Entry(part, due_on, elder_id) for due_on, elder_id in rows]
        return found

    async def summary(self) -> list[WorklistPartOut]:
        """How many stand in each part of the list."""
        until = max((part.last for part in self._parts), default=date.min)
        days = await self._registers.worklist.due_days(self._areas, until)
        return [
            WorklistPartOut(
                standing=part.standing,
                tier=part.tier,
                count=sum(count for tier, due_on, count in days if part.holds(tier, due_on)),
            )
            for part in self._parts
        ]

    async def count(self) -> int:
        """How many stand on the list."""
        return sum(part.count for part in await self.summary())

    async def lines(self, entries: Sequence[Entry]) -> list[WorklistLineOut]:
        """The entries in full, each with its reasons; the audit entry names every id."""
        ids = [entry.elder_id for entry in entries]
        elders = {elder.id: elder for elder in await self._registers.elders.many(ids)}
        owed = await self._registers.worklist.owed(ids)
        tasks = await self._registers.worklist.visit_tasks(ids)
        hazards = await self._registers.worklist.hazards(ids)
        view = await Viewer.opened(self._registers, elders.values())
        return [
            WorklistLineOut(
                elder=_shown(elders[entry.elder_id], entry.stretch.tier, view, hazards[entry.elder_id]),
                due_on=entry.due_on,
                standing=entry.stretch.standing,
                period=next((row.period for row in owed[entry.elder_id] if row.due_on == entry.due_on), None),
                reasons=list(self._reasons(elders[entry.elder_id], owed[entry.elder_id], tasks[entry.elder_id])),
            )
            for entry in entries
        ]

    def _reasons(self, elder: Elder, owed: Iterable[Any], tasks: Iterable[Any]) -> Iterator[WorklistReasonOut]:
        """Everything that asks for a visit and that no home visit has followed, oldest first."""
        for row in owed:
            if elder.last_seen_on is None or row.due_on >= elder.last_seen_on:
                missed = row.due_on < self._registers.today
                code = WorklistReason.MISSED_PERIOD if missed else WorklistReason.PERIOD_OPEN
                yield WorklistReasonOut(code=code, period=row.period, due_on=row.due_on)
        for task in tasks:
            if elder.last_seen_on is None or task.due_on >= elder.last_seen_on:
                code = _TASK_REASONS[VisitTaskKind(task.kind)]
                yield WorklistReasonOut(code=code, period=None, due_on=task.due_on)
        if elder.tier_provisional:
            yield WorklistReasonOut(code=WorklistReason.TIER_PROVISIONAL, period=None, due_on=None)


def _shown(elder: Elder, tier: Tier, view: Viewer, hazards: Iterable[Any]) -> WorklistElderOut:
    reach = view.reach(elder)
    return WorklistElderOut(
        id=elder.id,
        short_no=elder.short_no,
        name=reach.name,
        address=reach.address,
        phones=reach.phones,
        primary_contact=reach.primary_contact,
        tier=tier,
        last_seen_on=elder.last_seen_on,
        notes_for_visitor=[VisitorNoteOut(hazard=row.kind, since=row.first_seen_on) for row in hazards],
    )
