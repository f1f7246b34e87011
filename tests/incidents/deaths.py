"""What the tests of deaths say in one line."""

from dataclasses import dataclass
from typing import Any

from tests.visits.rounds import Rounds


@dataclass
class Mourners(Rounds):
    """The instructor reports the death, the supervisor looks into it."""

    async def dies(self, elder_id: str, died_on: str, found_on: str, **more: Any) -> dict[str, Any]:
        """Reported on the day it is."""
        said = {"kind": "death", "last_day_on": died_on, "found_on": found_on, "source": "neighbour", **more}
        return await self.tells(elder_id, "exit", **said)

    async def reviews(self, **query: str) -> list[dict[str, Any]]:
        client = await self.client_of(self.supervisor)
        answer = await client.get("/v1/incident-reviews", params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])

    async def concludes(self, review: dict[str, Any], finding: str, **words: bool) -> dict[str, Any]:
        """The supervisor's finding, with a word on each record by its id."""
        records = [{"visit_id": visit_id, "accept": accept} for visit_id, accept in words.items()]
        path = f"/v1/incident-reviews/{review['id']}/conclude"
        return await self.does(self.supervisor, path, finding=finding, records=records, text="经区民政局核查")
