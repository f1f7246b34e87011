"""The worker: takes one job after another off the table, in any number of processes.

It lives in ``tanfang serve`` and in ``tanfang worker``. A job stays with its worker by a lease that is
renewed while the work goes on; a worker that died loses it to another.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta
from uuid import uuid4

from api.domain.errors import DomainError
from api.domain.jobs import LEASE
from api.domain.months import civil_date
from api.jobs import Handler, Workplace
from api.jobs.alarms import raise_alarm
from api.jobs.escalating import move_up
from api.jobs.imports import give_up, take_in
from api.jobs.planning import plan_ahead, refresh_states
from api.jobs.retention import purge
from api.jobs.retiering import retier_area
from api.jobs.rollbacks import give_up_rollback, take_back_file
from api.jobs.settlements import propose
from api.jobs.surges import judge_window
from api.logs import log
from api.store.dialect import trouble_of
from api.store.escalations import MOVE_UP
from api.store.tables import Job
from api.store.whereabouts import RAISE_ALARM
from api.usecases.auditing import link_up

HANDLERS: Mapping[str, Handler] = {
    "import_file": take_in,
    "give_up_file": give_up,
    "roll_back_file": take_back_file,
    "propose_settlement": propose,
    "give_up_rollback": give_up_rollback,
    "plan_ahead": plan_ahead,
    "refresh_states": refresh_states,
    "purge": purge,
    "retier": retier_area,
    "judge_window": judge_window,
    RAISE_ALARM: raise_alarm,
    MOVE_UP: move_up,
}
DAILY = ("refresh_states", "plan_ahead", "purge")
_LOOKS_EVERY = 1.0  # seconds, when there was nothing to do
_RESTS = 5.0  # seconds, when the database is in trouble
_LINKS_EVERY = timedelta(seconds=5)


async def run_worker(service: Workplace, stop: asyncio.Event, *, handlers: Mapping[str, Handler] = HANDLERS) -> None:
    """Work until ``stop`` is set; the job at hand is finished first."""
    worker = Worker(service, handlers)
    while not stop.is_set():
        try:
            worked = await worker.step()
        except Exception as error:  # the table cannot be reached; whatever the reason, it is tried again
            log.error("worker_in_trouble", kind=type(error).__name__, exc_info=trouble_of(error) is None)
            await _pause(stop, _RESTS)
        else:
            if not worked:
                await _pause(stop, _LOOKS_EVERY)


class Worker:
    def __init__(self, service: Workplace, handlers: Mapping[str, Handler] = HANDLERS) -> None:
        self._service = service
        self._handlers = handlers
        self._id = uuid4()
        self._scheduled_on: date | None = None
        self._linked_at: datetime | None = None

    async def step(self) -> bool:
        """See to it that the day's jobs are on the table and the audit in its chain, then do one job.

        Answers False when there was none.
        """
        await self._schedule()
        await self._link()
        job = await self._claim()
        if job is not None:
            await self._work_on(job)
        return job is not None

    async def _schedule(self) -> None:
        today = civil_date(self._service.clock())
        if self._scheduled_on == today:
            return
        district = self._service.settings.district
        async with self._service.store.chores() as chores:
            for kind in DAILY:
                await chores.jobs.enqueue(kind, area=district, unique_key=f"{kind}:{district}:{today}")
        self._scheduled_on = today

    async def _link(self) -> None:
        now = self._service.clock()
        if self._linked_at is None or now - self._linked_at >= _LINKS_EVERY:
            await link_up(self._service.store)
            self._linked_at = now

    async def _claim(self) -> Job | None:
        async with self._service.store.chores(writes=False) as chores:
            if not await chores.jobs.any_due():
                return None
        async with self._service.store.chores() as chores:
            return await chores.jobs.claim(self._id)

    async def _work_on(self, job: Job) -> None:
        try:
            async with self._kept(job):
                result = await self._handlers[job.kind](self._service, job)
        except Exception as error:  # becomes a further attempt, or the end of the job
            await self._failed(job, error)
        else:
            async with self._service.store.chores() as chores:
                await chores.jobs.finish(job, self._id, result)

    async def _failed(self, job: Job, error: Exception) -> None:
        told = error.code if isinstance(error, DomainError) else type(error).__name__
        unforeseen = trouble_of(error) is None and not isinstance(error, DomainError)
        log.warning("job_failed", job=str(job.id), kind=job.kind, attempt=job.attempts, error=told, exc_info=unforeseen)
        async with self._service.store.chores() as chores:
            await chores.jobs.fail(job, self._id, told)

    @asynccontextmanager
    async def _kept(self, job: Job) -> AsyncIterator[None]:
        """Renew the lease as long as the block runs."""
        renewing = asyncio.create_task(self._renew(job))
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing

    async def _renew(self, job: Job) -> None:
        held = True
        while held:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                async with self._service.store.chores() as chores:
                    held = await chores.jobs.renew(job, self._id)
            except Exception as error:  # the work goes on; the next renewal may still be in time
                log.warning("lease_not_renewed", job=str(job.id), kind=type(error).__name__)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
