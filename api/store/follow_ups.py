"""What the township heard when it asked whether the work had helped; written once, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select

from api.domain.errors import NotFound
from api.domain.follow_ups import FollowUpResult, FollowUpSubject
from api.store.desk import Desk
from api.store.history import Change, History
from api.store.scope import within
from api.store.tables import FollowUp, table_of

_TABLE = table_of(FollowUp)
_PLACE = "follow_ups.sealed"
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

    async def of_case(self, case_id: UUID) -> list[Any]:
        """Everything that was heard about a case, oldest first."""
        query = self.visible.where(_TABLE.c.case_id == case_id).order_by(_TABLE.c.at, _TABLE.c.id)
        return list(await self._session.execute(query))

    async def latest(self, subject: FollowUpSubject, case_id: UUID, since: datetime) -> FollowUpResult | None:
        """What the latest one since then heard, of those that reached anybody."""
        query = (
            select(_TABLE.c.result)
            .where(_TABLE.c.case_id == case_id, _TABLE.c.subject == subject, _TABLE.c.at >= since)
            .where(_TABLE.c.result != FollowUpResult.NOT_REACHED)
            .order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc())
            .limit(1)
        )
        result = await self._session.scalar(query)
        return None if result is None else FollowUpResult(result)

    def text(self, row: Any) -> str | None:
        """What was heard, in words."""
        told = self._desk.sealer.open_json(_PLACE, row.id, row.sealed) or {}
        text: str | None = told.get("text")
        return text

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
