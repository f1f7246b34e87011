"""A client of the service's own API, for the command line: signs in, stays signed in, repeats what got lost.

A request that creates carries one Idempotency-Key through all its attempts, so that a repeat is never a
second piece of work.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx

_ATTEMPTS = 5
_FIRST_WAIT = 0.5  # seconds; doubled after each attempt
_CHUNK = 64 * 1024
_TIMEOUT = httpx.Timeout(30, read=600)  # an import of ten thousand rows is answered in the request
_PASSING = frozenset({"request_in_progress", "service_busy", "service_unavailable"})

Sent = Callable[[int], None]  # bytes sent so far in this attempt


class ApiProblem(Exception):
    """The service refused: ``problem`` is its problem document, or what could be made of its answer."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.problem = problem

    @property
    def code(self) -> str:
        return str(self.problem.get("code", "unknown"))


class Unreachable(Exception):
    """Nobody answers at the address; the text is the address alone."""


class ApiClient:
    """``with ApiClient(url) as api: api.sign_in(...)``. ``transport``: given by tests."""

    def __init__(
        self, url: str, *, transport: httpx.BaseTransport | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._url = url
        self._sleep = sleep
        self._client = httpx.Client(base_url=url, transport=transport, timeout=_TIMEOUT)
        self._refresh_token: str | None = None

    def __enter__(self) -> "ApiClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def sign_in(self, username: str, password: str) -> None:
        self._take_tokens({"grant_type": "password", "username": username, "password": password})

    def get(self, path: str, query: Mapping[str, str] | None = None) -> httpx.Response:
        return self._answered(lambda: self._client.build_request("GET", path, params=query))

    def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4())}
        return self._answered(lambda: self._client.build_request("POST", path, json=body, headers=headers))

    def upload(
        self, path: str, file: Path, media_type: str, query: Mapping[str, str], sent: Sent = lambda _: None
    ) -> httpx.Response:
        """Post a file as the body; ``sent`` hears how far it has got."""
        headers = {
            "Content-Type": media_type,
            "Content-Length": str(file.stat().st_size),
            "Idempotency-Key": str(uuid4()),
        }
        return self._answered(
            lambda: self._client.build_request("POST", path, content=_chunks(file, sent), params=query, headers=headers)
        )

    def _answered(self, request: Callable[[], httpx.Request]) -> httpx.Response:
        """The answer; raises ApiProblem for a refusal. ``request`` makes the same request once more."""
        answer = self._tried(request)
        if answer.status_code == 401 and self._refresh_token is not None:
            self._take_tokens({"grant_type": "refresh_token", "refresh_token": self._refresh_token})
            answer = self._tried(request)
        if not answer.is_success:
            raise ApiProblem(answer.status_code, _problem_in(answer))
        return answer

    def _tried(self, request: Callable[[], httpx.Request]) -> httpx.Response:
        wait = _FIRST_WAIT
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = self._client.send(self._signed(request()))
            except httpx.TransportError as error:
                if attempt == _ATTEMPTS:
                    raise Unreachable(self._url) from error
            else:
                if attempt == _ATTEMPTS or not _will_pass(answer):
                    return answer
                wait = max(wait, float(answer.headers.get("retry-after", 0)))
            self._sleep(wait)
            wait *= 2
        raise AssertionError("unreachable")

    def _signed(self, request: httpx.Request) -> httpx.Request:
        if (token := self._client.headers.get("Authorization")) is not None:
            request.headers["Authorization"] = token
        return request

    def _take_tokens(self, form: Mapping[str, str]) -> None:
        self._client.headers.pop("Authorization", None)
        answer = self._tried(lambda: self._client.build_request("POST", "/oauth/token", data=form))
        if not answer.is_success:
            raise ApiProblem(answer.status_code, _problem_in(answer))
        tokens = answer.json()
        self._refresh_token = tokens["refresh_token"]
        self._client.headers["Authorization"] = f"Bearer {tokens['access_token']}"


def _will_pass(answer: httpx.Response) -> bool:
    """Whether it is worth asking again: the service was busy, or still at work on the first attempt."""
    if answer.status_code in (502, 503, 504):
        return True
    return answer.status_code == 409 and _problem_in(answer).get("code") in _PASSING


def _problem_in(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if isinstance(problem, dict):
        return problem
    return {"code": "unknown", "detail": f"HTTP {answer.status_code}"}


def _chunks(file: Path, sent: Sent) -> Iterator[bytes]:
    done = 0
    with file.open("rb") as body:
        while chunk := body.read(_CHUNK):
            yield chunk
            done += len(chunk)
            sent(done)
