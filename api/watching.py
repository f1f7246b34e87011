"""What is seen of the service from outside: a line of log and a count for every request. Nobody is named in either.

The figures are read at ``/metrics`` of a listener of its own (``TANFANG_METRICS_PORT``), to which no proxy leads. Every
process counts for itself; whoever reads them adds them up.
"""

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest

from api.deps import Service
from api.logs import SEEN, Seen, log
from api.problems import outside
from api.store.dialect import trouble_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_TRACE = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Watch:
    """Around everything else. ``metrics_port``: where the figures are read; nowhere, where there is none."""

    def __init__(self, app: App, service: Callable[[], Service], *, metrics_port: int | None) -> None:
        self._app = app
        self._service = service
        self._metrics_port = metrics_port
        self._figures = Figures()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._metrics_port is not None and scope["server"][1] == self._metrics_port:
            await self._tell(scope, receive, send)
        else:
            await self._watched(scope, receive, send)

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = scope[SEEN] = Seen()
        began, status = time.perf_counter(), 0

        async def outward(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, outward)
        finally:
            seconds = time.perf_counter() - began
            self._figures.count(seen, status, seconds)
            log.info(
                "request",
                request_id=scope.get("tanfang.request_id"),
                trace_id=_trace_id(scope),
                method=scope["method"],
                operation=seen.operation,
                status=status,
                milliseconds=round(seconds * 1000, 1),
                user=seen.user,
            )

    async def _tell(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (scope["method"], scope["path"]) != ("GET", "/metrics"):
            await outside(scope, "not_found")(scope, receive, send)
            return
        await self._figures.look(self._service())
        said = [(b"content-type", CONTENT_TYPE_LATEST.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": said})
        await send({"type": "http.response.body", "body": self._figures.told()})


class Figures:
    """What is counted as it happens, and what is looked up when it is asked for."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = self._made(Counter, "tanfang_requests", "Requests answered", "operation", "status")
        self._seconds = Histogram(
            "tanfang_request_seconds", "How long they took", ["operation"], buckets=_SECONDS, registry=self._registry
        )
        self._strangers = self._made(Counter, "tanfang_anonymous_refusals", "401s: nobody we know")
        self._pool = self._made(Gauge, "tanfang_pool_connections", "Connections to the database", "state")
        self._jobs = self._made(Gauge, "tanfang_jobs", "Jobs that are not done", "state")
        self._overdue = self._made(Gauge, "tanfang_audit_overdue", "Entries that should be in the chain by now")
        self._up = self._made(Gauge, "tanfang_database_up", "Whether the database answered just now")

    def count(self, seen: Seen, status: int, seconds: float) -> None:
        self._requests.labels(seen.operation, status).inc()
        self._seconds.labels(seen.operation).observe(seconds)
        if status == 401:
            self._strangers.inc()

    async def look(self, service: Service) -> None:
        """The figures of the pool, the jobs and the audit; without the last two while the database is away."""
        for state, number in service.store.connections.items():
            self._pool.labels(state).set(number)
        try:
            async with service.store.chores(writes=False) as chores:
                for state, number in (await chores.jobs.unfinished()).items():
                    self._jobs.labels(state).set(number)
                self._overdue.set(await chores.audit_chain.overdue())
        except Exception as error:
            if trouble_of(error) is None:
                raise
            self._up.set(0)
        else:
            self._up.set(1)

    def told(self) -> bytes:
        """All of them as Prometheus reads them."""
        return generate_latest(self._registry)

    def _made(self, kind: Any, name: str, what: str, *labels: str) -> Any:
        return kind(name, what, labels, registry=self._registry)


def _trace_id(scope: Scope) -> str | None:
    """Of the W3C trace that the request belongs to."""
    for name, value in scope["headers"]:
        if name == b"traceparent" and (match := _TRACE.fullmatch(value)):
            return str(match[1].decode())
    return None
