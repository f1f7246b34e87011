"""What the tests of whereabouts checks say in one line."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from api.domain.months import SHANGHAI
from api.jobs.worker import Worker
from api.store import tables
from tests.builders import Person
from tests.visits.rounds import Rounds, nobody_home


@dataclass
class Village(Rounds):
    """The liaison looks for people and asks around."""

    def at(self, day: str, hour: int, minute: int = 0, second: int = 0) -> None:
        self.clock.now = datetime.combine(date.fromisoformat(day), time(hour, minute, second), SHANGHAI)

    async def in_vain(self, elder_id: str, day: str, hour: int = 9, **more: Any) -> dict[str, Any]:
        """Nobody was home on that day, and the record comes in at once, an hour later."""
        self.at(day, hour + 1)
        return await self.sends(elder_id, **nobody_home(day, hour, **more))

    async def checks(self, **query: Any) -> list[dict[str, Any]]:
        answer = await (await self.client_of(self.liaison)).get("/v1/whereabouts-checks", params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])

    async def the_check(self, **query: Any) -> dict[str, Any]:
        [check] = await self.checks(**query)
        return check

    async def told(self, whereabouts: str, by: Person | None = None, **more: Any) -> dict[str, Any]:
        """Somebody answers the only check there is."""
        path = f"/v1/whereabouts-checks/{(await self.the_check())['id']}/answer"
        return await self.does(by or self.liaison, path, whereabouts=whereabouts, **{"told_by": "neighbour", **more})

    async def alarms(self) -> list[tuple[str, str, str]]:
        """Kind, state and moment, in Shanghai, of every escalation."""
        return [
            (row.kind, row.state, f"{row.discovered_at.astimezone(SHANGHAI):%m-%d %H:%M:%S}")
            for row in await self.rows(tables.Escalation)
        ]

    async def work(self) -> None:
        """The worker does what is due."""
        worker = Worker(self.service)
        while await worker.step():
            pass

    async def done_with(self, check_id: str) -> list[str]:
        """What was done with a check, in order."""
        async with self.opened() as registers:
            return [each["command"] for each in await registers.whereabouts.history(UUID(check_id))]
