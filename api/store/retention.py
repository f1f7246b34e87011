"""What is kept for a time only: stored answers, finished jobs, uploaded files, failed sign-ins, sessions long over."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.accounts import FAILURES_COUNT_FOR
from api.store.tables import FailedSignIn, Import, Job, RefreshToken, SignInSession, StoredAnswer, table_of

KEPT_FOR = timedelta(days=30)
_ANSWERS, _JOBS, _FAILURES = table_of(StoredAnswer), table_of(Job), table_of(FailedSignIn)
_IMPORTS = table_of(Import)
_SESSIONS, _TOKENS = table_of(SignInSession), table_of(RefreshToken)


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
            _FAILURES: _FAILURES.c.at < self._now - FAILURES_COUNT_FOR,
            _TOKENS: _TOKENS.c.session_id.in_(over),
            _SESSIONS: _SESSIONS.c.id.in_(over) & _SESSIONS.c.id.not_in(select(_TOKENS.c.session_id)),
        }
        deleted = {table.name: await self._delete(table, which, most) for table, which in past.items()}
        return deleted | {"uploads": await self._forget_uploads(before, most)}

    async def _forget_uploads(self, before: datetime, most: int) -> int:
        """The files themselves, should any still wait; what was reported of them stays."""
        late = select(_IMPORTS.c.id).where(_IMPORTS.c.created_at < before, _IMPORTS.c.upload.is_not(None)).limit(most)
        forgotten = await self._session.execute(
            update(_IMPORTS).where(_IMPORTS.c.id.in_(late)).values(upload=None).returning(_IMPORTS.c.id)
        )
        return len(forgotten.all())

    async def _delete(self, table: Table, which: ColumnElement[bool], most: int) -> int:
        key = tuple_(*table.primary_key.columns)
        doomed = select(*table.primary_key.columns).where(which).limit(most)
        deleted = await self._session.execute(
            delete(table).where(key.in_(doomed)).returning(*table.primary_key.columns)
        )
        return len(deleted.all())
