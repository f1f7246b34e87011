"""Real processes of ``tanfang serve`` that are killed, a line that loses answers, and a sender who never gives up."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import httpx

from api.cli import app
from api.security import Keys, write_keys
from tests.conftest import Urls
from tests.promises.sockets import whole_message
from tests.serving import Forked, forked, free_port

_UP_SECONDS = 60.0


class Serving:
    """``tanfang serve`` on one port, as often as it takes. Jobs run in it too, as where it is at home."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.environment, self._log = environment, log
        self._running = ExitStack()
        self._process: Forked | None = None
        self.url = f"http://{environment['TANFANG_HOST']}:{environment['TANFANG_PORT']}"

    async def up(self) -> None:
        process = self._process = self._running.enter_context(
            forked(partial(app, ["serve"]), self.environment, self._log)
        )
        async with asyncio.timeout(_UP_SECONDS), httpx.AsyncClient() as client:
            while True:
                assert process.status is None, process.said
                try:
                    if (await client.get(f"{self.url}/healthz")).is_success:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.01)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def said(self) -> str:
        """All that it wrote, greetings and logs."""
        return self._log.read_text("utf-8")

    def strike(self) -> None:
        """With no signal that it could hear."""
        assert self._process is not None
        self._process.kill()

    def kill(self) -> None:
        """Dead when this returns."""
        self.strike()
        self.down()

    async def leave(self, within: float) -> float:
        """Told to end, as a service manager does; answers the seconds it took. Raises AssertionError beyond."""
        assert self._process is not None
        began = asyncio.get_running_loop().time()
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, within)
        self.down()
        return asyncio.get_running_loop().time() - began

    def down(self) -> None:
        self._running.close()


class Servings:
    """Several on one database, which come and go together."""

    def __init__(self, each: Sequence[Serving]) -> None:
        self.each = each
        self.urls = [one.url for one in each]

    async def up(self) -> None:
        await asyncio.gather(*(one.up() for one in self.each))

    def strike(self) -> None:
        for one in self.each:
            one.strike()

    def kill(self) -> None:
        """All of them dead when this returns."""
        self.strike()
        for one in self.each:
            one.down()


@contextmanager
def servings(urls: Urls, keys: Keys, folder: Path, *, number: int = 2, **more: str) -> Iterator[Servings]:
    with ExitStack() as stack:
        yield Servings([stack.enter_context(serving(urls, keys, folder, **more)) for _ in range(number)])


@contextmanager
def serving(urls: Urls, keys: Keys, folder: Path, now: str | None = None, **more: str) -> Iterator[Serving]:
    """On real files. ``now``: a standing clock; ``more``: variables of the environment."""
    if not (folder / "keys.json").exists():
        write_keys(folder / "keys.json", keys)
    clock = {} if now is None else {"TANFANG_NOW": now}
    port = str(free_port())
    environment = os.environ | {
        "TANFANG_MODE": "test",
        "TANFANG_DATABASE_URL": urls.app,
        "TANFANG_OWNER_DATABASE_URL": urls.owner,
        "TANFANG_KEYS_FILE": str(folder / "keys.json"),
        "TANFANG_HOST": "127.0.0.1",
        "TANFANG_PORT": port,
        "TANFANG_DRAIN_SECONDS": "0",
        "TANFANG_LOG_LEVEL": "ERROR",
        **clock,
        **more,
    }
    server = Serving(environment, folder / f"serve-{port}.log")
    try:
        yield server
    finally:
        server.down()


@asynccontextmanager
async def a_line_that_loses_answers(to: str, *, share: float, random: Random) -> AsyncIterator[str]:
    """The address of a proxy before a server: what is asked always arrives, the answer not always."""
    host, port = to.removeprefix("http://").split(":")

    async def carry(sender: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_connection(host, int(port))
        try:
            while asked := await whole_message(sender):
                server.write(asked)
                answer = await whole_message(answers)
                if random.random() < share:
                    return
                back.write(answer)
        finally:
            server.close()
            back.close()

    proxy = await asyncio.start_server(carry, "127.0.0.1", 0)
    async with proxy:
        yield f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"


Thing = tuple[str, dict[str, Any]]  # where to, and what


@dataclass
class Sender:
    """Posts each thing under a key of its own until it is answered; remembers what was acknowledged.

    It tries one server after the other, for as long as it takes. Anything but a success, a 503 that says when to
    come back, or a closed socket fails the test. ``replays``: answers that had been given before and had not
    arrived. ``lost``: times that none arrived. ``busy``: times that it was told to come back.
    """

    token: str
    answers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    replays: int = 0
    lost: int = 0
    busy: int = 0

    async def post_all(
        self, urls: str | Sequence[str], things: Sequence[Thing], *, lines: int, numbered_from: int = 0
    ) -> None:
        """All of them, over so many lines at once."""
        waiting = iter(enumerate(things, start=numbered_from))
        places = [urls] if isinstance(urls, str) else urls
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(headers=headers, timeout=60) as client, asyncio.TaskGroup() as tasks:
            for line in range(lines):
                tasks.create_task(self._post_each(client, waiting, cycle([*places[line:], *places[:line]])))

    async def _post_each(
        self, client: httpx.AsyncClient, waiting: Iterator[tuple[int, Thing]], places: Iterator[str]
    ) -> None:
        for number, (path, body) in waiting:
            answer = await self._answered(client, path, body, f"a-key-of-its-own:{number}", places)
            assert answer.is_success, answer.text
            self.replays += "idempotency-replayed" in answer.headers
            self.answers.append((path, answer.json()))

    async def _answered(
        self, client: httpx.AsyncClient, path: str, body: Mapping[str, Any], key: str, places: Iterator[str]
    ) -> httpx.Response:
        for place in places:
            try:
                answer = await client.post(place + path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                self.lost += 1
                await asyncio.sleep(0.02)
            else:
                if answer.status_code != 503:
                    return answer
                self.busy += 1
                await asyncio.sleep(float(answer.headers["retry-after"]))
        raise AssertionError("there is always another place to try")
