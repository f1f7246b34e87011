"""Fixtures: both databases from migrations, a service with a clock that stands, people who sign in."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from api import store
from api.deps import Service
from api.main import create_app, enveloped, service_for
from api.security import Keys
from api.settings import Mode, Settings
from api.store.dialect import engine_for
from api.store.tables import metadata
from api.usecases.founding import found
from tests.builders import Person, a_client, settle
from tests.postgres import APP, OWNER, Cluster

pytest_plugins = [
    "tests.plugin_databases",
    "tests.plugin_offices",
    "tests.plugin_offline",
    "tests.plugin_order",
    "tests.matrix.summary",
    "tests.promises.plugin",
    "tests.promises.postmaster",
]

ROOT = Path(__file__).parent.parent


@dataclass
class Clock:
    """A clock that stands until a test moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Urls:
    """Where one test's database is: for the application, and for its owner."""

    app: str
    owner: str


def migrate(url: str, revision: str = "head") -> None:
    """Run migrations from a thread: alembic runs its own event loop."""
    config = Config(ROOT / "alembic.ini")
    config.attributes.update(url=url, app_role=APP)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(command.upgrade, config, revision).result()


def found_in(url: str) -> None:
    """The district's divisions, once for every database copied from the template."""

    async def run() -> None:
        settings = Settings(mode=Mode.TEST, database_url=SecretStr(url), log_level="WARNING")
        service = service_for(settings, Keys.generate(), lambda: datetime(2026, 11, 3, 2, 0, tzinfo=UTC))
        await found(service.store, settings.district)
        await service.store.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate(f"sqlite:///{path}")
    found_in(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster, worker_id: str) -> str:
    name = f"template_{worker_id}"
    postgres.create_database(name)
    migrate(postgres.url(name, OWNER))
    found_in(postgres.url(name, APP))
    return name


@pytest.fixture(scope="session")
def postgres_emptied(postgres: Cluster, postgres_template: str, worker_id: str) -> Iterator[Callable[[], str]]:
    """The worker's database, emptied each time it is asked for: fifty times faster than a new one."""
    name = f"test_{worker_id}"
    postgres.create_database(name, template=postgres_template)
    tables = metadata.tables.keys() - {"divisions"}
    with psycopg.connect(postgres.admin_url_of(name), autocommit=True) as connection:
        connection.execute(sql.SQL(_EMPTYING).format(sql.SQL(" ").join(map(_deletion, sorted(tables)))))
        connection.execute("set session_replication_role = replica")  # no trigger and no key says no

        def emptied() -> str:
            connection.execute(_ALONE)
            connection.execute("call kept.emptied()")
            return name

        yield emptied


_ALONE = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""
_EMPTYING = """
create schema kept;
create table kept.divisions as table divisions;
create procedure kept.emptied() language plpgsql as $$ begin
  {}
  if exists (table divisions except table kept.divisions) or exists (table kept.divisions except table divisions) then
    delete from divisions;
    insert into divisions table kept.divisions;
  end if;
end $$
"""


def _deletion(table: str) -> sql.Composable:
    return sql.SQL("delete from {};").format(sql.Identifier(table))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Urls]:
    """An empty, migrated database; a test that changes the schema is marked ``own_database``."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        for left in template.parent.glob("tanfang.db*"):
            left.unlink()
        url = f"sqlite:///{shutil.copy(template, template.with_name('tanfang.db'))}"
        yield Urls(url, url)
        return
    postgres: Cluster = request.getfixturevalue("postgres")
    if request.node.get_closest_marker("own_database") is None:
        name = request.getfixturevalue("postgres_emptied")()
        yield Urls(postgres.url(name, APP), postgres.url(name, OWNER))
        return
    name = f"own_{request.getfixturevalue('worker_id')}"
    postgres.create_database(name, template=request.getfixturevalue("postgres_template"))
    yield Urls(postgres.url(name, APP), postgres.url(name, OWNER))
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys.generate()


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 3, 2, 0, tzinfo=UTC))


@pytest.fixture
def settings(database: Urls) -> Settings:
    return Settings(
        mode=Mode.TEST,
        database_url=SecretStr(database.app),
        owner_database_url=SecretStr(database.owner),
        run_jobs=False,
        log_level="WARNING",
    )


@pytest.fixture(scope="session")
def application(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The routes, put together once; each test gives them a service of its own."""
    unused = tmp_path_factory.mktemp("unused") / "unused.db"
    settings = Settings(mode=Mode.TEST, database_url=SecretStr(f"sqlite:///{unused}"), log_level="WARNING")
    return create_app(settings, keys=keys, clock=lambda: datetime.now(UTC))


@pytest.fixture(scope="session")
def engines(request: pytest.FixtureRequest) -> Callable[..., AsyncEngine]:
    """``engine_for`` with one engine for each database: a statement compiled for one test is compiled for all."""
    promises = request.config.getoption("promises")

    def kept(url: str, *, pool_size: int, patient: bool) -> AsyncEngine:
        engine = engine_for(url, pool_size=pool_size, patient=patient)
        if engine.dialect.name == "sqlite" and not promises:
            event.listen(engine.sync_engine, "connect", _without_waiting_for_the_disk)
        return engine

    return cache(kept)


def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


@pytest.fixture
async def app(
    application: FastAPI, settings: Settings, keys: Keys, clock: Clock, engines: Callable[..., AsyncEngine]
) -> AsyncIterator[FastAPI]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "engine_for", engines)
        service = service_for(settings, keys, clock)
    application.state.service = service
    yield application
    await service.store.close()


@pytest.fixture
async def service(app: FastAPI) -> Service:
    found: Service = app.state.service
    return found


@pytest.fixture
async def client(app: FastAPI, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a token."""
    async with a_client(enveloped(app, settings)) as anonymous:
        yield anonymous


ClientOf = Callable[[Person], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def client_of(app: FastAPI, settings: Settings, service: Service) -> AsyncIterator[ClientOf]:
    """``await client_of(a_liaison(area))``: a client signed in as that person."""
    async with AsyncExitStack() as stack:

        async def signed_in(person: Person) -> httpx.AsyncClient:
            token = await settle(service, person)
            made = a_client(enveloped(app, settings), token)
            return await stack.enter_async_context(made)

        yield signed_in
