"""What the tests of escalations say in one line: who reports what, who does what about it, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from api.domain.months import SHANGHAI
from api.jobs.worker import Worker
from tests.builders import VILLAGE, Person, an_instructor
from tests.visits.rounds import Rounds

MITIGATED = {"text": "已关闭阀门，更换软管"}
EASED = {"result": "eased", "method": "home"}
NOT_EASED = {"result": "not_eased", "method": "home"}
STRANGER = {"village": VILLAGE, "place_text": "后埔桥头小卖部门口", "kind": "acute_illness"}


@dataclass
class Desk(Rounds):
    """``colleague``: the township's other instructor, on duty once he has signed in."""

    colleague: Person = field(default_factory=an_instructor)

    def at(self, moment: str) -> None:
        """It is that minute (2026-11-03 10:00) in Shanghai."""
        self.clock.now = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)

    def later(self, **passed: float) -> None:
        self.clock.now += timedelta(**passed)

    async def reported(self, by: Person | None = None, **said: Any) -> str:
        """The id of a report that is taken."""
        answer = await self.says(by or self.liaison, "/v1/escalations", **said)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def commands_it(self, person: Person, escalation_id: str, command: str, **body: Any) -> httpx.Response:
        """A command, whatever becomes of it."""
        return await self.says(person, f"/v1/escalations/{escalation_id}/{command}", **body)

    async def orders(self, person: Person, escalation_id: str, command: str, **body: Any) -> dict[str, Any]:
        """How it stands after a command, which must succeed."""
        return await self.does(person, f"/v1/escalations/{escalation_id}/{command}", **body)

    async def standing(self, escalation_id: str, by: Person | None = None) -> dict[str, Any]:
        answer = await self.reads(by or self.instructor, f"/v1/escalations/{escalation_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def listed(self, by: Person | None = None, **query: str) -> list[str]:
        """The ids that a list shows."""
        client = await self.client_of(by or self.instructor)
        answer = await client.get("/v1/escalations", params=query)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["data"]]

    async def mitigated(self, escalation_id: str, by: Person | None = None) -> None:
        """Taken in hand and put right by one person."""
        await self.orders(by or self.instructor, escalation_id, "acknowledge")
        await self.orders(by or self.instructor, escalation_id, "mitigate", **MITIGATED)

    async def worker_passes(self) -> None:
        """The worker does whatever waits for it."""
        worker = Worker(self.service)
        while await worker.step():
            pass

    async def elder_id(self, **facts: Any) -> UUID:
        return UUID(await self.elder(**facts))


def kinds(standing: dict[str, Any]) -> list[str]:
    """What was done, in order."""
    return [step["kind"] for step in standing["steps"]]


def clock_states(standing: dict[str, Any]) -> dict[str, str]:
    return {name: clock["state"] for name, clock in standing["clocks"].items() if clock is not None}


def only(steps: Sequence[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The one step of a kind."""
    [step] = [step for step in steps if step["kind"] == kind]
    return step
