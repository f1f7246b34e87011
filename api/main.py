"""Joins everything: settings, keys, store, intake, routers. The only place that does."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import unquote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.deps import Service
from api.docs_ui import mount_docs
from api.envelope import App, Envelope
from api.logs import configure_logs
from api.problems import answer_to
from api.route import Route
from api.routers import ROUTERS
from api.routers.documented import completed
from api.security import KeyFile, Keys, Tokens, load_keys, read_keys
from api.settings import Mode, Settings
from api.store import Store
from api.store.crypto import Sealer
from api.usecases.intake import Intake
from api.usecases.passwords import password_faults
from api.usecases.quotas import Quotas
from api.watching import Watch

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
MOST_BODY = 2 * 1024 * 1024
_MADE_AT_ONCE = 20_000  # objects before those that nobody needs are looked for: a batch makes many that live with it


class CannotStart(Exception):
    """The service refuses to start; the text names the setting, never its value."""


def create_app(settings: Settings, *, keys: Keys | None = None, clock: Callable[[], datetime] | None = None) -> FastAPI:
    """The application for these settings. ``keys`` and ``clock`` are given by tests and the demo."""
    _require_care(settings)
    configure_logs(settings.log_level)
    service = service_for(settings, keys or keys_of(settings), clock or clock_of(settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        gc.freeze()  # what is here to stay need not be looked through again and again for what is not
        gc.set_threshold(max(_MADE_AT_ONCE, gc.get_threshold()[0]))
        yield
        await service.store.close()

    app = FastAPI(
        title="探访 tanfang",
        summary="特殊困难老年人探访关爱服务 · visits to elders in special difficulty",
        version=version("tanfang"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=MOST_BODY,
        redirect_slashes=False,
        telemetry={"logs": False},
    )
    app.state.service = service
    for router in ROUTERS:
        app.include_router(router)
    mount_docs(app)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    for kind in (HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _answer)
    return app


def service_for(settings: Settings, keys: Keys, clock: Callable[[], datetime], *, patient: bool = False) -> Service:
    """What the routers work with; the command line uses it without HTTP and is ``patient``: nobody waits for it."""
    sealer = Sealer(keys.sealing)
    store = Store(
        settings.database_url.get_secret_value(),
        pool_size=settings.pool_size,
        sealer=sealer,
        clock=clock,
        district=settings.district,
        patient=patient,
    )
    file = KeyFile(settings.keys_file) if settings.keys_file else None
    tokens = Tokens(
        keys,
        issuer=settings.issuer,
        audience=settings.audience,
        file=file,
        changed=lambda new: sealer.use(new.sealing),
    )
    people, clients, sources = settings.rate_limits
    quotas = Quotas(store, clock, people=people, clients=clients, sources=sources)
    return Service(settings=settings, store=store, tokens=tokens, intake=Intake(store), quotas=quotas, clock=clock)


def enveloped(app: FastAPI, settings: Settings) -> App:
    """The application as a server runs it."""
    whole = Envelope(
        app,
        demo=settings.mode is Mode.DEMO,
        hosts=settings.hosts,
        leaving=lambda: app.state.service.leaving.is_set(),
    )
    return Watch(whole, lambda: app.state.service, metrics_port=settings.metrics_port)


def _require_care(settings: Settings) -> None:
    """What is made up stays on this machine; what is not has no password that everybody tries first."""
    if settings.mode is not Mode.PRODUCTION:
        if settings.host not in _THIS_MACHINE:
            raise CannotStart("TANFANG_HOST 在演示和测试时只能是 127.0.0.1（demo and test serve this machine）")
        return
    for name, url in (
        ("TANFANG_DATABASE_URL", settings.database_url),
        ("TANFANG_OWNER_DATABASE_URL", settings.owner_database_url),
    ):
        parts = urlsplit(url.get_secret_value()) if url else None
        if parts and parts.password is not None and password_faults(unquote(parts.password), parts.username or "", ""):
            raise CannotStart(f"{name} 里的密码太短或太常见，请更换（its password is too short or too common）")


def keys_of(settings: Settings) -> Keys:
    """The keys in the file, or in the environment where that is how secrets come to the service."""
    if settings.keys is not None and settings.keys_file is not None:
        raise CannotStart("TANFANG_KEYS 与 TANFANG_KEYS_FILE 只能设置一个（keys from one place, please）")
    if settings.keys is not None:
        return read_keys(settings.keys.get_secret_value(), "TANFANG_KEYS")
    if settings.keys_file is None:
        raise CannotStart("TANFANG_KEYS_FILE 未设置：请先运行 tanfang keys new FILE（the service needs its own keys）")
    return load_keys(settings.keys_file)


def clock_of(settings: Settings) -> Callable[[], datetime]:
    if settings.now is None:
        return lambda: datetime.now(UTC)
    if settings.mode is Mode.PRODUCTION:
        raise CannotStart("TANFANG_NOW 只能用于演示和测试（a fixed clock is for demo and test mode only）")
    fixed = settings.now
    return lambda: fixed


async def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 405:
        error.headers = {"Allow": _methods_at(request)}
    return answer_to(request, error)


def _methods_at(request: Request) -> str:
    """What may be done at the path; the framework names the methods of the first route there only."""
    routes = [
        route for router in ROUTERS for route in router.routes if route.matches(request.scope)[0] is Match.PARTIAL
    ]
    methods = {method for route in routes if isinstance(route, Route) for method in route.methods or ()}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        app.openapi_schema = completed(document)
    return app.openapi_schema
