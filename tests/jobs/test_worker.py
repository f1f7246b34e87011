"""Jobs are done at least once, by any number of workers, whatever happens to one of them."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from api.deps import Service
from api.domain.errors import DomainError
from api.domain.jobs import LEASE, MOST_ATTEMPTS, wait_after
from api.jobs.worker import DAILY, Worker, run_worker
from api.store.tables import Job, table_of
from tests.builders import DISTRICT
from tests.conftest import Clock
from tests.jobs.conftest import Recorder

KIND = "count"


async def ask(service: Service, number: int = 1, **more: Any) -> UUID:
    async with service.store.chores() as chores:
        return await chores.jobs.enqueue(KIND, area=DISTRICT, payload={"number": number}, **more)


async def jobs_of(service: Service, kind: str = KIND) -> list[Job]:
    async with service.store.chores(writes=False) as chores:
        session = chores.jobs._session
        return list((await session.scalars(select(Job).where(table_of(Job).c.kind == kind))).all())


async def drain(worker: Worker) -> None:
    while await worker.step():
        pass


def working(service: Service, handler: Recorder) -> Worker:
    """A worker that counts; the daily jobs do nothing."""
    nothing = Recorder()
    return Worker(service, {KIND: handler, **dict.fromkeys(DAILY, nothing)})


async def test_four_workers_do_five_hundred_jobs_once_each(another: Callable[[], Service]) -> None:
    services = [another() for _ in range(4)]
    async with services[0].store.chores() as chores:
        for number in range(500):
            await chores.jobs.enqueue(KIND, area=DISTRICT, payload={"number": number})
    handlers = [Recorder() for _ in services]

    await asyncio.gather(*(drain(working(s, h)) for s, h in zip(services, handlers, strict=True)))

    jobs = await jobs_of(services[0])
    assert {job.state for job in jobs} == {"done"}
    assert {job.attempts for job in jobs} == {1}
    assert sorted(done["number"] for handler in handlers for done in handler.done) == list(range(500))


async def test_a_job_is_asked_for_only_if_its_transaction_commits(service: Service) -> None:
    try:
        async with service.store.chores() as chores:
            await chores.jobs.enqueue(KIND, area=DISTRICT)
            raise RuntimeError
    except RuntimeError:
        assert await jobs_of(service) == []


async def test_one_key_makes_one_job_and_everybody_gets_its_id(service: Service) -> None:
    assert await ask(service, unique_key="report:2026-11") == await ask(service, unique_key="report:2026-11")
    assert len(await jobs_of(service)) == 1


async def test_a_job_keeps_what_its_handler_answers(service: Service) -> None:
    await ask(service, number=7)

    await drain(working(service, Recorder()))

    (job,) = await jobs_of(service)
    assert (job.state, job.result, job.lease_owner) == ("done", {"seen": 7}, None)
    assert job.finished_at == service.clock()


async def test_a_job_is_not_begun_before_its_time(service: Service, clock: Clock) -> None:
    await ask(service, run_at=clock.now + timedelta(minutes=5))
    handler = Recorder()

    await drain(working(service, handler))
    assert handler.calls == 0

    clock.now += timedelta(minutes=5)
    await drain(working(service, handler))
    assert handler.calls == 1


async def test_a_job_whose_worker_died_is_taken_over_after_its_lease(service: Service, clock: Clock) -> None:
    await ask(service)
    async with service.store.chores() as chores:
        assert await chores.jobs.claim(uuid4()) is not None  # and nothing is heard of this worker again
    handler = Recorder()

    clock.now += LEASE - timedelta(seconds=1)
    await drain(working(service, handler))
    assert handler.calls == 0

    clock.now += timedelta(seconds=1)
    await drain(working(service, handler))
    (job,) = await jobs_of(service)
    assert (job.state, job.attempts, handler.calls) == ("done", 2, 1)


async def test_a_renewed_lease_is_not_taken_over(service: Service, clock: Clock) -> None:
    await ask(service)
    worker = uuid4()
    async with service.store.chores() as chores:
        job = await chores.jobs.claim(worker)
    assert job is not None
    clock.now += LEASE / 2
    async with service.store.chores() as chores:
        assert await chores.jobs.renew(job, worker)

    clock.now += LEASE / 2
    async with service.store.chores() as chores:
        assert await chores.jobs.claim(uuid4()) is None


async def test_who_lost_a_job_writes_nothing_about_it_any_more(service: Service, clock: Clock) -> None:
    await ask(service)
    slow, quick = uuid4(), uuid4()
    async with service.store.chores() as chores:
        lost = await chores.jobs.claim(slow)
    clock.now += LEASE
    async with service.store.chores() as chores:
        taken = await chores.jobs.claim(quick)
    assert lost is not None
    assert taken is not None

    async with service.store.chores() as chores:
        assert not await chores.jobs.renew(lost, slow)
        assert not await chores.jobs.fail(lost, slow, "too_late")
        assert await chores.jobs.finish(taken, quick, {})
    (job,) = await jobs_of(service)
    assert (job.state, job.last_error) == ("done", None)


async def test_a_failing_job_is_tried_again_later_and_later_and_ends_dead(service: Service, clock: Clock) -> None:
    await ask(service)
    handler = Recorder(failures=MOST_ATTEMPTS, error=DomainError("service_busy"))

    for attempt in range(1, MOST_ATTEMPTS + 1):
        await drain(working(service, handler))
        assert handler.calls == attempt
        clock.now += wait_after(attempt)

    await drain(working(service, handler))
    (job,) = await jobs_of(service)
    assert (job.state, job.attempts, job.last_error) == ("dead", MOST_ATTEMPTS, "service_busy")
    assert handler.calls == MOST_ATTEMPTS


async def test_a_job_that_failed_once_succeeds_later(service: Service, clock: Clock) -> None:
    await ask(service)
    handler = Recorder(failures=1)

    await drain(working(service, handler))
    (job,) = await jobs_of(service)
    assert (job.state, job.last_error) == ("queued", "RuntimeError")

    clock.now += wait_after(1)
    await drain(working(service, handler))
    (job,) = await jobs_of(service)
    assert (job.state, job.attempts, job.last_error) == ("done", 2, None)


async def test_a_job_that_takes_every_worker_down_ends_dead(service: Service, clock: Clock) -> None:
    await ask(service)
    for _ in range(MOST_ATTEMPTS):
        async with service.store.chores() as chores:
            assert await chores.jobs.claim(uuid4()) is not None
        clock.now += LEASE

    handler = Recorder()
    await drain(working(service, handler))

    (job,) = await jobs_of(service)
    assert (job.state, job.last_error, handler.calls) == ("dead", "lease_expired", 0)


async def test_a_job_of_a_kind_nobody_knows_fails_like_any_other(service: Service) -> None:
    await ask(service)

    await drain(Worker(service, dict.fromkeys(DAILY, Recorder())))

    (job,) = await jobs_of(service)
    assert (job.state, job.last_error) == ("queued", "KeyError")


async def test_the_day_has_its_jobs_once_however_many_workers_there_are(service: Service, clock: Clock) -> None:
    daily = Recorder()
    for _ in range(2):
        for worker in (working(service, daily), working(service, daily)):
            await drain(worker)
        clock.now += timedelta(days=1)

    for kind in DAILY:
        jobs = await jobs_of(service, kind)
        assert sorted(job.unique_key for job in jobs) == [
            f"{kind}:{DISTRICT}:2026-11-03",
            f"{kind}:{DISTRICT}:2026-11-04",
        ]


async def test_a_worker_stops_when_it_is_told_to(service: Service) -> None:
    stop = asyncio.Event()
    await ask(service)

    async def finish_and_stop(_: object, job: Job) -> dict[str, str]:
        stop.set()
        return {}

    handlers = {KIND: finish_and_stop, **dict.fromkeys(DAILY, Recorder())}
    await asyncio.wait_for(run_worker(service, stop, handlers=handlers), 10)

    (job,) = await jobs_of(service)
    assert job.state == "done"


async def test_a_worker_outlives_trouble_with_its_database(service: Service, clock: Clock) -> None:
    """One that is told to stop while it rests from trouble stops at once."""
    await service.store.close()
    stop = asyncio.Event()
    troubles: list[str] = []

    class Broken:
        settings, intake, clock = service.settings, service.intake, service.clock

        @property
        def store(self) -> object:
            troubles.append("asked")
            stop.set()
            raise OSError

    await asyncio.wait_for(run_worker(Broken(), stop), 5)  # type: ignore[arg-type]  # the store is the broken part
    assert troubles == ["asked"]
