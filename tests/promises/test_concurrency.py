"""Many at once, over two processes of the service: one decides, none overwrites, and what may be once is once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.domain.accounts import MOST_FAILURES
from api.security import Keys
from tests.builders import VILLAGE, Person, a_supervisor, an_admin, settle
from tests.conftest import Urls
from tests.elders.forms import a_form, an_id_number, enrolled, stored_rows
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told
from tests.serving import served
from tests.visits.rounds import Rounds, a_visit

AT_ONCE = 8
MANY = 30

Clients = Sequence[httpx.AsyncClient]


@pytest.fixture
async def two(database: Urls, keys: Keys, tmp_path: Path, rounds: Rounds) -> AsyncIterator[Sequence[str]]:
    """The addresses of two processes on the one database, at the hour of the tests."""
    now = rounds.clock.now.isoformat()
    with served(database, keys, tmp_path, now=now) as one, served(database, keys, tmp_path, now=now) as other:
        yield one, other


@asynccontextmanager
async def signed_in(rounds: Rounds, person: Person, addresses: Iterable[str]) -> AsyncIterator[Clients]:
    """The same person at each of the processes."""
    headers = {"Authorization": f"Bearer {await settle(rounds.service, person)}"}
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(httpx.AsyncClient(base_url=each, headers=headers, timeout=60))
            for each in addresses
        ]


async def at_once(clients: Clients, number: int, path: str, *bodies: dict[str, Any]) -> list[httpx.Response]:
    """So many posts at once, turn by turn to each process with each body."""
    return await asyncio.gather(
        *(clients[n % len(clients)].post(path, json=bodies[n % len(bodies)]) for n in range(number))
    )


# --- P11 ----------------------------------------------------------------------------------------------


@promise("P11")
async def test_of_many_who_decide_at_once_one_does(
    rounds: Rounds, database: Urls, two: Sequence[str], counted: Counted, told: Told
) -> None:
    turns = counted(3, 200)
    elder_id = await rounds.elder()
    async with signed_in(rounds, rounds.instructor, two) as clients:
        for turn in range(turns):
            visit = (await rounds.sends(elder_id, external_id=f"A-{turn}", worker=a_worker(turn)))["id"]
            answers = await at_once(clients, AT_ONCE, f"/v1/visits/{visit}/void", {"reason": "重复录入"})
            assert Counter(answer.status_code for answer in answers) == {200: 1, 409: AT_ONCE - 1}
    heard = "SELECT 1 FROM audit_entries WHERE operation = 'void_visit' AND result = 'ok'"
    assert len(stored_rows(database, heard)) == turns
    told(f"{turns} records, {AT_ONCE} decisions of each at once: one was heard")


def a_worker(number: int) -> dict[str, str]:
    return {"name": f"试{chr(0x4E00 + number)}员", "kind": "volunteer"}


# --- P12 ----------------------------------------------------------------------------------------------


@promise("P12")
async def test_no_change_overwrites_one_that_its_sender_had_not_seen(
    rounds: Rounds, two: Sequence[str], counted: Counted, told: Told
) -> None:
    writers, each = counted(4, 20), counted(3, 50)
    elder = await enrolled(await rounds.client_of(rounds.instructor))
    async with signed_in(rounds, rounds.instructor, two) as clients:
        path = f"/v1/elders/{elder['id']}"
        before = (await clients[0].get(path)).json()["version"]

        async def read_and_change(client: httpx.AsyncClient, number: int) -> Counter[int]:
            seen: Counter[int] = Counter()
            for turn in range(each):
                tag = (await client.get(path)).headers["etag"]
                changed = {"alias": f"阿{chr(0x4E00 + number * each + turn)}"}
                answer = await client.patch(path, json=changed, headers={"If-Match": tag})
                seen[answer.status_code] += 1
            return seen

        seen = await asyncio.gather(*(read_and_change(clients[n % len(clients)], n) for n in range(writers)))
        after = (await clients[1].get(path)).json()["version"]
    statuses = sum(seen, Counter())
    assert set(statuses) <= {200, 412}
    assert after - before == statuses[200]
    told(f"{writers} × {each} changes: {statuses[200]} made, {statuses[412]} sent back")


# --- P13 ----------------------------------------------------------------------------------------------


@promise("P13")
@pytest.mark.parametrize(
    ("role", "path", "body"),
    [
        ("liaison", "/v1/elders", a_form(resident_id=an_id_number(date(1940, 2, 29)))),
        (
            "supervisor",
            "/v1/users",
            {"username": "lin", "display_name": "林", "grants": [{"role": "village_liaison", "area": VILLAGE}]},
        ),
    ],
    ids=["an elder", "an account"],
)
async def test_what_may_be_once_is_once(
    rounds: Rounds, two: Sequence[str], role: str, path: str, body: dict[str, Any], told: Told
) -> None:
    async with signed_in(rounds, getattr(rounds, role), two) as clients:
        answers = await at_once(clients, MANY, path, body)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: MANY - 1}, answers[-1].text
    told(f"{MANY} at once: one was made")


@promise("P13")
async def test_one_record_under_many_keys_is_kept_once(rounds: Rounds, two: Sequence[str]) -> None:
    record = a_visit(await rounds.elder(), external_id="A-1")
    async with signed_in(rounds, rounds.liaison, two) as clients:
        answers = await at_once(clients, MANY, "/v1/visits", record)
    assert Counter(answer.json()["result"] for answer in answers) == {"created": 1, "unchanged": MANY - 1}


# --- P14 ----------------------------------------------------------------------------------------------


@promise("P14")
async def test_one_process_answers_again_what_the_other_has_done(rounds: Rounds, two: Sequence[str]) -> None:
    record, key = a_visit(await rounds.elder()), {"Idempotency-Key": "one-key-two-processes"}
    async with signed_in(rounds, rounds.liaison, two) as clients:
        first, again = [await client.post("/v1/visits", json=record, headers=key) for client in clients]
    assert (first.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"


@promise("P14")
async def test_guesses_are_counted_over_all_processes(two: Sequence[str]) -> None:
    guess = {"grant_type": "password", "username": "nobody-there", "password": "a wrong one"}
    async with httpx.AsyncClient(timeout=60) as client:
        answers = [await client.post(f"{two[n % 2]}/oauth/token", data=guess) for n in range(MOST_FAILURES + 1)]
    assert [answer.status_code for answer in answers] == [400] * MOST_FAILURES + [429]


@promise("P14")
async def test_whoever_signs_out_at_one_process_is_out_at_the_other(rounds: Rounds, two: Sequence[str]) -> None:
    supervisor = a_supervisor()
    async with signed_in(rounds, supervisor, two) as clients, signed_in(rounds, an_admin(), two) as (admin, _):
        me = [(await client.get("/v1/me")).json() for client in clients]
        ended = await admin.post(f"/v1/users/{me[0]['id']}/disable", json={})
        await asyncio.sleep(1)  # for which what was known of the session may still be believed
        answers = [await client.get("/v1/me") for client in clients]
    assert ended.is_success, ended.text
    assert [answer.status_code for answer in answers] == [401, 401]
