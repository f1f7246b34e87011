"""The outermost layer, plain ASGI: request id, HEAD, the headers that every answer carries, and what goes no further.

A request that is too long, compressed, or meant for another host is refused before anybody looks at it (OWASP ASVS
4.1, 4.2, 13.4). Who may do what is never told from the path here: that is the route's.
"""

import re
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from api.problems import outside

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_REQUEST_ID = re.compile(rb"[\w.-]{8,64}")
_HOST = re.compile(rb"(?:([A-Za-z0-9._-]{1,253})|\[([0-9A-Fa-f:.]{2,45})\])(?::[0-9]{1,5})?")
_MOST_URL = 8 * 1024
_MOST_HEADERS = 32 * 1024
_LAST = (b"connection", b"close")
_ALWAYS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)


class Envelope:
    """Wraps the whole application, so that a failure inside it still carries these headers.

    ``hosts``: the names by which the service may be called, in lower case; any, where there are none.
    """

    def __init__(self, app: App, *, demo: bool, hosts: frozenset[str], leaving: Callable[[], bool]) -> None:
        self._leaving = leaving
        self._app = app
        self._hosts = hosts
        self._always = _ALWAYS + (((b"x-demo", b"1"),) if demo else ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["tanfang.request_id"] = request_id
        head = scope["method"] == "HEAD"
        if head:
            scope["method"] = "GET"

        replaced = False

        async def outward(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if message["type"] == "http.response.start" and _says_too_large_in_plain_text(message):
                await outside(scope, "body_too_large")(scope, receive, outward)
                replaced = True
                return
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                extra = [pair for pair in self._always if pair[0] not in present]
                extra += [_LAST] if self._leaving() else []
                message["headers"] = [*message["headers"], *extra, (b"x-request-id", request_id.encode())]
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        code = self._refused(scope)
        app = self._app if code is None else outside(scope, code)
        await app(scope, receive, outward)

    def _refused(self, scope: Scope) -> str | None:
        """The code with which a request is turned away whatever it asks for."""
        headers = scope["headers"]
        if len(scope["raw_path"]) + len(scope["query_string"]) > _MOST_URL:
            return "url_too_long"
        if sum(len(name) + len(value) for name, value in headers) > _MOST_HEADERS:
            return "headers_too_large"
        said = [value for name, value in headers if name == b"host"]
        host = _HOST.fullmatch(said[0]) if len(said) == 1 else None
        if host is None:
            return "bad_request"
        if self._hosts and (host[1] or host[2]).decode().lower() not in self._hosts:
            return "host_unknown"
        if any(name == b"content-encoding" and value.strip().lower() != b"identity" for name, value in headers):
            return "encoding_unsupported"
        return None


def _says_too_large_in_plain_text(message: Message) -> bool:
    """The framework's own answer to a body over the limit, whatever the application wanted to say."""
    return message["status"] == 413 and (b"content-type", b"text/plain; charset=utf-8") in message["headers"]


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value.decode())
    return uuid.uuid4().hex
