"""An If-Match is compared with what is decided on, not with what stood there before somebody else was done with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.duty.office import GENERAL, Office, code

MOVED = {"kind": "exit_moved_out", "change": {"last_day_on": "2026-11-02", "source": "family"}}


async def changed_while_it_is_decided(
    office: Office, elder_id: str, noun: str, row_id: str, answer: Callable[[], Awaitable[httpx.Response]]
) -> str:
    """What is answered to somebody who decides while another, who holds the elder, changes the row."""
    held = asyncio.Event()

    async def change() -> None:
        async with office.opened(writes=True) as registers:
            await registers.elders.locked(UUID(elder_id))
            register: Any = getattr(registers, noun)
            await register.change(await register.locked(UUID(row_id)), "change")
            held.set()
            await asyncio.sleep(0.5)

    async def decide() -> str:
        await held.wait()
        return code(await answer())

    said, _ = await asyncio.gather(decide(), change())
    return said


@pytest.mark.parametrize(("command", "body"), [("accept", {}), ("reject", {"reason": "已核实"})])
async def test_a_proposal_that_was_changed_meanwhile_is_not_decided_unseen(
    office: Office, command: str, body: dict[str, str]
) -> None:
    elder_id = await office.confirmed("2026-11-03", **GENERAL)
    proposed = await office.does(office.liaison, "/v1/change-proposals", elder_id=elder_id, **MOVED)
    client, path = await office.client_of(office.instructor), f"/v1/change-proposals/{proposed['id']}"
    seen = {"If-Match": '"1"'}

    said = await changed_while_it_is_decided(
        office, elder_id, "proposals", proposed["id"], lambda: client.post(f"{path}/{command}", json=body, headers=seen)
    )
    assert said == "412 version_changed"
    assert (await office.reads(office.instructor, path)).json()["state"] == "proposed"


@pytest.mark.parametrize(("command", "body"), [("sign", {}), ("return", {"reason": "请补充电话"})])
async def test_a_review_that_was_changed_meanwhile_is_not_decided_unseen(
    office: Office, command: str, body: dict[str, str]
) -> None:
    elder_id = await office.confirmed("2026-11-03", **GENERAL)
    looked = {"result": "changed", "changes": {"alias": "阿芳"}}
    review = (await office.does(office.liaison, f"/v1/elders/{elder_id}/reviews", **looked))["review"]
    client, path = await office.client_of(office.instructor), f"/v1/reviews/{review['id']}"
    seen = {"If-Match": '"1"'}

    said = await changed_while_it_is_decided(
        office, elder_id, "reviews", review["id"], lambda: client.post(f"{path}/{command}", json=body, headers=seen)
    )
    assert said == "412 version_changed"
    assert (await office.reads(office.instructor, path)).json()["state"] == "submitted"
