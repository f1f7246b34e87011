"""What was acknowledged is there, whoever is killed (the database under them: test_outages)."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from api.security import Keys
from tests.builders import settle
from tests.conftest import Urls
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told
from tests.promises.servers import Sender, servings
from tests.promises.things import (
    everything_is_there_once,
    posted_under_fire,
    strike_at_a_commit,
    summed_up,
    visits_and_reports,
)
from tests.visits.rounds import Rounds


@pytest.mark.long
@promise("B2")
@pytest.mark.parametrize(
    "database",
    [pytest.param("sqlite", marks=promise("P01")), pytest.param("postgresql", marks=promise("P02"))],
    indirect=True,
)
async def test_what_was_acknowledged_survives_the_death_of_all_servers(
    rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path, counted: Counted, told: Told, progress: Heard
) -> None:
    visits, kills = counted(120, 10_000), counted(1, 30)
    rounds.clock.now = datetime.now(UTC)
    things = await visits_and_reports(rounds, visits)
    sender = Sender(await settle(rounds.service, rounds.liaison))

    with servings(database, keys, tmp_path) as servers:
        await servers.up()

        async def struck(number: int) -> None:
            if number % 2:
                await asyncio.sleep(Random(number).random() * 0.02)
            else:
                await asyncio.to_thread(strike_at_a_commit, database, servers)
            servers.kill()
            await servers.up()

        await posted_under_fire(sender, servers.urls, things, kills, struck, progress)
        await everything_is_there_once(rounds, database, sender, things)

    assert sender.lost >= kills
    assert sender.replays >= counted(0, 3), "the kills hit nothing that was committed and not yet answered"
    told(summed_up(visits, kills, sender))
