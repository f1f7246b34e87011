"""A file of 10,000 records beside a bare COPY of the rows it became; and the memory that 50,000 records take."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg

from benchmarks.district import District
from benchmarks.serving import Server, environment_of

RECORDS, MANY = 10_000, 50_000


def import_seconds(server: Server, district: District, records: int) -> float:
    """How long one request with so many records takes, from the first byte to the answer."""
    lines = _lines(district, records)
    started = time.perf_counter()
    answer = _posted(server, district, lines)
    taken = time.perf_counter() - started
    counts = answer.json()["stats"]
    if answer.status_code != 201 or counts.get("created") != records:
        raise SystemExit(f"the file was not taken in whole: {answer.status_code} {counts}")
    return taken


def copy_seconds(admin_url: str, records: int) -> float:
    """The newest rows of ``visits`` under other names into the same table, with its indexes and keys, committed."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bench_rows")
        connection.execute(
            "CREATE UNLOGGED TABLE bench_rows AS SELECT * FROM visits ORDER BY received_at DESC, id DESC LIMIT %s",
            [records],
        )
        connection.execute("UPDATE bench_rows SET id = gen_random_uuid(), source = 'bench'")
        with connection.cursor().copy("COPY bench_rows TO STDOUT (FORMAT BINARY)") as out:
            rows = b"".join(map(bytes, out))
        connection.execute("DROP TABLE bench_rows")
        started = time.perf_counter()
        with connection.cursor().copy("COPY visits FROM STDIN (FORMAT BINARY)") as into:
            into.write(rows)
        taken = time.perf_counter() - started
        connection.execute("DELETE FROM visits WHERE source = 'bench'")
    return taken


def import_mib(server: Server, district: District, folder: Path) -> float:
    """The highest resident memory of server and worker together while a large file is taken in, over both idle."""
    with _worker(district, folder) as worker:
        import_seconds(server, district, 500)  # whatever is loaded once is loaded by now
        _wait_for_file(server, district, 11_000)
        with _highest([server.pid, worker.pid]) as seen:
            _wait_for_file(server, district, MANY)
        return (max(seen) - seen[0]) / 1024


def _lines(district: District, records: int) -> bytes:
    return b"".join(district.visit() + b"\n" for _ in range(records))


def _posted(server: Server, district: District, lines: bytes) -> httpx.Response:
    headers = {"Authorization": f"Bearer {district.recorder.token}", "Content-Type": "application/x-ndjson"}
    return httpx.post(f"{server.url}/v1/visit-imports", content=lines, headers=headers, timeout=600).raise_for_status()


def _wait_for_file(server: Server, district: District, records: int) -> None:
    """A file that is too long for one request; returns when a worker is done with it."""
    report = _posted(server, district, _lines(district, records)).json()
    until = time.monotonic() + 1200
    while report["state"] == "running":
        if time.monotonic() > until:
            raise SystemExit("a file was not done in time")
        time.sleep(1)
        headers = {"Authorization": f"Bearer {district.recorder.token}"}
        shown = httpx.get(f"{server.url}/v1/visit-imports/{report['id']}", headers=headers, timeout=60)
        report = shown.raise_for_status().json()
    if report["stats"].get("created") != records:
        raise SystemExit(f"the file was not taken in whole: {json.dumps(report['counts'])}")


@contextmanager
def _worker(district: District, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-c", "from api.cli import app; app(['worker'])"]
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment_of(district), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def _highest(processes: list[int]) -> Iterator[list[int]]:
    """KiB resident at first, and then again and again."""
    seen, done = [_resident(processes)], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            seen.append(_resident(processes))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def _resident(processes: list[int]) -> int:
    pages = sum(int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in processes)
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024
