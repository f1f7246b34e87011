"""The command as people run it: its environment, its output, and a server that it started itself."""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from api.cli import app
from api.security import Keys, write_keys
from api.store.dialect import normalised
from tests.conftest import Urls
from tests.postgres import APP, OWNER, Cluster
from tests.serving import Forked, forked

TANFANG = (sys.executable, "-c", "from api.cli import app; app()")
Run = Callable[..., Result]


@pytest.fixture
def environment(database: Urls, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables of a service on this test's database; any free port."""
    write_keys(tmp_path / "keys.json", keys)
    variables = {
        "TANFANG_MODE": "test",
        "TANFANG_DATABASE_URL": database.app,
        "TANFANG_OWNER_DATABASE_URL": database.owner,
        "TANFANG_KEYS_FILE": str(tmp_path / "keys.json"),
        "TANFANG_HOST": "127.0.0.1",
        "TANFANG_PORT": "0",
        "TANFANG_LOG_LEVEL": "ERROR",
        "TANFANG_RUN_JOBS": "false",
        "TANFANG_DRAIN_SECONDS": "0",
        "COLUMNS": "100",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TANFANG_PASSWORD", raising=False)
    return variables


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """``run("users", "create", ...)`` in this process; ``typed``: what a person types."""

    def invoked(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, list(arguments), input=typed)

    return invoked


@pytest.fixture
def empty(request: pytest.FixtureRequest, database: Urls, tmp_path: Path) -> Iterator[Urls]:
    """A database without any table."""
    if database.app.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'empty' / 'tanfang.db'}"
        yield Urls(url, url)
        return
    postgres: Cluster = request.getfixturevalue("postgres")
    name = f"empty_{request.getfixturevalue('worker_id')}"
    postgres.create_database(name)
    yield Urls(postgres.url(name, APP), postgres.url(name, OWNER))
    postgres.drop_database(name)


def sql(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement as the owner of the database, who has to say where to look as everybody does."""
    engine = create_engine(normalised(url).replace("+asyncpg", "+psycopg").replace("+aiosqlite", ""))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT set_config('tanfang.low', '3', true)"))
                connection.execute(text("SELECT set_config('tanfang.high', '4', true)"))
            result = connection.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


@dataclass
class Server:
    url: str
    process: Forked


@contextmanager
def started(command: str, log: Path, **more: str) -> Iterator[Forked]:
    """A command in a process of its own, which runs until it is told to stop."""
    with forked(partial(app, [command]), os.environ | more, log) as process:
        yield process


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    """``tanfang serve`` on a free port."""
    with started("serve", tmp_path / "serve.log") as process:
        until = time.monotonic() + 60
        while (address := re.search(r"http://[0-9.]+:[0-9]+", process.said)) is None:
            assert process.status is None, process.said
            assert time.monotonic() < until, process.said
            time.sleep(0.02)
        yield Server(address[0], process)
