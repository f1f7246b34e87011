"""What is acknowledged lies on the disk: before the answer leaves, under no careless setting, and when it is full."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner

from api.cli import app
from api.security import Keys, write_keys
from api.store import tables
from api.store.dialect import careless_settings
from tests.builders import settle
from tests.cli.conftest import sql
from tests.conftest import Urls, found_in, migrate
from tests.elders.forms import stored_rows
from tests.postgres import APP, OWNER, Postmaster
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told
from tests.promises.postmaster import urls_in
from tests.promises.servers import Serving, serving
from tests.promises.things import visits_and_reports
from tests.visits.rounds import Rounds, a_visit

KEY = {"Idempotency-Key": "0123456789abcdef-one"}


# --- P04: synced before it is said ---------------------------------------------------------------------

SYNCED = re.compile(r"f(?:data)?sync\(\d+<[^>]*(?:-wal|/pg_wal/[0-9A-F]{24})>|<\.\.\. f(?:data)?sync resumed")
SAID = re.compile(r"(?:write|sendto|sendmsg|writev)\(.*HTTP/1\.1 201 ")


@pytest.mark.long
@promise("P04")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_no_visit_is_acknowledged_before_its_log_is_synced(
    rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path, counted: Counted, told: Told
) -> None:
    told(await syncs_before_answers(rounds, database, keys, tmp_path, visits=counted(10, 500)))


class TestPostgresqlsLog:
    @pytest.fixture
    def database(self, postmaster: Postmaster) -> Urls:
        return urls_in(postmaster.cluster)

    @pytest.mark.long
    @promise("P04")
    async def test_no_visit_is_acknowledged_before_its_log_is_synced(
        self,
        rounds: Rounds,
        database: Urls,
        postmaster: Postmaster,
        keys: Keys,
        tmp_path: Path,
        counted: Counted,
        told: Told,
    ) -> None:
        told(await syncs_before_answers(rounds, database, keys, tmp_path, postmaster, visits=counted(10, 500)))


async def syncs_before_answers(
    rounds: Rounds, database: Urls, keys: Keys, folder: Path, postmaster: Postmaster | None = None, *, visits: int
) -> str:
    """Posts one after the other while what the processes sync and send is watched; the figure of the promise."""
    rounds.clock.now = datetime.now(UTC)
    records, token = await visits_of(rounds, visits + 1), await settle(rounds.service, rounds.liaison)
    with serving(database, keys, folder, TANFANG_RUN_JOBS="false") as server:
        await server.up()
        async with client_of(server, token) as client:
            assert (await client.post("/v1/visits", json=records.pop())).status_code == 201  # it has its connections
            async with traced([server.pid, *(postmaster.family if postmaster else ())], folder / "trace"):
                for record in records:
                    assert (await client.post("/v1/visits", json=record)).status_code == 201

    calls = (folder / "trace").read_text("utf-8", "replace").splitlines()
    events = "".join("a" if SAID.search(call) else "s" for call in calls if SAID.search(call) or SYNCED.search(call))
    assert events.count("a") == visits
    assert re.fullmatch("(s+a)+s*", events), "an answer left before a sync of its own"
    return f"{visits} posts one after the other, {events.count('s')} syncs, at least one before each answer (strace)"


async def visits_of(rounds: Rounds, number: int) -> list[dict[str, Any]]:
    return [body for path, body in await visits_and_reports(rounds, number) if path == "/v1/visits"]


@asynccontextmanager
async def traced(pids: Sequence[int], trace: Path) -> AsyncIterator[None]:
    """What these processes sync and send, in ``trace``, in the order of time."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    calls = "trace=fsync,fdatasync,write,writev,sendto,sendmsg"
    which = [part for pid in pids for part in ("-p", str(pid))]
    command = ("strace", "-f", "-y", "-s", "32", "-e", calls, "-o", str(trace), *which)
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    for _ in pids:
        if b"attached" not in (said := await process.stderr.readline()):
            pytest.skip("needs root" if b"not permitted" in said else f"needs strace: {said.decode()}")
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        await process.communicate()


@asynccontextmanager
async def client_of(server: Serving, token: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=60) as client:
        yield client


# --- P05: a full disk ----------------------------------------------------------------------------------

DISK, ROOM = 200 * 1024**2, 3 * 1024**2
TOGETHER, ENOUGH = 20, 20  # records in a batch; refusals


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which can be filled."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tanfang", str(place)], check=True)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


class TestFullDisk:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def database(self, request: pytest.FixtureRequest, disk: Path) -> Iterator[Urls]:
        """On that disk."""
        if request.param == "sqlite":
            url = f"sqlite:///{disk / 'tanfang.db'}"
            shutil.copy(request.getfixturevalue("sqlite_template"), disk / "tanfang.db")
            yield Urls(url, url)
            return
        running = Postmaster(disk, max_wal_size="32MB", min_wal_size="32MB")
        running.cluster.create_database("full")
        migrate(running.cluster.url("full", OWNER))
        found_in(running.cluster.url("full", APP))
        yield Urls(running.cluster.url("full", APP), running.cluster.url("full", OWNER))
        running.stop()

    @pytest.mark.long
    @promise("P05")
    async def test_a_full_disk_loses_nothing_and_needs_no_restart(
        self, rounds: Rounds, database: Urls, disk: Path, keys: Keys, tmp_path: Path, told: Told
    ) -> None:
        rounds.clock.now = datetime.now(UTC)
        records, token = await visits_of(rounds, 3000), await settle(rounds.service, rounds.liaison)
        elder = f"/v1/elders/{records[0]['elder']['id']}"
        with serving(database, keys, tmp_path, TANFANG_RUN_JOBS="false") as server:
            await server.up()
            async with client_of(server, token) as client:
                ballast = disk / "ballast"
                ballast.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - ROOM)))
                kept, said = await until_it_is_full(client, records)
                health, words, *looks = [
                    (await client.get(path)).status_code for path in ("/healthz", "/v1/error-codes", *[elder] * 5)
                ]
                ballast.unlink()
                back = await seconds_until_it_takes(client, records[-1])
        stored = {str(row.id) for row in await rounds.rows(tables.Visit)}

        entries = stored_rows(database, "SELECT 1 FROM audit_entries WHERE operation = 'show_elder' AND result = 'ok'")
        assert said.keys() <= {207, 503}
        assert (health, words, set(looks) <= {200, 503}) == (200, 200, True)
        assert looks.count(200) == len(entries), "no look without a trace"
        assert kept <= stored
        assert back < 5
        told(
            f"{len(kept)} acknowledged, then {said[503]} × 503, 0 lost; of 5 looks at people {looks.count(503)} × 503, "
            f"health 200; it took writes {back:.1f} s after there was room"
        )


async def until_it_is_full(
    client: httpx.AsyncClient, records: Sequence[dict[str, Any]]
) -> tuple[set[str], Counter[int]]:
    """The ids that were acknowledged, and what was said, until it was refused so often."""
    kept: set[str] = set()
    said: Counter[int] = Counter()
    for begin in range(0, len(records), TOGETHER):
        answer = await client.post("/v1/visits/batch", json={"items": records[begin : begin + TOGETHER]})
        said[answer.status_code] += 1
        if answer.status_code == 207:
            kept |= {item["id"] for item in answer.json()["items"]}
        if said[503] >= ENOUGH:
            return kept, said
    raise AssertionError(f"the disk is not full after {len(kept)} visits")


async def seconds_until_it_takes(client: httpx.AsyncClient, record: dict[str, Any]) -> float:
    clock = asyncio.get_running_loop().time
    began = clock()
    while (answer := await client.post("/v1/visits", json=record)).status_code == 503:
        assert clock() < began + 30
        await asyncio.sleep(0.1)
    assert answer.is_success, answer.text
    return clock() - began


# --- P06: committed before it is said ------------------------------------------------------------------

FAILS_TO_COMMIT = {
    "sqlite": """
        CREATE TABLE nowhere (elder_id INTEGER REFERENCES elders(id) DEFERRABLE INITIALLY DEFERRED);
        CREATE TRIGGER too_late AFTER INSERT ON visits BEGIN INSERT INTO nowhere VALUES (1); END
    """,
    "postgresql": """
        CREATE FUNCTION too_late() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE disk_full; END';
        CREATE CONSTRAINT TRIGGER too_late AFTER INSERT ON visits DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION too_late()
    """,
}


@promise("P06")
@pytest.mark.own_database
async def test_what_fails_at_its_commit_was_never_acknowledged(rounds: Rounds, database: Urls, told: Told) -> None:
    elder_id, client = await rounds.elder(), await rounds.client_of(rounds.liaison)
    execute(database, FAILS_TO_COMMIT[database.owner.partition(":")[0]])

    single = await client.post("/v1/visits", json=a_visit(elder_id), headers=KEY)
    packed = await client.post("/v1/visits/batch", json={"items": [a_visit(elder_id)]})

    assert not single.is_success
    assert not packed.is_success
    for table in ("visits", "idempotency"):
        assert stored_rows(database, f"SELECT 1 FROM {table}") == []
    entries = stored_rows(database, "SELECT result FROM audit_entries WHERE operation LIKE '%visit%'")
    assert "ok" not in {row["result"] for row in entries}

    execute(database, "DROP TRIGGER too_late" + (" ON visits" if database.owner.startswith("postgresql") else ""))
    again = await client.post("/v1/visits", json=a_visit(elder_id), headers=KEY)
    assert (again.status_code, "idempotency-replayed" in again.headers) == (201, False)
    told(f"commit refused by the database: {single.status_code}, {packed.status_code}, no row, no key, no entry")


def execute(database: Urls, statements: str) -> None:
    for statement in re.split(r";\n", statements):
        sql(database.owner, statement.strip())


# --- P07: settings that lose rows ----------------------------------------------------------------------


def refused_to_serve(monkeypatch: pytest.MonkeyPatch, urls: Urls, keys: Keys, folder: Path) -> str:
    """What ``tanfang serve`` says when it does not."""
    write_keys(folder / "keys.json", keys)
    monkeypatch.setenv("TANFANG_MODE", "production")
    monkeypatch.setenv("TANFANG_DATABASE_URL", urls.app)
    monkeypatch.setenv("TANFANG_OWNER_DATABASE_URL", urls.owner)
    monkeypatch.setenv("TANFANG_KEYS_FILE", str(folder / "keys.json"))
    monkeypatch.setenv("TANFANG_PORT", "0")
    result = CliRunner().invoke(app, ["serve"])
    assert result.exit_code == 1, result.exception
    assert "Traceback" not in result.output
    return result.stderr


@promise("P07")
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_postgresql_that_does_not_wait_for_its_disk_is_refused(
    setting: str, postmaster: Postmaster, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = postmaster.cluster
    urls = Urls(*(cluster.url("promises", role).replace(":tanfang@", ":A7d-1cb-Q0x9@") for role in (APP, OWNER)))
    with psycopg.connect(cluster.admin_url, autocommit=True) as administrator:
        administrator.execute(f"ALTER SYSTEM SET {setting} = off")
        administrator.execute("SELECT pg_reload_conf()")
        try:
            assert f"{setting}=off" in refused_to_serve(monkeypatch, urls, keys, tmp_path)
        finally:
            administrator.execute(f"ALTER SYSTEM RESET {setting}")
            administrator.execute("SELECT pg_reload_conf()")


@promise("P07")
@pytest.mark.parametrize("pragma", ["journal_mode=delete", "synchronous=1", "foreign_keys=0"])
async def test_each_careless_pragma_is_named(pragma: str, tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'tanfang.db'}", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for each in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", pragma):
            await connection.exec_driver_sql(f"PRAGMA {each}")
        assert await careless_settings(connection) == [pragma]
    await engine.dispose()
