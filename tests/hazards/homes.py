"""What the tests of hazards say in one line: who sees what on which day, and how the hazard stands."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update

from api.store import tables
from api.store.tables import table_of
from tests.visits.rounds import Rounds, at

UNSAFE = {"gas_safety": "unsafe"}


class Homes(Rounds):
    """Visits are the liaison's, and of the day on which they are told."""

    async def sees(self, elder_id: str, day: str, **said: Any) -> dict[str, Any]:
        """The answer to a visit that is told on its day."""
        self.on(day)
        return await self.sends(elder_id, **at(day), **said)

    async def unsafe_gas(self, elder_id: str, day: str, **said: Any) -> str:
        """The hazard that a visit opens or joins."""
        [hazard_id] = (await self.sees(elder_id, day, **UNSAFE, **said))["opened"]["hazards"]
        return str(hazard_id)

    async def hazard(self, hazard_id: str) -> dict[str, Any]:
        return dict((await self.story(hazard_id))["hazard"])

    async def story(self, hazard_id: str) -> dict[str, Any]:
        answer = await self.reads(self.liaison, f"/v1/hazards/{hazard_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def states(self, hazard_id: str, *names: str) -> list[Any]:
        """Some fields of a hazard, the state first."""
        hazard = await self.hazard(hazard_id)
        return [hazard[name] for name in ("state", *names)]

    async def listed(self, **asked: Any) -> list[str]:
        """The ids of a list, in its order."""
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        answer = await self.reads(self.instructor, f"/v1/hazards?{query}")
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["data"]]

    async def live_together(self, *elder_ids: str) -> None:
        async with self.opened(writes=True) as registers:
            elders = table_of(tables.Elder)
            one_house = update(elders).where(elders.c.id.in_(map(UUID, elder_ids))).values(household_id=uuid4())
            await registers.desk.session.execute(one_house)

    async def notes(self) -> dict[str, list[dict[str, str]]]:
        """What the liaison's worklist tells of each elder who is to be visited."""
        answer = await self.reads(self.liaison, "/v1/worklist")
        assert answer.status_code == 200, answer.text
        return {line["elder"]["id"]: line["elder"]["notes_for_visitor"] for line in answer.json()["data"]}
