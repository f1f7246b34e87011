"""An office's files, taken in from the command line over HTTP."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Run, Server, sql
from tests.cli.test_accounts import NEW_PASSWORD, first_password
from tests.conftest import ROOT, Urls

ROLL = ROOT / "tests" / "data" / "roll_2026H2.xlsx"


@pytest.fixture
def office(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The options of a supervisor whose password is set and in the environment."""
    created = run("users", "create", "--username", "sup", "--role", "district_supervisor")
    first = first_password(created.stdout)
    options = ("--username", "sup", "--url", server.url)
    changed = run("users", "password", *options, typed=f"{first}\n{NEW_PASSWORD}\n{NEW_PASSWORD}\n")
    assert changed.exit_code == 0, changed.output
    monkeypatch.setenv("TANFANG_PASSWORD", NEW_PASSWORD)
    return options


def test_a_roll_is_checked_then_taken_in_and_its_figures_told(
    run: Run, office: tuple[str, ...], database: Urls
) -> None:
    arguments = ("import", "elders", str(ROLL), *office, "--status", "confirmed", "--tracking-starts-on", "2026-10-01")

    checked = run(*arguments, "--dry-run")
    assert "仅校验，未保存任何数据" in checked.stdout, checked.output
    assert sql(database.owner, "SELECT count(*) FROM elders") == [(0,)]

    taken = run(*arguments)
    assert taken.exit_code == 1  # rows were refused
    assert "末位校验不符" in taken.stdout
    assert max(map(cell_len, taken.stdout.splitlines())) <= 100
    [(elders,)] = sql(database.owner, "SELECT count(*) FROM elders")
    assert f"新增 created {elders}" in taken.stdout

    again = run(*arguments)
    assert "created" not in again.stdout
    assert sql(database.owner, "SELECT count(*) FROM elders") == [(elders,)]


def test_who_may_not_yet_come_in_is_told_what_to_do(
    run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = first_password(run("users", "create", "--username", "sup", "--role", "district_supervisor").stdout)
    arguments = ("import", "visits", str(a_csv(tmp_path)), "--username", "sup", "--url", server.url)

    wrong = run(*arguments, typed="wrong-wrong-wrong\n")
    assert wrong.exit_code == 1
    assert "用户名或密码不正确" in wrong.stderr
    assert "wrong-wrong" not in wrong.output

    monkeypatch.setenv("TANFANG_PASSWORD", password)
    first = run(*arguments)
    assert first.exit_code == 1
    assert "tanfang users password" in first.stderr


def test_a_file_of_no_known_kind_is_not_even_sent(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "roll.doc"
    file.write_text("…")
    result = run("import", "elders", str(file), "--username", "sup", "--url", "http://127.0.0.1:9")
    assert (result.exit_code, "请另存为 xlsx 或 csv" in result.stderr) == (1, True)


def test_it_says_when_nobody_answers(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.integrations.client._ATTEMPTS", 1)
    monkeypatch.setenv("TANFANG_PASSWORD", "irrelevant-here")
    result = run("import", "visits", str(a_csv(tmp_path)), "--username", "sup", "--url", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "tanfang serve" in result.stderr


def a_csv(folder: Path) -> Path:
    file = folder / "visits.csv"
    file.write_text("村（社区）,姓名,探访日期\n", "utf-8")
    return file
