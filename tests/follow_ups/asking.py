"""What the tests of follow-ups say in one line."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.builders import Person
from tests.escalations.desk import Desk
from tests.referrals.helping import Helping

PATH = "/v1/follow-ups"


@dataclass
class Asking(Helping, Desk):
    """``instructor`` does the work; there is a ``colleague`` once he has signed in."""

    async def put_right(self, **said: Any) -> str:
        """A danger that the instructor has put right."""
        about = {"kind": "gas_leak", **said}
        if "village" not in about and "elder_id" not in about:
            about["elder_id"] = await self.elder()
        escalation_id = await self.reported(**about)
        await self.mitigated(escalation_id)
        return escalation_id

    async def asks_about(self, escalation_id: str, by: Person, result: str = "eased", **more: Any) -> httpx.Response:
        """What somebody is answered who says what he heard, by telephone."""
        said = {"result": result, "method": "phone", **more}
        return await self.commands_it(by, escalation_id, "follow-ups", **said)

    async def heard(self, reader: Person | None = None, **asked: Any) -> list[dict[str, Any]]:
        """What a list of follow-ups shows."""
        return await self._rows(PATH, reader, asked)

    async def due(self, reader: Person | None = None, **asked: Any) -> list[dict[str, Any]]:
        return await self._rows(f"{PATH}/due", reader, asked)

    async def success(self, reader: Person | None = None, **asked: Any) -> dict[str, Any]:
        client = await self.client_of(reader or self.supervisor)
        answer = await client.get(f"{PATH}/success", params=asked)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def _rows(self, path: str, reader: Person | None, asked: dict[str, Any]) -> list[dict[str, Any]]:
        client = await self.client_of(reader or self.instructor)
        answer = await client.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])
