"""Serving, migrating and working, as separate processes."""

import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.cli.conftest import TANFANG, Run, Server, sql, started
from tests.conftest import ROOT, Urls

pytestmark = pytest.mark.own_database  # they turn the schema back


def test_it_serves_a_founded_district_and_says_where(server: Server, database: Urls) -> None:
    answer = httpx.get(f"{server.url}/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "server" not in answer.headers
    assert "x-request-id" in answer.headers
    [(divisions,)] = sql(database.owner, "SELECT count(*) FROM divisions")
    assert divisions > 200


def test_a_request_that_was_accepted_is_answered_before_it_ends(server: Server) -> None:
    body = b"grant_type=password&username=nobody&password=nothing-at-all"
    place = urlsplit(server.url)
    with socket.create_connection((str(place.hostname), place.port or 0), timeout=20) as connection:
        head = (
            "POST /oauth/token HTTP/1.1\r\nHost: tanfang\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(head.encode() + body[:20])
        time.sleep(0.5)
        server.process.terminate()
        time.sleep(0.5)
        connection.sendall(body[20:])
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"sign_in_failed" in answer
    server.process.wait(20)


def test_it_does_not_serve_an_old_schema(run: Run, database: Urls) -> None:
    sql(database.owner, "UPDATE alembic_version SET version_num = '0001'")
    result = run("serve")
    assert result.exit_code == 1
    assert "请先运行 tanfang migrate" in result.stderr


def test_it_says_that_a_port_is_taken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        monkeypatch.setenv("TANFANG_PORT", port)
        result = run("serve")
    assert result.exit_code == 1
    assert f"127.0.0.1:{port} 不能使用" in result.stderr
    assert "TANFANG_PORT" in result.stderr


def test_it_says_which_variable_is_wrong_and_not_its_value(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANFANG_DISTRICT", "geheim")
    result = run("serve")
    assert result.exit_code == 1
    assert "TANFANG_DISTRICT" in result.stderr
    assert "geheim" not in result.stderr


def test_it_asks_for_keys_of_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TANFANG_KEYS_FILE")
    result = run("serve")
    assert result.exit_code == 1
    assert "tanfang keys new" in result.stderr


def test_migrate_makes_an_empty_database_ready(run: Run, empty: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANFANG_DATABASE_URL", empty.app)
    monkeypatch.setenv("TANFANG_OWNER_DATABASE_URL", empty.owner)
    before = run("users", "create", "--username", "admin")
    assert (before.exit_code, "tanfang migrate" in before.stderr) == (1, True)

    assert run("migrate").exit_code == 0
    again = run("migrate")
    assert again.exit_code == 0
    assert "tanfang users create" in again.stdout
    assert run("users", "create", "--username", "admin").exit_code == 0


def test_migrate_works_from_any_folder(empty: Urls, tmp_path: Path, environment: dict[str, str]) -> None:
    urls = {"TANFANG_DATABASE_URL": empty.app, "TANFANG_OWNER_DATABASE_URL": empty.owner}
    where = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [*TANFANG, "migrate"], cwd=tmp_path, env=environment | urls | where, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert sql(empty.owner, "SELECT count(*) FROM elders") == [(0,)]


def test_a_worker_does_the_jobs_and_stops_when_told_to(
    environment: dict[str, str], database: Urls, tmp_path: Path
) -> None:
    with started("worker", tmp_path / "worker.log") as process:
        until = time.monotonic() + 60
        while sql(database.owner, "SELECT count(*) FROM jobs WHERE state = 'done'") != [(3,)]:
            assert time.monotonic() < until, sql(database.owner, "SELECT kind, state, last_error FROM jobs")
            time.sleep(0.2)
        process.terminate()
        assert process.wait(20) == 0


def test_the_server_does_the_jobs_too_unless_told_otherwise(
    environment: dict[str, str], database: Urls, tmp_path: Path
) -> None:
    with started("serve", tmp_path / "serve.log", TANFANG_RUN_JOBS="true"):
        until = time.monotonic() + 60
        while sql(database.owner, "SELECT count(*) FROM jobs WHERE state = 'done'") != [(3,)]:
            assert time.monotonic() < until
            time.sleep(0.2)


@pytest.mark.parametrize("command", [(), ("serve",), ("import", "elders"), ("obligations", "verify")])
def test_help_is_chinese_with_an_english_twin(command: tuple[str, ...]) -> None:
    told = CliRunner().invoke(app, [*command, "--help"]).stdout
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told)
    assert any(word.isascii() and word.isalpha() and len(word) > 4 for word in told.split())
