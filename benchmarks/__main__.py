"""`make bench`: what one visit and a batch of 500 cost, beside the bare framework, in one run on one machine;
and how long the district waits for a surge over 2,000 elders to open.

Only ratios taken inside one run mean anything. Rounds rotate; every answer must be 2xx; rows are counted
afterwards and the stored judgements verified. PostgreSQL runs from the wheel with durable settings.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from api.security import Keys, write_keys
from api.settings import Mode, Settings
from benchmarks.district import District, prepared
from benchmarks.posting import Posted, post_all, request
from benchmarks.serving import Server, serving
from tests.postgres import APP, OWNER, cluster

ROUNDS = 5
POSTS = 1500  # single visits in a round
CONNECTIONS = 32
BATCHES = 12  # of 500, in a round


@dataclass
class Figure:
    """A figure of every round; what is shown is the median, with the extremes beside it."""

    unit: str
    values: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float | str]:
        return {
            "median": round(statistics.median(self.values), 4),
            "min": round(min(self.values), 4),
            "max": round(max(self.values), 4),
            "unit": self.unit,
        }


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, tuple[str, str]]]:
    """(application's URL, owner's URL) by database."""
    with cluster(durable=True) as postgres:
        postgres.create_database("bench")
        yield {
            "sqlite": (f"sqlite:///{folder / 'bench.db'}",) * 2,
            "postgresql": (postgres.url("bench", APP), postgres.url("bench", OWNER)),
        }


def main() -> int:
    arguments = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    arguments.add_argument("--posts", type=int, default=POSTS)
    chosen = arguments.parse_args()
    console = Console()
    figures: dict[str, Figure] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tanfang-bench-")))
        write_keys(folder / "keys.json", Keys.generate())
        urls = stack.enter_context(databases(folder))
        for name, (app_url, owner_url) in urls.items():
            console.print(f"{name}: 准备 preparing …")
            settings = Settings(
                mode=Mode.TEST,
                database_url=SecretStr(app_url),
                owner_database_url=SecretStr(owner_url),
                keys_file=folder / "keys.json",
                log_level="ERROR",
            )
            district = asyncio.run(prepared(settings))
            with serving("api", district, folder) as product, serving("echo", district, folder) as echo:
                measure(name, district, product, echo, chosen.rounds, chosen.posts, figures, console)
            asyncio.run(district.check(console))
    _show(figures, console)
    _keep(figures)
    return 0


def measure(
    name: str,
    district: District,
    product: Server,
    echo: Server,
    rounds: int,
    posts: int,
    figures: dict[str, Figure],
    console: Console,
) -> None:
    """Rounds of echo, single posts, batches and a surge, in an order that rotates."""
    echoed: list[float] = []
    posted: list[float] = []

    def echo_round() -> None:
        echoed.append(_round(echo, _for_echo(district, posts)).per_second)

    def post_round() -> None:
        posted.append(_round(product, _singles(district, posts)).per_second)

    def batch_round() -> None:
        bodies = [district.batch(500) for _ in range(BATCHES)]
        done = _posted(product, [request("/v1/visits/batch", district.liaison.token, body) for body in bodies], 1)
        latencies = sorted(done.latencies)
        _figure(figures, f"{name}_batch_500_p95_ms", "ms").values.append(latencies[int(len(latencies) * 0.95)] * 1000)
        rate = 500 * BATCHES / done.seconds
        _figure(figures, f"{name}_batch_500_records_per_s", "1/s").values.append(rate)

    def one_connection() -> None:
        lone, bare = _singles(district, posts // 8), _for_echo(district, posts // 8)
        ratio = _posted(product, lone, 1).per_second / _posted(echo, bare, 1).per_second
        _figure(figures, f"{name}_post_visit_1_vs_echo", "ratio").values.append(ratio)

    def open_surge() -> None:
        token = district.supervisor.token
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        proposed = httpx.post(f"{product.url}/v1/surges", content=district.surge(), headers=headers)
        opening = request(f"/v1/surges/{proposed.raise_for_status().json()['id']}/open", token, b"{}")
        waited = _posted(product, [opening], 1).latencies[0]
        _figure(figures, f"{name}_surge_2000_ms", "ms").values.append(waited * 1000)

    steps: list[Callable[[], None]] = [echo_round, post_round, batch_round, one_connection, open_surge]
    for number in range(rounds):
        console.print(f"{name}: 第 {number + 1}/{rounds} 轮 round")
        for step in steps[number % len(steps) :] + steps[: number % len(steps)]:
            step()
    for one, other in zip(posted, echoed, strict=True):
        _figure(figures, f"{name}_post_visit_32_vs_echo", "ratio").values.append(one / other)
        _figure(figures, f"{name}_post_visit_32_per_s", "1/s").values.append(one)
        _figure(figures, f"{name}_echo_32_per_s", "1/s").values.append(other)


def _singles(district: District, posts: int) -> list[bytes]:
    return [request("/v1/visits", district.liaison.token, district.visit()) for _ in range(posts)]


def _for_echo(district: District, posts: int) -> list[bytes]:
    district.elsewhere += posts
    return _singles(district, posts)


def _round(server: Server, requests: list[bytes]) -> Posted:
    return _posted(server, requests, CONNECTIONS)


def _posted(server: Server, requests: list[bytes], connections: int) -> Posted:
    done = asyncio.run(post_all(server.url, requests, connections))
    if any(not 200 <= status < 300 for status in done.statuses):
        raise SystemExit(f"an answer was not 2xx: {dict(done.statuses)}")
    return done


def _figure(figures: dict[str, Figure], name: str, unit: str) -> Figure:
    return figures.setdefault(name, Figure(unit))


def _show(figures: dict[str, Figure], console: Console) -> None:
    table = Table("figure", "median", "min", "max", "unit")
    for name, figure in sorted(figures.items()):
        table.add_row(name, *(str(value) for value in figure.summary().values()))
    console.print(table)


def _keep(figures: dict[str, Figure]) -> None:
    summaries = {name: figure.summary() for name, figure in sorted(figures.items())}
    Path("var").mkdir(exist_ok=True)
    Path("var/bench.json").write_text(json.dumps(summaries, indent=2), "utf-8")
    lines = [
        "# Performance",
        "",
        "The last run of `make bench` (medians of rotated rounds; client, server and database share the machine).",
        "Absolute rates drift from run to run; only ratios inside one run mean anything.",
        "",
        "| figure | median | min | max | unit |",
        "|---|---|---|---|---|",
        *(f"| {name} | {s['median']} | {s['min']} | {s['max']} | {s['unit']} |" for name, s in summaries.items()),
        "",
    ]
    Path("docs/performance.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
