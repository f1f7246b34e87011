"""Running the service: the server, a worker by itself, migrations, the made-up district."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.cli.speaking import out, plainly, refused, settings_of_environment
from api.deps import Service
from api.jobs.worker import run_worker
from api.logs import configure_logs, log
from api.main import CannotStart, clock_of, create_app, enveloped, keys_of, service_for
from api.schema import migrate as migrate_database
from api.schema import newest_revision
from api.server import Server
from api.settings import Mode, Settings
from api.store import Store
from api.store.dialect import Trouble, trouble_of
from api.usecases.founding import found
from api.usecases.resealing import OtherKeys, require_fitting_keys

_LAST_JOB_WITHIN = 2.0  # seconds after the last answer; the job was told to come to an end long before
_BACKLOG = 2048
_LOOKS_FOR_KEYS_EVERY = 0.9  # seconds; promised: one
_COMES_UP_WITHIN = 25.0  # seconds; with the last try, and closing, less than 30


def serve() -> None:
    """启动服务（地址和端口由 TANFANG_HOST、TANFANG_PORT 决定）

    Serve the API on TANFANG_HOST:TANFANG_PORT, background jobs included.
    """
    run_server(settings_of_environment())


def worker() -> None:
    """单独运行后台任务处理程序，可同时运行多个

    Run background jobs only; any number of processes may do so.
    """
    settings = settings_of_environment()
    configure_logs(settings.log_level)
    with plainly():
        service = service_for(settings, keys_of(settings), clock_of(settings))
        asyncio.run(_work(service))


def migrate() -> None:
    """把数据库升级到最新结构

    Bring the database of TANFANG_OWNER_DATABASE_URL (or TANFANG_DATABASE_URL) up to date.
    """
    with plainly():
        migrate_database(settings_of_environment())
    out.print("数据库结构已是最新 The schema is up to date.\n下一步 next: tanfang users create，tanfang serve")


def demo(
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65535, help="端口 port")] = 8000,
) -> None:
    """启动演示：虚构的区县、老年人和探访记录（数据在 var/demo/，端口由 PORT 决定）

    Serve a made-up district from var/demo/ on 127.0.0.1:8000, or the port that PORT names.
    """
    from api.demo.run import FOLDER, prepare, show_credentials  # late: nothing else needs the makers of demo data

    folder = Path(FOLDER)
    settings = prepare(folder, port, out)
    show_credentials(folder, port, out)
    run_server(settings)


def run_server(settings: Settings) -> None:
    """Serve until a signal; every request that was accepted is answered."""
    with plainly():
        app = create_app(settings)
        service: Service = app.state.service
        living = app.router.lifespan_context
        if settings.run_jobs:

            @asynccontextmanager
            async def with_worker(_: object) -> AsyncIterator[None]:
                async with living(app), _working(service):
                    yield

            app.router.lifespan_context = with_worker
        proxies = settings.trusted_proxies
        server = Server(
            enveloped(app, settings),
            service.leaving,
            drains=settings.drain_seconds,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies or None,
        )
        with ExitStack() as stack:
            places = [stack.enter_context(_listening(settings.host, settings.port))]
            if settings.metrics_port is not None:
                places.append(stack.enter_context(_listening(settings.metrics_host, settings.metrics_port)))
            with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
                runner.run(_serve(service, server, places))


async def _serve(service: Service, server: Server, places: list[socket.socket]) -> None:
    await _make_ready(service)
    host, port = places[0].getsockname()[:2]
    out.print(f"探访服务已启动 serving on http://{host}:{port}，接口文档 docs: http://{host}:{port}/docs")
    async with _keeping_up(service):
        await server.serve(sockets=places)


async def _work(service: Service) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await _make_ready(service)
    out.print("后台任务处理程序已启动 The worker is running.")
    async with _keeping_up(service):
        await run_worker(service, stop)
    await service.store.close()


async def _make_ready(service: Service) -> None:
    """The database answers and keeps what it is given; schema, keys and divisions are there."""
    await _reached(service.store)
    careless = await service.store.careless_settings() if service.settings.mode is Mode.PRODUCTION else []
    if careless:
        await service.store.close()
        named = "，".join(careless)
        raise CannotStart(f"数据库设置会丢失已确认的数据：{named}（settings that lose acknowledged data）")
    if telling := await service.store.telling_settings():
        log.warning("database_log_may_tell_names", settings=telling)
    if await service.store.revision() != newest_revision():
        await service.store.close()
        raise refused("数据库结构不是最新，请先运行 tanfang migrate", "Not the newest schema: run tanfang migrate.")
    try:
        await require_fitting_keys(service.store)
    except OtherKeys as error:
        await service.store.close()
        raise refused(
            f"密钥与数据库不符（{error}），请检查 TANFANG_KEYS_FILE",
            f"These are not the keys of this database ({error}); check TANFANG_KEYS_FILE.",
        ) from error
    await found(service.store, service.settings.district)


async def _reached(store: Store) -> None:
    """Wait for a database that comes up later than the service. Raises what it says after ``_COMES_UP_WITHIN``."""
    until = time.monotonic() + _COMES_UP_WITHIN
    while True:
        try:
            await store.ping()
            return
        except Exception as error:
            if trouble_of(error) != Trouble.UNAVAILABLE or time.monotonic() > until:
                await store.close()
                raise
        await asyncio.sleep(0.5)


@asynccontextmanager
async def _keeping_up(service: Service) -> AsyncIterator[None]:
    """With new keys within a second, also while nobody brings a token and a long job seals on."""

    async def keep_up() -> None:
        while True:
            await asyncio.sleep(_LOOKS_FOR_KEYS_EVERY)
            service.tokens.keep_up()

    keeping = asyncio.create_task(keep_up())
    try:
        yield
    finally:
        keeping.cancel()


@asynccontextmanager
async def _working(service: Service) -> AsyncIterator[None]:
    running = asyncio.create_task(run_worker(service, service.leaving))
    try:
        yield
    finally:
        service.leaving.set()
        _, unfinished = await asyncio.wait([running], timeout=_LAST_JOB_WITHIN)
        for task in unfinished:  # its lease runs out, and another worker takes the job over
            task.cancel()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise refused(
            f"{host}:{port} 不能使用（{error.strerror}），请用 TANFANG_PORT 或 TANFANG_METRICS_PORT 换一个端口",
            "The address cannot be used; choose another with TANFANG_HOST and TANFANG_PORT, or TANFANG_METRICS_PORT.",
        ) from error
