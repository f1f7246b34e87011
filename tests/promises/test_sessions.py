"""Signing in and being signed in: nothing is told to strangers, nothing can be tried out, what has ended has ended."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from math import erfc, sqrt
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from api.deps import Service
from api.domain.access import AreaCode, Role
from api.domain.accounts import ACCESS_TOKEN_LASTS, MOST_FAILURES, SESSION_IDLES, SESSION_LASTS, NewGrant
from api.security import Keys, Recent
from api.usecases.accounts import open_account
from tests.accounts.signing import PASSWORD, bearing, me, refresh, sign_in, within_a_second
from tests.builders import VILLAGE, a_supervisor, settle
from tests.conftest import Clock, Urls
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told
from tests.serving import served

WRONG = "wrong wrong wrong"


async def an_account(service: Service, username: str, *, disabled: bool = False) -> str:
    """A liaison's, with PASSWORD; its id."""
    grant = NewGrant(date(2020, 1, 1), None, Role.VILLAGE_LIAISON, AreaCode(VILLAGE))
    async with service.store.accounts() as accounts:
        await open_account(accounts, username=username, display_name="测试人员", grants=[grant], password=PASSWORD)
        user = await accounts.users.named(username)
        assert user is not None
        if disabled:
            user.disabled_at = accounts.now
            await accounts.users.save(user)
        return str(user.id)


@pytest.fixture
async def two(service: Service, database: Urls, keys: Keys, clock: Clock, tmp_path: Path) -> AsyncIterator[list[str]]:
    """The addresses of two processes on the one database."""
    async with AsyncExitStack() as stack:
        now = clock.now.isoformat()
        yield [stack.enter_context(served(database, keys, tmp_path, now=now)) for _ in range(2)]


def coming_from(number: int, url: str) -> httpx.AsyncClient:
    """A client at another address of this machine."""
    transport = httpx.AsyncHTTPTransport(local_address=f"127.1.{number // 250}.{number % 250 + 1}")
    return httpx.AsyncClient(base_url=url, transport=transport, timeout=60)


# --- P32 ----------------------------------------------------------------------------------------------


@promise("P32")
async def test_unknown_wrong_and_disabled_cannot_be_told_apart(
    service: Service, two: list[str], counted: Counted, told: Told, progress: Heard
) -> None:
    samples, random = counted(4, 200), Random(7)
    await an_account(service, "wang")
    await an_account(service, "gone", disabled=True)
    kinds = {"wrong": ("wang", WRONG), "unknown": ("nobody", PASSWORD), "disabled": ("gone", PASSWORD)}
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    shapes: set[tuple[object, ...]] = set()
    for place in range(0, samples, MOST_FAILURES - 1):
        async with coming_from(place, two[0]) as client:
            await client.get("/healthz")
            for _ in range(min(MOST_FAILURES - 1, samples - place)):
                for kind in random.sample(list(kinds), len(kinds)):
                    began = time.perf_counter()
                    answer = await sign_in(client, *kinds[kind])
                    seconds[kind].append(time.perf_counter() - began)
                    shapes.add((answer.status_code, len(answer.content), *sorted(answer.headers)))
        progress(place, samples)
    assert len(shapes) == 1
    medians = {kind: statistics.median(each) for kind, each in seconds.items()}
    likeness = min(alike(seconds["wrong"], seconds[kind]) for kind in ("unknown", "disabled"))
    apart = max(medians.values()) / min(medians.values()) - 1
    told(f"{samples} of each: medians {apart:.1%} apart, p = {likeness:.2f}")
    if samples >= 100:  # the times of fewer tell nothing
        assert apart < 0.05
        assert likeness > 0.01


def alike(one: Sequence[float], other: Sequence[float]) -> float:
    """How likely two samples of one thing differ so much (Mann and Whitney, by the normal distribution)."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    return erfc(abs(u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12) / sqrt(2))


@promise("P32")
async def test_who_has_to_wait_is_told_the_same_whether_the_account_exists(service: Service, two: list[str]) -> None:
    await an_account(service, "wang")
    shapes = []
    async with coming_from(0, two[0]) as client:
        for username in ("wang", "nobody"):
            for _ in range(MOST_FAILURES):
                await sign_in(client, username, WRONG)
            answer = await sign_in(client, username)
            shapes.append((answer.status_code, answer.content, *sorted(answer.headers)))
    assert shapes[0] == shapes[1]
    assert shapes[0][0] == 429


# --- P33 ----------------------------------------------------------------------------------------------


@promise("P33")
async def test_of_many_guesses_over_two_processes_five_are_answered_and_the_owner_gets_in(
    service: Service, two: list[str], counted: Counted, told: Told
) -> None:
    guesses = counted(16, 100)
    await an_account(service, "wang")
    async with AsyncExitStack() as stack:
        guessing = [await stack.enter_async_context(coming_from(0, url)) for url in two]
        answers = await asyncio.gather(*(sign_in(guessing[n % 2], "wang", f"wrong guess {n}") for n in range(guesses)))
        lucky = await sign_in(guessing[1], "wang")
        owner = await stack.enter_async_context(coming_from(1, two[1]))
        assert (await sign_in(owner, "wang")).status_code == 200
    seen = Counter(answer.status_code for answer in answers)
    assert seen[400] == MOST_FAILURES
    assert set(seen) <= {400, 429, 503}
    assert lucky.status_code == 429
    told(f"{guesses} guesses at once: {seen[400]} answered, then the right one told to wait; elsewhere it opens")


@promise("P33")
async def test_a_flood_of_sign_ins_does_not_keep_others_from_their_work(
    service: Service, two: list[str], counted: Counted, told: Told
) -> None:
    lasts = counted(2, 30)
    headers = {"Authorization": f"Bearer {await settle(service, a_supervisor())}"}
    seen, waits = Counter[int](), list[float]()
    loop = asyncio.get_running_loop()
    until = loop.time() + lasts

    async def guess(client: httpx.AsyncClient, number: int) -> None:
        try:
            seen[(await sign_in(client, f"nobody{number}", WRONG)).status_code] += 1
        except httpx.TransportError:  # the server had closed a connection that rested
            seen[0] += 1

    async def flood(client: httpx.AsyncClient) -> None:
        async with asyncio.TaskGroup() as guesses:
            for number in range(lasts * 50):  # a second
                await asyncio.sleep(max(0.0, until - lasts + number / 50 - loop.time()))
                guesses.create_task(guess(client, number))

    async with AsyncExitStack() as stack:
        everywhere = httpx.Limits(max_connections=None)
        guessing = await stack.enter_async_context(httpx.AsyncClient(base_url=two[0], limits=everywhere, timeout=60))
        worker = await stack.enter_async_context(httpx.AsyncClient(base_url=two[0], headers=headers, timeout=60))
        flooding = asyncio.create_task(flood(guessing))
        while not flooding.done():
            began = time.perf_counter()
            assert (await worker.get("/v1/divisions", params={"page_size": "50"})).status_code == 200
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)
        await flooding
    slow = sorted(waits)[int(len(waits) * 0.95)]
    told(f"50 sign-ins a second for {lasts} s ({dict(seen)}): others wait {slow * 1000:.0f} ms at p95")
    assert set(seen) <= {0, 400, 503}
    if lasts >= 10:  # the slowest of a few tells of the machine
        assert slow < 0.5


# --- P34 ----------------------------------------------------------------------------------------------


@promise("P34")
async def test_what_ends_a_session_ends_it_on_every_process_within_a_second(
    service: Service, two: list[str], told: Told
) -> None:
    supervisor = {"Authorization": f"Bearer {await settle(service, a_supervisor())}"}
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=60)) for url in two]
        ends: dict[str, Callable[[str, dict[str, Any]], Awaitable[httpx.Response]]] = {
            "signed out": lambda _, tokens: _revokes(one, tokens["access_token"]),
            "refresh token revoked": lambda _, tokens: _revokes(one, tokens["refresh_token"]),
            "disabled": lambda user, _: one.post(f"/v1/users/{user}/disable", headers=supervisor),
            "password reset": lambda user, _: one.post(f"/v1/users/{user}/reset-password", headers=supervisor),
            "password changed": lambda user, _: _changes_password(one, user),
        }
        for number, (name, end) in enumerate(ends.items()):
            user = await an_account(service, f"wang{number}")
            tokens = (await sign_in(one, f"wang{number}")).json()
            for client in (one, other):
                assert (await me(client, tokens)).status_code == 200
            assert (await end(f"wang{number}" if name == "password changed" else user, tokens)).is_success, name
            await asyncio.gather(*(within_a_second(partial(me, client, tokens), 401) for client in (one, other)))
            assert (await refresh(other, tokens["refresh_token"])).status_code == 400, name
    told(f"{len(ends)} ways to end: within a second on both processes")


async def _revokes(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/oauth/revoke", data={"token": token})


async def _changes_password(client: httpx.AsyncClient, username: str) -> httpx.Response:
    """At another desk."""
    tokens = (await sign_in(client, username)).json()
    form = {"old_password": PASSWORD, "new_password": "a kettle over the moon"}
    return await client.post("/v1/me/password", json=form, headers=bearing(tokens))


@dataclass
class Held:
    """A session as its holder knows it."""

    access: str
    issued_at: Any
    refresh: str
    began: Any
    seen: Any
    used: list[str] = field(default_factory=list)
    ended: bool = False

    def holds_at(self, now: Any) -> bool:
        return not self.ended and now < self.began + SESSION_LASTS and now - self.seen <= SESSION_IDLES


@dataclass
class Walk:
    """One person at several desks, in whatever order things happen. The clock moves with each step."""

    service: Service
    client: httpx.AsyncClient
    clock: Clock
    username: str
    user_id: str
    password: str = PASSWORD
    disabled: bool = False
    held: list[Held] = field(default_factory=list)

    async def sign_in(self, _: Random) -> None:
        answer = await sign_in(self.client, self.username, self.password)
        assert answer.status_code == (400 if self.disabled else 200)
        if answer.is_success:
            now, tokens = self.clock.now, answer.json()
            self.held.append(Held(tokens["access_token"], now, tokens["refresh_token"], now, now))

    async def refresh(self, random: Random) -> None:
        if not self.held:
            return
        session, now = random.choice(self.held), self.clock.now
        answer = await refresh(self.client, session.refresh)
        assert answer.status_code == (200 if session.holds_at(now) else 400)
        if answer.is_success:
            session.used.append(session.refresh)
            session.access, session.refresh = answer.json()["access_token"], answer.json()["refresh_token"]
            session.issued_at = session.seen = now

    async def replay(self, random: Random) -> None:
        """Somebody has a copy of a token that was used up: whoever holds the family now holds nothing."""
        used = [session for session in self.held if session.used]
        if used:
            session = random.choice(used)
            assert (await refresh(self.client, random.choice(session.used))).status_code == 400
            session.ended = True

    async def sign_out(self, random: Random) -> None:
        if self.held:
            session = random.choice(self.held)
            assert (await self.client.post("/oauth/revoke", data={"token": session.refresh})).status_code == 200
            session.ended = True

    async def change_password(self, random: Random) -> None:
        able = [session for session in self.held if self._opens(session)]
        if able:
            session, new = random.choice(able), f"a kettle over the moon {random.random()}"
            answer = await self.client.post(
                "/v1/me/password",
                json={"old_password": self.password, "new_password": new},
                headers={"Authorization": f"Bearer {session.access}"},
            )
            assert answer.status_code == 204, answer.text
            self.password, session.seen = new, self.clock.now
            for other in self.held:
                other.ended = other.ended or other is not session

    async def disable_or_enable(self, _: Random) -> None:
        async with self.service.store.accounts() as accounts:
            user = await accounts.users.named(self.username)
            assert user is not None
            user.disabled_at = None if self.disabled else accounts.now
            await accounts.users.save(user)
            if not self.disabled:
                await accounts.sessions.end_all_of(user.id, "disabled")
                for session in self.held:
                    session.ended = True
        self.disabled = not self.disabled

    async def have_tea(self, _: Random) -> None:
        self.clock.now += timedelta(minutes=16)

    async def have_lunch(self, _: Random) -> None:
        self.clock.now += timedelta(minutes=31)

    async def look(self) -> int:
        """What each access token opens is what it should; how many were shown."""
        for session in self.held:
            answer = await self.client.get("/v1/me", headers={"Authorization": f"Bearer {session.access}"})
            assert answer.status_code == (200 if self._opens(session) else 401), answer.text
            if answer.is_success and self.clock.now - session.seen >= timedelta(minutes=1):
                session.seen = self.clock.now
        return len(self.held)

    def _opens(self, session: Held) -> bool:
        now = self.clock.now
        return session.holds_at(now) and now < session.issued_at + ACCESS_TOKEN_LASTS


STEPS = [
    Walk.sign_in,
    Walk.sign_in,
    Walk.refresh,
    Walk.refresh,
    Walk.replay,
    Walk.sign_out,
    Walk.change_password,
    Walk.disable_or_enable,
    Walk.have_tea,
    Walk.have_lunch,
]


@promise("P34")
async def test_in_whatever_order_things_happen_nothing_opens_after_its_session_ended(
    service: Service, client: httpx.AsyncClient, clock: Clock, counted: Counted, told: Told, progress: Heard
) -> None:
    walks, shown = counted(3, 150), 0
    service.tokens.sign_ins = Recent(most=1, seconds=0)  # the second that is allowed is held to above
    for number in range(walks):
        random, username = Random(number), f"walker{number}"
        walk = Walk(service, client, clock, username, await an_account(service, username))
        for _ in range(16):
            clock.now += timedelta(seconds=11)  # beyond the grace of an answer that was lost
            await random.choice(STEPS)(walk, random)
            shown += await walk.look()
        progress(number + 1, walks)
    told(f"{walks} walks of 16 steps: {shown} tokens shown, each opened what it should")


@promise("P34")
async def test_a_refresh_whose_answer_was_lost_may_be_asked_again_at_another_process(
    service: Service, two: list[str]
) -> None:
    await an_account(service, "wang")
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(coming_from(0, url)) for url in two]
        tokens = (await sign_in(one, "wang")).json()
        answers = await asyncio.gather(*(refresh(client, tokens["refresh_token"]) for client in (one, other) * 4))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["refresh_token"] for answer in answers}) == 1
