"""Requests that go on at a steady rate whatever happens, and what each came to."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

Asked = tuple[str, str, object]  # method, path, body


@dataclass(frozen=True, slots=True)
class Beat:
    """One request. ``at``: by the clock of the loop, when it was sent; ``status``: 0 when the socket closed."""

    at: float
    path: str
    status: int
    took: float
    text: str
    retry_after: str | None


@dataclass
class Pulse:
    beats: list[Beat] = field(default_factory=list)

    def of(self, *paths: str, since: float = 0.0, until: float = float("inf")) -> list[Beat]:
        return [each for each in self.beats if each.path in paths and since <= each.at < until]

    def others(self, *paths: str, since: float = 0.0) -> list[Beat]:
        return [each for each in self.beats if each.path not in paths and since <= each.at]


def statuses(beats: Iterable[Beat]) -> Counter[int]:
    return Counter(each.status for each in beats)


def slowest(beats: Iterable[Beat]) -> float:
    return max((each.took for each in beats), default=0.0)


async def beat(client: httpx.AsyncClient, asked: Asked) -> Beat:
    method, path, body = asked
    at, began = asyncio.get_running_loop().time(), time.monotonic()
    try:
        answer = await client.request(method, path, json=body)
    except httpx.TransportError as error:
        return Beat(at, path, 0, time.monotonic() - began, repr(error), None)
    return Beat(at, path, answer.status_code, time.monotonic() - began, answer.text, answer.headers.get("retry-after"))


@asynccontextmanager
async def pulsing(url: str, token: str, asked: Sequence[Asked], *, rate: float) -> AsyncIterator[Pulse]:
    """Each of ``asked`` in turn, so many a second in all; leaving waits for the last answer."""
    pulse = Pulse()
    limits = httpx.Limits(max_connections=None)
    headers = {"Authorization": f"Bearer {token}"}

    async def once(client: httpx.AsyncClient, what: Asked) -> None:
        pulse.beats.append(await beat(client, what))

    async def go_on(client: httpx.AsyncClient, tasks: asyncio.TaskGroup) -> None:
        number = 0
        while True:
            tasks.create_task(once(client, asked[number % len(asked)]))
            number += 1
            await asyncio.sleep(1 / rate)

    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=60, limits=limits) as client,
        asyncio.TaskGroup() as tasks,
    ):
        going = tasks.create_task(go_on(client, tasks))
        yield pulse
        going.cancel()
