"""What happened to one elder, over all nouns at once: one statement, the latest day first."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, String, cast, literal, null, select, tuple_, union_all
from sqlmodel import SQLModel

from api.domain.happenings import Happening
from api.store import tables
from api.store.desk import Desk
from api.store.dialect import civil_day
from api.store.scope import within
from api.store.tables import table_of
from api.store.tables.base import INSTANT


@dataclass(frozen=True, slots=True)
class _Source:
    """Where one kind of happening lies: which column says the day (or instant), what it was, and who wrote it.

    ``state``: what became of it. ``at``: the instant, where one is known. What has no day has not happened.
    """

    kind: Happening
    model: type[SQLModel]
    day: str
    code: str
    who: str
    state: str | None = None
    at: str | None = None


_SOURCES = (
    _Source(Happening.VISIT, tables.Visit, "visited_on", "outcome", "recorded_by", "standing", at="started_at"),
    _Source(Happening.TIER, tables.ElderTier, "valid_from", "tier", "decided_by"),
    _Source(Happening.SUSPENSION, tables.Suspension, "starts_on", "reason", "proposed_by", "state"),
    _Source(Happening.EXIT, tables.Stint, "last_day_on", "ending", "ended_by"),
    _Source(Happening.CONSENT, tables.Consent, "on", "word", "recorded_by"),
    _Source(Happening.HAZARD, tables.Hazard, "first_seen_on", "kind", "reported_by", "state"),
    _Source(
        Happening.ESCALATION, tables.Escalation, "discovered_at", "kind", "reported_by", "state", at="discovered_at"
    ),
    _Source(Happening.REFERRAL, tables.Referral, "requested_on", "kind", "requested_by", "state"),
    _Source(Happening.REVIEW, tables.Review, "reviewed_on", "result", "submitted_by", "state", at="submitted_at"),
    _Source(Happening.PROPOSAL, tables.Proposal, "created_at", "kind", "proposed_by", "state", at="created_at"),
)


class Happenings:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def of(self, elder_id: UUID, *, after: tuple[date, UUID] | None, size: int) -> list[Any]:
        """At most ``size`` things that happened to an elder up to today, the latest day first, then by id."""
        told = union_all(*(self._of(source, elder_id) for source in _SOURCES)).subquery()
        query = select(told).where(told.c.on <= self._desk.today)
        if after is not None:
            query = query.where(tuple_(told.c.on, told.c.id) < tuple_(*map(literal, after)))
        return list(await self._session.execute(query.order_by(told.c.on.desc(), told.c.id.desc()).limit(size)))

    def _of(self, source: _Source, elder_id: UUID) -> Select[Any]:
        c = table_of(source.model).c
        day = c[source.day] if isinstance(c[source.day].type, Date) else civil_day(self._session, c[source.day])
        return select(
            literal(source.kind.value).label("kind"),
            c.id,
            day.label("on"),
            (c[source.at] if source.at else cast(null(), INSTANT)).label("at"),
            c[source.code].label("code"),
            (c[source.state] if source.state else cast(null(), String)).label("state"),
            c[source.who].label("who"),
        ).where(c.elder_id == elder_id, c[source.day].is_not(None), within(c.village, self._desk.areas))
