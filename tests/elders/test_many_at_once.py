"""Many who want one file at once: they wait in line, and nobody else waits for them."""

import asyncio
from collections import Counter
from uuid import UUID

from api.domain.access import Actor
from api.store import Trace
from tests.builders import DISTRICT
from tests.duty.office import GENERAL, Office, code

MANY = 50
HELD_SECONDS = 2.5  # nearly as long as anybody waits for the lock of a row, or for a connection


async def test_of_fifty_changes_at_once_one_is_made_and_nobody_is_sent_away(office: Office) -> None:
    elder_id = await office.confirmed("2026-11-03", **GENERAL)
    client, path = await office.client_of(office.instructor), f"/v1/elders/{elder_id}"
    tag = (await client.get(path)).headers["etag"]
    held = asyncio.Event()

    async def hold() -> None:
        actor, trace = Actor.system(DISTRICT, "test"), Trace("hold", "hold", "test")
        async with office.service.store.opened(actor, trace, writes=True) as registers:
            await registers.elders.locked(UUID(elder_id))
            held.set()
            await asyncio.sleep(HELD_SECONDS)

    async def change(number: int) -> str:
        answer = await client.patch(path, json={"alias": f"阿{chr(0x4E00 + number)}"}, headers={"If-Match": tag})
        return "200" if answer.is_success else code(answer)

    async def meanwhile() -> int:
        await held.wait()
        await asyncio.sleep(1)
        return (await client.get(path)).status_code

    said, read, _ = await asyncio.gather(asyncio.gather(*map(change, range(MANY))), meanwhile(), hold())
    assert Counter(said) == {"200": 1, "412 version_changed": MANY - 1}
    assert read == 200
