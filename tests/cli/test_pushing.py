"""``tanfang push``: against a real server, over lines that lose what is sent and what is answered."""

import json
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from fastapi import FastAPI

from api.deps import Service
from api.domain.access import AreaCode, Role
from api.domain.accounts import NewGrant
from api.main import service_for
from api.security import Keys
from api.settings import Settings
from api.usecases.accounts import open_account
from tests.builders import DISTRICT, TOWNSHIP
from tests.cli.conftest import Run, sql
from tests.conftest import Clock, Urls
from tests.cutting import Fate, Line, a_bad_line
from tests.elders_on_duty import an_elder_on_duty
from tests.providers.forces import a_force, signed
from tests.serving import served_beside
from tests.visits.rounds import Rounds
from tests.visits.test_intake import a_visit

PASSWORD = "ein-ganz-neues-Wort-7"
BATCH = "/v1/visits/batch"

Push = Callable[..., Result]


@pytest.fixture
async def system(rounds: Rounds) -> tuple[str, str]:
    """Id and secret of a provider's system, with a contract over the township; to be made before the ``line``."""
    force = await a_force(rounds)
    await signed(rounds, force)
    form = {"provider_id": force["id"], "name": "关爱服务中心系统", "scopes": ["visits:write", "visits:read"]}
    client = await rounds.does(rounds.supervisor, "/v1/clients", **form)
    given = await rounds.does(rounds.supervisor, f"/v1/clients/{client['id']}/secrets")
    return client["id"], given["secret"]


@pytest.fixture
async def line(
    application: FastAPI, settings: Settings, keys: Keys, clock: Clock, service: Service
) -> AsyncIterator[Line]:
    """Before a server whose service is not the test's own, which makes the people and elders."""
    with served_beside(application, service_for(settings, keys, clock)) as url, a_bad_line(url) as line:
        yield line


@pytest.fixture
async def push(run: Run, line: Line, service: Service, monkeypatch: pytest.MonkeyPatch) -> Push:
    """``push(file, ...)`` as the instructor of 江口镇, three records a batch, without long waits."""
    grants = [(Role.TOWNSHIP_INSTRUCTOR, TOWNSHIP), (Role.DISTRICT_SUPERVISOR, DISTRICT)]
    async with service.store.accounts() as accounts:
        for role, area in grants:
            grant = NewGrant(date(2026, 1, 1), None, role, AreaCode(area))
            await open_account(accounts, username=role.value, display_name="某人", grants=[grant], password=PASSWORD)
    monkeypatch.setenv("TANFANG_PASSWORD", PASSWORD)
    monkeypatch.setattr("api.integrations.pushing.MOST_RECORDS", 3)
    monkeypatch.setattr("api.integrations.client._FIRST_WAIT", 0.01)
    monkeypatch.setattr("api.cli.pushing._ATTEMPTS", 3)

    def pushed(file: Path, *options: str, by: str = "township_instructor") -> Result:
        return run("push", str(file), "--url", line.url, "--username", by, *options)

    return pushed


Month = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def a_month(service: Service) -> Month:
    """Visits of one elder, one a day."""

    async def visits(days: int = 8) -> list[dict[str, Any]]:
        elder_id = await an_elder_on_duty(service)
        return [
            a_visit(
                elder_id,
                external_id=f"A-{day}",
                started_at=f"2026-10-{day:02}T09:00:00+08:00",
                ended_at=f"2026-10-{day:02}T09:30:00+08:00",
            )
            for day in range(1, days + 1)
        ]

    return visits


def written(folder: Path, lines: list[dict[str, Any] | str], name: str = "visits.ndjson") -> Path:
    file = folder / name
    said = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(said) + "\n", "utf-8")
    return file


def told(result: Result) -> dict[str, int]:
    """The table at the end: created, updated, unchanged, held, rejected."""
    [figures] = [line for line in result.stdout.splitlines() if line.count("│") == 6 and line.count(" ") > 10]
    names = ("created", "updated", "unchanged", "held", "rejected")
    return {name: int(cell) for name, cell in zip(names, figures.split("│")[1:-1], strict=True) if int(cell)}


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("visits*"))


def visits_in(database: Urls) -> int:
    [(count,)] = sql(database.owner, "SELECT count(*) FROM visits")
    return int(count)


async def test_another_system_pushes_with_its_own_secret(
    system: tuple[str, str], line: Line, run: Run, a_month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id, secret = system
    file = written(tmp_path, await a_month())

    def push(secret: str) -> Result:
        monkeypatch.setenv("TANFANG_CLIENT_SECRET", secret)
        return run("push", str(file), "--url", line.url, "--client-id", client_id, "--reconcile")

    refused, pushed = push("kZ3v7Qm0yB1cX9tR5nW8uJ2hL6pD4sGf"), push(secret)

    assert refused.exit_code == 1, refused.output
    assert pushed.exit_code == 0, pushed.output
    assert told(pushed) == {"created": 8}


async def test_every_line_becomes_a_visit_once(push: Push, a_month: Month, tmp_path: Path, database: Urls) -> None:
    file = written(tmp_path, await a_month())
    first, again = push(file), push(file)
    assert (first.exit_code, told(first)) == (0, {"created": 8}), first.output
    assert (again.exit_code, told(again)) == (0, {"unchanged": 8}), again.output
    assert visits_in(database) == 8
    assert PASSWORD not in first.output + again.output
    assert left_in(tmp_path) == ["visits.ndjson"]


async def test_a_dry_run_keeps_nothing_and_names_the_command_that_does(
    push: Push, a_month: Month, tmp_path: Path, database: Urls
) -> None:
    file = written(tmp_path, await a_month(2))
    checked = push(file, "--dry-run")
    assert (checked.exit_code, told(checked)) == (0, {"created": 2}), checked.output
    assert "仅校验，未保存任何数据" in checked.stdout
    assert f"tanfang push {file} --username township_instructor" in checked.stdout
    assert visits_in(database) == 0


async def test_what_was_refused_is_corrected_in_the_error_file_and_pushed_from_there(
    push: Push, a_month: Month, tmp_path: Path, database: Urls
) -> None:
    good, wrong = await a_month(2)
    file = written(tmp_path, [good, "", "{no json", wrong | {"method": "by air"}, "[1]"])
    result = push(file)
    assert (result.exit_code, told(result)) == (3, {"created": 1, "rejected": 3}), result.output

    errors = tmp_path / "visits.errors.ndjson"
    assert f"tanfang push {errors} --username" in result.stdout
    assert stat.S_IMODE(errors.stat().st_mode) == 0o600
    unread, refused, no_object = map(json.loads, errors.read_text("utf-8").splitlines())
    assert (unread["_line"], unread["_errors"][0]["code"]) == ("{no json", "json_invalid")
    assert no_object["_errors"][0]["code"] == "line_not_object"
    [error] = refused.pop("_errors")
    assert refused == wrong | {"method": "by air"}
    assert (error["pointer"], bool(error["detail"]), bool(error["fix"])) == ("/method", True, True)

    corrected = push(written(tmp_path, [refused | {"method": "home", "_errors": [error]}], errors.name))
    assert (corrected.exit_code, told(corrected)) == (0, {"created": 1}), corrected.output
    assert visits_in(database) == 2


async def test_what_gets_lost_on_the_way_is_sent_until_it_is_there(
    push: Push, line: Line, a_month: Month, tmp_path: Path, database: Urls
) -> None:
    fates = [Fate.PASSES, Fate.ANSWER_LOST, Fate.BUSY, Fate.PASSES, Fate.ASKED_IN_VAIN]
    line.fate = lambda _path, nth: fates[nth % 5]
    result = push(written(tmp_path, await a_month()))
    assert (result.exit_code, told(result)) == (0, {"created": 8}), result.output
    assert visits_in(database) == 8


async def test_a_push_that_was_cut_goes_on_where_it_was(
    push: Push, line: Line, a_month: Month, tmp_path: Path, database: Urls
) -> None:
    file = written(tmp_path, await a_month(10))
    line.fate = lambda path, nth: Fate.ANSWER_LOST if path == BATCH and nth > 1 else Fate.PASSES
    cut = push(file)
    assert cut.exit_code == 4, cut.output
    assert "再次运行同一命令继续" in cut.stderr
    journal = tmp_path / "visits.ndjson.push"
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600

    line.fate, asked = (lambda _path, _nth: Fate.PASSES), line.count(BATCH)
    on = push(file)
    assert (on.exit_code, told(on)) == (0, {"created": 10}), on.output  # the lost answer among them
    assert line.count(BATCH) - asked == 3  # four batches, of which one was acknowledged
    assert not journal.exists()
    assert visits_in(database) == 10


async def test_the_journal_may_be_deleted_or_damaged_at_any_time(
    push: Push, line: Line, a_month: Month, tmp_path: Path, database: Urls
) -> None:
    file = written(tmp_path, await a_month(7))
    journal = tmp_path / "visits.ndjson.push"
    line.fate = lambda path, nth: Fate.ASKED_IN_VAIN if path == BATCH and nth > 2 else Fate.PASSES
    assert push(file).exit_code == 4
    journal.write_text(journal.read_text("utf-8")[:-20], "utf-8")  # the last line was cut short
    assert push(file).exit_code == 4
    journal.unlink()
    line.fate = lambda _path, _nth: Fate.PASSES
    result = push(file)
    assert (result.exit_code, told(result)) == (0, {"created": 1, "unchanged": 6}), result.output
    assert visits_in(database) == 7


async def test_another_file_of_that_name_is_pushed_from_its_start(
    push: Push, line: Line, a_month: Month, tmp_path: Path
) -> None:
    visits = await a_month(8)
    line.fate = lambda path, nth: Fate.ASKED_IN_VAIN if path == BATCH and nth > 1 else Fate.PASSES
    assert push(written(tmp_path, visits[:4])).exit_code == 4
    line.fate = lambda _path, _nth: Fate.PASSES
    result = push(written(tmp_path, visits[4:]))
    assert (result.exit_code, told(result)) == (0, {"created": 4}), result.output


async def test_a_table_is_sent_whole_and_once_though_its_answer_was_lost(
    push: Push, line: Line, tmp_path: Path, service: Service, database: Urls
) -> None:
    await an_elder_on_duty(service)
    heading = "村（社区）,姓名,探访日期,服务方式,探访结果,服务人员,服务人员类别"
    row = "350303104201,陈阿婆,2026-10-20,电话探访,无人在家,林水妹,网格员"
    file = written(tmp_path, [heading, row], "visits.csv")
    line.fate = lambda path, nth: Fate.ANSWER_LOST if path == "/v1/visit-imports" and nth <= 3 else Fate.PASSES
    assert push(file, by="district_supervisor").exit_code == 4
    result = push(file, by="district_supervisor")
    assert (result.exit_code, told(result)) == (0, {"created": 1}), result.output
    assert visits_in(database) == 1


async def test_refused_rows_of_a_table_come_back_in_its_own_layout(
    push: Push, tmp_path: Path, service: Service, database: Urls
) -> None:
    await an_elder_on_duty(service)
    heading = "村（社区）,姓名,探访日期,服务方式,探访结果,服务人员,服务人员类别"
    row = "350303104201,陈阿婆,2026-10-20,飞行,无人在家,林水妹,网格员"
    result = push(written(tmp_path, [heading, row], "visits.csv"), by="district_supervisor")
    assert (result.exit_code, told(result)) == (3, {"rejected": 1}), result.output
    errors = tmp_path / "visits.errors.csv"
    assert stat.S_IMODE(errors.stat().st_mode) == 0o600
    assert errors.read_text("utf-8-sig").splitlines()[0] == f"{heading},错误说明"
    mended = errors.read_text("utf-8-sig").replace("飞行", "电话探访", 1)
    errors.write_text(mended, "utf-8-sig")
    again = push(errors, by="district_supervisor")
    assert (again.exit_code, told(again)) == (0, {"created": 1}), again.output
    assert visits_in(database) == 1


async def test_both_sides_are_compared_after_a_push(push: Push, a_month: Month, tmp_path: Path) -> None:
    first, second, third = await a_month(3)
    alike = push(written(tmp_path, [first, second, third]), "--reconcile")
    assert alike.exit_code == 0, alike.output
    assert "一致 matched 3" in alike.stdout

    wrong = {**second, "external_id": "A-9", "method": "letter", "external_version": 1}
    changed = {**first, "notes": "另一种说法"}
    differ = push(written(tmp_path, [changed, wrong, third]), "--reconcile")
    assert differ.exit_code == 3, differ.output
    lines = [line for line in differ.stdout.splitlines() if line.startswith("│")]
    assert any("mismatched" in line and "A-1" in line for line in lines), differ.stdout
    assert any("unexpected" in line and "A-2" in line for line in lines), differ.stdout


@pytest.mark.parametrize("options", [("--dry-run",), ()])
def test_only_lines_that_are_kept_are_compared(run: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    file = written(tmp_path, [{}], "visits.ndjson" if options else "visits.csv")
    result = run("push", str(file), "--url", "http://127.0.0.1:9", "--username", "a", "--reconcile", *options)
    assert result.exit_code == 2


@pytest.mark.parametrize("options", [(), ("--username", "a", "--client-id", "b")])
def test_a_push_is_either_a_persons_or_a_systems(run: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    result = run("push", str(written(tmp_path, [{}])), "--url", "http://127.0.0.1:9", *options)
    assert result.exit_code == 2


async def test_who_may_not_record_is_refused(push: Push, a_month: Month, tmp_path: Path) -> None:
    result = push(written(tmp_path, await a_month(1)), by="district_supervisor")
    assert result.exit_code == 1
    assert "permission_missing" in result.stderr
