"""Sealing keys changed from the command line: made ahead, put to use, everything sealed anew, the old one dropped."""

import asyncio
import time
from pathlib import Path

import pytest

from api.security import Keys, load_keys, rewrite_keys, write_keys
from api.store.crypto import Suite
from api.usecases.keys import make_sealing_key, rotate_sealing_key
from tests.cli.conftest import Run, started
from tests.duty.office import Office
from tests.promises.names import promise
from tests.serving import Forked


@pytest.fixture
def file(environment: dict[str, str]) -> Path:
    return Path(environment["TANFANG_KEYS_FILE"])


@promise("P42")
async def test_a_sealing_key_is_changed_in_five_commands(office: Office, run: Run, file: Path) -> None:
    elder_id = await office.verified()
    old = load_keys(file).sealing.current
    early = run("keys", "rotate", "sealing")
    said = [run("keys", *command) for command in (("make", "sealing"), ("rotate", "sealing"))]
    needed = await asyncio.to_thread(run, "keys", "drop", str(old))
    sealed = await asyncio.to_thread(run, "keys", "reseal")
    dropped = await asyncio.to_thread(run, "keys", "drop", str(old))

    assert (early.exit_code, "tanfang keys make sealing" in early.stderr) == (1, True)
    assert [each.exit_code for each in (*said, sealed, dropped)] == [0, 0, 0, 0], sealed.output + dropped.output
    assert (needed.exit_code, "keys reseal" in needed.stderr) == (1, True)
    assert list(load_keys(file).sealing.keys) == [old + 1]
    office.service.store._sealer.use(load_keys(file).sealing)
    assert (await office.reads(office.supervisor, f"/v1/elders/{elder_id}")).status_code == 200
    assert "使用中" in run("keys", "check").stdout


@promise("P42")
async def test_a_service_with_the_keys_of_another_database_does_not_start(
    office: Office, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.verified()
    write_keys(tmp_path / "other.json", Keys.generate())
    monkeypatch.setenv("TANFANG_KEYS_FILE", str(tmp_path / "other.json"))

    refused = await asyncio.to_thread(run, "serve")
    assert (refused.exit_code, "密钥与数据库不符" in refused.stderr) == (1, True), refused.output


@promise("P42")
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_process_that_nobody_asks_takes_the_new_key_too(command: str, file: Path, tmp_path: Path) -> None:
    with started(command, tmp_path / "said.log", TANFANG_LOG_LEVEL="INFO") as process:
        until_it_says(process, "worker is running" if command == "worker" else "serving on")
        for change in (make_sealing_key, rotate_sealing_key):
            before = process.said.count("keys_changed")
            rewrite_keys(file, change(load_keys(file)))
            until_it_says(process, "keys_changed", more_than=before)


def until_it_says(process: Forked, word: str, *, more_than: int = 0) -> None:
    until = time.monotonic() + 30
    while process.said.count(word) <= more_than:
        assert process.status is None, process.said
        assert time.monotonic() < until, process.said
        time.sleep(0.05)


def test_keys_of_the_national_suite_are_made_by_an_option(run: Run, tmp_path: Path) -> None:
    made = run("keys", "new", str(tmp_path / "national.json"), "--national")
    assert made.exit_code == 0, made.output
    assert load_keys(tmp_path / "national.json").sealing.suite is Suite.NATIONAL
