"""What becomes of requests when PostgreSQL dies, hangs or has no room, and that nothing has to be restarted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.security import Keys
from tests.builders import settle
from tests.conftest import Urls
from tests.postgres import Postmaster
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told
from tests.promises.postmaster import urls_in
from tests.promises.servers import Sender, servings
from tests.promises.things import everything_is_there_once, posted_under_fire, summed_up, visits_and_reports
from tests.visits.rounds import Rounds


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
