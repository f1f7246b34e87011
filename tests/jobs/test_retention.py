"""What is kept for a time only goes when the time is over, and not before."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func, insert, select

from api.deps import Service
from api.domain.accounts import FAILURES_COUNT_FOR
from api.domain.quotas import window_at
from api.jobs.retention import purge
from api.store.retention import KEPT_FOR
from api.store.tables import FailedSignIn, Job, QuotaUse, RefreshToken, SignInSession, StoredAnswer, table_of
from tests.builders import DISTRICT, a_liaison, settle
from tests.conftest import Clock

TABLES = tuple(map(table_of, (StoredAnswer, Job, FailedSignIn, QuotaUse, SignInSession, RefreshToken)))


async def fill(service: Service, answers: int = 1) -> None:
    await settle(service, a_liaison())
    now = service.clock()
    async with service.store.chores(writes=False) as chores:
        session_id = (await chores.jobs._session.scalars(select(table_of(SignInSession).c.id))).one()
    async with service.store.accounts() as accounts:
        await accounts.refresh_tokens.issue(session_id, "a refresh token")
        await accounts.failures.settle("nobody", "203.0.113.7", right=False)
        await accounts.quotas.take("source:203.0.113.7", window_at(now) + FAILURES_COUNT_FOR, 1)
    async with service.store.chores() as chores:
        session, worker = chores.jobs._session, uuid4()
        await chores.jobs.enqueue("count", area=DISTRICT)
        job = await chores.jobs.claim(worker)
        assert job is not None
        await chores.jobs.finish(job, worker, {})
        rows = [
            {
                "owner": "somebody",
                "operation": "create_user",
                "key": f"key-{number}",
                "fingerprint": b"",
                "status": 201,
                "headers": {},
                "body": b"",
                "created_at": now,
            }
            for number in range(answers)
        ]
        await session.execute(insert(table_of(StoredAnswer)), rows)


async def counts(service: Service) -> dict[str, int]:
    async with service.store.chores(writes=False) as chores:
        session = chores.jobs._session
        return {
            table.name: (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in TABLES
        }


async def test_nothing_goes_before_its_time(service: Service, clock: Clock) -> None:
    await fill(service)
    before = await counts(service)

    clock.now += FAILURES_COUNT_FOR
    await purge(service, Job())

    assert await counts(service) == before
    assert set(before.values()) == {1}


async def test_what_is_past_its_time_goes(service: Service, clock: Clock) -> None:
    await fill(service, answers=1200)

    clock.now += KEPT_FOR + timedelta(hours=12, seconds=1)
    deleted = await purge(service, Job())

    assert set((await counts(service)).values()) == {0}
    assert deleted["idempotency"] == 1200


async def test_a_job_that_still_waits_is_kept(service: Service, clock: Clock) -> None:
    async with service.store.chores() as chores:
        await chores.jobs.enqueue("count", area=DISTRICT)

    clock.now += KEPT_FOR * 2
    await purge(service, Job())

    assert (await counts(service))["jobs"] == 1
