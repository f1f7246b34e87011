"""Twenty minutes of a mixed load: nothing grows, nothing slows down, nothing fails (P53)."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import linear_regression, quantiles

import pytest
from sqlalchemy import make_url

from api.domain.months import civil_date
from api.security import Keys
from tests.builders import DISTRICT, settle
from tests.conftest import Urls
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told
from tests.promises.pulse import Asked, Beat, pulsing, statuses
from tests.promises.servers import Serving, serving
from tests.promises.things import visits_and_reports
from tests.visits.rounds import Rounds

MIB = 1024**2
RATE, MINUTE, EVERY = 30, 60.0, 5.0
WARM_UP = 3  # minutes
READS_FOR = 20.0  # seconds of every minute
MOST_MEMORY, MOST_GROWTH, MOST_LOG = 300 * MIB, 1 * MIB, 64 * MIB


@dataclass
class Measured:
    """Of a process, every five seconds: minutes since the beginning, bytes of memory, open files, threads."""

    pid: int
    minutes: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)

    async def go_on(self) -> None:
        clock, process = asyncio.get_running_loop().time, Path(f"/proc/{self.pid}")
        began = clock()
        while True:
            status = dict(
                line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line
            )
            self.minutes.append((clock() - began) / MINUTE)
            self.memory.append(int(status["VmRSS"].split()[0]) * 1024)
            self.threads.append(int(status["Threads"]))
            self.files.append(len(list((process / "fd").iterdir())))
            await asyncio.sleep(EVERY)

    @property
    def growth(self) -> float:
        """Bytes a minute after the warm-up, by least squares."""
        warm = [each for each in zip(self.minutes, self.memory, strict=True) if each[0] > WARM_UP] or [(0, 0), (1, 0)]
        return linear_regression(*zip(*warm, strict=True)).slope


@pytest.mark.full
@promise("P53")
async def test_nothing_grows_and_nothing_slows_down(
    rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path, counted: Counted, told: Told, progress: Heard
) -> None:
    minutes = counted(2, 20)
    rounds.clock.now = datetime.now(UTC)
    posts = [("POST", path, body) for path, body in await visits_and_reports(rounds, minutes * 60 * RATE // 3)]
    elder_id = str(posts[0][2]["elder"]["id"])
    beats: list[Beat] = []
    longest_log = 0
    with serving(database, keys, tmp_path) as server:
        await server.up()
        measured = Measured(server.pid)
        measuring = asyncio.create_task(measured.go_on())
        for minute in range(minutes):
            progress(minute, minutes)
            rounds.clock.now = datetime.now(UTC)
            chunk = posts[minute * len(posts) // minutes : (minute + 1) * len(posts) // minutes]
            reading = asyncio.create_task(read_for_long(database))
            beats += await a_minute_of(rounds, server, mixed(elder_id, chunk))
            await reading
            longest_log = max(longest_log, log_of(database))
        measuring.cancel()
        with suppress(asyncio.CancelledError):
            await measuring

    half = len(beats) // 2
    before, after = (quantiles([beat.took for beat in part], n=100)[-1] for part in (beats[:half], beats[half:]))
    assert max(statuses(beats)) < 500, statuses(beats)
    assert measured.memory[-1] < MOST_MEMORY
    assert measured.growth < MOST_GROWTH
    assert longest_log < MOST_LOG
    later = len(measured.files) * 2 // 3
    assert max(measured.threads[later:]) <= max(measured.threads[:later]) + 2
    assert max(measured.files[later:]) <= max(measured.files[:later]) + 10
    assert after <= before * 1.3
    told(
        f"{minutes} min, {len(beats)} requests at {RATE}/s, 0 × 5xx, memory {measured.memory[-1] // MIB} MiB, "
        f"{measured.growth / MIB:+.2f} MiB a minute, p99 {before * 1000:.0f} then {after * 1000:.0f} ms, "
        f"{max(measured.files)} files, {max(measured.threads)} threads, log {longest_log // MIB} MiB"
    )


async def a_minute_of(rounds: Rounds, server: Serving, asked: dict[str, list[Asked]]) -> list[Beat]:
    """Everybody at once, each signed in anew."""
    people = {"supervisor": rounds.supervisor, "instructor": rounds.instructor, "liaison": rounds.liaison}

    async def of(name: str) -> list[Beat]:
        token = await settle(rounds.service, people[name])
        async with pulsing(server.url, token, asked[name], rate=RATE / len(people)) as pulse:
            await asyncio.sleep(MINUTE)
        return pulse.beats

    return [beat for beats in await asyncio.gather(*map(of, people)) for beat in beats]


def mixed(elder_id: str, posts: list[Asked]) -> dict[str, list[Asked]]:
    """What each role asks: lists, people, sums, what does not exist, what is wrong; the liaison records."""
    month = f"{civil_date(datetime.now(UTC)):%Y-%m}"
    reads: list[Asked] = [
        ("GET", "/v1/elders", None),
        ("GET", f"/v1/elders/{elder_id}", None),
        ("GET", f"/v1/visit-rates?month={month}&area={DISTRICT}", None),
        ("GET", "/v1/elders/00000000-0000-7000-8000-000000000000", None),
        ("POST", "/v1/visits", {"method": "flying"}),
        ("GET", "/v1/me", None),
    ]
    return {"supervisor": reads, "instructor": reads[::-1], "liaison": posts or reads}


async def read_for_long(database: Urls) -> None:
    """Somebody who reads SQLite in one go, as a backup does, so that its log cannot be emptied meanwhile."""
    if database.app.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(database.app).database or "", isolation_level=None)) as reading:
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM visits").fetchone()
            await asyncio.sleep(READS_FOR)


def log_of(database: Urls) -> int:
    """Bytes of SQLite's log."""
    log = Path(f"{make_url(database.app).database}-wal")
    return log.stat().st_size if database.app.startswith("sqlite") and log.exists() else 0
