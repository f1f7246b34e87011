"""One run of schemathesis against a real server: a role, a database, so many examples."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence, Set
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
from tests.contract.seeding import NOW, Seeds, seeded
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


def named(names: Collection[str]) -> Choice:
    return lambda operations: [each for each in everything(operations) if each in names]


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

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            operations=self.operations + other.operations,
            cases=self.cases + other.cases,
            failures=self.failures + other.failures,
            unanswered=[*self.unanswered, *other.unanswered],
            output=self.output + other.output,
        )

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
    at_once: int = 1,
) -> Outcome:
    """Seed an empty, migrated database, serve it, and let schemathesis loose on it as somebody of the role.

    ``at_once``: so many of it share the operations; in threads of one process it trips over itself.
    """
    with ThreadPoolExecutor(1) as thread:  # the caller may have an event loop of its own
        seeds = thread.submit(asyncio.run, seeded(urls, keys, role)).result()
    with served(urls, keys, folder, now=NOW.isoformat()) as address:
        document = httpx.get(f"{address}/openapi.json", timeout=_WRITING).raise_for_status().json()
        operations = _operations(document, role)
        asked = chosen(operations)
        ground = _Ground(address, seeds, set(operations.allowed), ["--max-examples", str(examples), *options])
        shares = [(folder / f"share-{number}", asked[number::at_once]) for number in range(at_once)]
        with ThreadPoolExecutor(at_once) as threads:
            first, *others = threads.map(ground.asked, *zip(*shares, strict=True))
    return sum(others, start=first)


@dataclass(frozen=True)
class _Ground:
    """A seeded service. ``allowed``: the operations that whoever asks may call."""

    address: str
    seeds: Seeds
    allowed: Set[str]
    options: Sequence[str]

    def asked(self, folder: Path, operations: Sequence[str]) -> Outcome:
        """Let schemathesis loose on these operations. Raises AssertionError if it breaks off."""
        folder.mkdir()
        output = self._let_loose(folder, operations)
        kept = folder / "report.json"
        report = json.loads(kept.read_text()) if kept.exists() else {"complete": False}
        if not report["complete"]:
            raise AssertionError(output)
        answers = json.loads((folder / "answers.json").read_text())
        failures = report["test_cases"]["unique_failures"] + len(report["errors"])
        return Outcome(
            operations=report["operations"]["tested"],
            cases=report["test_cases"]["generated"],
            failures=max(failures, int(report["exit_code"] != 0)),
            unanswered=[each for each in operations if each in self.allowed and not _succeeded(answers.get(each, {}))],
            output=output,
        )

    def _let_loose(self, folder: Path, operations: Sequence[str]) -> str:
        (folder / "seeds.json").write_text(json.dumps(self.seeds.operations))
        config = folder / _CONFIG.name
        config.write_text(_CONFIG.read_text() + "".join(starmap(_as_another, self.seeds.tokens.items())))
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.contract.hooks",
            "CONTRACT_SEEDS": str(folder / "seeds.json"),
            "CONTRACT_ANSWERS": str(folder / "answers.json"),
        }
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "--no-color", "run"]
        asked = [f"{self.address}/openapi.json", "--header", f"Authorization: Bearer {self.seeds.token}"]
        only = [f"--include-operation-id={operation}" for operation in operations]
        kept = ["--generation-database", "none", "--report", "json", "--report-json-path", str(folder / "report.json")]
        ended = subprocess.run(  # in the folder, for it leaves things behind where it runs
            [*command, *asked, *only, *self.options, *kept], cwd=folder, env=environment, capture_output=True
        )
        return (ended.stdout + ended.stderr).decode(errors="replace")


def _as_another(operation: str, token: str) -> str:
    return f"""
[[operations]]
include-operation-id = "{operation}"
headers = {{ Authorization = "Bearer {token}" }}
"""


def _operations(document: Mapping[str, Any], role: Role) -> Operations:
    permissions = {"none", *(permission.value for permission in GRANTS[role])}
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    may = {each["operationId"]: each["x-permission"] in permissions for each in operations}
    return Operations([each for each in may if may[each]], [each for each in may if not may[each]])


def _succeeded(counts: Mapping[str, int]) -> bool:
    return any(200 <= int(status) < 300 for status in counts)
