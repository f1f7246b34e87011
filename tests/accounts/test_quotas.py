"""Rate limits: so many requests a minute of each credential, whichever process answers."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from api.deps import Service
from api.domain.quotas import Quota
from api.main import enveloped
from api.security import Keys
from api.settings import Mode, Settings
from api.store.quotas import Quotas
from tests.accounts.centre import Centre
from tests.accounts.conftest import SignUp
from tests.accounts.signing import sign_in
from tests.accounts.test_traces import outcomes
from tests.builders import a_liaison, an_instructor, settle
from tests.conftest import ClientOf, Clock, Urls
from tests.serving import served

MOST = 40


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": MOST, "client_rate_limit": 60, "sign_in_rate_limit": 10})


async def asked(client: httpx.AsyncClient, times: int) -> Counter[int]:
    answers = await asyncio.gather(*(client.get("/v1/me") for _ in range(times)))
    return Counter(answer.status_code for answer in answers)


async def test_what_goes_beyond_the_quota_is_told_when_to_come_again(client_of: ClientOf, clock: Clock) -> None:
    client = await client_of(a_liaison())
    clock.now += timedelta(seconds=13)

    assert await asked(client, MOST + 5) == {200: MOST, 429: 5}

    refused = await client.get("/v1/me", headers={"Accept-Language": "en"})
    assert refused.headers["retry-after"] == "47"
    assert refused.headers["ratelimit-policy"] == f'"person";q={MOST};w=60'
    assert refused.headers["ratelimit"] == '"person";r=0;t=47'
    assert refused.headers["content-type"] == "application/problem+json"
    said = refused.json()
    assert (said["code"], said["params"], said["retryable"]) == ("quota_exceeded", {"retry_after": 47}, True)
    clock.now += timedelta(seconds=47)
    assert await asked(client, MOST) == {200: MOST}


async def test_every_answer_says_how_much_may_follow(client_of: ClientOf) -> None:
    client = await client_of(a_liaison())
    left = [(await client.get(path)).headers["ratelimit"] for path in ("/v1/me", "/v1/users", "/v1/me?what=1")]
    assert left == [f'"person";r={MOST - n};t=60' for n in (1, 2, 3)]


async def test_each_credential_has_a_quota_of_its_own(client_of: ClientOf) -> None:
    busy, other = await client_of(a_liaison()), await client_of(an_instructor())
    await asked(busy, MOST + 1)
    assert await asked(other, 1) == {200: 1}


async def test_two_servers_count_together(
    service: Service, database: Urls, keys: Keys, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANFANG_RATE_LIMIT", str(MOST))
    headers = {"Authorization": f"Bearer {await settle(service, a_liaison())}"}
    async with AsyncExitStack() as stack:
        urls = [stack.enter_context(served(database, keys, tmp_path, now=clock.now.isoformat())) for _ in range(2)]
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=url, headers=headers, timeout=60))
            for url in urls
        ]
        answers = [(await clients[n % 2].get("/v1/me")).status_code for n in range(MOST + 10)]
    assert Counter(answers) == {200: MOST, 429: 10}


async def test_the_database_is_asked_for_some_at_a_time(
    client_of: ClientOf, app: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, takes = await client_of(a_liaison()), Counter[str]()
    take = Quotas.take

    async def counted(self: Quotas, owner: str, *rest: Any) -> int:
        takes[owner.partition(":")[0]] += 1
        return await take(self, owner, *rest)

    monkeypatch.setattr(Quotas, "take", counted)
    await asked(client, MOST + 20)
    assert takes == {"account": MOST // Quota("person", MOST).lease}


async def test_what_is_refused_for_its_number_is_in_the_audit_once(client_of: ClientOf, database: Urls) -> None:
    await asked(await client_of(a_liaison()), MOST + 5)
    assert Counter(outcomes(database)) == {("show_me", "ok"): MOST, ("show_me", "quota_exceeded"): 1}


async def test_what_cannot_be_counted_is_let_through(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*_: Any) -> int:
        raise OperationalError("quota", {}, Exception("database is locked"))

    client = await client_of(a_liaison())
    monkeypatch.setattr(Quotas, "take", busy)
    assert await asked(client, 5) == {200: 5}


async def test_an_address_signs_in_so_often_whoever_it_says_it_is(
    client: httpx.AsyncClient, sign_up: SignUp, app: Any, settings: Settings
) -> None:
    await sign_up("wang")
    told = [(await sign_in(client, f"nobody{n}")).status_code for n in range(10)]
    limited = await sign_in(client, "wang")
    assert told == [400] * 10
    assert (limited.status_code, limited.json()["error"], limited.json()["code"]) == (
        429,
        "slow_down",
        "quota_exceeded",
    )
    assert limited.headers["retry-after"] == "60"
    elsewhere = httpx.ASGITransport(app=enveloped(app, settings), client=("192.0.2.7", 5000))
    async with httpx.AsyncClient(transport=elsewhere, base_url="http://tanfang.test") as other:
        assert (await sign_in(other, "wang")).status_code == 200


async def test_another_system_has_the_quota_of_systems(centre: Centre) -> None:
    token = await centre.token((await centre.secret())["secret"])
    answers = [await centre.me(token) for _ in range(61)]
    assert Counter(answer.status_code for answer in answers) == {200: 60, 429: 1}
    assert answers[-1].headers["ratelimit-policy"] == '"client";q=60;w=60'


async def test_a_queue_for_which_nobody_would_wait_is_not_stood_in(service: Service) -> None:
    async with AsyncExitStack() as stack:
        for number in range(3):
            await stack.enter_async_context(service.quotas.sign_in(f"192.0.2.{number}"))
        waiting = [asyncio.create_task(_comes_and_goes(service, f"198.51.100.{n}")) for n in range(50)]
        refused = [task for task in (await asyncio.wait(waiting, timeout=0.5))[0] if task.exception()]
        assert {str(task.exception()) for task in refused} == {"service_busy"}
        assert len(refused) == 3
    await asyncio.gather(*waiting, return_exceptions=True)
    await _comes_and_goes(service, "203.0.113.1")


async def _comes_and_goes(service: Service, source: str) -> None:
    async with service.quotas.sign_in(source):
        pass


def test_there_are_limits_unless_somebody_takes_them_away() -> None:
    assert all(Settings(mode=Mode.PRODUCTION).rate_limits)
    assert Settings(mode=Mode.PRODUCTION, rate_limit=0, client_rate_limit=0, sign_in_rate_limit=0).rate_limits == (
        0,
        0,
        0,
    )
    assert Settings(mode=Mode.TEST, rate_limit=7).rate_limits == (7, 0, 0)
