"""A client of the service's own API, for the command line: signs in, stays signed in, repeats what got lost.

A request that creates carries one Idempotency-Key through all its attempts, so that a repeat is never a
second piece of work. Whoever means to go on after this process has ended gives the key himself.
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
_LONGEST_WAIT = 60.0  # seconds; who is told to wait longer is given the answer instead
_CHUNK = 64 * 1024
_TIMEOUT = httpx.Timeout(30, read=600)  # an import of ten thousand rows is answered in the request
_BUSY = frozenset({429, 502, 503, 504})
_PASSING = frozenset({"request_in_progress", "service_busy"})

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

    @property
    def passing(self) -> bool:
        """Whether the same request may well be taken later: the service, or the sender's quota, was busy."""
        return self.status in _BUSY or self.code in _PASSING


class Unreachable(Exception):
    """Nobody answers at the address; the text is the address alone."""


class ApiClient:
    """``with ApiClient(url) as api: api.sign_in(...)``. ``transport``: given by tests."""

    def __init__(
        self,
        url: str,
        *,
        attempts: int = _ATTEMPTS,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url
        self._attempts = attempts
        self._sleep = sleep
        self._client = httpx.Client(base_url=url, transport=transport, timeout=_TIMEOUT)
        self._renewal: Mapping[str, str] | None = None  # what is sent for the next token

    def __enter__(self) -> "ApiClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def sign_in(self, username: str, password: str, otp: str | None = None) -> None:
        """As a person; ``otp``: what the authenticator shows, where ``second_factor_required`` was answered."""
        form = {"grant_type": "password", "username": username, "password": password}
        self._take_tokens(form | ({"otp": otp} if otp else {}))

    def sign_in_as_client(self, client_id: str, secret: str) -> None:
        """As another system (RFC 6749, 4.4)."""
        self._take_tokens({"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret})

    def get(self, path: str, query: Mapping[str, str] | None = None) -> httpx.Response:
        return self._answered(lambda: self._client.build_request("GET", path, params=query))

    def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self._answered(lambda: self._client.build_request("POST", path, json=body, headers=headers))

    def upload(
        self,
        path: str,
        file: Path,
        media_type: str,
        query: Mapping[str, str],
        sent: Sent = lambda _: None,
        *,
        key: str | None = None,
    ) -> httpx.Response:
        """Post a file as the body; ``sent`` hears how far it has got."""
        headers = {
            "Content-Type": media_type,
            "Content-Length": str(file.stat().st_size),
            "Idempotency-Key": key or str(uuid4()),
        }
        return self._answered(
            lambda: self._client.build_request("POST", path, content=_chunks(file, sent), params=query, headers=headers)
        )

    def _answered(self, request: Callable[[], httpx.Request]) -> httpx.Response:
        """The answer; raises ApiProblem for a refusal. ``request`` makes the same request once more."""
        answer = self._tried(request)
        if answer.status_code == 401 and self._renewal is not None:
            self._take_tokens(self._renewal)
            answer = self._tried(request)
        if not answer.is_success:
            raise ApiProblem(answer.status_code, _problem_in(answer))
        return answer

    def _tried(self, request: Callable[[], httpx.Request]) -> httpx.Response:
        wait = _FIRST_WAIT
        for attempt in range(1, self._attempts + 1):
            try:
                answer = self._client.send(self._signed(request()))
            except httpx.TransportError as error:
                if attempt == self._attempts:
                    raise Unreachable(self._url) from error
            else:
                told = _told_to_wait(answer)
                if attempt == self._attempts or told > _LONGEST_WAIT or not _will_pass(answer):
                    return answer
                wait = max(wait, told)
            self._sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
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
        again = tokens.get("refresh_token")  # a client has none: it signs in again
        self._renewal = {"grant_type": "refresh_token", "refresh_token": again} if again else form
        self._client.headers["Authorization"] = f"Bearer {tokens['access_token']}"


def _will_pass(answer: httpx.Response) -> bool:
    """Whether it is worth asking again: the service was busy, or still at work on the first attempt."""
    return not answer.is_success and ApiProblem(answer.status_code, _problem_in(answer)).passing


def _told_to_wait(answer: httpx.Response) -> float:
    """Seconds; a date in the place of seconds is as good as nothing said."""
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdecimal() else 0.0


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
