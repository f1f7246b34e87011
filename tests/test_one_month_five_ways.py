"""A provider's October, sent in every way there is: the same visits, and the same figures to the last one."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from api.cli import app as tanfang
from api.deps import Service
from api.domain.access import AreaCode, Role
from api.domain.accounts import NewGrant
from api.main import service_for
from api.security import Keys
from api.settings import Settings
from api.usecases.accounts import open_account
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import Clock
from tests.imports.sheets import DATA, record_of, the_visits
from tests.serving import served_beside
from tests.test_real_input import FIGURES, take_in_roll
from tests.visits.forces import Force, a_force
from tests.visits.rounds import Rounds

PASSWORD = "ein-ganz-neues-Wort-7"
OCTOBER = DATA / "visits_2026-10.csv"
CONNECTIONS = 32
_AT_HOME = ("home", "completed")
_SIGNED = {"worker_signature": {"kind": "signed"}}
Records = Sequence[dict[str, Any]]


@dataclass
class Sender:
    """The provider's system: over HTTP, or with ``push``, the command."""

    http: httpx.AsyncClient
    push: Callable[[Path], str]
    folder: Path

    async def batch(self, records: Records) -> None:
        answer = await self.http.post("/v1/visits/batch", json={"items": list(records)})
        assert answer.status_code == 207, answer.text
        assert [item["errors"] for item in answer.json()["items"] if item["errors"]] == []


@pytest.fixture(scope="module")
def october() -> Records:
    """The month as the provider's system would write it in JSON, where its workers sign what they did at home."""
    records = [record_of(row) for row in the_visits(OCTOBER.read_bytes(), OCTOBER.name).rows]
    return [record | (_SIGNED if (record["method"], record["outcome"]) == _AT_HOME else {}) for record in records]


@pytest.fixture
async def provider(rounds: Rounds, service: Service) -> Force:
    """Under contract for the whole district, whose roll is in."""
    await found(service.store, DISTRICT)
    force = await a_force(rounds)
    rounds.on("2026-11-03")
    await force.contract(DISTRICT)
    await take_in_roll(await rounds.client_of(rounds.supervisor))
    return force


@pytest.fixture
async def sender(
    provider: Force,
    application: FastAPI,
    settings: Settings,
    keys: Keys,
    clock: Clock,
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Sender:
    grant = NewGrant(date(2026, 1, 1), None, Role.PROVIDER, AreaCode(DISTRICT), provider_id=provider.id)
    async with service.store.accounts() as accounts:
        await open_account(accounts, username="centre", display_name="中心", grants=[grant], password=PASSWORD)
    monkeypatch.setenv("TANFANG_PASSWORD", PASSWORD)

    def push(file: Path) -> str:
        with served_beside(application, service_for(settings, keys, clock)) as url:
            result = CliRunner().invoke(tanfang, ["push", str(file), "--url", url, "--username", "centre"])
        assert result.exit_code == 0, result.output
        return result.output

    return Sender(await provider.rounds.client_of(provider.person), push, tmp_path)


async def by_batches(sender: Sender, records: Records) -> None:
    for batch in _of(500, records):
        await sender.batch(batch)


async def by_file(sender: Sender, _: Records) -> None:
    answer = await sender.http.post(
        "/v1/visit-imports", content=OCTOBER.read_bytes(), headers={"content-type": "text/csv; charset=utf-8"}
    )
    assert (answer.status_code, answer.json()["stats"]["created"]) == (201, 549), answer.text


async def by_push(sender: Sender, records: Records) -> None:
    file = sender.folder / "october.ndjson"
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    await asyncio.to_thread(file.write_text, "\n".join(lines), "utf-8")
    sender.push(file)


async def singly(sender: Sender, records: Records) -> None:
    rest = iter(records)

    async def connection() -> None:
        for record in rest:
            answer = await sender.http.post("/v1/visits", json=record)
            assert answer.status_code == 201, answer.text

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))


async def shuffled_and_twice(sender: Sender, records: Records) -> None:
    chance = random.Random(20261103)
    for _ in range(2):
        for batch in _of(97, chance.sample(records, len(records))):
            await sender.batch(batch)


Way = Callable[[Sender, Records], Awaitable[None]]


@pytest.mark.parametrize("way", [by_batches, by_file, by_push, singly, shuffled_and_twice])
async def test_the_month_has_the_same_figures_however_it_is_sent(
    way: Way, sender: Sender, october: Records, rounds: Rounds
) -> None:
    await way(sender, october)
    answer = await rounds.reads(rounds.supervisor, "/v1/visit-rates?month=2026-10&by=village")
    assert answer.status_code == 200, answer.text
    total = answer.json()["total"]
    assert {name: total[name] for name in FIGURES} == FIGURES
    for name in FIGURES:
        assert sum(row[name] for row in answer.json()["rows"]) == FIGURES[name]


def _of(size: int, records: Records) -> Iterator[Records]:
    yield from (records[start : start + size] for start in range(0, len(records), size))
