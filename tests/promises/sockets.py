"""Senders who take their time, and a proxy that sends nobody to a server which is leaving."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

_HEAD = b"POST /v1/visits HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
SILENCE = b""
SLOW_HEAD = _HEAD
SLOW_BODY = _HEAD + b"Content-Length: 5000\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ASKS_EVERY = 0.1


@dataclass
class Crowd:
    """Many who each send one byte a second after how they began. ``lasted``: the seconds of those cut off."""

    url: str
    lasted: list[float] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def come(self, beginning: bytes, number: int, until: float = 0.0) -> None:
        """``until``: by the clock of the loop, they come back as often as they are cut off."""
        self._tasks += [asyncio.create_task(self._again(beginning, until)) for _ in range(number)]

    async def gone(self) -> None:
        await asyncio.gather(*self._tasks)

    async def _again(self, beginning: bytes, until: float) -> None:
        while True:
            self.lasted.append(await self._once(beginning))
            if asyncio.get_running_loop().time() >= until:
                return

    async def _once(self, beginning: bytes) -> float:
        place = urlsplit(self.url)
        answers, sender = await asyncio.open_connection(place.hostname, place.port)
        began = time.monotonic()
        dripping = asyncio.create_task(_drip(sender, beginning))
        with suppress(ConnectionError):
            await answers.read()
        dripping.cancel()
        sender.close()
        return time.monotonic() - began


async def _drip(sender: asyncio.StreamWriter, beginning: bytes) -> None:
    sender.write(beginning)
    while beginning:
        await asyncio.sleep(1)
        sender.write(b"x")


@dataclass
class Proxy:
    """``errors``: requests whose answer did not arrive whole."""

    url: str = ""
    errors: int = 0


@asynccontextmanager
async def a_proxy_before(urls: Sequence[str]) -> AsyncIterator[Proxy]:
    """One connection for one request, to whichever server says on /readyz that it can."""
    ready = dict.fromkeys(urls, False)
    proxy = Proxy()

    async def ask(url: str) -> None:
        async with httpx.AsyncClient(timeout=2) as client:
            while True:
                try:
                    ready[url] = (await client.get(f"{url}/readyz")).is_success
                except httpx.TransportError:
                    ready[url] = False
                await asyncio.sleep(_ASKS_EVERY)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await whole_message(reader)
            for url in sorted(urls, key=lambda each: not ready[each]):
                place = urlsplit(url)
                with suppress(ConnectionRefusedError):
                    answers, server = await asyncio.open_connection(place.hostname, place.port)
                    break
            else:
                proxy.errors += 1
                return
            server.write(asked)
            answer = await whole_message(answers)
            proxy.errors += not answer
            writer.write(answer)
            server.close()
        finally:
            writer.close()

    listening = await asyncio.start_server(carry, "127.0.0.1", 0)
    async with listening, asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(ask(url)) for url in urls]
        proxy.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield proxy
        for task in asking:
            task.cancel()


async def whole_message(stream: asyncio.StreamReader) -> bytes:
    """A request or an answer of known length, whole; nothing when it was cut off."""
    try:
        head = await stream.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        return head + await stream.readexactly(int(length[1]) if length else 0)
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
