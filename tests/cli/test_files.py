"""An office's files, taken in from the command line over HTTP."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.cli.conftest import Run, Server
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


def counted(database: Urls, table: str) -> int:
    engine = create_engine(database.owner.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(
                text("SELECT set_config('tanfang.low', '3', true), set_config('tanfang.high', '4', true)")
            )
        count: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return count


def test_a_roll_is_taken_in_and_its_figures_told(run: Run, office: tuple[str, ...], database: Urls) -> None:
    result = run("import", "elders", str(ROLL), *office, "--status", "confirmed", "--tracking-starts-on", "2026-10-01")
    assert "新增 created" in result.stdout, result.output
    assert result.exit_code == 1  # rows were refused
    assert "末位校验不符" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert counted(database, "elders") > 0
    again = run("import", "elders", str(ROLL), *office, "--status", "confirmed", "--tracking-starts-on", "2026-10-01")
    assert "新增 created 0" in again.stdout


def test_a_dry_run_keeps_nothing(run: Run, office: tuple[str, ...], database: Urls, tmp_path: Path) -> None:
    result = run("import", "elders", str(ROLL), *office, "--dry-run")
    assert "仅校验，未保存任何数据" in result.stdout, result.output
    assert counted(database, "elders") == 0


def test_a_first_password_leads_to_the_command_that_changes_it(
    run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = run("users", "create", "--username", "sup", "--role", "district_supervisor")
    monkeypatch.setenv("TANFANG_PASSWORD", first_password(created.stdout))
    result = run("import", "visits", str(a_csv(tmp_path)), "--username", "sup", "--url", server.url)
    assert result.exit_code == 1
    assert "tanfang users password" in result.stderr


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


def test_a_wrong_password_is_told_in_words(run: Run, server: Server, tmp_path: Path) -> None:
    options = ("--username", "nobody", "--url", server.url)
    result = run("import", "visits", str(a_csv(tmp_path)), *options, typed="wrong-wrong-wrong\n")
    assert result.exit_code == 1
    assert "用户名或密码不正确" in result.stderr
    assert "wrong-wrong" not in result.output


def a_csv(folder: Path) -> Path:
    file = folder / "visits.csv"
    file.write_text("村（社区）,姓名,探访日期\n", "utf-8")
    return file
