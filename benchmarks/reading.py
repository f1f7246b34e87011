"""What the database itself takes for a page of a list, for the worklist and for a district's dashboard.

The service asks its own questions, as for a supervisor of one district or for a force there; each is then put to the
database once more under EXPLAIN ANALYZE, in the same transaction and with the same parameters, and the times that the
server states are added up. The ways there and back, and the service's own work, are not in the figure.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from api.domain.access import Actor
from api.domain.months import Month, civil_date
from api.main import keys_of, service_for
from api.schemas.rates import By
from api.settings import Settings
from api.store import Registers, Store, Trace
from api.store.elders import Filter
from api.usecases.rates import visit_rates
from api.usecases.worklist import Worklist
from benchmarks.copies import DISTRICTS

PAGE = 50

Asked = list[tuple[str, Any]]
Reading = Callable[[Registers], Awaitable[None]]


async def first_page(registers: Registers) -> None:
    """The worklist's first page with its summary."""
    worklist = await Worklist.opened(registers, None, None, None)
    entries = await worklist.entries(None, PAGE + 1)
    await worklist.lines(entries[:PAGE])
    await worklist.summary()


async def only_the_page(registers: Registers) -> None:
    worklist = await Worklist.opened(registers, None, None, None)
    await worklist.lines((await worklist.entries(None, PAGE + 1))[:PAGE])


async def dashboard(registers: Registers) -> None:
    """The month's rates of the district, village by village."""
    await visit_rates(registers, Month.of(civil_date(datetime.now(UTC))), By.VILLAGE, None)


async def roll(registers: Registers) -> None:
    """The first page of the list of elders."""
    await registers.elders.listing(Filter())(size=PAGE + 1)


def supervisor(district: str) -> Actor:
    return Actor.system(district, "measure what a supervisor reads")


async def milliseconds(
    settings: Settings, reading: Reading, rounds: int, reader: Callable[[str], Actor] = supervisor
) -> list[float]:
    """What the server takes for all questions of a reading, each time a district's turn; the first is not counted."""
    service = service_for(settings, keys_of(settings), lambda: datetime.now(UTC))
    taken = []
    for number in range(rounds + 1):
        async with _opened(service.store, reader(DISTRICTS[number % len(DISTRICTS)])) as registers:
            with _listening(service.store) as asked:
                await reading(registers)
            taken.append(sum([await _explained(registers, *each) for each in asked]))
    await service.store.close()
    return taken[1:]


@asynccontextmanager
async def _opened(store: Store, actor: Actor) -> AsyncIterator[Registers]:
    async with store.opened(actor, Trace("bench", "bench", "local"), writes=False) as registers:
        yield registers


@contextmanager
def _listening(store: Store) -> Iterator[Asked]:
    asked: Asked = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    engine = store._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


async def _explained(registers: Registers, statement: str, parameters: Any) -> float:
    connection = await registers.desk.session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    plan = await driver.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", *parameters)
    told = json.loads(plan) if isinstance(plan, str) else plan
    return float(told[0]["Execution Time"])
