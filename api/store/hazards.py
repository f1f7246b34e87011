"""The register of safety hazards (安全隐患): one of a kind for a household, however often it is seen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from api.domain.elders import ElderState
from api.domain.hazards import (
    LIFE,
    STANDING,
    HazardCommand,
    HazardKind,
    HazardState,
    Reminder,
    Severity,
    safe_command,
    there_again,
)
from api.domain.months import civil_date
from api.store import tables
from api.store.cases import Cases
from api.store.dialect import among, among_bound, chunked, locking
from api.store.listings import Listing
from api.store.prepared import rows_of
from api.store.revealed import Revealed, key_of, on_the_roll
from api.store.scope import within
from api.store.subjects import Subject
from api.store.tables import table_of

_ELDERS, _HAZARDS = table_of(tables.Elder), table_of(tables.Hazard).c
_STANDING_AT = select(_HAZARDS.id).where(
    or_(among_bound(_HAZARDS.elder_id, "elders"), among_bound(_HAZARDS.household_id, "households")),
    _HAZARDS.state.in_(STANDING),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedHazards:
    """Which hazards to list; every condition that is given must hold. ``overdue``: standing past its day."""

    area: str | None = None
    state: HazardState | None = None
    kind: HazardKind | None = None
    elder_id: UUID | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class SafeLook:
    """A visit that found some kinds of hazard gone."""

    elder: Subject
    kinds: Collection[HazardKind]
    day: date
    visit_id: UUID | None


class Hazards(Cases):
    model = tables.Hazard
    noun = "hazard"

    def by_due_day(self, wanted: WantedHazards) -> Listing:
        """Hazards in order of due day and id."""
        c = self._table.c
        query = self.visible.where(within(c.village, self._desk.actor.narrowed(wanted.area)))
        if wanted.state is not None:
            query = query.where(c.state == wanted.state)
        if wanted.kind is not None:
            query = query.where(c.kind == wanted.kind)
        if wanted.elder_id is not None:
            household = select(_ELDERS.c.household_id).where(_ELDERS.c.id == wanted.elder_id).scalar_subquery()
            query = query.where(or_(c.elder_id == wanted.elder_id, c.household_id == household))
        if wanted.overdue is not None:
            late = and_(c.state.in_(STANDING), c.due_on < self._desk.today)
            query = query.where(late if wanted.overdue else ~late)
        return Listing(self._session, query, [c.due_on, c.id])

    async def residents(self, row: Any) -> list[Any]:
        """Id and short number of everybody on the roll at whose home the hazard is, in order of id."""
        c = _ELDERS.c
        at_home = c.id == row.elder_id
        if row.household_id is not None:
            at_home = or_(at_home, c.household_id == row.household_id)
        query = select(c.id, c.short_no).where(within(c.village, self._desk.areas), at_home)
        return list(await self._session.execute(query.where(c.status != ElderState.EXITED).order_by(c.id)))

    async def first_seen_at(self, elder_id: UUID, states: Collection[HazardState]) -> list[Any]:
        """The hazards first seen at this elder's home that are in one of the states, held, in order of id."""
        c = self._table.c
        query = self.visible.where(c.elder_id == elder_id, c.state.in_(states)).order_by(c.id)
        return list(await self._session.execute(locking(self._session, query)))

    # --- seen, and seen again -------------------------------------------------------------------------

    async def reveal(self, each: Revealed) -> UUID:
        """The hazard that somebody saw; a repeat joins the one of the household that still stands."""
        elder = on_the_roll(each)
        alike = self.visible.where(
            self._table.c.key == key_of(self._desk.sealer, each),
            self._table.c.state.in_(STANDING),
            self._at_home_of([elder]),
        )
        found = await self._session.execute(locking(self._session, alike.order_by(self._table.c.id).limit(1)))
        if (row := found.first()) is None:
            return await self._first_seen(each, elder)
        if each.visit_id is None or row.source_visit != each.visit_id:
            await self._seen_again(row, each)
        return UUID(str(row.id))

    async def _first_seen(self, each: Revealed, elder: Subject) -> UUID:
        opening, day = each.opening, civil_date(each.opening.found_at)
        given = opening.reminder is Reminder.GIVEN
        new = {
            "elder_id": elder.id,
            "village": elder.village,
            "household_id": elder.household_id,
            "kind": opening.subkind,
            "key": key_of(self._desk.sealer, each),
            "severity": opening.severity or Severity.GENERAL,
            "state": HazardState.REMINDED if given else HazardState.OPEN,
            "reminder": opening.reminder or Reminder.UNKNOWN,
            "reminded_at": opening.found_at if given else None,
            "repeated": False,
            "times_seen": 1,
            "first_seen_on": day,
            "last_seen_on": day,
            "due_on": opening.due_on,
            "source_visit": each.visit_id,
            "reported_by": self._desk.actor.id,
            "created_at": self._desk.now,
            "sealed": {"text": opening.text, "reminded_to": opening.reminded_to},
        }
        [hazard_id] = await self.add([new])
        return hazard_id

    async def _seen_again(self, row: Any, each: Revealed) -> None:
        """There again; ``repeated`` when the household had been told before that day."""
        opening, day = each.opening, civil_date(each.opening.found_at)
        told_before = row.reminder == Reminder.GIVEN and (row.reminded_at is None or civil_date(row.reminded_at) < day)
        values: dict[str, Any] = {}
        told = {"text": opening.text, "reminded_to": opening.reminded_to}
        if opening.reminder is Reminder.GIVEN:
            values |= {"reminder": Reminder.GIVEN, "reminded_at": opening.found_at}
        reminded = Reminder.GIVEN in (row.reminder, opening.reminder)
        await self.change(
            row,
            HazardCommand.SEE_UNSAFE,
            details={name: words for name, words in told.items() if words is not None},
            state=there_again(HazardCommand.SEE_UNSAFE, HazardState(row.state), reminded=reminded),
            severity=Severity.MAJOR if Severity.MAJOR in (row.severity, opening.severity) else Severity.GENERAL,
            repeated=row.repeated or told_before,
            times_seen=row.times_seen + 1,
            last_seen_on=max(row.last_seen_on, day),
            safe_on=None,
            safe_visit=None,
            **values,
        )

    # --- seen gone ------------------------------------------------------------------------------------

    async def see_safe(self, looks: Sequence[SafeLook]) -> None:
        """What visits found gone: one look proposes, another on a later day or an earlier one resolves."""
        for part in chunked([look for look in looks if look.kinds], 250):
            rows = {row.id: row for row in await self._that_stand(part)}
            for look in sorted(part, key=lambda look: look.day):
                for row in [row for row in rows.values() if _is_about(look, row)]:
                    rows[row.id] = await self._seen_safe(row, look)

    async def _that_stand(self, looks: Sequence[SafeLook]) -> list[Any]:
        c = self._table.c
        kinds = {kind for look in looks for kind in look.kinds}
        homes = {
            "elders": {look.elder.id for look in looks},
            "households": {look.elder.household_id for look in looks if look.elder.household_id},
        }
        known = [row.id for row in await rows_of(self._session, _STANDING_AT, homes)]
        if not known:
            return []
        query = self.visible.where(c.kind.in_(kinds), c.state.in_(STANDING), c.id.in_(known))
        return list(await self._session.execute(locking(self._session, query.order_by(c.id))))

    async def _seen_safe(self, row: Any, look: SafeLook) -> Any:
        state = HazardState(row.state)
        command = safe_command(state, look.day, last_seen_on=row.last_seen_on, safe_on=row.safe_on)
        if command is None:
            return row
        name = "resolved" if command is HazardCommand.SEE_SAFE_AGAIN else "safe"
        seen: dict[str, Any] = {f"{name}_on": look.day, f"{name}_visit": look.visit_id}
        return await self.change(row, command, state=LIFE.after(command, state), **seen)

    async def withdraw_looks(self, visit_ids: Collection[UUID], *, sparing: Collection[HazardKind] = ()) -> None:
        """Records no longer stand, or no longer say safe: what they made gone waits for another look."""
        c = self._table.c
        looked = among(c.safe_visit, visit_ids)
        by_look = or_(
            and_(c.state == HazardState.RESOLUTION_PROPOSED, looked),
            and_(
                c.state == HazardState.RESOLVED,
                or_(among(c.resolved_visit, visit_ids), and_(c.resolved_visit.is_not(None), looked)),
            ),
        )
        query = self.visible.where(by_look, c.kind.not_in(sparing)).order_by(c.id)
        for row in list(await self._session.execute(locking(self._session, query))):
            await self._withdrawn(row, visit_ids)

    async def _withdrawn(self, row: Any, visit_ids: Collection[UUID]) -> None:
        """Back to where the other look, if there is one, had brought it."""
        state = there_again(
            HazardCommand.WITHDRAW_SAFE, HazardState(row.state), reminded=row.reminder == Reminder.GIVEN
        )
        looks = ((row.safe_on, row.safe_visit), (row.resolved_on, row.resolved_visit))
        others = [look for look in looks if look[1] is not None and look[1] not in visit_ids]
        safe_on, safe_visit = others[0] if others else (None, None)
        if others:
            state = LIFE.after(HazardCommand.SEE_SAFE, state)
        await self.change(
            row,
            HazardCommand.WITHDRAW_SAFE,
            state=state,
            safe_on=safe_on,
            safe_visit=safe_visit,
            resolved_on=None,
            resolved_visit=None,
        )

    def _at_home_of(self, elders: Sequence[Subject]) -> ColumnElement[bool]:
        c = self._table.c
        households = {elder.household_id for elder in elders if elder.household_id}
        return or_(c.elder_id.in_({elder.id for elder in elders}), c.household_id.in_(households))


def _is_about(look: SafeLook, row: Any) -> bool:
    same_house = row.household_id is not None and row.household_id == look.elder.household_id
    return row.kind in look.kinds and (row.elder_id == look.elder.id or same_house)
