"""The outermost layer, plain ASGI: request id, HEAD, the headers that every answer carries."""

import re
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from api.problems import too_large

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_REQUEST_ID = re.compile(rb"[\w.-]{8,64}")
_ALWAYS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


class Envelope:
    """Wraps the whole application, so that a failure inside it still carries these headers."""

    def __init__(self, app: App, *, demo: bool) -> None:
        self._app = app
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
                await too_large(scope)(scope, receive, outward)
                replaced = True
                return
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                extra = [pair for pair in self._always if pair[0] not in present]
                message["headers"] = [*message["headers"], *extra, (b"x-request-id", request_id.encode())]
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, outward)


def _says_too_large_in_plain_text(message: Message) -> bool:
    """The framework's own answer to a body over the limit, whatever the application wanted to say."""
    return message["status"] == 413 and (b"content-type", b"text/plain; charset=utf-8") in message["headers"]


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value.decode())
    return uuid.uuid4().hex
