"""Eight people at once, at two servers on one database: one is heard, the others are told how it stands (B7)."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.deps import Service
from api.security import Keys
from tests.builders import Person, settle
from tests.conftest import Urls
from tests.duty.office import code
from tests.escalations.desk import EASED, MITIGATED, kinds
from tests.serving import served
from tests.stories.town import Town

AT_ONCE = 8


class Servers:
    """Two processes of the service on one database, and people who ask either."""

    def __init__(self, service: Service, urls: Sequence[str]) -> None:
        self._service = service
        self._urls = urls

    async def one_is_heard(self, person: Person, path: str, state: str, **body: Any) -> None:
        """Of eight at once one succeeds; the others are told the state that it led to."""
        answers = await self._asked(person, path, body)
        told = Counter("200" if answer.is_success else code(answer) for answer in answers)
        assert told == {"200": 1, "409 wrong_state": AT_ONCE - 1}, path
        [heard] = [answer.json()["state"] for answer in answers if answer.is_success]
        refused = {answer.json()["params"]["state"] for answer in answers if not answer.is_success}
        assert (heard, refused) == (state, {state}), path

    async def _asked(self, person: Person, path: str, body: dict[str, Any]) -> list[httpx.Response]:
        """Eight answers to one POST, by turns of the one server and of the other."""
        headers = {"Authorization": f"Bearer {await settle(self._service, person)}"}
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(httpx.AsyncClient(base_url=url, headers=headers, timeout=60))
                for url in self._urls
            ]
            return await asyncio.gather(*(clients[n % len(clients)].post(path, json=body) for n in range(AT_ONCE)))


@pytest.fixture
def servers(town: Town, service: Service, database: Urls, keys: Keys, tmp_path: Path) -> Iterator[Servers]:
    now = town.clock.now.isoformat()
    with served(database, keys, tmp_path, now=now) as one, served(database, keys, tmp_path, now=now) as other:
        yield Servers(service, (one, other))


async def test_of_eight_at_once_over_two_servers_one_is_heard(town: Town, servers: Servers) -> None:
    await town.everybody_signs_in()
    await of_an_escalation(town, servers)
    await of_a_referral(town, servers)


async def of_an_escalation(town: Town, servers: Servers) -> None:
    case = await town.reported(elder_id=await town.newcomer(), kind="gas_leak")
    path = f"/v1/escalations/{case}"

    await servers.one_is_heard(town.instructor, f"{path}/acknowledge", "responding")
    await servers.one_is_heard(town.instructor, f"{path}/mitigate", "mitigated", **MITIGATED)
    await town.orders(town.colleague, case, "follow-ups", **EASED)
    await servers.one_is_heard(town.colleague, f"{path}/close", "closed")

    assert kinds(await town.standing(case)) == ["reported", "acknowledged", "mitigated", "followed_up", "closed"]


async def of_a_referral(town: Town, servers: Servers) -> None:
    need = await town.need(await town.newcomer())
    referral = await town.refers(need_id=need)
    path = f"/v1/referrals/{referral['id']}"

    await servers.one_is_heard(town.instructor, f"{path}/accept", "accepted")
    await servers.one_is_heard(town.instructor, f"{path}/deliver", "delivered")
    await town.asks_whether_it_helped(referral, **EASED)
    await servers.one_is_heard(town.colleague, f"{path}/close", "closed")

    assert (await town.shows(f"/v1/needs/{need}"))["state"] == "met"
    assert len((await town.shows(path))["attempts"]) == 1


async def test_whoever_holds_what_is_about_an_elder_holds_the_elder_first(town: Town) -> None:
    """Else an exit, which holds the elder and ends what is open, and a command on it would wait in a circle."""
    elder = await town.newcomer()
    need = await town.need(elder)
    referral = await town.refers(need_id=need)
    await town.client_of(town.supervisor)
    left = {"kind": "institution", "last_day_on": "2026-11-03", "source": "family"}

    async with town.opened(writes=True) as registers:
        await registers.referrals.locked(UUID(referral["id"]))
        leaving = asyncio.create_task(town.says(town.supervisor, f"/v1/elders/{elder}/exit", **left))
        await asyncio.sleep(1.5)
        await registers.elders.locked(UUID(elder))
        await registers.needs.locked(UUID(need))

    assert (await leaving).status_code == 200
    assert (await town.shows(f"/v1/referrals/{referral['id']}"))["state"] == "closed_by_exit"
