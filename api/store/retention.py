"""What is kept for a time only: answers, finished jobs, files and their reports, failed sign-ins, old sessions."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.accounts import FAILURES_COUNT_FOR
from api.domain.quotas import WINDOW
from api.store.tables import (
    DueCount,
    FailedSignIn,
    Import,
    ImportPart,
    Job,
    QuotaUse,
    RefreshToken,
    SignInSession,
    StoredAnswer,
    table_of,
)

KEPT_FOR = timedelta(days=30)
_ANSWERS, _JOBS, _FAILURES = table_of(StoredAnswer), table_of(Job), table_of(FailedSignIn)
_IMPORTS, _PARTS = table_of(Import), table_of(ImportPart)
_COUNTS = table_of(DueCount)
_SESSIONS, _TOKENS, _QUOTAS = table_of(SignInSession), table_of(RefreshToken), table_of(QuotaUse)


class Retention:
    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def purge(self, most: int) -> Mapping[str, int]:
        """Delete what is past its time, at most ``most`` rows of each table; the number deleted, by table."""
        before = self._now - KEPT_FOR
        over = select(_SESSIONS.c.id).where(or_(_SESSIONS.c.expires_at < before, _SESSIONS.c.ended_at < before))
        past = {
            _ANSWERS: _ANSWERS.c.created_at < before,
            _JOBS: _JOBS.c.finished_at < before,
            _IMPORTS: _IMPORTS.c.finished_at < before,
            _QUOTAS: _QUOTAS.c.window_at < self._now - WINDOW,
            _COUNTS: _COUNTS.c.elders == 0,
            _FAILURES: _FAILURES.c.at < self._now - FAILURES_COUNT_FOR,
            _TOKENS: _TOKENS.c.session_id.in_(over),
            _SESSIONS: _SESSIONS.c.id.in_(over) & _SESSIONS.c.id.not_in(select(_TOKENS.c.session_id)),
        }
        deleted = {table.name: await self._delete(table, which, most) for table, which in past.items()}
        late = select(_IMPORTS.c.id).where(_IMPORTS.c.created_at < before)
        return deleted | {"uploads": await self._delete(_PARTS, _PARTS.c.import_id.in_(late), most)}

    async def _delete(self, table: Table, which: ColumnElement[bool], most: int) -> int:
        key = tuple_(*table.primary_key.columns)
        doomed = select(*table.primary_key.columns).where(which).limit(most)
        deleted = await self._session.execute(
            delete(table).where(key.in_(doomed)).returning(*table.primary_key.columns)
        )
        return len(deleted.all())
