"""What the tests of surges say in one line: which days the district calls out, and who was reached."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.domain.months import Month
from api.store import tables
from api.store.tables import table_of
from api.usecases.verifying import verify
from tests.builders import DISTRICT, VILLAGE, Person
from tests.populations import planned
from tests.visits.rounds import Rounds, at

TASKS = table_of(tables.Task)


class Weather(Rounds):
    """Records are the liaison's; the supervisor opens what is proposed."""

    async def proposed(self, first: str, last: str, by: Person | None = None, **said: Any) -> dict[str, Any]:
        form = {"starts_on": first, "ends_on": last, **said}
        return await self.does(by or self.supervisor, "/v1/surges", **form)

    async def opened_surge(self, first: str, last: str, **said: Any) -> str:
        """The id of a surge, or of a stand-down, that holds."""
        surge = await self.proposed(first, last, **said)
        return str((await self.does(self.supervisor, f"/v1/surges/{surge['id']}/open"))["id"])

    async def stands_down(self, first: str, last: str, **said: Any) -> str:
        return await self.opened_surge(first, last, kind="stand_down", **said)

    async def figures(self, surge_id: str, area: str | None = None) -> dict[str, Any]:
        query = f"?area={area}" if area else ""
        answer = await self.reads(self.supervisor, f"/v1/surges/{surge_id}{query}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["figures"])

    async def not_reached(self, surge_id: str) -> list[str]:
        answer = await self.reads(self.supervisor, f"/v1/surges/{surge_id}/not-reached")
        assert answer.status_code == 200, answer.text
        return [each["elder_id"] for each in answer.json()["data"]]

    async def calls(self, elder_id: str, day: str, **more: Any) -> dict[str, Any]:
        """A telephone call, sent in."""
        boxes = "gas_safety plumbing_safety power_safety personal_hygiene home_hygiene indoor"
        silent = dict.fromkeys((*boxes.split(), "worker_signature", "elder_signature"))
        return await self.sends(elder_id, **{"method": "phone", **silent, **at(day), **more})

    async def sees(self, elder_id: str, day: str, **more: Any) -> dict[str, Any]:
        """A visit at home, sent in."""
        return await self.sends(elder_id, **at(day), **more)

    async def settled(self, count: int, tier: str = "priority", village: str = VILLAGE, **more: Any) -> list[str]:
        """Elders on duty since long ago, judged for November and December 2026."""
        said = {"tier": tier, "village": village, "months": ("2026-11", "2026-12"), **more}
        return [await self.elder(**said) for _ in range(count)]

    async def planned_for(self, *months: str) -> None:
        await planned(self.service, *map(Month.parse, months))

    async def jobs(self) -> list[Any]:
        async with self.opened() as registers:
            return list((await registers.desk.session.execute(select(table_of(tables.Job)))).all())

    async def tasks_of(self, surge_id: str) -> dict[str, tuple[str, date | None]]:
        """Elder → state of the task and the day it was done."""
        async with self.opened() as registers:
            query = select(TASKS).where(TASKS.c.kind == "surge", TASKS.c.key == surge_id)
            rows = (await registers.desk.session.execute(query)).all()
        return {str(row.elder_id): (row.state, row.done_on) for row in rows}

    async def due_on(self, elder_id: str) -> str | None:
        async with self.opened() as registers:
            due = (await registers.elders.get(UUID(elder_id))).due_on
        return due and due.isoformat()

    async def wrong(self) -> list[str]:
        """What is stored otherwise than the facts say."""
        return [
            f"{each.table} {each.key} {each.column}: {each.stored} is {each.expected}"
            async for each in verify(self.service.store, DISTRICT)
        ]
