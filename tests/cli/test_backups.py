"""Backups: one sealed file of one moment, and an empty database filled from it, of either kind."""

import asyncio
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from api.deps import Service
from api.domain.months import Month
from api.security import Keys, write_keys
from tests.cli.conftest import Run, sql
from tests.conftest import Urls
from tests.domain.duties import general, visit
from tests.matrix.rows import rows_of
from tests.populations import planned, settled
from tests.postgres import APP, OWNER, Cluster
from tests.promises.names import promise

Spoil = Callable[[bytes], bytes]


@pytest.fixture
async def backup(service: Service, run: Run, tmp_path: Path) -> Path:
    """A backup of a district where one elder was visited."""
    await settled(service, [general(visit(9))])
    await planned(service, Month(2026, 11))
    result = await asyncio.to_thread(run, "backup", str(tmp_path / "backups"))
    assert result.exit_code == 0, result.output
    return next((tmp_path / "backups").glob("*.backup"))


def point_at(urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANFANG_DATABASE_URL", urls.app)
    monkeypatch.setenv("TANFANG_OWNER_DATABASE_URL", urls.owner)


async def test_an_empty_database_is_filled_row_by_row(
    backup: Path, database: Urls, empty: Urls, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rows_of(database) as rows:
        before = rows.fingerprints()

    point_at(empty, monkeypatch)
    restored = await asyncio.to_thread(run, "restore", str(backup))

    assert restored.exit_code == 0, restored.output
    with rows_of(empty) as rows:
        assert rows.fingerprints() == before
    assert (await asyncio.to_thread(run, "obligations", "verify")).exit_code == 0


async def test_an_office_moves_from_one_database_to_the_other(
    backup: Path, database: Urls, run: Run, postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elders = sql(database.owner, "SELECT name, village, short_no FROM elders ORDER BY id")
    if database.app.startswith("sqlite"):
        postgres.create_database("moved")
        other = Urls(postgres.url("moved", APP), postgres.url("moved", OWNER))
    else:
        other = Urls(*(f"sqlite:///{tmp_path / 'moved.db'}",) * 2)

    point_at(other, monkeypatch)
    assert (await asyncio.to_thread(run, "restore", str(backup))).exit_code == 0

    assert sql(other.owner, "SELECT name, village, short_no FROM elders ORDER BY id") == elders
    assert (await asyncio.to_thread(run, "obligations", "verify")).exit_code == 0


async def test_what_goes_on_after_a_restore_is_counted_on(
    backup: Path, empty: Urls, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(empty, monkeypatch)
    assert (await asyncio.to_thread(run, "restore", str(backup))).exit_code == 0

    again = await asyncio.to_thread(run, "backup", str(backup.parent / "again"))

    assert again.exit_code == 0, again.output
    with rows_of(empty) as rows:
        assert rows.entries()["restore"] == [("tanfang restore", "ok")]
        assert ("tanfang backup", "ok") in rows.entries()["backup"]


def test_the_manifest_says_what_the_file_holds(backup: Path) -> None:
    manifest = json.loads(backup.with_suffix(".json").read_text("utf-8"))

    assert manifest["sha256"] == sha256(backup.read_bytes()).hexdigest()
    assert manifest["rows"]["elders"] == 1
    assert manifest["rows"]["visits"] == 1
    assert manifest["district"] == "350303"


@promise("P50")
def test_nobody_reads_a_name_in_a_backup(backup: Path, database: Urls) -> None:
    [(name,)] = sql(database.owner, "SELECT name FROM elders")

    assert name.encode() not in backup.read_bytes()
    assert name not in backup.with_suffix(".json").read_text("utf-8")


@promise("P50")
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda held: held[:-1], id="cut"),
        pytest.param(lambda held: held[:-40] + bytes([held[-40] ^ 1]) + held[-39:], id="one-bit"),
        pytest.param(lambda held: held + b"\0", id="longer"),
        pytest.param(lambda held: held.replace(b'"district": "350303"', b'"district": "350304"'), id="head"),
        pytest.param(lambda held: b"", id="empty"),
        pytest.param(lambda held: b"{}\n" + held, id="something-else"),
    ],
)
def test_a_damaged_backup_is_refused_and_makes_no_table(
    spoil: Spoil, backup: Path, empty: Urls, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.write_bytes(spoil(backup.read_bytes()))
    point_at(empty, monkeypatch)

    refused = run("restore", str(backup))

    assert refused.exit_code == 1
    assert "不完整或已被改动" in refused.stderr
    assert "Traceback" not in refused.output


@promise("P50")
async def test_a_backup_of_other_keys_is_refused(
    backup: Path, empty: Urls, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_keys(tmp_path / "other.json", Keys.generate())
    monkeypatch.setenv("TANFANG_KEYS_FILE", str(tmp_path / "other.json"))
    point_at(empty, monkeypatch)

    refused = await asyncio.to_thread(run, "restore", str(backup))

    assert refused.exit_code == 1
    assert "密钥" in refused.stderr


async def test_rows_that_are_there_are_left_as_they_are(backup: Path, database: Urls, run: Run) -> None:
    with rows_of(database) as rows:
        before = rows.fingerprints()

    refused = await asyncio.to_thread(run, "restore", str(backup))

    assert refused.exit_code == 1
    assert "已有数据" in refused.stderr
    with rows_of(database) as rows:
        assert rows.fingerprints() == before


@promise("P50")
async def test_a_backup_of_another_schema_says_which(
    backup: Path, empty: Urls, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.cli.backups.newest_revision", lambda: "9999")
    point_at(empty, monkeypatch)

    refused = await asyncio.to_thread(run, "restore", str(backup))

    assert refused.exit_code == 1
    assert "9999" in refused.stderr
