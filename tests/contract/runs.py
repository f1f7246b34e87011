"""One run of schemathesis against a real server: a role, a database, so many examples."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import starmap
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from api.domain.access import GRANTS, Role
from api.security import Keys
from tests.conftest import ROOT, Urls
from tests.contract.seeding import NOW, seeded
from tests.serving import served


class Operations(NamedTuple):
    """The ids of those that a role may call, and of the others, in the order of the document."""

    allowed: Sequence[str]
    refused: Sequence[str]


Choice = Callable[[Operations], Sequence[str]]


def everything(operations: Operations) -> Sequence[str]:
    return [*operations.allowed, *operations.refused]


def allowed(operations: Operations) -> Sequence[str]:
    return operations.allowed


def refused(operations: Operations) -> Sequence[str]:
    return operations.refused


def some_allowed(turn: int, size: int) -> Choice:
    """Every so-many-th of those that the role may call, so that each part is at most ``size`` long."""

    def chosen(operations: Operations) -> Sequence[str]:
        parts = ceil(len(operations.allowed) / size)
        return operations.allowed[turn % parts :: parts]

    return chosen


_CONFIG = ROOT / "schemathesis.toml"
_WRITING = 60.0  # seconds that the service may take to write its document


@dataclass(frozen=True)
class Outcome:
    """What a run came to. ``unanswered``: operations the role may call that never answered 2xx."""

    operations: int
    cases: int
    failures: int
    unanswered: Sequence[str]
    output: str

    @property
    def clean(self) -> bool:
        return self.failures == 0 and not self.unanswered

    def __str__(self) -> str:
        return f"{self.operations} operations, {self.cases} cases, {self.failures} failures"


def run(
    urls: Urls,
    keys: Keys,
    folder: Path,
    role: Role,
    *,
    examples: int,
    chosen: Choice = everything,
    options: Sequence[str] = (),
) -> Outcome:
    """Seed an empty, migrated database, serve it, and let schemathesis loose on it as somebody of the role."""
    with ThreadPoolExecutor(1) as thread:  # the caller may have an event loop of its own
        seeds = thread.submit(asyncio.run, seeded(urls, keys, role)).result()
    places = {name: folder / f"{name}.json" for name in ("seeds", "answers", "report")}
    places["config"] = folder / _CONFIG.name
    places["seeds"].write_text(json.dumps(seeds.operations))
    with served(urls, keys, folder, now=NOW.isoformat()) as address:
        document = httpx.get(f"{address}/openapi.json", timeout=_WRITING).raise_for_status().json()
        operations = _operations(document, role)
        asked = chosen(operations)
        only = [f"--include-operation-id={operation}" for operation in asked]
        places["config"].write_text(_CONFIG.read_text() + "".join(starmap(_as_another, seeds.tokens.items())))
        output = _loose(address, seeds.token, places, ["--max-examples", str(examples), *only, *options])
    report = json.loads(places["report"].read_text())
    if not report["complete"]:
        raise AssertionError(output)
    answers = json.loads(places["answers"].read_text())
    return Outcome(
        operations=report["operations"]["tested"],
        cases=report["test_cases"]["generated"],
        failures=max(report["test_cases"]["unique_failures"] + len(report["errors"]), int(report["exit_code"] != 0)),
        unanswered=[each for each in asked if each in operations.allowed and not _succeeded(answers.get(each, {}))],
        output=output,
    )


def _as_another(operation: str, token: str) -> str:
    return f"""
[[operations]]
include-operation-id = "{operation}"
headers = {{ Authorization = "Bearer {token}" }}
"""


def _loose(address: str, token: str, places: Mapping[str, Path], options: Sequence[str]) -> str:
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "SCHEMATHESIS_HOOKS": "tests.contract.hooks",
        "CONTRACT_SEEDS": str(places["seeds"]),
        "CONTRACT_ANSWERS": str(places["answers"]),
    }
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(places["config"]), "--no-color"]
    asked = ["run", f"{address}/openapi.json", "--header", f"Authorization: Bearer {token}", *options]
    kept = ["--generation-database", "none", "--report", "json", "--report-json-path", str(places["report"])]
    folder = places["report"].parent  # schemathesis leaves things behind where it runs
    ended = subprocess.run([*command, *asked, *kept], cwd=folder, env=environment, capture_output=True)
    return (ended.stdout + ended.stderr).decode(errors="replace")


def _operations(document: Mapping[str, Any], role: Role) -> Operations:
    permissions = {"none", *(permission.value for permission in GRANTS[role])}
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    may = {each["operationId"]: each["x-permission"] in permissions for each in operations}
    return Operations([each for each in may if may[each]], [each for each in may if not may[each]])


def _succeeded(counts: Mapping[str, int]) -> bool:
    return any(200 <= int(status) < 300 for status in counts)
