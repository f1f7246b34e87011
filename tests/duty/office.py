"""What the tests of duty say in one line: who does what on which day, and what is owed after it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import event

from api.deps import Service
from api.domain.access import Actor
from api.domain.months import SHANGHAI
from api.store import Registers, Trace
from api.usecases.refreshing import refresh_states
from tests.builders import DISTRICT, VILLAGE, Person, a_liaison, a_supervisor, an_instructor
from tests.conftest import ClientOf, Clock
from tests.elders.forms import an_id_number

_days = count()

GENERAL: dict[str, Any] = {"categories": ["living_alone"]}
PRIORITY: dict[str, Any] = {
    "ability": {"level": "moderate", "basis": "formal", "assessed_on": "2026-10-01", "score": 50}
}
BORN = date(1950, 1, 1)  # 76 in the autumn of 2026: old enough for the roll, too young to be raised by age


@dataclass
class Office:
    """Everybody works in 江口镇 unless a person is given."""

    service: Service
    clock: Clock
    client_of: ClientOf
    supervisor: Person = field(default_factory=a_supervisor)
    instructor: Person = field(default_factory=an_instructor)
    liaison: Person = field(default_factory=a_liaison)
    _signed_in: dict[tuple[Person, datetime], httpx.AsyncClient] = field(default_factory=dict)

    def on(self, day: str) -> None:
        """It is ten in the morning of that day."""
        self.clock.now = datetime.combine(date.fromisoformat(day), time(10), SHANGHAI)

    async def says(self, person: Person, path: str, **body: Any) -> httpx.Response:
        """What the person's POST answers; who signed in on another day signs in again."""
        client = await self.client(person)
        return await client.post(path, json=body)

    async def reads(self, person: Person, path: str) -> httpx.Response:
        return await (await self.client(person)).get(path)

    async def client(self, person: Person) -> httpx.AsyncClient:
        """Somebody at work, signed in at this hour."""
        key = (person, self.clock.now)
        if key not in self._signed_in:
            self._signed_in[key] = await self.client_of(person)
        return self._signed_in[key]

    async def does(self, person: Person, path: str, **body: Any) -> dict[str, Any]:
        """The body of a POST that must succeed."""
        answer = await self.says(person, path, **body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def tells(self, elder_id: str, command: str, **body: Any) -> dict[str, Any]:
        """The instructor's command, which must succeed."""
        return await self.does(self.instructor, f"/v1/elders/{elder_id}/{command}", **body)

    async def asks(self, elder_id: str, command: str, **body: Any) -> httpx.Response:
        """The instructor's command, whatever becomes of it."""
        return await self.says(self.instructor, f"/v1/elders/{elder_id}/{command}", **body)

    async def drafted(self, born: date | None = None, village: str = VILLAGE, **facts: Any) -> str:
        """An elder found by the village; every one has another ID number."""
        born_on = born or date.fromordinal(BORN.toordinal() + next(_days))
        form = {
            "name": "陈阿婆",
            "resident_id": an_id_number(born_on, 990 + next(_days) % 10),
            "residence": {"village": village, "detail": "后埔12号"},
            "filed_on": "2026-10-05",
            **(facts or GENERAL),
        }
        return str((await self.does(self.supervisor, "/v1/elders", **form))["id"])

    async def verified(self, **facts: Any) -> str:
        elder_id = await self.drafted(**facts)
        await self.does(self.supervisor, f"/v1/elders/{elder_id}/verify")
        return elder_id

    async def confirmed(self, on: str, **facts: Any) -> str:
        """An elder on the roll since a day, which is also the day it is from then on."""
        self.on(on)
        elder_id = await self.verified(**facts)
        await self.does(self.supervisor, f"/v1/elders/{elder_id}/confirm")
        return elder_id

    async def owed(self, elder_id: str, month: str) -> list[str]:
        """``["H1 open", "H2 excused"]``, with ``pending`` behind what waits for the supervisor."""
        async with self.opened() as registers:
            stored = await registers.obligations.stored([UUID(elder_id)], [month])
        rows = [row for rows in stored.obligations.values() for row in rows.values()]
        return [
            f"{row.period[8:]} {row.state}" + (" pending" if row.pending else "")
            for row in sorted(rows, key=lambda row: (row.starts_on, row.ends_on))
        ]

    async def line(self, elder_id: str, month: str) -> Any:
        """The elder's counts of a month, if there is anything to count."""
        async with self.opened() as registers:
            stored = await registers.obligations.stored([UUID(elder_id)], [month])
        return stored.months.get((UUID(elder_id), month))

    async def new_day(self, elder_id: str) -> str:
        """What the daily round makes of an elder's state."""
        async with self.opened(writes=True) as registers:
            await refresh_states(registers, registers.today)
            return str((await registers.elders.get(UUID(elder_id))).status)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Every statement that the service sends to its database meanwhile."""
        engine, seen = self.service.store._engine.sync_engine, list[str]()

        def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    @asynccontextmanager
    async def opened(self, *, writes: bool = False) -> AsyncIterator[Registers]:
        """The registers as the service itself opens them."""
        actor = Actor.system(DISTRICT, "test")
        trace = Trace(operation="test", request_id="test-request", source="test")
        async with self.service.store.opened(actor, trace, writes=writes) as registers:
            yield registers


def tasks_of(state: dict[str, Any]) -> dict[str, str]:
    """What is left to do, and by when."""
    return {task["kind"]: task["due_on"] for task in state["open_tasks"]}


def code(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['code']}"
