"""Whoever sends slowly is cut off, whoever works long is not (P18); a service that leaves keeps its word (P52)."""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import httpx
import pytest

from api.security import Keys
from api.server import RECEIVES_WITHIN, ReceivingProtocol, Server
from tests.builders import settle
from tests.conftest import Urls
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told
from tests.promises.servers import Sender, Serving, serving, servings
from tests.promises.sockets import SILENCE, SLOW_BODY, SLOW_HEAD, Crowd, a_proxy_before
from tests.promises.things import at_a_rate, everything_is_there_once, visits_and_reports
from tests.visits.rounds import Rounds

BEGINNINGS = (SILENCE, SLOW_HEAD, SLOW_BODY)
LEAVES_WITHIN = 25.0
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@promise("P18")
async def test_a_sender_has_a_second_and_a_handler_has_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReceivingProtocol, "receives_within", 0.3)

    async def works_long(scope: dict[str, str], receive: object, send: object) -> None:
        assert callable(send)
        await asyncio.sleep(1)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    leaving = asyncio.Event()
    server = Server(works_long, leaving, drains=0, host="127.0.0.1", port=0, lifespan="off")
    running = asyncio.create_task(server.serve())
    crowd = Crowd(await address_of(server))
    for beginning in BEGINNINGS:
        crowd.come(beginning, 3)
    async with httpx.AsyncClient(timeout=10) as client:
        long = [await client.get(crowd.url) for _ in range(2)]
        await crowd.gone()
        server.should_exit = True
        await running

    assert [answer.text for answer in long] == ["ok", "ok"]
    assert max(crowd.lasted) < 1.5
    assert leaving.is_set()


async def address_of(server: Server) -> str:
    while True:
        await asyncio.sleep(0.01)
        if server.started:
            return "http://{}:{}".format(*server.servers[0].sockets[0].getsockname())


@pytest.mark.long
@promise("P18")
@on_postgresql
async def test_slow_senders_are_cut_off_and_nobody_else_notices(
    rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path, counted: Counted, told: Told
) -> None:
    each, seconds = counted(3, 133), counted(1, 60)
    rounds.clock.now = datetime.now(UTC)
    token = await settle(rounds.service, rounds.liaison)
    with serving(database, keys, tmp_path) as server:
        await server.up()
        crowd, until = Crowd(server.url), asyncio.get_running_loop().time() + seconds
        for beginning in BEGINNINGS:
            crowd.come(beginning, each, until)
        gone = asyncio.create_task(crowd.gone())
        took, said = await asked_all_the_while(server, token, gone)
        exit_seconds = await server.leave(LEAVES_WITHIN)

    p95 = quantiles(took, n=20)[-1]
    assert set(said) == {200}
    assert max(crowd.lasted) < RECEIVES_WITHIN + 2
    assert p95 < 0.5
    told(
        f"{len(crowd.lasted)} slow sockets, {3 * each} at once, cut off after at most {max(crowd.lasted):.1f} s; "
        f"others: {len(took)} requests, p95 {p95 * 1000:.0f} ms, no error; exit {exit_seconds:.1f} s"
    )


async def asked_all_the_while(
    server: Serving, token: str, gone: asyncio.Task[None]
) -> tuple[list[float], Counter[int]]:
    """What somebody with nothing to do with it sees meanwhile."""
    took: list[float] = []
    said: Counter[int] = Counter()
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=30) as client:
        while not gone.done():
            began = time.monotonic()
            said[(await client.get("/v1/me")).status_code] += 1
            took.append(time.monotonic() - began)
            await asyncio.sleep(0.05)
    await gone
    return took, said


@pytest.mark.long
@promise("P52")
async def test_restarts_one_after_the_other_are_seen_by_nobody(
    rounds: Rounds,
    database: Urls,
    keys: Keys,
    tmp_path: Path,
    counted: Counted,
    told: Told,
    progress: Heard,
) -> None:
    restarts, crowd_of, rate = counted(1, 20), counted(3, 33), counted(20, 50)
    rounds.clock.now = datetime.now(UTC)
    things = await visits_and_reports(rounds, counted(60, 10_000))
    sender = Sender(await settle(rounds.service, rounds.liaison))
    exits: list[float] = []
    with servings(database, keys, tmp_path, TANFANG_DRAIN_SECONDS="3") as servers:
        await servers.up()
        async with a_proxy_before(servers.urls) as proxy:
            enough = asyncio.Event()
            posting = asyncio.create_task(at_a_rate(sender, proxy.url, things, rate, enough))
            for number in range(restarts):
                progress(number, restarts)
                leaver = servers.each[number % 2]
                crowd = Crowd(leaver.url)
                for beginning in (SILENCE, SLOW_HEAD, SLOW_BODY)[: counted(2, 3)]:
                    crowd.come(beginning, crowd_of)
                await asyncio.sleep(0.3)
                exits.append(await leaver.leave(LEAVES_WITHIN))
                await crowd.gone()
                await leaver.up()
            enough.set()
            sent = await posting
        await everything_is_there_once(rounds, database, sender, things[:sent])

    assert (proxy.errors, sender.lost, sender.busy, sender.replays) == (0, 0, 0, 0)
    told(
        f"{restarts} restarts under {rate} posts a second and {crowd_of * counted(2, 3)} idle or slow sockets: "
        f"{sent} posts, 0 errors, exit within {max(exits):.1f} s"
    )
