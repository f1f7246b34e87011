"""A bad line between a client and the service: what is asked or answered gets lost when a test says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "host", "content-length", "date", "server"})


class Fate(Enum):
    PASSES = auto()
    ASKED_IN_VAIN = auto()  # the service never hears of it
    ANSWER_LOST = auto()  # the service has done it, and the sender does not know
    BUSY = auto()  # 503, come back at once


@dataclass
class Line:
    """``fate``: what becomes of the n-th request for a path, the first being 1. ``asked``: what came, in order."""

    url: str = ""
    fate: Callable[[str, int], Fate] = lambda _path, _nth: Fate.PASSES
    asked: list[tuple[str, Fate]] = field(default_factory=list)

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(asked == path for asked, _ in self.asked)

    def decide(self, path: str) -> Fate:
        fate = self.fate(path, self.count(path) + 1)
        self.asked.append((path, fate))
        return fate


@contextmanager
def a_bad_line(to: str) -> Iterator[Line]:
    """A proxy before the service at ``to``, at ``line.url``."""
    line = Line()
    with httpx.Client(base_url=to, timeout=60) as service:

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._carry()

            def do_POST(self) -> None:
                self._carry()

            def log_message(self, format: str, *args: object) -> None:
                pass

            def _carry(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                fate = line.decide(self.path.partition("?")[0])
                if fate is Fate.BUSY:
                    self._say(503, {"retry-after": "0"}, b"")
                    return
                if fate is not Fate.ASKED_IN_VAIN:
                    headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
                    answer = service.request(self.command, self.path, content=body, headers=headers)
                if fate is Fate.PASSES:
                    self._say(answer.status_code, answer.headers, answer.content)
                else:
                    self.close_connection = True

            def _say(self, status: int, headers: "httpx.Headers | dict[str, str]", body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in _HOP | {"content-encoding"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            line.url = f"http://127.0.0.1:{server.server_port}"
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            try:
                yield line
            finally:
                server.shutdown()
