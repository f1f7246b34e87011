"""What becomes of requests when PostgreSQL dies, hangs or has no room, and that nothing has to be restarted."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import httpx
import psycopg
import pytest
from sqlalchemy import text

from api.security import Keys
from api.store.dialect import engine_for
from tests.builders import settle
from tests.conftest import Urls
from tests.postgres import APP, Postmaster
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told
from tests.promises.postmaster import urls_in
from tests.promises.pulse import Asked, Beat, beat, pulsing, slowest, statuses
from tests.promises.servers import Sender, serving, servings
from tests.promises.things import everything_is_there_once, posted_under_fire, summed_up, visits_and_reports
from tests.visits.rounds import Rounds, a_visit


@pytest.fixture
def database(postmaster: Postmaster) -> Urls:
    """In a server that may be killed."""
    return urls_in(postmaster.cluster)


@pytest.mark.long
@promise("P03")
async def test_what_was_acknowledged_survives_the_death_of_the_database(
    postmaster: Postmaster,
    rounds: Rounds,
    database: Urls,
    keys: Keys,
    tmp_path: Path,
    counted: Counted,
    told: Told,
    progress: Heard,
) -> None:
    visits, kills = counted(120, 10_000), counted(2, 30)
    rounds.clock.now = datetime.now(UTC)
    things = await visits_and_reports(rounds, visits)
    sender = Sender(await settle(rounds.service, rounds.liaison))

    async def struck(_number: int) -> None:
        postmaster.kill()
        await postmaster.start()

    with servings(database, keys, tmp_path) as servers:
        await servers.up()
        await posted_under_fire(sender, servers.urls, things, kills, struck, progress)
        await everything_is_there_once(rounds, database, sender, things)

    assert sender.busy >= kills
    told(summed_up(visits, kills, sender))


# --- P16: away, or there and saying nothing ------------------------------------------------------------

HEALTH, READINESS = ("GET", "/healthz", None), ("GET", "/readyz", None)
ANSWERED_WITHIN = 12.0
BACK_WITHIN = 5.0
SENT_AWAY_WITHIN = 8.0  # twice in line for a connection, once for a lock, and the machine


async def asked_of(rounds: Rounds) -> list[Asked]:
    """Health, readiness, a read and a write, in turn."""
    elder_id = await rounds.elder()
    return [HEALTH, READINESS, ("GET", f"/v1/elders/{elder_id}", None), ("POST", "/v1/visits", a_visit(elder_id))]


def was_told_so(beats: Sequence[Beat]) -> bool:
    """Answered or sent away with a time to come back, never a 500 and never what happened inside."""
    refusals = [each for each in beats if each.status not in (200, 201)]
    return all(each.status == 503 and each.retry_after and "Traceback" not in each.text for each in refusals)


@pytest.mark.long
@promise("P16")
async def test_while_the_database_is_away_everybody_is_told_so_and_nobody_restarts_anything(
    postmaster: Postmaster,
    rounds: Rounds,
    database: Urls,
    keys: Keys,
    tmp_path: Path,
    counted: Counted,
    told: Told,
) -> None:
    away, hangs, clock = counted(3, 30), counted(4, 30), asyncio.get_running_loop().time
    rounds.clock.now = datetime.now(UTC)
    asked, token = await asked_of(rounds), await settle(rounds.service, rounds.liaison)
    with serving(database, keys, tmp_path) as server:
        await server.up()
        async with pulsing(server.url, token, asked, rate=20) as pulse:
            await asyncio.sleep(1)
            left = clock()
            postmaster.kill()
            await asyncio.sleep(away)
            await postmaster.start()
            came_back = clock()
            await asyncio.sleep(BACK_WITHIN + 1)
            silent = clock()
            with postmaster.hanging():
                await asyncio.sleep(hangs)
            spoke_again = clock()
            await asyncio.sleep(BACK_WITHIN + 1)
            over = clock()

    assert was_told_so(pulse.beats), statuses(pulse.beats)
    assert statuses(pulse.of("/healthz")).keys() == {200}
    for since, until in ((left, came_back), (silent, spoke_again)):
        assert 503 in statuses(pulse.of("/readyz", since=since, until=until))
    for since, until in ((came_back, silent), (spoke_again, over)):
        late = [each for each in pulse.beats if since + BACK_WITHIN <= each.at < until]
        assert statuses(late).keys() <= {200, 201}, {(each.path, each.status, each.at - since) for each in late}
    gone = [each for each in pulse.others("/healthz", "/readyz", since=left) if each.at < came_back]
    assert slowest(gone) < 3
    assert slowest(pulse.of("/readyz")) < 2
    assert slowest(pulse.beats) < ANSWERED_WITHIN
    told(
        f"{len(pulse.beats)} requests; dead {away} s: answered within {slowest(gone):.1f} s; hung {hangs} s: within "
        f"{slowest(pulse.beats):.1f} s; health never failed; no error {BACK_WITHIN:.0f} s after it was back"
    )


@promise("P16")
async def test_it_waits_at_its_start_for_a_database_that_comes_up_later(
    postmaster: Postmaster, database: Urls, keys: Keys, tmp_path: Path
) -> None:
    postmaster.kill()
    with serving(database, keys, tmp_path) as server:
        coming = asyncio.create_task(server.up())
        await asyncio.sleep(2)
        assert not coming.done()
        await postmaster.start()
        await coming


# --- P17: more work than there are connections ---------------------------------------------------------


@promise("P17")
async def test_more_work_than_connections_is_sent_away_soon(
    postmaster: Postmaster, rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path, counted: Counted, told: Told
) -> None:
    many = counted(60, MANY)
    rounds.clock.now = datetime.now(UTC)
    elder_id, token = await rounds.elder(), await settle(rounds.service, rounds.liaison)
    with serving(database, keys, tmp_path) as server:
        await server.up()
        with psycopg.connect(database.owner) as holder:
            holder.execute("LOCK TABLE elders IN ACCESS EXCLUSIVE MODE")
            async with pulsing(server.url, token, [HEALTH], rate=20) as health:
                blocked = await at_once(server.url, token, ("GET", f"/v1/elders/{elder_id}", None), many)
            holder.rollback()
        [after] = await at_once(server.url, token, ("GET", f"/v1/elders/{elder_id}", None), 1)

        with psycopg.connect(postmaster.cluster.admin_url, autocommit=True) as administrator:
            administrator.execute(f"ALTER ROLE {APP} CONNECTION LIMIT 0")
            administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [APP])
            crowded = await at_once(server.url, token, ("GET", f"/v1/elders/{elder_id}", None), many)
            administrator.execute(f"ALTER ROLE {APP} CONNECTION LIMIT -1")
        [again] = await at_once(server.url, token, ("GET", f"/v1/elders/{elder_id}", None), 1)

    for beats in (blocked, crowded):
        assert was_told_so(beats)
        assert statuses(beats).keys() == {503}
        assert slowest(beats) < SENT_AWAY_WITHIN
    assert (after.status, again.status) == (200, 200)
    assert statuses(health.beats).keys() == {200}
    p99 = quantiles([each.took for each in health.beats], n=100)[-1]
    told(
        f"{many} at once: with every row locked sent away within {slowest(blocked):.1f} s, without connections within "
        f"{slowest(crowded):.1f} s; /healthz p99 {p99 * 1000:.0f} ms meanwhile"
    )


@promise("P17")
async def test_the_database_itself_ends_what_takes_too_long(rounds: Rounds, database: Urls) -> None:
    engine = engine_for(database.app, pool_size=1)
    async with engine.connect() as connection:
        found = {name: await connection.scalar(text(f"SHOW {name}")) for name in LIMITS}
    await engine.dispose()
    assert found == LIMITS


MANY = 200
LIMITS = {"statement_timeout": "10s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "15s"}


async def at_once(url: str, token: str, asked: Asked, number: int) -> list[Beat]:
    headers, limits = {"Authorization": f"Bearer {token}"}, httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60, limits=limits) as client:
        return await asyncio.gather(*(beat(client, asked) for _ in range(number)))
