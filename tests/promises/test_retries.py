"""Whatever is sent again, however often and by whichever way, has its effect once (P10: test_promises)."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.deps import Service
from api.jobs.retention import purge
from api.security import Keys
from api.store import tables
from api.store.retention import KEPT_FOR
from api.store.tables import Job
from tests.builders import VILLAGE, Person, a_liaison, an_admin, settle
from tests.conftest import Urls
from tests.duty.office import code
from tests.elders.forms import stored_rows
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told
from tests.promises.servers import servings
from tests.visits.rounds import Rounds, a_visit, at

DANGER = {"village": VILLAGE, "place_text": "村口公交站旁", "kind": "other", "text": "门窗紧闭，呼叫无应答"}
TAKEN_IN = 202  # of somebody whom nobody knows yet
KEY = {"Idempotency-Key": "one-key-for-all-of-it"}
IN_A_BATCH = 500


async def reported(client: httpx.AsyncClient, body: object = DANGER) -> httpx.Response:
    return await client.post("/v1/escalations", json=body, headers=KEY)


def rows(database: Urls, table: str) -> int:
    return len(stored_rows(database, f"SELECT 1 FROM {table}"))


# --- P08 ----------------------------------------------------------------------------------------------


@promise("P08")
async def test_a_key_stands_for_one_body_of_one_caller_at_one_operation(rounds: Rounds, database: Urls) -> None:
    client, other = [await rounds.client_of(each) for each in (rounds.liaison, rounds.neighbour)]
    elder_id = await rounds.elder()

    first = await reported(client)
    again = await reported(client)
    in_other_order = await reported(client, dict(reversed(DANGER.items())))
    another_body = await reported(client, DANGER | {"text": "又去一次"})
    somebody_else = await reported(other)
    elsewhere = await client.post("/v1/visits", json=a_visit(elder_id), headers=KEY)

    assert [each.status_code for each in (first, somebody_else, elsewhere)] == [TAKEN_IN, TAKEN_IN, 201]
    assert {again.content, in_other_order.content} == {first.content}
    assert {each.headers.get("idempotency-replayed") for each in (again, in_other_order)} == {"true"}
    assert code(another_body) == "422 idempotency_key_reused"
    assert first.json()["id"] not in another_body.text + somebody_else.text
    assert rows(database, "escalations") == 2


@promise("P08")
async def test_what_was_refused_leaves_the_key_free_for_what_is_right(rounds: Rounds, database: Urls) -> None:
    client = await rounds.client_of(rounds.liaison)

    refused = await reported(client, DANGER | {"kind": "a_kind_of_nothing"})
    right = await reported(client)

    assert (refused.status_code, right.status_code) == (422, TAKEN_IN)
    assert "idempotency-replayed" not in right.headers
    assert rows(database, "escalations") == 1


@promise("P08")
async def test_nothing_is_said_again_to_somebody_whose_account_was_closed(rounds: Rounds, service: Service) -> None:
    client = await rounds.client_of(rounds.liaison)
    assert (await reported(client)).status_code == TAKEN_IN
    await disable(rounds, service, rounds.liaison)

    assert (await reported(client)).status_code == 401


async def disable(rounds: Rounds, service: Service, person: Person) -> None:
    async with service.store.accounts() as accounts:
        known = await accounts.users.named(person.username)
    assert known is not None
    await rounds.does(an_admin(), f"/v1/users/{known.id}/disable")
    await asyncio.sleep(1)  # for which what was known of the session may still be believed


# --- P09 ----------------------------------------------------------------------------------------------


@promise("P09")
async def test_long_after_their_keys_are_forgotten_records_are_known(
    rounds: Rounds, service: Service, database: Urls, counted: Counted, told: Told
) -> None:
    number = counted(60, 1_000)
    records = await distinct(rounds, number)
    first = await sent(rounds, records)
    rounds.clock.now += KEPT_FOR + timedelta(days=1)
    await purge(service, Job())
    assert not rows(database, "idempotency")

    again = await sent(rounds, records)

    assert [each["id"] for each in again] == [each["id"] for each in first]
    assert {each["result"] for each in again} == {"unchanged"}
    assert rows(database, "visits") == number
    told(f"{number} records sent again under new keys: 0 new")


async def distinct(rounds: Rounds, number: int) -> list[dict[str, Any]]:
    """So many records of visits, each of an elder, day and hour of its own."""
    elders = [await rounds.elder() for _ in range(max(1, number // 50))]
    records = []
    for n in range(number):
        turn, which = divmod(n, len(elders))
        day = date(2026, 11, 2) - timedelta(days=turn // 10)
        records.append(a_visit(elders[which], external_id=f"A-{n}", **at(str(day), 8 + turn % 10)))
    return records


async def sent(rounds: Rounds, records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What became of each, in batches."""
    answers = []
    for start in range(0, len(records), IN_A_BATCH):
        answers += await rounds.batch(*records[start : start + IN_A_BATCH])
    return answers


# --- P15 ----------------------------------------------------------------------------------------------

WRONG: dict[int, dict[str, Any]] = {
    0: {"external_id": "W-0"},  # no record at all
    250: {"elder": {"id": str(UUID(int=7))}},  # somebody out of sight
    499: {"started_at": "2026-12-24T09:00:00+08:00", "ended_at": "2026-12-24T09:30:00+08:00"},  # not yet
}


@promise("P15")
async def test_a_batch_says_of_each_what_became_of_it(rounds: Rounds, database: Urls) -> None:
    records = await distinct(rounds, IN_A_BATCH)
    for place, wrong in WRONG.items():
        records[place] = wrong if place == 0 else records[place] | wrong

    nothing = await rounds.says(rounds.liaison, "/v1/visits/batch", items=records, atomic="all")
    assert (nothing.status_code, rows(database, "visits")) == (422, 0)

    answers = await rounds.batch(*records)

    assert [n for n, each in enumerate(answers) if each["result"] == "rejected"] == list(WRONG)
    assert Counter(each["result"] for each in answers) == {"created": IN_A_BATCH - len(WRONG), "rejected": len(WRONG)}
    assert rows(database, "visits") == IN_A_BATCH - len(WRONG)


@promise("P15")
async def test_more_records_than_a_batch_may_hold_are_refused_before_any_work(rounds: Rounds, database: Urls) -> None:
    answer = await rounds.says(rounds.liaison, "/v1/visits/batch", items=[{}] * (IN_A_BATCH + 1))
    assert (answer.status_code, rows(database, "visits")) == (422, 0)


@pytest.mark.long
@promise("P15")
async def test_a_batch_that_was_cut_is_there_as_it_says_when_it_is_sent_again(
    rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path, counted: Counted, told: Told
) -> None:
    kills, size = counted(1, 20), counted(50, IN_A_BATCH)
    rounds.clock.now = datetime.now(UTC)
    person = a_liaison()
    replayed = 0
    with servings(database, keys, tmp_path, number=1) as servers:
        await servers.up()
        for turn in range(kills):
            records = [each | {"external_id": f"{turn}-{n}"} for n, each in enumerate(await distinct(rounds, size))]
            headers = {"Authorization": f"Bearer {await settle(rounds.service, person)}"}
            key = {"Idempotency-Key": f"batch-of-the-turn-{turn}"}
            async with httpx.AsyncClient(base_url=servers.urls[0], headers=headers | key, timeout=60) as client:
                posting = asyncio.create_task(client.post("/v1/visits/batch", json={"items": records}))
                await asyncio.sleep(Random(turn).random() * 0.6)
                servers.kill()
                await asyncio.wait([posting])
                cut = posting.exception()
                assert cut is None or isinstance(cut, httpx.TransportError)
                await servers.up()
                answer = await client.post("/v1/visits/batch", json={"items": records})
            assert answer.status_code == 207, answer.text
            replayed += "idempotency-replayed" in answer.headers
            said = {each["id"] for each in answer.json()["items"] if each["result"] == "created"}
            kept = {str(row.id) for row in await rounds.rows(tables.Visit) if row.external_id.startswith(f"{turn}-")}
            assert (said, len(said)) == (kept, size)
    told(f"{kills} batches of {size} cut, {replayed} of them after they were kept: all as they said")
