"""What is posted while servers are killed, and whether all of it is there afterwards: once, traced, and counted."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from random import Random

from api.domain.months import civil_date
from api.store import tables
from api.usecases.auditing import link_up, verify_audit
from api.usecases.verifying import verify
from tests.builders import DISTRICT
from tests.conftest import Urls
from tests.matrix.rows import rows_of
from tests.promises.plugin import Heard
from tests.promises.servers import Sender, Servings, Thing
from tests.visits.rounds import Rounds, a_visit, at

_CLIENTS = 8
_ACKNOWLEDGED = {"/v1/visits": tables.Visit, "/v1/escalations": tables.Escalation}


async def visits_and_reports(rounds: Rounds, visits: int) -> list[Thing]:
    """Visits over three months, and after every twentieth the report of a danger."""
    elders = [await rounds.elder(name=f"试{chr(0x4E00 + n)}人") for n in range(max(5, visits // 100))]
    yesterday = civil_date(rounds.clock.now) - timedelta(days=1)
    days = [yesterday - timedelta(days=n) for n in range(60)]
    things: list[Thing] = []
    for n in range(visits):
        elder_id, turn = elders[n % len(elders)], n // len(elders)
        when = at(str(days[turn // 10 % len(days)]), 8 + turn % 10)
        things.append(("/v1/visits", a_visit(elder_id, external_id=f"A-{n}", **when)))
        if n % 20 == 0:
            text = f"第{n}次报告"
            things.append(("/v1/escalations", {"elder_id": elder_id, "kind": "other", "text": text}))
    return things


async def posted_under_fire(
    sender: Sender,
    urls: Sequence[str],
    things: Sequence[Thing],
    kills: int,
    struck: Callable[[int], Awaitable[None]],
    progress: Heard,
) -> None:
    """All of it posted, while ``struck`` is called so many times on the way."""
    async with asyncio.TaskGroup() as tasks:  # whoever fails, the other does not go on for ever
        posting = tasks.create_task(sender.post_all(urls, things, lines=_CLIENTS))
        for number in sorted(Random(len(things)).sample(range(1, len(things) * 19 // 20), kills)):
            while len(sender.answers) < number and not posting.done():
                progress(len(sender.answers), len(things))
                await asyncio.sleep(0.001)
            await struck(number)


async def at_a_rate(sender: Sender, url: str, things: Sequence[Thing], rate: int, enough: asyncio.Event) -> int:
    """One thing after the other until it is enough; answers how many were sent."""
    began, sent = asyncio.get_running_loop().time(), 0
    while not enough.is_set() and sent < len(things):
        due = int((asyncio.get_running_loop().time() - began) * rate) + 1
        chunk = things[sent:due]
        await sender.post_all(url, chunk, lines=8, numbered_from=sent)
        sent += len(chunk)
        await asyncio.sleep(1 / rate)
    return sent


async def everything_is_there_once(rounds: Rounds, database: Urls, sender: Sender, things: Sequence[Thing]) -> None:
    """Each thing was acknowledged and is there, once, with its trace; the sums and the chain of the audit are right."""
    traced = _traced(database)
    for path, table in _ACKNOWLEDGED.items():
        sent = sum(to == path for to, _ in things)
        kept = Counter(str(row.id) for row in await rounds.rows(table))
        acknowledged = {answer["id"] for to, answer in sender.answers if to == path}
        assert (len(kept), len(acknowledged), set(kept)) == (sent, sent, acknowledged), path
        assert set(kept) <= traced, path
    assert [each async for each in verify(rounds.service.store, DISTRICT)] == []
    rounds.clock.now += timedelta(minutes=1)  # what was written last has rested and is linked too
    assert await link_up(rounds.service.store) >= 0
    assert await verify_audit(rounds.service.store, [], lambda _done, _of: None) == []


def _traced(database: Urls) -> set[str]:
    """Every id that the audit names in something that was done."""
    with rows_of(database) as rows:
        found = rows.connection.execute("SELECT object_ids FROM audit_entries WHERE result = 'ok'").fetchall()
    lists = (json.loads(ids) if isinstance(ids, str) else ids for (ids,) in found)
    return {each for ids in lists for each in ids}


def strike_at_a_commit(database: Urls, servers: Servings) -> None:
    """When others see what was committed, and those who sent it have not heard."""
    newest = "SELECT id FROM visits ORDER BY id DESC LIMIT 1"
    until = time.monotonic() + 5
    with rows_of(database) as rows:
        before = rows.connection.execute(newest).fetchone()
        while rows.connection.execute(newest).fetchone() == before and time.monotonic() < until:
            pass
        servers.strike()


def summed_up(visits: int, kills: int, sender: Sender) -> str:
    """The figure of a promise; to be told when everything is there once."""
    return (
        f"{visits} visits, {kills} kills, {sender.lost} answers lost, {sender.busy} × 503, "
        f"{sender.replays} replays: 0 lost, 0 doubled, audit complete, chain whole"
    )
