"""The one place between HTTP and the transaction.

token → actor → permission (before the body is read) → body → idempotency claim → endpoint → serialise →
store the answer → commit → send. A refusal leaves nothing but its audit entry. Routers stay declarations.
"""

import re
import typing
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

from fastapi import Request, Response, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.deps import (
    DISTRICT,
    LONGEST_IF_MATCH,
    Access,
    KeptThough,
    MyAccounts,
    MyFigures,
    MyIntake,
    MyReading,
    MyRegisters,
    Precondition,
    Service,
    _Guard,
    service_of,
)
from api.domain.access import Actor, Permission
from api.domain.errors import DomainError, Fault, Forbidden, PreconditionFailed, PreconditionRequired, Refused
from api.domain.quotas import WINDOW, Standing
from api.logs import SEEN, Seen, log
from api.messages import CATALOGUE
from api.problems import answer_to, code_of, request_id_of
from api.schemas.json import read_json
from api.schemas.late import Late
from api.security import authenticate
from api.store import Trace
from api.store.answers import Answer, Answers, Once
from api.store.dialect import Trouble, trouble_of, worth_another_try

Handler = Callable[[Request], Awaitable[Response]]
_SAFE = frozenset({"GET", "HEAD"})
_KEPT_HEADERS = frozenset({"location", "etag", "content-type"})
_ATTEMPTS = 3
_ID_IN_PATH = re.compile(r"\{(\w+_id)\}")  # whatever is no id names nothing: 404, not another route's id
_ELDER_NAMED = re.compile(rb'"(?:\w+_)?elder(?:_id|":\{"id)?":"([0-9a-f-]{36})"')
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request under the same key is done once and answered alike for 30 days.",
    "schema": {"type": "string", "minLength": 16, "maxLength": 255, "pattern": "^[!-~]*$"},
}


class Route(APIRoute):
    """A route whose guard is read from the endpoint's signature; without one it does not come into being."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        hints = typing.get_type_hints(endpoint, include_extras=True)
        self.access = _access_in(hints, path)
        self.door = _door_in(hints)
        self.operation = endpoint.__name__
        extra = dict(options.get("openapi_extra") or {})
        permission = self.access.permission.value if self.access.permission else "none"
        methods = set(options.get("methods") or ())
        reads = methods <= _SAFE or self.door is MyReading
        extra["x-permission"] = permission
        extra["x-scope"] = self.access.scope
        extra.setdefault("x-audit", "none" if self.door is None else "read" if reads else "write")
        if self.access.permission is not None:
            extra["security"] = [{"bearer": []}]
        self.writes = not reads
        self.keyed = self.writes and self.door in (MyRegisters, MyAccounts) and permission != "none"
        if self.keyed:
            extra["parameters"] = [_IDEMPOTENCY_KEY, *extra.get("parameters", ())]
        options["openapi_extra"] = extra
        options["operation_id"] = options.get("operation_id") or self.operation
        super().__init__(_ID_IN_PATH.sub(r"{\1:uuid}", path), endpoint, **options)
        self.creates = self.keyed and "POST" in methods and options.get("status_code") in (201, 202)
        self.query_names = _query_names(self.dependant)
        self.needs_if_match = 428 in (options.get("responses") or {})
        self.reads_late = any(_is_late(hint) for hint in hints.values())
        self.takes_json = self.body_field is not None and not isinstance(self.body_field.field_info, params.Form)

    def get_route_handler(self) -> Handler:  # type: ignore[override]  # Coroutine narrowed to Awaitable
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await _Passage(self, inner, request).go()

        return handle


class _Passage:
    """One request on its way through the door and back."""

    def __init__(self, route: Route, inner: Handler, request: Request) -> None:
        self._route = route
        self._inner = inner
        self._request = request
        self._service: Service = service_of(request)
        self._actor: Actor | None = None
        self._standing: Standing | None = None
        self._trace = Trace(
            operation=route.operation,
            request_id=request_id_of(request),
            source=request.client.host if request.client else "local",
        )
        self._seen: Seen = request.scope.get(SEEN) or Seen()
        self._seen.operation = route.operation
        self._trace.saw(each for each in request.path_params.values() if isinstance(each, UUID))

    async def go(self) -> Response:
        response = await self._answered()
        if self._standing is not None:
            response.headers.update(_rate_limit(self._standing))
        return response

    async def _answered(self) -> Response:
        try:
            await self._admit()
            self._check_form()
            await self._receive()
            async with self._turn():
                return self._conditional(await self._with_retries())
        except (DomainError, RequestValidationError, HTTPException) as error:
            return await self._refuse(error)
        except Exception as error:  # sorted by code_of; whatever nobody foresaw is logged and becomes a 500
            if code_of(error) == "internal_error":
                log.error("unforeseen", operation=self._trace.operation, kind=type(error).__name__, exc_info=True)
            return await self._refuse(error)

    async def _admit(self) -> None:
        permission = self._route.access.permission
        if permission is None:
            return
        service = self._service
        bearer = _bearer_of(self._request)
        actor = await authenticate(service.store, service.tokens, bearer, service.clock())
        self._seen.user = str(actor.id)
        await self._count(actor)
        self._actor = actor
        if actor.must_change_password and permission is not Permission.OWN_ACCOUNT:
            raise Forbidden("password_change_required")
        if permission is not Permission.OWN_ACCOUNT and self._lacks_second_factor(actor):
            raise Forbidden("second_factor_enrolment_required")
        self._actor = actor.acting(permission)

    def _lacks_second_factor(self, actor: Actor) -> bool:
        return not actor.second_factor and actor.needs_second_factor(self._service.settings.second_factor_demanded)

    async def _count(self, actor: Actor) -> None:
        """Against the quota of the credential. Of what goes beyond it one entry in a window is enough to tell."""
        standing = self._standing = await self._service.quotas.ask(actor)
        if standing is not None and standing.refused:
            self._actor = actor if standing.refused == 1 else None
            raise DomainError("quota_exceeded", retry_after=standing.resets_in)

    def _check_form(self) -> None:
        """Parameters that nobody would read and media types that nobody can, before anything is done."""
        counted = Counter(name for name, _ in self._request.query_params.multi_items())
        for name, times in counted.items():
            if times > 1 or name not in self._route.query_names:
                shown = name if name in self._route.query_names else "?"
                raise DomainError("query_parameter_unknown", name=shown)
        accepted = self._request.headers.get("accept", "*/*")
        if not any(kind in accepted for kind in ("*/*", "application/", "text/csv")):
            raise HTTPException(406)
        excused = self._route.reads_late and not _has_body(self._request)
        if self._route.takes_json and not excused and not _is_json(self._request):
            raise HTTPException(415, headers=self._readable())
        if self._route.creates and self._actor is not None and self._actor.machine:
            self._require_key()
        if_match = self._request.headers.get("if-match")
        if if_match is None and self._route.needs_if_match:
            raise PreconditionRequired()
        if if_match is not None and len(if_match) > LONGEST_IF_MATCH:
            raise Refused([Fault("value_too_long", "/header/if-match", {"max": LONGEST_IF_MATCH})])

    def _require_key(self) -> None:
        """A machine repeats what got lost, so what it creates has a key; records of visits bear one in themselves."""
        if "idempotency-key" not in self._request.headers:
            raise DomainError("idempotency_key_required")

    def _readable(self) -> dict[str, str]:
        """The media types of a body that could be read (RFC 5789 and its like)."""
        if self._request.method == "PATCH":
            return {"Accept-Patch": "application/merge-patch+json, application/json"}
        return {"Accept-Post": "application/json"}

    async def _receive(self) -> None:
        """The whole body, before a transaction opens: a slow sender must not hold one."""
        self._request.state.actor = self._actor
        self._request.state.trace = self._trace
        if self._request.method in _SAFE or (self._route.door is None and not self._route.takes_json):
            return
        body = await self._request.body()
        if self._route.reads_late:
            self._put_off(body)
        elif body and _is_json(self._request):
            self._request._json = read_json(body)

    def _put_off(self, body: bytes) -> None:
        """Whether the body can be read at all is said only to who asks for it; none at all is an empty object."""
        self._request._body = body or b"{}"
        try:
            self._request._json = read_json(self._request._body)
        except DomainError as unreadable:
            self._request._json = unreadable

    def _turn(self) -> AbstractAsyncContextManager[None]:
        """Whoever changes what the path names waits for those who do so already, and holds no connection meanwhile."""
        thing = next(iter(self._request.path_params.values()), None)
        if thing is None or self._route.door is not MyRegisters or not self._route.writes:
            return nullcontext()
        return self._service.store.turns.of(str(thing))

    async def _with_retries(self) -> Response:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._through_the_door()
            except Exception as error:
                if attempt == _ATTEMPTS or not worth_another_try(error):
                    raise
        raise AssertionError("unreachable")

    async def _through_the_door(self) -> Response:
        request, route, store = self._request, self._route, self._service.store
        answers: Answers | None = None
        async with AsyncExitStack() as doors:
            if route.door is MyAccounts:
                accounts = await doors.enter_async_context(store.accounts(self._actor, self._trace))
                request.state.accounts, answers = accounts, accounts.answers
            elif route.door in (MyRegisters, MyReading) and self._actor is not None:
                opened = store.opened(self._opened_for(self._actor), self._trace, writes=route.writes)
                registers = await doors.enter_async_context(opened)
                request.state.registers, answers = registers, registers.answers
            key = request.headers.get("idempotency-key")
            if answers is not None and route.writes and self._actor is not None and key is not None:
                return await self._once(answers, key)
            return await self._work()

    def _opened_for(self, actor: Actor) -> Actor:
        if self._route.access.scope != DISTRICT:
            return actor
        return actor.carrying_out(actor.district, self._route.operation)

    async def _once(self, answers: Answers, key: str) -> Response:
        if not 16 <= len(key) <= 255 or not all(33 <= ord(c) <= 126 for c in key):
            raise DomainError("idempotency_key_invalid")
        asked = {
            "path": self._request.url.path,
            "query": self._request.url.query,
            "body": await _body(self._request),
        }
        once = Once(str(self._actor.id if self._actor else ""), self._trace.operation, key, asked)
        stored = await self._claim(answers, once)
        if stored is not None:
            self._trace.saw(stored.things)
            headers = {**stored.headers, "Idempotency-Replayed": "true"}
            return Response(stored.body, status_code=stored.status, headers=headers)
        response = await self._work()
        if not 200 <= response.status_code < 300:
            raise DomainError("internal_error")
        headers = {name: value for name, value in response.headers.items() if name in _KEPT_HEADERS}
        await answers.keep(once, Answer(response.status_code, headers, bytes(response.body)))
        return response

    async def _work(self) -> Response:
        """The endpoint's answer, unless it changed what was changed since it was read: then nothing was done.

        Whomever the answer names, the entry names (P38), whatever the endpoint remembered to say.
        """
        response = await self._inner(self._request)
        named = _ELDER_NAMED.findall(getattr(response, "body", b""))  # what is streamed has entries of its own
        self._trace.saw(UUID(each.decode()) for each in named)
        precondition: Precondition | None = getattr(self._request.state, "precondition", None)
        if precondition is not None and precondition.failed:
            raise PreconditionFailed()
        return response

    async def _claim(self, answers: Answers, once: Once) -> Answer | None:
        try:
            return await answers.claim(once)
        except Exception as error:
            if trouble_of(error) == Trouble.BUSY:
                raise DomainError("request_in_progress") from error
            raise

    def _conditional(self, response: Response) -> Response:
        tag = response.headers.get("etag")
        if tag is None or self._request.method not in _SAFE:
            return response
        if tag in {wish.strip() for wish in self._request.headers.get("if-none-match", "").split(",")}:
            return Response(status_code=304, headers={"ETag": tag})
        return response

    async def _refuse(self, error: Exception) -> Response:
        """A refusal of somebody known is written down too, after everything else was rolled back."""
        code = code_of(error)
        if self._actor is not None and CATALOGUE[code].status < 500:
            self._trace.result = code
            try:
                extra = await self._written_down(self._actor)
            except Exception as trouble:  # no entry, no detail: the answer says only that we are in trouble
                return answer_to(self._request, trouble)
            return answer_to(self._request, error, extra)
        return answer_to(self._request, error)

    async def _written_down(self, actor: Actor) -> Mapping[str, Any]:
        """The entry of a refusal, and with it what is kept all the same; what the problem says of that."""
        keep: KeptThough | None = getattr(self._request.state, "kept_though_refused", None)
        if keep is None:
            await self._service.store.note(actor, self._trace)
            return {}
        async with self._service.store.opened(actor, self._trace, writes=True) as registers:
            return await keep(registers)


def _query_names(dependant: Dependant) -> frozenset[str]:
    found = get_flat_params(dependant)
    return frozenset(field.alias for field in found if isinstance(field.field_info, params.Query))


def _access_in(hints: Mapping[str, Any], path: str) -> Access:
    for hint in hints.values():
        for extra in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
            guard = getattr(extra, "dependency", None)
            if isinstance(guard, _Guard):
                return guard.access
    raise TypeError(f"{path}: an endpoint names its permission, or says that it is public")


def _door_in(hints: Mapping[str, Any]) -> Any:
    doors = [
        hint
        for name, hint in hints.items()
        if name != "return" and hint in (MyRegisters, MyReading, MyAccounts, MyIntake, MyFigures)
    ]
    return doors[0] if doors else None


def _is_late(hint: Any) -> bool:
    return get_origin(hint) is Annotated and get_origin(get_args(hint)[0]) is Late


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _rate_limit(standing: Standing) -> dict[str, str]:
    """How much may follow, as draft-ietf-httpapi-ratelimit-headers says it."""
    quota = standing.quota
    return {
        "RateLimit-Policy": f'"{quota.name}";q={quota.most};w={int(WINDOW.total_seconds())}',
        "RateLimit": f'"{quota.name}";r={standing.left};t={standing.resets_in}',
    }


def _bearer_of(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise DomainError("token_missing")
    return token.strip()


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


async def _body(request: Request) -> Any:
    return await request.json() if _is_json(request) and await request.body() else None
