"""The audit as it is read: entries by whom or what they name, by operation, day and result, the latest first.

An entry is found by whom and what it names as soon as it is linked into the chain, some seconds after it was written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from api.domain.months import SHANGHAI
from api.store.desk import Desk
from api.store.dialect import auditing
from api.store.listings import Listing
from api.store.tables import AuditEntry, AuditMention, User, table_of

_ENTRIES, _MENTIONS, _USERS = table_of(AuditEntry), table_of(AuditMention), table_of(User)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """None asks for nothing. ``since`` and ``until``: civil days, the second not included."""

    actor_id: UUID | None = None
    object_id: UUID | None = None
    operation: str | None = None
    result: str | None = None
    since: date | None = None
    until: date | None = None


class AuditEvents:
    """Entries hold ids and names of fields, never values; who reads them leaves one himself."""

    def __init__(self, desk: Desk) -> None:
        self._session = desk.session

    async def listing(self, wanted: AuditFilter) -> Listing:
        await auditing(self._session)
        query = select(_ENTRIES, _USERS.c.display_name.label("actor_name")).join_from(
            _ENTRIES, _USERS, _USERS.c.id == _ENTRIES.c.actor_id, isouter=True
        )
        return Listing(self._session, query.where(*_conditions(wanted)), [_ENTRIES.c.seq], latest_first=True)


def _conditions(wanted: AuditFilter) -> Iterable[ColumnElement[bool]]:
    for mentioned, acted in ((wanted.actor_id, True), (wanted.object_id, False)):
        if mentioned is not None:
            yield _ENTRIES.c.seq.in_(_naming(mentioned, acted))
    for column, value in ((_ENTRIES.c.operation, wanted.operation), (_ENTRIES.c.result, wanted.result)):
        if value is not None:
            yield column == value
    if wanted.since is not None:
        yield _ENTRIES.c.at >= _beginning(wanted.since)
    if wanted.until is not None:
        yield _ENTRIES.c.at < _beginning(wanted.until)


def _naming(mentioned: UUID, acted: bool) -> Any:
    return select(_MENTIONS.c.seq).where(_MENTIONS.c.id == mentioned, _MENTIONS.c.acted == acted)


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
