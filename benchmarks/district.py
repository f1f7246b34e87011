"""A township to post visits for: 10,000 elders on duty, some who record, records that are all fresh.

Records go round the elders, so that each gets a handful. Another township is left alone by them: there the
supervisor calls out extra visits for everybody.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

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
from api.store.dialect import chunked
from api.store.tables import Visit, table_of
from api.usecases.founding import found
from api.usecases.verifying import verify
from tests.builders import (
    DISTRICT,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    Person,
    a_supervisor,
    an_instructor,
    settle,
)
from tests.domain.duties import general, priority
from tests.populations import planned, settled
from tests.visits.test_intake import a_visit

ELDERS = 10_000
CLIENTS = 32
_TOGETHER = 1000  # elders in one transaction
CALLED_OUT = 2000  # priority elders in the other township


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody's session."""

    tokens: Tokens
    user_id: UUID
    session_id: UUID

    @property
    def token(self) -> str:
        """A fresh access token of the same session: a run lasts longer than one."""
        return self.tokens.issue(self.user_id, self.session_id, datetime.now(UTC))


@dataclass
class District:
    """Everything a round needs."""

    settings: Settings
    recorder: SignedIn
    clients: list[SignedIn]  # who record besides, each by one connection
    supervisor: SignedIn
    elders: list[UUID]
    numbers: Iterator[int]
    elsewhere: int = 0  # records that went to the echo

    def visit(self) -> bytes:
        """A fresh record of today for the next elder."""
        return json.dumps(self._record(), separators=(",", ":")).encode()

    def keyed_visit(self) -> tuple[bytes, str]:
        """A fresh record with a fresh Idempotency-Key."""
        return self.visit(), str(uuid4())

    def batch(self, size: int) -> bytes:
        return json.dumps({"items": [self._record() for _ in range(size)]}).encode()

    def surge(self) -> bytes:
        """Extra visits for the next three days, for everybody of the other township."""
        today = civil_date(datetime.now(UTC))
        window = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=2)).isoformat()}
        return json.dumps({**window, "areas": [OTHER_TOWNSHIP]}).encode()

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
    """Migrate, put elders on duty, and sign people in."""
    await asyncio.to_thread(migrate, settings)
    service = _service(settings)
    month = Month.of(civil_date(datetime.now(UTC)))
    await found(service.store, DISTRICT)
    villages = await _villages(service.store)
    visited = [
        (general if number % 3 else priority)(village=villages[number % len(villages)]) for number in range(ELDERS)
    ]
    called_out = [priority(village=OTHER_VILLAGE) for _ in range(CALLED_OUT)]
    for part in chunked([*visited, *called_out], _TOGETHER):
        await settled(service, part, tracking=None)
    await planned(service, month, month.next())
    recorder, supervisor = [await _signed_in(service, person) for person in (an_instructor(), a_supervisor())]
    clients = [await _signed_in(service, an_instructor()) for _ in range(CLIENTS)]
    await service.store.close()
    return District(settings, recorder, clients, supervisor, [each.elder_id for each in visited], count())


async def _villages(store: Store) -> list[str]:
    """Of the township whose instructor records."""
    actor, trace = Actor.system(DISTRICT, "spread elders over villages"), Trace("benchmark", "benchmark", "local")
    async with store.opened(actor, trace, writes=False) as registers:
        gazetteer = await registers.places.gazetteer()
    return [each.code for each in gazetteer.children(TOWNSHIP)]


async def _signed_in(service: Service, person: Person) -> SignedIn:
    claims = service.tokens.read(await settle(service, person), datetime.now(UTC))
    return SignedIn(service.tokens, claims.user_id, claims.session_id)
