"""What operators and strangers see of a running service: answers, logs, figures; and what it is made of."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.deps import Service
from api.messages import CATALOGUE
from api.security import Keys
from tests.builders import a_liaison, settle
from tests.conftest import ClientOf, Urls
from tests.matrix.rows import rows_of
from tests.promises.names import promise
from tests.promises.plugin import Told
from tests.promises.servers import Serving, serving
from tests.serving import free_port

CANARY = "canary-7319"
FORGED = f'{CANARY}\r\n{{"event": "forged"}}\x1b[31m\u2028\x85{CANARY}'


@pytest.fixture
def server(database: Urls, service: Service, keys: Keys, tmp_path: Path) -> Iterator[Serving]:
    """``tanfang serve`` for the hosts 127.0.0.1 and tanfang.example, telling all it tells."""
    told = {"TANFANG_LOG_LEVEL": "INFO", "TANFANG_METRICS_PORT": str(free_port())}
    hosts = {"TANFANG_ALLOWED_HOSTS": "127.0.0.1, Tanfang.example"}
    with serving(database, keys, tmp_path, now=service.clock().isoformat(), **told, **hosts) as made:
        yield made


async def raw(url: str, request: bytes) -> bytes:
    """What a server answers to these bytes before it closes the connection, or rests."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    said = b""
    try:
        async with asyncio.timeout(10):
            while not re.search(rb"\r\n\r\n.*\}", said, re.DOTALL) and (more := await reader.read(65536)):
                said += more
    finally:
        writer.transport.abort()
    return said


async def begun(server: Serving) -> int:
    """How much it has said when it is up and has told of the first who asked."""
    await server.up()
    async with asyncio.timeout(10):
        while len(said := server.said) == 0 or '"operation": "healthz"' not in said:
            await asyncio.to_thread(time.sleep, 0.01)
    return len(said)


# --- P25, P40 -----------------------------------------------------------------------------------------


@promise("P25")
async def test_one_event_is_one_line_whatever_is_in_it(server: Serving, service: Service, told: Told) -> None:
    began = await begun(server)
    forged = FORGED.encode()
    bare = re.sub(rb"[\r\n\x1b]", b" ", forged)  # of a header the parser takes no more
    lines = [
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: %s\r\nX-Request-Id: %s" % (bare, bare),
        b"GET /%s HTTP/1.1\r\nHost: 127.0.0.1" % "".join(f"%{byte:02x}" for byte in forged).encode(),
        b"GET /healthz?q=%0d%0a{} HTTP/1.1\r\nHost: 127.0.0.1",
        b"POST /v1/visits HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nIdempotency-Key: %s" % bare,
        b"GET /healthz HTTP/1.1\r\nHost: %s" % bare,
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\ntraceparent: 00-%s-b7ad6b7169203331-01" % bare,
    ]
    for line in lines:
        assert await raw(server.url, line + b"\r\nConnection: close\r\n\r\n"), line
    garbage = [b"\x16\x03\x01\x02\r\n\r\n", b"%s\r\n\r\n" % forged, b"GET /\x00 HTTP/1.1\r\n\r\n"]
    for line in garbage:
        await raw(server.url, line)
    async with httpx.AsyncClient(base_url=server.url) as client:
        form = {"grant_type": "password", "username": FORGED, "password": FORGED}
        assert (await client.post("/oauth/token", data=form)).is_client_error

    said = server.said[began:]
    events = [json.loads(line) for line in said.split("\n") if line]
    assert said.isascii()
    assert all({"event", "level", "timestamp"} <= event.keys() for event in events)
    requests = [event for event in events if event["event"] == "request"]
    assert len(requests) == len(lines) + 1
    assert CANARY not in said
    assert {event["status"] for event in requests} >= {200, 404, 400}
    told(f"{len(lines) + len(garbage) + 1} forged requests, {len(events)} lines, each one event of JSON")


@promise("P40")
async def test_the_log_names_requests_by_operation_and_people_by_id(
    server: Serving, service: Service, client_of: ClientOf
) -> None:
    began = await begun(server)
    token = await settle(service, a_liaison())
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"Authorization": f"Bearer {token}", "traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as client:
        answer = await client.get("/v1/elders", params={"area": "350303104201"})
    [event] = [json.loads(line) for line in server.said[began:].splitlines()]
    user = service.tokens.read(token, service.clock()).user_id
    assert event.pop("timestamp")
    assert event.pop("milliseconds") > 0
    assert event == {
        "event": "request",
        "level": "info",
        "request_id": answer.headers["x-request-id"],
        "trace_id": trace,
        "method": "GET",
        "operation": "list_elders",
        "status": 200,
        "user": str(user),
    }


async def told_of(server: Serving, began: int, *, requests: int) -> str:
    """What it has said since, once it told of so many requests: it does so behind the answer."""
    async with asyncio.timeout(10):
        while server.said[began:].count('"event": "request"') < requests:
            await asyncio.to_thread(time.sleep, 0.05)
    return server.said[began:]


# --- figures ------------------------------------------------------------------------------------------


@promise("P40")
async def test_the_figures_are_read_where_no_client_comes_and_name_nobody(
    server: Serving, service: Service, told: Told
) -> None:
    await server.up()
    token = await settle(service, a_liaison())
    async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as client:
        assert (await client.get("/metrics")).status_code == 404
        assert (await client.get("/v1/elders")).status_code == 200
        assert (await client.get(f"/{CANARY}")).status_code == 404
        assert (await client.get("/v1/elders", headers={"Authorization": ""})).status_code == 401
        inner = f"http://127.0.0.1:{server.environment['TANFANG_METRICS_PORT']}"
        assert (await client.get(f"{inner}/v1/elders")).status_code == 404
        answer = await client.get(f"{inner}/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    figures = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert figures['tanfang_requests_total{operation="list_elders",status="200"}'] == "1.0"
    assert figures['tanfang_requests_total{operation="none",status="404"}'] == "2.0"
    assert figures['tanfang_request_seconds_count{operation="list_elders"}'] == "2.0"
    assert figures["tanfang_anonymous_refusals_total"] == "1.0"
    assert (figures['tanfang_pool_connections{state="most"}'], figures["tanfang_database_up"]) == ("10.0", "1.0")
    assert {'tanfang_jobs{state="queued"}', "tanfang_audit_overdue", 'tanfang_jobs{state="dead"}'} <= figures.keys()
    assert not re.search(rf"{CANARY}|/v1/|[0-9a-f]{{8}}-[0-9a-f]{{4}}|350303", answer.text)
    told(f"{len(figures)} figures, none of anybody")


# --- P47 ----------------------------------------------------------------------------------------------


@promise("P47")
async def test_known_faults_of_the_framework_are_not_reachable(server: Serving, told: Told) -> None:
    await server.up()
    end = b"Connection: close\r\n\r\n"
    refused = {
        b"GET @evil/v1/elders HTTP/1.1\r\nHost: 127.0.0.1\r\n": {400, 404},
        b"GET http://evil.example/v1/elders HTTP/1.1\r\nHost: 127.0.0.1\r\n": {400, 401, 421},
        b"GET /v1/elders HTTP/1.1\r\nHost: a/healthz?\r\n": {400},
        b"GET /v1/elders HTTP/1.1\r\nHost: 127.0.0.1/healthz?\r\n": {400},
        b"GET /v1/elders HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n": {400},
        b"GET /v1/elders HTTP/1.1\r\nHost: evil.example\r\n": {421},
        b"GET /v1/elders HTTP/1.1\r\n": {400},
        b"GET /v1/elders HTTP/1.1\r\nHost: TANFANG.example\r\n": {401},
        b"GET //v1/elders HTTP/1.1\r\nHost: 127.0.0.1\r\n": {404},
        b"GET /v1/../v1/elders HTTP/1.1\r\nHost: 127.0.0.1\r\n": {401, 404},
        b"GET /v1%2felders HTTP/1.1\r\nHost: 127.0.0.1\r\n": {401, 404},
        b"POST /v1/elders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nX-HTTP-Method-Override: GET\r\n": {401},
        b"GET /v1/elders HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Original-URL: /healthz\r\nX-Rewrite-URL: /healthz\r\n": {401},
        b"GET /v1/elders HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Host: evil.example\r\n": {401},
        b"GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\n" % (b"a" * 9_000): {400},
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: %s\r\n" % (b"a" * 40_000): {400},
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n%s" % (b"X-A: %s\r\n" % (b"a" * 1000) * 300): {400},
    }
    for request, expected in refused.items():
        answer = await raw(server.url, request + end)
        status = int(answer.split(b" ", 2)[1])
        assert status in expected, (request[:100], answer[:300])
        assert b"application/problem+json" in answer.lower()
    ranges = "bytes=" + ",".join(f"{n}-{n}" for n in range(2_000))
    async with httpx.AsyncClient(base_url=server.url) as client:
        for path in ("/docs", "/healthz", "/openapi.json"):
            assert (await client.get(path, headers={"Range": ranges})).status_code in (200, 206, 400, 416)
    told(f"{len(refused)} requests, none got further than it should")


# --- P55 ----------------------------------------------------------------------------------------------

ANYTHING = "/v1/elders/01890000-0000-7000-8000-000000000000"
REFUSED: list[tuple[int, str, str, dict[str, Any]]] = [
    (404, "GET", "/nowhere", {}),
    (404, "GET", "/v1/elders/", {}),
    (405, "DELETE", "/v1/elders", {}),
    (405, "TRACE", "/healthz", {}),
    (401, "GET", "/v1/elders", {"headers": {"Authorization": ""}}),
    (401, "GET", "/v1/elders", {"headers": {"Authorization": "Bearer x.y.z"}}),
    (403, "GET", "/v1/audit-events", {}),
    (404, "GET", ANYTHING, {}),
    (406, "GET", "/v1/elders", {"headers": {"Accept": "image/png"}}),
    (400, "GET", "/v1/elders", {"params": {"unheard_of": "1"}}),
    (422, "GET", "/v1/elders", {"params": {"page_size": "0"}}),
    (413, "POST", "/v1/visits", {"content": b"0" * (3 * 1024 * 1024), "headers": {"Content-Type": "application/json"}}),
    (400, "GET", "/" + "a" * 9_000, {}),
    (415, "POST", "/v1/visits", {"content": b"<a/>", "headers": {"Content-Type": "application/xml"}}),
    (415, "POST", "/v1/visits", {"content": b"", "headers": {"Content-Encoding": "gzip"}}),
    (428, "PATCH", ANYTHING, {"json": {}}),
    (400, "POST", "/v1/visits", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
    (422, "POST", "/v1/visits", {"json": {}}),
    (400, "GET", "/healthz", {"headers": {"X-A": "a" * 40_000}}),
]
_TELLTALE = re.compile(r'Traceback|sqlalchemy|asyncpg|sqlite|SELECT |INSERT |File "|/api/|site-packages', re.IGNORECASE)


def assert_well_told(answer: httpx.Response, status: int) -> None:
    """A problem with a code and the request's id, that says nothing of how the service is made."""
    assert answer.status_code == status, f"{answer.request.method} {str(answer.request.url)[:80]}: {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] in CATALOGUE
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not {"server", "x-powered-by"} & answer.headers.keys()
    assert not _TELLTALE.search(answer.text)


@pytest.fixture
async def liaison(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(a_liaison())


@promise("P55")
async def test_every_refusal_is_a_problem_with_a_code(liaison: httpx.AsyncClient, told: Told) -> None:
    for status, method, path, more in REFUSED:
        answer = await liaison.request(method, path, **more)
        assert_well_told(answer, status)
        if status == 405:
            assert answer.headers["allow"]
        if status == 415:
            assert {"accept-post", "accept-patch", "accept-encoding"} & answer.headers.keys()
    told(f"{len(REFUSED)} refusals, each with a code and its request's id")


@promise("P55")
async def test_what_nobody_foresaw_is_a_problem_too(
    app: FastAPI, service: Service, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fall(*_: object) -> None:
        raise RuntimeError(f"SELECT {CANARY} FROM /etc/passwd")

    monkeypatch.setattr(type(service.store), "ping", fall)
    answer = await client.get("/readyz")
    assert_well_told(answer, 500)
    assert (answer.json()["code"], CANARY in answer.text) == ("internal_error", False)


@promise("P55")
async def test_every_answer_says_that_it_is_not_to_be_kept_or_guessed_at(liaison: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/version", "/v1/elders", "/v1/me", "/v1/error-codes"):
        answer = await liaison.get(path)
        assert answer.is_success
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
        assert "server" not in answer.headers


@promise("P55")
@pytest.mark.parametrize(("proxies", "source"), [("", "127.0.0.1"), ("127.0.0.1", "203.0.113.9")])
async def test_where_a_request_came_from_is_believed_of_known_proxies_alone(
    database: Urls, service: Service, keys: Keys, tmp_path: Path, proxies: str, source: str
) -> None:
    token = await settle(service, a_liaison())
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    now = service.clock().isoformat()
    with serving(database, keys, tmp_path, now=now, TANFANG_TRUSTED_PROXIES=proxies) as server:
        await server.up()
        async with httpx.AsyncClient(base_url=server.url, headers=headers) as client:
            answer = await client.get("/v1/elders")
    with rows_of(database) as rows:
        request_id = answer.headers["x-request-id"]
        found = rows.connection.execute(f"SELECT source FROM audit_entries WHERE request_id = '{request_id}'")
        assert found.fetchall() == [(source,)]
