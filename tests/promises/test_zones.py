"""Days and months are those of Shanghai, wherever the server believes it stands."""

from pathlib import Path

import httpx
import pytest

from api.security import Keys
from tests.builders import settle
from tests.conftest import Urls
from tests.duty.office import code
from tests.promises.names import promise
from tests.promises.plugin import Told
from tests.promises.servers import serving
from tests.visits.rounds import Rounds, a_visit, at

ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
BORDER = "2026-10-31T16:30:00+00:00"  # half past midnight on 1 November in Shanghai


@pytest.mark.long
@promise("P51")
async def test_every_server_says_the_same_on_both_sides_of_midnight(
    rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path, told: Told
) -> None:
    rounds.clock.now = rounds.clock.now.fromisoformat(BORDER)
    elder_id = await rounds.elder()
    token = await settle(rounds.service, rounds.liaison)
    before = a_visit(elder_id, external_id="A-1", **at("2026-10-31", 8))
    said = []
    for zone in ZONES:
        with serving(database, keys, tmp_path, now=BORDER, TZ=zone) as server:
            await server.up()
            async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as client:
                sent = (await client.post("/v1/visits", json=before)).json()["counts_toward"]
                months = ("2026-10", "2026-11")
                rates = [(await client.get("/v1/visit-rates", params={"month": month})).json() for month in months]
                list_ = (await client.get("/v1/worklist")).json()
                said.append((sent, [each["total"] for each in rates], list_["data"]))
    assert said[0] == said[1] == said[2]
    assert [each["period"] for each in said[0][0]] == ["2026-10-M"]
    told(f"{len(ZONES)} zones, one answer")


@promise("P51")
async def test_a_time_without_a_zone_or_from_the_future_is_refused(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    naive = {"started_at": "2026-11-02T09:00:00", "ended_at": "2026-11-02T09:30:00"}
    ahead = {"started_at": "2026-11-03T10:10:00+08:00", "ended_at": "2026-11-03T10:20:00+08:00"}  # it is ten

    answers = [await rounds.tries(elder_id, **times) for times in (naive, ahead)]

    assert [code(answer) for answer in answers] == ["422 validation_failed", "422 time_in_future"]
