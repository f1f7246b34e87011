"""A backup that is taken while people work, and an empty place filled from it by the documented commands (P50)."""

import asyncio
import os
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import bindparam, update

from api.cli import app
from api.deps import Service
from api.domain.facts import ElderFacts
from api.domain.months import civil_date
from api.security import Keys
from api.store import tables
from api.store.tables import table_of
from tests.builders import VILLAGE, settle
from tests.conftest import Urls
from tests.domain.duties import general, visit
from tests.elders.forms import stored_rows
from tests.populations import as_system, settled
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told
from tests.promises.servers import Sender, Thing, serving
from tests.promises.things import at_a_rate
from tests.serving import forked
from tests.visits.rounds import Rounds, a_visit, at

EACH = 50  # visits of an elder in the past
RESTORED_WITHIN = 300.0


@pytest.mark.long
@promise("P50")
async def test_a_backup_under_load_is_restored_by_the_documented_commands(
    rounds: Rounds,
    database: Urls,
    empty: Urls,
    keys: Keys,
    tmp_path: Path,
    counted: Counted,
    told: Told,
    progress: Heard,
) -> None:
    visits, backups, rate = counted(200, 100_000), counted(1, 10), counted(10, 50)
    people = [lived_long() for _ in range(visits // EACH)]
    for number in range(0, len(people), 100):
        progress(number, len(people))
        await settled(rounds.service, people[number : number + 100], tracking=None)
        await sealed(rounds.service, people[number : number + 100])
    rounds.clock.now = datetime.now(UTC)
    token = await settle(rounds.service, rounds.liaison)
    things, sender, enough = visits_to(people, counted(500, 20_000)), Sender(token), asyncio.Event()

    with serving(database, keys, tmp_path) as server:
        await server.up()
        posting = asyncio.create_task(at_a_rate(sender, server.url, things, rate, enough))
        for number in range(backups):
            progress(number, backups)
            await somebody_works(sender)
            before = {UUID(answer["id"]) for _, answer in sender.answers}
            backup_seconds, _ = await run("backup", str(tmp_path / "backups"), urls=database, folder=tmp_path)
        enough.set()
        await posting

    newest = max((tmp_path / "backups").glob("*.backup"))
    restore_seconds, _ = await run("restore", str(newest), urls=empty, folder=tmp_path)
    for command in (("obligations", "verify"), ("audit", "verify")):
        _, said = await run(*command, urls=empty, folder=tmp_path)
        assert said

    restored = {UUID(str(row["id"])) for row in stored_rows(empty, "SELECT id FROM visits")}
    assert before, "nobody worked while it was taken"
    assert before <= restored
    assert len(restored) >= visits + len(before)
    with serving(empty, keys, tmp_path) as server:
        await server.up()
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
            answer = await client.get(f"{server.url}/v1/me")
    assert answer.status_code == 401, "nobody is signed in after a restore"
    assert restore_seconds < RESTORED_WITHIN
    told(
        f"{visits} visits, {backups} backups under {rate} posts a second, the last in {backup_seconds:.0f} s; restored "
        f"in {restore_seconds:.0f} s, verified, {len(before)} acknowledged before it all there"
    )


async def somebody_works(sender: Sender) -> None:
    done = len(sender.answers)
    while True:
        await asyncio.sleep(0.2)
        if len(sender.answers) > done:
            return


def lived_long() -> ElderFacts:
    """An elder with fifty visits behind him."""
    return general(*(visit(date(2025, 1, 6) + timedelta(days=7 * n)) for n in range(EACH)), village=VILLAGE)


async def sealed(service: Service, people: Sequence[ElderFacts]) -> None:
    """Their visits as the service would have sealed them, so that a backup has as much to carry."""
    table = table_of(tables.Visit)
    change = update(table).where(table.c.id == bindparam("of")).values(sealed=bindparam("said"))
    async with as_system(service) as registers:
        seal = registers.desk.sealer.seal_json
        visits = [each.id for elder in people for each in elder.visits]
        rows = [{"of": key, "said": seal("visits.sealed", key, {"notes": "一切正常" * 20})} for key in visits]
        await (await registers.desk.session.connection()).execute(change, rows)


def visits_to(people: Sequence[ElderFacts], number: int) -> list[Thing]:
    """Of yesterday, and of the days before when everybody had ten on a day."""
    today, things = civil_date(datetime.now(UTC)), []
    for n in range(number):
        turn, elder = n // len(people), people[n % len(people)].elder_id
        when = at(str(today - timedelta(days=1 + turn // 10)), 8 + turn % 10)
        things.append(("/v1/visits", a_visit(elder, external_id=f"A-{n}", **when)))
    return things


async def run(*command: str, urls: Urls, folder: Path) -> tuple[float, str]:
    """How long the command took in a process of its own, and what it said. Raises AssertionError if it failed."""
    environment = os.environ | {
        "TANFANG_MODE": "test",
        "TANFANG_DATABASE_URL": urls.app,
        "TANFANG_OWNER_DATABASE_URL": urls.owner,
        "TANFANG_KEYS_FILE": str(folder / "keys.json"),
    }
    began = time.monotonic()
    with forked(partial(app, list(command)), environment, folder / f"{command[0]}.log") as process:
        status = await asyncio.to_thread(process.wait, 1800)
        assert status == 0, process.said
        return time.monotonic() - began, process.said
