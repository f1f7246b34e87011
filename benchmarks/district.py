"""A small district to post visits for: elders on duty, somebody who records, records that are all fresh."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from rich.console import Console
from sqlalchemy import func, select

from api.deps import Service
from api.domain.access import Actor
from api.domain.months import Month, civil_date
from api.main import keys_of, service_for
from api.schema import migrate
from api.security import Tokens
from api.settings import Settings
from api.store import Store, Trace
from api.store.tables import Visit, table_of
from api.usecases.verifying import verify
from tests.builders import DISTRICT, a_liaison, settle
from tests.elders_on_duty import an_elder_on_duty
from tests.visits.test_intake import a_visit

ELDERS = 400


@dataclass
class District:
    """Everything a round needs."""

    settings: Settings
    tokens: Tokens
    user_id: UUID
    session_id: UUID
    elders: list[UUID]
    numbers: Iterator[int]
    elsewhere: int = 0  # records that went to the echo

    @property
    def token(self) -> str:
        """A fresh access token of the same session: a run lasts longer than one."""
        return self.tokens.issue(self.user_id, self.session_id, datetime.now(UTC))

    def visit(self) -> bytes:
        """A fresh record of today for the next elder."""
        return json.dumps(self._record()).encode()

    def batch(self, size: int) -> bytes:
        return json.dumps({"items": [self._record() for _ in range(size)]}).encode()

    async def check(self, console: Console) -> None:
        """Everything stored, and judged as the facts say."""
        store = _service(self.settings).store  # of this event loop
        differences = [each async for each in verify(store, DISTRICT)]
        stored = await _stored(store)
        await store.close()
        sent = next(self.numbers) - self.elsewhere
        console.print(f"sent {sent}, stored {stored}; obligations verify: {len(differences)} differences")
        if differences or stored != sent:
            raise SystemExit("what is stored is not what was sent, or not what follows from it")

    def _record(self) -> dict[str, object]:
        number = next(self.numbers)
        began = datetime.now(UTC) - timedelta(hours=2, seconds=number % 3000)
        return a_visit(
            self.elders[number % len(self.elders)],
            external_id=f"B-{number}",
            started_at=began.isoformat(),
            ended_at=(began + timedelta(minutes=20)).isoformat(),
        )


def _service(settings: Settings) -> Service:
    return service_for(settings, keys_of(settings), lambda: datetime.now(UTC))


async def _stored(store: Store) -> int:
    trace = Trace("benchmark", "benchmark", "local")
    actor = Actor.system(DISTRICT, "count what was posted")
    async with store.opened(actor, trace, writes=False) as registers:
        rows = await registers.desk.session.execute(select(func.count()).select_from(table_of(Visit)))
        return int(rows.scalar_one())


async def prepared(settings: Settings) -> District:
    """Migrate, put elders on duty, and sign somebody in."""
    await asyncio.to_thread(migrate, settings)
    service = _service(settings)
    month = str(Month.of(civil_date(datetime.now(UTC))))
    elders = [
        await an_elder_on_duty(service, tier="priority" if n % 3 == 0 else "general", months=(month, month))
        for n in range(ELDERS)
    ]
    claims = service.tokens.read(await settle(service, a_liaison()), datetime.now(UTC))
    await service.store.close()
    return District(settings, service.tokens, claims.user_id, claims.session_id, elders, count())
