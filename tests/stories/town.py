"""江口镇 and its people, as the stories need them: who does what on which day, and what then waits at whose desk."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from api.store.tables import table_of
from tests.builders import OTHER_VILLAGE, Person, a_liaison
from tests.follow_ups.asking import Asking
from tests.incidents.deaths import Mourners
from tests.visits.rounds import at, nobody_home


@dataclass
class Town(Asking, Mourners):
    """``instructor`` does the work and ``colleague``, once he has signed in, asks whether it helped.

    ``passer_by`` is a liaison of another township: nothing of this one is in his sight.
    """

    passer_by: Person = field(default_factory=lambda: a_liaison(OTHER_VILLAGE))

    async def everybody_signs_in(self) -> None:
        """From now on the township has two who can do its work."""
        for person in (self.supervisor, self.instructor, self.colleague):
            await self.client_of(person)

    async def newcomer(self, **facts: Any) -> str:
        """Somebody on the roll since 1 November: of the months before nothing is owed."""
        return await self.elder(**{"starts_on": date(2026, 11, 1), **facts})

    async def visits(self, elder_id: str, day: str, hour: int = 9, **said: Any) -> dict[str, Any]:
        """The liaison was there, and tells it an hour later."""
        self.at(f"{day} {hour + 1:02}:00")
        return await self.sends(elder_id, **at(day, hour), **said)

    async def finds_nobody(self, elder_id: str, day: str, hour: int = 9, **said: Any) -> dict[str, Any]:
        """Nobody answered the door, and the liaison tells it an hour later."""
        self.at(f"{day} {hour + 1:02}:00")
        return await self.sends(elder_id, **nobody_home(day, hour, **said))

    async def about(self, noun: str, elder_id: str, **query: str) -> list[dict[str, Any]]:
        """Every hazard, need, task … of an elder that the instructor sees."""
        client = await self.client_of(self.instructor)
        answer = await client.get(f"/v1/{noun}", params={"elder_id": elder_id, **query})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])

    async def kept(self, model: Any, elder_id: str, *, but: Collection[str] = ("version",)) -> list[dict[str, Any]]:
        """What a table holds about an elder, but for columns that say how often, and when, it was written."""
        table = table_of(model)
        async with self.opened() as registers:
            found = await registers.desk.session.execute(select(table).where(table.c.elder_id == UUID(elder_id)))
        rows = [{name: value for name, value in row.items() if name not in but} for row in found.mappings()]
        return sorted(rows, key=repr)

    async def inbox(self, person: Person) -> dict[str, tuple[int, int]]:
        """Kind → how many things wait for this person, and how many of them are late."""
        kinds = (await self.shows("/v1/inbox", by=person))["kinds"]
        return {kind["kind"]: (kind["count"], kind["late"]) for kind in kinds}

    async def late(self, person: Person, **query: str) -> list[tuple[str, str, str, int]]:
        """Area, kind, at whose desk, and how many."""
        client = await self.client_of(person)
        answer = await client.get("/v1/late", params=query)
        assert answer.status_code == 200, answer.text
        return [(each["area"], each["kind"], each["desk"], each["late"]) for each in answer.json()["data"]]

    async def posts(self, person: Person, path: str, content: str) -> httpx.Response:
        """A POST of anything that calls itself JSON."""
        client = await self.client_of(person)
        return await client.post(path, content=content, headers={"Content-Type": "application/json"})
