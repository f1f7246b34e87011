"""What the township heard when it asked whether the work had helped; written once.

Only the district's word is added later, to what somebody heard about work of his own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, func, insert, literal, select, tuple_, union_all, update
from sqlmodel import SQLModel

from api.domain.access import AreaCode
from api.domain.divisions import CODE_LENGTH, Level
from api.domain.errors import NotFound
from api.domain.escalations import EscalationState
from api.domain.follow_ups import FollowUpResult, FollowUpSubject, SuccessBy
from api.domain.referrals import NeedState, ReferralState
from api.store.desk import Desk
from api.store.dialect import civil_day, locking
from api.store.history import Change, History
from api.store.scope import within
from api.store.tables import Escalation, FollowUp, Need, Referral, ReferralTarget, table_of

_TABLE = table_of(FollowUp)
_TARGETS = table_of(ReferralTarget)
_PLACE = "follow_ups.sealed"
_TOWNSHIP_DIGITS = CODE_LENGTH[Level.TOWNSHIP]
_FILTERS = ("subject", "result", "elder_id", "case_id", "self_followed_up")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFollowUps:
    """Which follow-ups to list; every condition that is given must hold."""

    area: str | None = None
    subject: FollowUpSubject | None = None
    result: FollowUpResult | None = None
    elder_id: UUID | None = None
    case_id: UUID | None = None
    self_followed_up: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedWaiting:
    """Which cases to list that wait for a follow-up."""

    area: str | None = None
    subject: FollowUpSubject | None = None


@dataclass(frozen=True, slots=True)
class _Source:
    """Cases that wait for a follow-up: their state, and the column that says until when (a day, or an instant)."""

    subject: FollowUpSubject
    model: type[SQLModel]
    state: str
    due: str


_SOURCES = (
    _Source(FollowUpSubject.RISK_REMOVED, Escalation, EscalationState.MITIGATED, "follow_up_due_at"),
    _Source(FollowUpSubject.DIFFICULTY_EASED, Need, NeedState.SOLVED, "follow_up_due_on"),
    _Source(FollowUpSubject.REFERRAL_DELIVERED, Referral, ReferralState.DELIVERED, "due_on"),
)
_KEYS: Mapping[SuccessBy, ColumnElement[Any]] = {
    SuccessBy.KIND: _TABLE.c.kind,
    SuccessBy.TOWNSHIP: func.substr(_TABLE.c.counted_village, 1, _TOWNSHIP_DIGITS),
    SuccessBy.TARGET: _TABLE.c.target_id,
}


class FollowUps:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._history = History(desk)

    @property
    def visible(self) -> Select[Any]:
        """Follow-ups of cases in the actor's areas, unordered."""
        return select(_TABLE).where(within(_TABLE.c.village, self._desk.areas))

    async def get(self, follow_up_id: UUID) -> Any:
        row = (await self._session.execute(self.visible.where(_TABLE.c.id == follow_up_id))).one_or_none()
        if row is None:
            raise NotFound()
        return row

    async def page(self, wanted: WantedFollowUps, *, after: UUID | None, size: int) -> list[Any]:
        """At most ``size`` follow-ups in order of id, after ``after``."""
        conditions = [within(_TABLE.c.village, self._desk.actor.narrowed(wanted.area))]
        values = {name: getattr(wanted, name) for name in _FILTERS}
        conditions += [_TABLE.c[name] == value for name, value in values.items() if value is not None]
        if after is not None:
            conditions.append(_TABLE.c.id > after)
        return list(await self._session.execute(self.visible.where(*conditions).order_by(_TABLE.c.id).limit(size)))

    async def waiting(self, wanted: WantedWaiting, *, after: tuple[date, UUID] | None, size: int) -> list[Any]:
        """At most ``size`` cases that wait for a follow-up, in order of due day and id, after ``after``."""
        areas = self._desk.actor.narrowed(wanted.area)
        sources = [each for each in _SOURCES if wanted.subject in (None, each.subject)]
        if not sources:
            return []
        waiting = union_all(*(self._waiting(source, areas) for source in sources)).subquery()
        query = select(waiting).order_by(waiting.c.due_on, waiting.c.id).limit(size)
        if after is not None:
            query = query.where(tuple_(waiting.c.due_on, waiting.c.id) > tuple_(*map(literal, after)))
        return list(await self._session.execute(query))

    def _waiting(self, source: _Source, areas: Sequence[AreaCode]) -> Select[Any]:
        c = table_of(source.model).c
        due_on = c[source.due] if isinstance(c[source.due].type, Date) else civil_day(self._session, c[source.due])
        return select(
            literal(source.subject.value).label("subject"), c.id, c.kind, c.elder_id, c.village, due_on.label("due_on")
        ).where(
            c.state == source.state,
            c[source.due].is_not(None),
            within(c.village, areas),
            within(c.village, self._desk.areas),
        )

    async def counts(
        self, by: SuccessBy, areas: Sequence[AreaCode], since: datetime | None, until: datetime | None
    ) -> list[Any]:
        """How many were heard of each ``result``, by ``subject`` and ``key``, where the cases lay on the day.

        From ``since`` on, before ``until``; without a key those in which no body of the directory had a hand.
        """
        conditions = [within(_TABLE.c.counted_village, areas)]
        if since is not None:
            conditions.append(_TABLE.c.at >= since)
        if until is not None:
            conditions.append(_TABLE.c.at < until)
        query = (
            select(_TABLE.c.subject, _KEYS[by].label("key"), _TABLE.c.result, func.count().label("number"))
            .where(*conditions)
            .group_by(_TABLE.c.subject, "key", _TABLE.c.result)
        )
        return list(await self._session.execute(query))

    async def targets(self, ids: Collection[UUID]) -> Mapping[UUID, str]:
        """The names of the bodies that did what was asked about."""
        rows = await self._session.execute(select(_TARGETS.c.id, _TARGETS.c.name).where(_TARGETS.c.id.in_(ids)))
        return {row.id: row.name for row in rows}

    def told(self, row: Any) -> dict[str, str | None]:
        """What was heard, and what the district found, in words."""
        return dict(self._desk.sealer.open_json(_PLACE, row.id, row.sealed) or {})

    async def locked(self, follow_up_id: UUID) -> Any:
        """The row, held until the transaction ends. Raises NotFound."""
        query = locking(self._session, self.visible.where(_TABLE.c.id == follow_up_id))
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            raise NotFound()
        return row

    async def inspect(self, row: Any, *, stands: bool, note: str | None) -> Any:
        """The district's word on a locked row."""
        told = {**self.told(row), "note": note}
        found = {
            "stands": stands,
            "inspected_by": self._desk.actor.id,
            "inspected_at": self._desk.now,
            "sealed": self._desk.sealer.seal_json(_PLACE, row.id, told),
        }
        statement = update(_TABLE).where(_TABLE.c.id == row.id).values(found).returning(*_TABLE.c)
        written = (await self._session.execute(statement)).one()
        await self._history.record([Change("follow_up", row.id, row.village, 2, "inspect", {"stands": (None, stands)})])
        return written

    async def add(self, values: Mapping[str, Any], text: str | None) -> Any:
        """One more, by the actor, now; the row it became."""
        row_id = self._desk.new_id()
        row = {
            **values,
            "id": row_id,
            "counted_village": values["village"],
            "recorded_at": self._desk.now,
            "recorded_by": self._desk.actor.id,
            "sealed": self._desk.sealer.seal_json(_PLACE, row_id, {"text": text}),
        }
        written = (await self._session.execute(insert(_TABLE).values(row).returning(*_TABLE.c))).one()
        heard = {"result": (None, written.result)}
        await self._history.record([Change("follow_up", row_id, written.village, 1, "record", heard)])
        return written
