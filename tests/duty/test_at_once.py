import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.duty.office import GENERAL, Office, code

MANY = 50


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("exit", {"kind": "moved_out", "last_day_on": "2026-11-03", "source": "family"}),
        ("decline", {"by": "self"}),
        ("suspensions", {"starts_on": "2026-11-03", "ends_on": "2026-11-05", "reason": "away"}),
        ("raise-tier", {"tier": "priority", "reason": "近期丧偶"}),
    ],
)
async def test_of_fifty_commands_at_once_one_is_heard(office: Office, command: str, body: dict[str, Any]) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    client = await office.client_of(office.instructor)
    path = f"/v1/elders/{elder}/{command}"
    answers = await asyncio.gather(*(client.post(path, json=body) for _ in range(MANY)))
    said = Counter("200" if answer.is_success else code(answer) for answer in answers)
    assert said == {"200": 1, "409 wrong_state": MANY - 1}
