"""Stints of duty, suspensions and residences: the dated facts that say on which days an elder is on duty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, insert, select, update

from api.domain import facts
from api.domain.absences import LIVE, SuspensionState
from api.domain.elders import ElderState
from api.domain.errors import Conflict, Fault, NotFound, Refused, WrongState
from api.store.desk import Desk
from api.store.dialect import chunked
from api.store.listings import Listing
from api.store.scope import within
from api.store.tables import Elder, ElderResidence, Stint, Suspension, table_of

_STINTS = table_of(Stint)
_SUSPENSIONS = table_of(Suspension)
_RESIDENCES = table_of(ElderResidence)
_ELDERS = table_of(Elder)
_DAY = timedelta(days=1)
_OPEN_END = {
    "last_day_on": None,
    "ending": None,
    "reported_on": None,
    "found_on": None,
    "proof": False,
    "approved": None,
    "ended_by": None,
    "note": None,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a stint ends. ``last_day_on``: the last active day. ``note``: who brought the news, and words."""

    last_day_on: date
    kind: str
    found_on: date | None = None
    proof: bool = False
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Absence:
    """Away from one day to another, both included."""

    starts_on: date
    ends_on: date
    reason: str
    proof: bool
    note: str | None


class Stints:
    """Rows only; the elder's version and history are raised by ``Elders.change`` in the same transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    # --- stints ---------------------------------------------------------------------------------------

    async def of(self, elder_id: UUID) -> list[Any]:
        """Every stint of an elder, in order."""
        return await self._all(_STINTS, _STINTS.c.elder_id == elder_id, _STINTS.c.starts_on)

    async def latest(self, elder_id: UUID) -> Any | None:
        return next(reversed(await self.of(elder_id)), None)

    async def begin(self, elder: Elder, starts_on: date) -> None:
        """A new stint. Raises Refused ``stint_overlaps`` when it would reach into an earlier one."""
        latest = await self.latest(elder.id)
        if latest is not None:
            if latest.last_day_on is None or starts_on <= max(latest.last_day_on, latest.starts_on - _DAY):
                raise Refused([Fault("stint_overlaps")])
            if latest.starts_on == starts_on:  # ended before it began, and now begins after all
                values = {**_OPEN_END, "confirmed_by": self._desk.actor.id}
                await self._set(_STINTS, latest.id, values)
                return
        await self.begin_many([(elder.id, elder.village, starts_on, None)])

    async def begin_many(self, stints: Sequence[tuple[UUID, str, date, Ending | None]]) -> None:
        """Stints of elders who have none: (elder, village, first day, how it ended)."""
        for part in chunked(stints):
            rows = [self._stint(*each) for each in part]
            await self._session.execute(insert(_STINTS).inline(), rows)

    async def end(self, elder: Elder, ending: Ending) -> None:
        """End the running stint; without one, what is left is a stint that ends before it starts.

        Raises Refused ``ends_before_start`` for a day before the last stint's own days.
        """
        latest = await self.latest(elder.id)
        if latest is None or latest.last_day_on is not None:
            starts_on = ending.last_day_on + _DAY
            if latest is not None and starts_on <= latest.starts_on:
                raise Refused([Fault("ends_before_start", "/last_day_on")])
            await self.begin_many([(elder.id, elder.village, starts_on, ending)])
            return
        previous_start = latest.starts_on - _DAY
        if ending.last_day_on < previous_start and ending.kind != facts.DECLINED:
            raise Refused([Fault("ends_before_start", "/last_day_on")])
        await self._set(_STINTS, latest.id, self._ended(latest.id, ending))

    async def restore(self, elder_id: UUID, *, on_duty: bool) -> Any | None:
        """Undo the last ending, as if it had never been; answers the stint as it was ended.

        ``on_duty``: the elder was, so that the stint runs on; else the ending was all there was of it.
        """
        latest = await self.latest(elder_id)
        if latest is None or latest.last_day_on is None:
            return None
        if on_duty:
            await self._set(_STINTS, latest.id, _OPEN_END)
        else:
            await self._session.execute(delete(_STINTS).where(_STINTS.c.id == latest.id))
        return latest

    async def decide_ending(self, stint_id: UUID, *, approved: bool) -> None:
        """The supervisor's word on an ending (A6), given once. Raises WrongState."""
        await self._decide(_STINTS, stint_id, {"approved": approved})

    # --- suspensions ----------------------------------------------------------------------------------

    async def suspensions(self, elder_id: UUID) -> list[Any]:
        """Every suspension of an elder, rejected and cancelled ones too, in order."""
        order = (_SUSPENSIONS.c.starts_on, _SUSPENSIONS.c.id)
        return await self._all(_SUSPENSIONS, _SUSPENSIONS.c.elder_id == elder_id, *order)

    async def suspension(self, elder_id: UUID, suspension_id: UUID) -> Any:
        """Raises NotFound."""
        found = await self._one(_SUSPENSIONS, suspension_id)
        if found.elder_id != elder_id:
            raise NotFound()
        return found

    async def known_suspensions(self, ids: Sequence[UUID]) -> list[Any]:
        """Those in sight, in order of id."""
        mine = within(_SUSPENSIONS.c.village, self._desk.areas)
        query = select(_SUSPENSIONS).where(_SUSPENSIONS.c.id.in_(ids), mine).order_by(_SUSPENSIONS.c.id)
        return list(await self._session.execute(query))

    def suspension_listing(self, area: str | None, **wanted: Any) -> Listing:
        """Suspensions in order of id; ``wanted``: by column. Raises NotFound out of reach."""
        c = _SUSPENSIONS.c
        conditions = [c[name] == value for name, value in wanted.items() if value is not None]
        query = select(_SUSPENSIONS, _ELDERS.c.short_no).join(_ELDERS, _ELDERS.c.id == c.elder_id)
        return Listing(
            self._session, query.where(within(c.village, self._desk.actor.narrowed(area)), *conditions), [c.id]
        )

    async def suspend(self, elder: Elder, absence: Absence, *, confirmed: bool) -> UUID:
        """A new suspension, reported today. Raises Conflict ``suspension_overlaps``."""
        for other in await self.suspensions(elder.id):
            meets = other.starts_on <= absence.ends_on and absence.starts_on <= other.ends_on
            if other.state in LIVE and meets:
                raise Conflict("suspension_overlaps")
        suspension_id, actor_id = self._desk.new_id(), self._desk.actor.id
        row = {
            "id": suspension_id,
            "elder_id": elder.id,
            "village": elder.village,
            "starts_on": absence.starts_on,
            "ends_on": absence.ends_on,
            "reason": absence.reason,
            "reported_on": self._desk.today,
            "proof": absence.proof,
            "state": SuspensionState.CONFIRMED if confirmed else SuspensionState.PROVISIONAL,
            "approved": None,
            "proposed_by": actor_id,
            "decided_by": actor_id if confirmed else None,
            "note": self._sealed("suspensions.note", suspension_id, absence.note),
            "version": 1,
        }
        await self._session.execute(insert(_SUSPENSIONS).inline(), [row])
        return suspension_id

    async def change_suspension(self, suspension: Any, allowed: Sequence[str], **values: Any) -> None:
        """Raises WrongState unless the suspension is in one of the ``allowed`` states."""
        changed = await self._session.execute(
            update(_SUSPENSIONS)
            .where(_SUSPENSIONS.c.id == suspension.id, _SUSPENSIONS.c.state.in_(allowed))
            .values(**values, version=_SUSPENSIONS.c.version + 1)
            .returning(_SUSPENSIONS.c.id)
        )
        if changed.first() is None:
            raise WrongState(suspension.state, sorted(allowed))

    async def decide_suspension(self, suspension_id: UUID, *, approved: bool) -> None:
        """The supervisor's word on an exception (A6), given once; a no undoes it. Raises WrongState."""
        state = {} if approved else {"state": SuspensionState.REJECTED}
        await self._decide(_SUSPENSIONS, suspension_id, {"approved": approved, **state})

    async def to_suspend(self, day: date) -> list[UUID]:
        """Confirmed elders in the actor's area whom a suspension covers on ``day``."""
        return await self._standing(ElderState.CONFIRMED, _covered(day))

    async def to_resume(self, day: date) -> list[UUID]:
        """Suspended elders in the actor's area whom none covers on ``day``."""
        return await self._standing(ElderState.SUSPENDED, ~_covered(day))

    # --- residences -----------------------------------------------------------------------------------

    async def residences(self, elder_id: UUID) -> list[Any]:
        """Where an elder has lived and will live, in order."""
        return await self._all(_RESIDENCES, _RESIDENCES.c.elder_id == elder_id, _RESIDENCES.c.from_day)

    async def move(self, elder: Elder, lives_in: str, from_day: date) -> None:
        """A residence from a day on. Raises Refused ``moved_later_already`` unless it is the latest."""
        residences = await self.residences(elder.id)
        if residences and from_day <= residences[-1].from_day:
            raise Refused([Fault("moved_later_already", "/from")])
        row = {
            "id": self._desk.new_id(),
            "elder_id": elder.id,
            "village": elder.village,
            "lives_in": lives_in,
            "from_day": from_day,
        }
        await self._session.execute(insert(_RESIDENCES).inline(), [row])

    async def moves_due(self, day: date) -> list[tuple[UUID, str]]:
        """Elders of the actor's area who live elsewhere by ``day`` than their file says, and where."""
        latest = (
            select(_RESIDENCES.c.elder_id, func.max(_RESIDENCES.c.from_day).label("from_day"))
            .where(_RESIDENCES.c.from_day <= day, within(_RESIDENCES.c.village, self._desk.areas))
            .group_by(_RESIDENCES.c.elder_id)
            .subquery()
        )
        same = and_(_RESIDENCES.c.elder_id == latest.c.elder_id, _RESIDENCES.c.from_day == latest.c.from_day)
        query = (
            select(_RESIDENCES.c.elder_id, _RESIDENCES.c.lives_in)
            .join(latest, same)
            .where(_RESIDENCES.c.lives_in != _RESIDENCES.c.village)
            .order_by(_RESIDENCES.c.elder_id)
        )
        return [(row.elder_id, row.lives_in) for row in await self._session.execute(query)]

    # --- rows -----------------------------------------------------------------------------------------

    async def _all(self, table: Any, condition: Any, *order: Any) -> list[Any]:
        visible = within(table.c.village, self._desk.areas)
        rows = await self._session.execute(select(table).where(condition, visible).order_by(*order))
        return list(rows)

    async def _one(self, table: Any, row_id: UUID) -> Any:
        found = await self._all(table, table.c.id == row_id)
        if not found:
            raise NotFound()
        return found[0]

    async def _set(self, table: Any, row_id: UUID, values: Mapping[str, Any]) -> None:
        await self._session.execute(update(table).where(table.c.id == row_id).values(**values))

    async def _decide(self, table: Any, row_id: UUID, values: Mapping[str, Any]) -> None:
        changed = await self._session.execute(
            update(table).where(table.c.id == row_id, table.c.approved.is_(None)).values(**values).returning(table.c.id)
        )
        if changed.first() is None:
            row = await self._one(table, row_id)
            raise WrongState("approved" if row.approved else "rejected", ["pending"])

    async def _standing(self, status: ElderState, condition: Any) -> list[UUID]:
        mine = within(_ELDERS.c.village, self._desk.areas)
        query = select(_ELDERS.c.id).where(mine, _ELDERS.c.status == status, condition).order_by(_ELDERS.c.id)
        return list((await self._session.execute(query)).scalars())

    def _stint(self, elder_id: UUID, village: str, starts_on: date, ending: Ending | None) -> dict[str, Any]:
        stint_id = self._desk.new_id()
        return {
            "id": stint_id,
            "elder_id": elder_id,
            "village": village,
            "starts_on": starts_on,
            "confirmed_by": self._desk.actor.id,
            **(self._ended(stint_id, ending) if ending else _OPEN_END),
        }

    def _ended(self, stint_id: UUID, ending: Ending) -> dict[str, Any]:
        return {
            "last_day_on": ending.last_day_on,
            "ending": ending.kind,
            "reported_on": self._desk.today,
            "found_on": ending.found_on,
            "proof": ending.proof,
            "approved": None,
            "ended_by": self._desk.actor.id,
            "note": self._desk.sealer.seal_json("stints.note", stint_id, ending.note) if ending.note else None,
        }

    def _sealed(self, place: str, row_id: UUID, text: str | None) -> bytes | None:
        return None if text is None else self._desk.sealer.seal(place, row_id, text.encode())


def _covered(day: date) -> Any:
    return exists().where(
        _SUSPENSIONS.c.elder_id == _ELDERS.c.id,
        _SUSPENSIONS.c.state.in_(LIVE),
        _SUSPENSIONS.c.starts_on <= day,
        _SUSPENSIONS.c.ends_on >= day,
    )
