"""The HTTP server: uvicorn's fast protocol with deadlines for what it receives, and a leave that nobody notices.

Whoever sends has to keep sending: from the first byte of a request, or from the connection itself, there are
``RECEIVES_WITHIN`` seconds for all of it, and one more for every ``PACE`` bytes that came. Work is never cut short.
When the process is told to end, ``/readyz`` says so first, answers ask their connections to close, and what was
accepted is answered.
"""

import asyncio
import socket
from asyncio.events import TimerHandle
from typing import Any, cast
from uuid import uuid4

import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from api.problems import outside

RECEIVES_WITHIN = 10.0  # seconds
MOST_HEAD = 64 * 1024  # bytes before the body
PACE = 64 * 1024  # bytes a second: the 32 MiB of a file over a slow line
ANSWERS_WITHIN = 18.0  # seconds for what is under way when the listening ends


class ReceivingProtocol(HttpToolsProtocol):
    """Closes the connection of a sender who takes too long over a request, be it its head, its body or its silence."""

    receives_within = RECEIVES_WITHIN
    _deadline: TimerHandle | None = None
    _began = 0.0
    _came = 0
    _head: int | None = None  # bytes of the head that is coming in

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._expect_a_request()

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and not self._answering:
            self._expect_a_request()
        self._came += len(data)
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > MOST_HEAD:
                self._turn_away("headers_too_large")

    def send_400_response(self, msg: str) -> None:
        self._turn_away("bad_request")

    def _turn_away(self, code: str) -> None:
        """Before there is a request: what came is none, or has no end."""
        problem = outside({"type": "http", "headers": [], "tanfang.request_id": uuid4().hex}, code)
        head = [*problem.raw_headers, (b"cache-control", b"no-store"), (b"connection", b"close")]
        lines = [STATUS_LINE[problem.status_code], *(b"%s: %s\r\n" % pair for pair in head), b"\r\n", problem.body]
        self.transport.write(b"".join(map(bytes, lines)))
        self.transport.close()

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()
        if self._deadline is None:
            self._expect_a_request()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._forget_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    @property
    def _answering(self) -> bool:
        """Whether a request that has arrived whole is being worked on: then it is we who make the sender wait."""
        cycle = cast(RequestResponseCycle | None, self.cycle)  # none before the first request
        working = cycle is not None and not cycle.response_complete and not cycle.more_body
        return working or bool(self.pipeline) or self.flow.read_paused

    def _expect_a_request(self) -> None:
        self._began, self._came = self.loop.time(), 0
        self._look_again(self.receives_within)

    def _look_again(self, seconds: float) -> None:
        self._deadline = self.loop.call_later(seconds, self._look_at_deadline)

    def _look_at_deadline(self) -> None:
        left = self._began + self.receives_within + self._came / PACE - self.loop.time()
        if self._answering:
            self._look_again(self.receives_within)
        elif left > 0:
            self._look_again(left)
        else:
            self._deadline = None
            self.transport.abort()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class Server(uvicorn.Server):
    """``leaving`` is set as soon as the process is told to end; it listens on for ``drains`` seconds."""

    def __init__(self, app: Any, leaving: asyncio.Event, *, drains: float, **options: Any) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=ReceivingProtocol,
                ws="none",
                server_header=False,
                access_log=False,
                log_config=None,
                timeout_graceful_shutdown=int(ANSWERS_WITHIN),
                **options,
            )
        )
        self._leaving = leaving
        self._drains = drains

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving.set()
        await asyncio.sleep(self._drains)  # whoever asks /readyz sends others elsewhere meanwhile
        await super().shutdown(sockets)
