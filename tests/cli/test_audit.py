"""The chain over the audit: whatever somebody with the database in hand does to it, shows."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from api.deps import Service
from api.domain.access import Actor
from api.security import Keys, write_keys
from api.store import Trace
from api.usecases.auditing import link_up
from tests.builders import DISTRICT
from tests.cli.conftest import Run, sql
from tests.conftest import Clock, Urls
from tests.postgres import Cluster

ENTRIES = 40
SEVENTH = "(SELECT seq FROM audit_links WHERE position = 7)"
LAST = "(SELECT max(seq) FROM audit_links)"
Tamper = Callable[[str], object]


async def looked(service: Service, times: int) -> None:
    for number in range(times):
        trace = Trace(operation="get_elder", request_id=f"request-{number:04d}", source="test")
        await service.store.note(Actor.system(DISTRICT, "a test looks"), trace)


@pytest.fixture
async def linked(service: Service, clock: Clock) -> None:
    """Entries of an hour and a half, all in the chain."""
    for _ in range(4):
        await looked(service, ENTRIES // 4)
        clock.now += timedelta(minutes=30)
        await link_up(service.store)


@pytest.fixture
def by_hand(database: Urls, request: pytest.FixtureRequest) -> Tamper:
    """What a superuser of the database could do, walls and triggers aside."""

    def tamper(statement: str) -> object:
        if database.app.startswith("sqlite"):
            for table in ("audit_entries", "audit_links"):
                for verb in ("update", "delete"):
                    sql(database.owner, f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            return sql(database.owner, statement)
        postgres: Cluster = request.getfixturevalue("postgres")
        return sql(postgres.admin_url_of(database.owner.rpartition("/")[2]), statement)

    return tamper


@pytest.fixture
async def kept(linked: None, run: Run, tmp_path: Path) -> Path:
    """A checkpoint that has left the machine."""
    made = await asyncio.to_thread(run, "audit", "checkpoint", str(tmp_path / "elsewhere"))
    assert made.exit_code == 0, made.output
    return next((tmp_path / "elsewhere").glob("*.checkpoint"))


async def test_a_chain_nobody_touched_is_whole(kept: Path, run: Run) -> None:
    result = await asyncio.to_thread(run, "audit", "verify", "--checkpoint", str(kept))

    assert result.exit_code == 0, result.output
    assert "审计链完整" in result.stdout


@pytest.mark.parametrize(
    ("done", "what"),
    [
        pytest.param(f"UPDATE audit_entries SET result = 'ok2' WHERE seq = {SEVENTH}", "changed", id="changed"),
        pytest.param(f"DELETE FROM audit_entries WHERE seq = {SEVENTH}", "missing", id="deleted-in-the-middle"),
        pytest.param(
            f"DELETE FROM audit_entries WHERE seq = {LAST}",
            "missing",
            id="deleted-at-the-end",
        ),
        pytest.param(
            f"UPDATE audit_entries SET request_id = CASE seq WHEN {SEVENTH} THEN 'request-0007' ELSE 'request-0006' END"
            f" WHERE seq IN ({SEVENTH}, {SEVENTH} + 1)",
            "changed",
            id="reordered",
        ),
        pytest.param("DELETE FROM audit_links WHERE position = 7", "cut", id="link-taken-out"),
    ],
)
async def test_what_was_done_to_it_is_named(done: str, what: str, linked: None, by_hand: Tamper, run: Run) -> None:
    await asyncio.to_thread(by_hand, done)

    result = await asyncio.to_thread(run, "audit", "verify")

    assert result.exit_code == 1
    assert what in result.stdout


async def test_yesterday_put_back_contradicts_the_checkpoint(kept: Path, by_hand: Tamper, run: Run) -> None:
    later = "(SELECT seq FROM audit_links WHERE position = 20)"
    await asyncio.to_thread(by_hand, f"DELETE FROM audit_entries WHERE seq > {later}")
    await asyncio.to_thread(by_hand, "DELETE FROM audit_links WHERE position > 20")

    alone = await asyncio.to_thread(run, "audit", "verify")
    result = await asyncio.to_thread(run, "audit", "verify", "--checkpoint", str(kept))

    assert alone.exit_code == 0  # a shorter chain is whole in itself: that is what checkpoints are for
    assert result.exit_code == 1
    assert "cut" in result.stdout


async def test_a_chain_made_anew_contradicts_the_checkpoint(
    kept: Path, by_hand: Tamper, service: Service, run: Run
) -> None:
    await asyncio.to_thread(by_hand, f"UPDATE audit_entries SET result = 'ok2' WHERE seq = {SEVENTH}")
    await asyncio.to_thread(by_hand, "DELETE FROM audit_links")
    await link_up(service.store)

    result = await asyncio.to_thread(run, "audit", "verify", "--checkpoint", str(kept))

    assert result.exit_code == 1
    assert "contradicted" in result.stdout


async def test_an_entry_slipped_in_is_named(linked: None, by_hand: Tamper, service: Service, run: Run) -> None:
    columns = "actor_id, session_id, roles, areas, reason, operation, object_ids, fields, purpose, result, source"
    await asyncio.to_thread(
        by_hand,
        f"INSERT INTO audit_entries (seq, at, request_id, {columns})"
        f" SELECT seq + 4000, at, 'request-9999', {columns} FROM audit_entries"
        " WHERE seq = (SELECT min(seq) FROM audit_links)",
    )
    await link_up(service.store)

    result = await asyncio.to_thread(run, "audit", "verify")

    assert result.exit_code == 1
    assert "slipped_in" in result.stdout


async def test_somebody_elses_checkpoint_is_refused(
    kept: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_keys(tmp_path / "other.json", Keys.generate())
    monkeypatch.setenv("TANFANG_KEYS_FILE", str(tmp_path / "other.json"))

    result = await asyncio.to_thread(run, "audit", "verify", "--checkpoint", str(kept))

    assert result.exit_code == 1
    assert "不是本服务签发" in result.stderr
