"""`make bench`: what a visit costs beside the bare framework, a file beside a bare COPY, a page among a million.

Only ratios taken inside one run mean anything. Rounds rotate; every answer must be 2xx; rows are counted afterwards
and the stored judgements verified. PostgreSQL runs from the wheel with durable settings, which are shown; its figures
bear the plain names, those of SQLite begin with ``sqlite_``.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import psycopg
from pydantic import SecretStr
from rich.console import Console

from api.domain.access import Actor
from api.security import Keys, write_keys
from api.settings import Mode, Settings
from benchmarks.copies import Copies
from benchmarks.district import District, SignedIn, prepared
from benchmarks.figures import Figures
from benchmarks.forces import KINDS, somebody_of
from benchmarks.importing import RECORDS, copy_seconds, import_mib, import_seconds
from benchmarks.posting import Posted, post_all, reading, request
from benchmarks.reading import Reading, dashboard, first_page, milliseconds, only_the_page, roll, supervisor
from benchmarks.serving import Server, serving
from tests.postgres import APP, OWNER, Cluster, cluster

ROUNDS = 5
POSTS = 1500  # single visits in a round
CONNECTIONS = 32
BATCHES = 12  # of 500, in a round
LARGE, SMALL = 1_000_000, 10_000  # elders of the large set and of the one it is compared with
PAGES = 20  # read in each of the two
PARTS = ("posts", "batches", "imports", "memory", "lists", "surges", "large")
_DURABLE = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: which parts of it, how often, and where its figures go."""

    parts: frozenset[str]
    rounds: int
    posts: int
    large: int
    folder: Path
    figures: Figures
    console: Console

    def settings(self, app_url: str, owner_url: str) -> Settings:
        return Settings(
            mode=Mode.TEST,
            database_url=SecretStr(app_url),
            owner_database_url=SecretStr(owner_url),
            keys_file=self.folder / "keys.json",
            log_level="ERROR",
        )


def main() -> int:
    arguments = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    arguments.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, help="which parts; all of them unless said"
    )
    arguments.add_argument("--on", nargs="+", choices=("sqlite", "postgresql"), default=("sqlite", "postgresql"))
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    arguments.add_argument("--posts", type=int, default=POSTS)
    arguments.add_argument("--large", type=int, default=LARGE, help="elders of the large set")
    chosen = arguments.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tanfang-bench-")))
        write_keys(folder / "keys.json", Keys.generate())
        bench = Bench(frozenset(chosen.only), chosen.rounds, chosen.posts, chosen.large, folder, Figures(), Console())
        postgres = stack.enter_context(cluster(durable=True))
        durable = _durable(postgres)
        bench.console.print(f"PostgreSQL: {durable}")
        if bench.parts - {"large"}:
            for name in chosen.on:
                _with_requests(bench, name, postgres)
        if "large" in bench.parts:
            _among_many(bench, postgres)
        bench.figures.show(bench.console)
        bench.figures.keep(durable)
    return 0


def _durable(postgres: Cluster) -> str:
    with psycopg.connect(postgres.admin_url) as connection:
        told = {name: connection.execute(f"SHOW {name}").fetchone() for name in _DURABLE}
    return ", ".join(f"{name} {value[0]}" for name, value in told.items() if value)


# --- requests, beside the echo ------------------------------------------------------------------------


def _with_requests(bench: Bench, name: str, postgres: Cluster) -> None:
    bench.console.print(f"{name}: 准备 preparing …")
    if name == "postgresql":
        postgres.create_database("bench")
        settings = bench.settings(postgres.url("bench", APP), postgres.url("bench", OWNER))
    else:
        settings = bench.settings(*(f"sqlite:///{bench.folder / 'bench.db'}",) * 2)
    district = asyncio.run(prepared(settings))
    admin_url = postgres.admin_url_of("bench") if name == "postgresql" else None
    with serving("api", district, bench.folder) as product, serving("echo", district, bench.folder) as echo:
        rounds = _Rounds(bench, district, product, echo, admin_url)
        steps = rounds.steps()
        for number in range(bench.rounds):
            bench.console.print(f"{name}: 第 {number + 1}/{bench.rounds} 轮 round")
            for step in steps[number % len(steps) :] + steps[: number % len(steps)]:
                step()
    if "memory" in bench.parts and admin_url:
        with serving("api", district, bench.folder) as product:
            bench.figures.add("import_50k_mib", "MiB", import_mib(product, district, bench.folder))
    asyncio.run(district.check(bench.console))


@dataclass(frozen=True, slots=True)
class _Rounds:
    """What is measured again and again, in an order that rotates."""

    bench: Bench
    district: District
    product: Server
    echo: Server
    admin_url: str | None  # of PostgreSQL

    def steps(self) -> list[Callable[[], None]]:
        parts: dict[str, Sequence[Callable[[], None]]] = {
            "posts": (self._by_one_client, self._by_one_connection, self._by_many_clients),
            "batches": (self._batches,),
            "imports": (self._import,),
            "lists": (self._lists,),
            "surges": (self._surge,),
        }
        return [step for part, steps in parts.items() if part in self.bench.parts for step in steps]

    def named(self, figure: str) -> str:
        return figure if self.admin_url else f"sqlite_{figure}"

    def _by_one_client(self) -> None:
        self._beside_echo("post_visit_32", [self.district.recorder] * CONNECTIONS, self.bench.posts)

    def _by_one_connection(self) -> None:
        self._beside_echo("post_visit_1", [self.district.recorder], self.bench.posts // 8)

    def _by_many_clients(self) -> None:
        self._beside_echo("post_visit_32_clients", self.district.clients, self.bench.posts // 2)

    def _beside_echo(self, figure: str, senders: Sequence[SignedIn], posts: int) -> None:
        posts -= posts % len(senders)
        bare = _posted(self.echo, self._singles(senders, posts))
        self.district.elsewhere += posts
        mine = _posted(self.product, self._singles(senders, posts))
        self._add(f"{figure}_vs_echo", "ratio", mine.per_second / bare.per_second)
        self._add(f"{figure}_per_s", "1/s", mine.per_second)
        self._add(f"{figure}_echo_per_s", "1/s", bare.per_second)

    def _singles(self, senders: Sequence[SignedIn], posts: int) -> list[list[bytes]]:
        """The requests of each connection."""
        each = posts // len(senders)
        tokens = [sender.token for sender in senders]
        return [[request("/v1/visits", token, *self.district.keyed_visit()) for _ in range(each)] for token in tokens]

    def _batches(self) -> None:
        token = self.district.recorder.token
        bodies = [request("/v1/visits/batch", token, self.district.batch(500)) for _ in range(BATCHES)]
        done = _posted(self.product, [bodies])
        latencies = sorted(done.latencies)
        self._add("batch_500_p95_ms", "ms", latencies[int(len(latencies) * 0.95)] * 1000)
        self._add("batch_500_records_per_s", "1/s", 500 * BATCHES / done.seconds)

    def _import(self) -> None:
        taken = import_seconds(self.product, self.district, RECORDS)
        self._add("import_10k_records_per_s", "1/s", RECORDS / taken)
        if self.admin_url:
            self._add("import_10k_vs_copy", "ratio", copy_seconds(self.admin_url, RECORDS) / taken)

    def _lists(self) -> None:
        token = self.district.recorder.token
        asked = [[reading("/v1/elders?page_size=50", token)] * 25] * 16
        listed, bare = (
            _posted(self.product, asked),
            _posted(self.echo, self._singles([self.district.recorder] * 16, 400)),
        )
        self.district.elsewhere += 400
        self._add("list_50_elders_16_vs_echo", "ratio", listed.per_second / bare.per_second)

    def _surge(self) -> None:
        token = self.district.supervisor.token
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        proposed = httpx.post(f"{self.product.url}/v1/surges", content=self.district.surge(), headers=headers)
        opening = request(f"/v1/surges/{proposed.raise_for_status().json()['id']}/open", token, b"{}")
        self._add("surge_2000_ms", "ms", _posted(self.product, [[opening]]).latencies[0] * 1000)

    def _add(self, figure: str, unit: str, value: float) -> None:
        self.bench.figures.add(self.named(figure), unit, value)


def _posted(server: Server, requests: Sequence[Sequence[bytes]]) -> Posted:
    done = asyncio.run(post_all(server.url, requests))
    if any(not 200 <= status < 300 for status in done.statuses):
        raise SystemExit(f"an answer was not 2xx: {dict(done.statuses)}")
    return done


# --- a million elders ---------------------------------------------------------------------------------


def _among_many(bench: Bench, postgres: Cluster) -> None:
    """Pages and dashboards in a small and in a large set, by turns; both of ten districts of 500 villages."""
    sets = {"small": SMALL, "large": bench.large}
    made = {}
    for name, elders in sets.items():
        bench.console.print(f"{elders:,} 名老年人 elders: 准备 preparing …")
        postgres.create_database(name)
        settings = bench.settings(postgres.url(name, APP), postgres.url(name, OWNER))
        copies = Copies(settings, postgres.admin_url_of(name), elders)
        asyncio.run(copies.make())
        asyncio.run(copies.check())
        made[name] = settings
    read: list[tuple[str, Reading, Callable[[str], Actor]]] = [
        ("worklist", first_page, supervisor),
        ("worklist_page", only_the_page, supervisor),
        ("district_rates", dashboard, supervisor),
    ]
    for kind in KINDS:
        whose = partial(somebody_of, kind=kind)
        read += [(f"worklist_of_force_by_{kind}", first_page, whose), (f"list_of_force_by_{kind}", roll, whose)]
    for figure, measured, reader in read:
        small, large = (asyncio.run(milliseconds(made[name], measured, PAGES, reader)) for name in ("small", "large"))
        for one, other in zip(small, large, strict=True):
            bench.figures.add(f"{figure}_10k_ms", "ms", one)
            bench.figures.add(f"{figure}_1m_ms", "ms", other)
            bench.figures.add(f"{figure}_1m_vs_10k", "ratio", other / one)


if __name__ == "__main__":
    sys.exit(main())
