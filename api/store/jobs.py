"""The job table: work asked for inside a transaction, done at least once after that transaction committed.

A worker claims a job by a lease. Whoever lets the lease run out has lost the job to the next worker, and
nothing it reports about that job is written any more.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.errors import NotFound
from api.domain.identity import uuid7
from api.domain.jobs import LAST_WORDS, LEASE, MOST_ATTEMPTS, JobState, wait_after
from api.store.dialect import insert_into, locking
from api.store.tables import Job, table_of

_JOBS = table_of(Job)


class Jobs:
    """Any number of processes may work on the table at once; no elder is reached from it."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def enqueue(
        self,
        kind: str,
        *,
        area: str,
        payload: Mapping[str, Any] | None = None,
        unique_key: str | None = None,
        requested_by: UUID | None = None,
        run_at: datetime | None = None,
    ) -> UUID:
        """Ask for work once this transaction commits; the job's id.

        ``payload``: JSON, no personal data. Of several calls with one ``unique_key`` the first makes the job,
        and all of them get its id.
        """
        job_id = uuid7(self._now)
        key = unique_key or str(job_id)
        made = await self._session.execute(
            insert_into(self._session, _JOBS)
            .values(
                id=job_id,
                kind=kind,
                unique_key=key,
                area=area,
                payload=dict(payload or {}),
                state=JobState.QUEUED,
                run_at=run_at or self._now,
                attempts=0,
                created_at=self._now,
                requested_by=requested_by,
                result={},
            )
            .on_conflict_do_nothing(index_elements=["unique_key"])
            .returning(_JOBS.c.id)
        )
        if made.first() is not None:
            return job_id
        known: UUID = (await self._session.execute(select(_JOBS.c.id).where(_JOBS.c.unique_key == key))).scalar_one()
        return known

    async def asked_for(self, job_id: UUID, by: UUID | None) -> Job:
        """The job if ``by`` asked for it; NotFound otherwise."""
        query = select(Job).where(_JOBS.c.id == job_id, _JOBS.c.requested_by == by)
        job = await self._session.scalar(query)
        if job is None:
            raise NotFound()
        return job

    async def unfinished(self) -> dict[str, int]:
        """How many there are in each state but done."""
        query = (
            select(_JOBS.c.state, func.count().label("number"))
            .where(_JOBS.c.state != JobState.DONE)
            .group_by(_JOBS.c.state)
        )
        found = {str(row.state): int(row.number) for row in await self._session.execute(query)}
        return {state.value: found.get(state.value, 0) for state in JobState if state is not JobState.DONE}

    async def any_due(self) -> bool:
        """Whether a claim would find something; a read, for it is asked every second."""
        return await self._session.scalar(select(_JOBS.c.id).where(self._due()).limit(1)) is not None

    async def claim(self, worker: UUID) -> Job | None:
        """The job that has waited longest, leased to ``worker``; None when there is none to be had."""
        await self._bury_abandoned()
        query = select(_JOBS.c.id).where(self._due()).order_by(_JOBS.c.run_at, _JOBS.c.id).limit(1)
        # A common table expression is evaluated once: as a plain subquery it could lock a second row.
        due = locking(self._session, query, skip_locked=True).cte("due")
        claimed = await self._session.execute(
            update(_JOBS)
            .where(_JOBS.c.id.in_(select(due.c.id)))
            .values(
                state=JobState.RUNNING,
                attempts=_JOBS.c.attempts + 1,
                lease_owner=worker,
                leased_until=self._now + LEASE,
            )
            .returning(*_JOBS.c)
        )
        row = claimed.one_or_none()
        return None if row is None else Job(**row._mapping)

    async def renew(self, job: Job, worker: UUID) -> bool:
        """Keep the job for another lease; False when it was lost."""
        return await self._write(_held(job, worker).values(leased_until=self._now + LEASE))

    async def finish(self, job: Job, worker: UUID, result: Mapping[str, Any]) -> bool:
        """The work is done; False when the job was lost to another worker."""
        done = {"state": JobState.DONE, "result": dict(result), "finished_at": self._now, "last_error": None}
        return await self._write(_held(job, worker).values(**done, **_NO_LEASE))

    async def fail(self, job: Job, worker: UUID, error: str) -> bool:
        """Try again later, or never after the last attempt; ``error``: a code or a type, no personal data."""
        if job.attempts >= MOST_ATTEMPTS:
            outcome = {"state": JobState.DEAD, "finished_at": self._now}
        else:
            outcome = {"state": JobState.QUEUED, "run_at": self._now + wait_after(job.attempts)}
        written = await self._write(_held(job, worker).values(**outcome, **_NO_LEASE, last_error=error[:200]))
        if written and outcome["state"] is JobState.DEAD:
            await self._mourn(job)
        return written

    async def _bury_abandoned(self) -> None:
        """A job that took its worker down each time is not given to another."""
        buried = await self._session.execute(
            update(_JOBS)
            .where(self._abandoned(), _JOBS.c.attempts >= MOST_ATTEMPTS)
            .values(state=JobState.DEAD, finished_at=self._now, last_error="lease_expired", **_NO_LEASE)
            .returning(*_JOBS.c)
        )
        for row in buried.all():
            await self._mourn(row)

    async def _mourn(self, job: Any) -> None:
        """Whoever waits for a job learns of its death by another, which is asked for as this one dies."""
        if kind := LAST_WORDS.get(job.kind):
            await self.enqueue(kind, area=job.area, payload=job.payload, unique_key=f"{kind}:{job.id}")

    def _due(self) -> ColumnElement[bool]:
        return or_(and_(_JOBS.c.state == JobState.QUEUED, _JOBS.c.run_at <= self._now), self._abandoned())

    def _abandoned(self) -> ColumnElement[bool]:
        return and_(_JOBS.c.state == JobState.RUNNING, _JOBS.c.leased_until <= self._now)

    async def _write(self, statement: Update) -> bool:
        return (await self._session.execute(statement.returning(_JOBS.c.id))).first() is not None


_NO_LEASE: Mapping[str, None] = {"lease_owner": None, "leased_until": None}


def _held(job: Job, worker: UUID) -> Update:
    return update(_JOBS).where(_JOBS.c.id == job.id, _JOBS.c.state == JobState.RUNNING, _JOBS.c.lease_owner == worker)
