"""What the tests of visit records say in one line: who sends what on which day, and what became of it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from api.store.tables import table_of
from tests.builders import Person, a_liaison
from tests.duty.office import Office
from tests.elders_on_duty import an_elder_on_duty
from tests.visits.test_intake import a_visit

REASON = "经核实"


@dataclass
class Rounds(Office):
    """``liaison`` records unless a person is given; ``neighbour`` is the same village's other liaison."""

    neighbour: Person = field(default_factory=a_liaison)

    async def elder(self, **facts: Any) -> str:
        """A confirmed elder on duty since 2023, of the general tier unless said."""
        return str(await an_elder_on_duty(self.service, **facts))

    async def sends(self, elder_id: object, by: Person | None = None, **said: Any) -> dict[str, Any]:
        """The answer to one visit, which is taken in."""
        return await self.does(by or self.liaison, "/v1/visits", **a_visit(elder_id, **said))

    async def tries(self, elder_id: object, by: Person | None = None, **said: Any) -> httpx.Response:
        """The answer to one visit, whatever becomes of it."""
        return await self.says(by or self.liaison, "/v1/visits", **a_visit(elder_id, **said))

    async def batch(self, *items: dict[str, Any], by: Person | None = None, **more: Any) -> list[dict[str, Any]]:
        """The answers to many records in one request."""
        answer = await self.says(by or self.liaison, "/v1/visits/batch", items=list(items), **more)
        assert answer.status_code == 207, answer.text
        return list(answer.json()["items"])

    async def met(self, elder_id: str) -> bool:
        """Whether the one visit that a general elder is owed in November is made."""
        return await self.owed(elder_id, "2026-11") == ["M met"]

    async def commands(self, person: Person, visit_id: str, command: str, **body: Any) -> httpx.Response:
        """A command on a record, whatever becomes of it."""
        return await self.says(person, f"/v1/visits/{visit_id}/{command}", **({"reason": REASON} | body))

    async def credit(self, visit_id: str) -> dict[str, Any]:
        """What a record is good for now."""
        answer = await self.reads(self.instructor, f"/v1/visits/{visit_id}/credit")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def why_not(self, visit_id: str) -> str | None:
        """The reason why a record does not count now."""
        reason = (await self.credit(visit_id))["not_counted"]
        return reason and str(reason["code"])

    async def rows(self, model: Any) -> list[Any]:
        """All rows of a table, oldest first."""
        table = table_of(model)
        async with self.opened() as registers:
            return list((await registers.desk.session.execute(select(table).order_by(table.c.id))).all())

    async def history(self, noun: str, subject_id: str) -> list[dict[str, Any]]:
        """Every version of a thing, opened."""
        async with self.opened() as registers:
            return await registers.history.of(noun, UUID(subject_id))


def at(day: str, hour: int = 9, **more: Any) -> dict[str, Any]:
    """The times of a visit of half an hour."""
    start = f"{date.fromisoformat(day).isoformat()}T{hour:02}"
    return {"started_at": f"{start}:00:00+08:00", "ended_at": f"{start}:30:00+08:00", **more}


def nobody_home(day: str, hour: int = 9, **more: Any) -> dict[str, Any]:
    """A record of having found nobody."""
    boxes = (
        "population_change expression mobility mood disease gas_safety plumbing_safety power_safety personal_hygiene "
        "home_hygiene indoor worker_signature elder_signature"
    )
    return {**dict.fromkeys(boxes.split()), "outcome": "not_met", **at(day, hour), **more}


def refused(day: str, **more: Any) -> dict[str, Any]:
    """A record of being turned away by the elder himself."""
    return nobody_home(day, outcome="refused", refused={"in_person": True, "by": "elder"}, **more)


__all__ = ["REASON", "Rounds", "a_visit", "at", "nobody_home", "refused"]
