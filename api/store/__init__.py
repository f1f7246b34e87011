"""The doors of the store: nothing else opens a session.

``opened(actor)`` gives the registers of elders, narrowed to the actor's area; a system actor
(``Actor.system(area, reason)``) comes through the same door. ``accounts()`` gives credentials and
sessions only. ``streamed(actor)`` is a read-only door for a body that outlives its request. ``chores()`` is
the service's own: the job table and what is kept for a time only. ``whole(actor)`` is every row there is, for
backups.

Leaving a door commits the rows and their traces together; an exception leaves nothing behind. A read
gives its answer only after its audit entry is committed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime

from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.pool import QueuePool

from api.domain.access import Actor, AreaCode
from api.domain.sandbox import SANDBOX
from api.store.accounts import Accounts
from api.store.audit import entry_of, write_entries
from api.store.backups import Backups
from api.store.chores import Chores
from api.store.crypto import Sealer
from api.store.desk import Desk, Trace
from api.store.dialect import careless_settings, engine_for, telling_settings, transaction, unhurried
from api.store.due_counts import write_shifts
from api.store.gathering import Gathering
from api.store.registers import Registers
from api.store.scope import within
from api.store.turns import Turns

__all__ = ["Registers", "Store", "Trace", "within"]

_PING_WITHIN = 1.5  # seconds
_LONGEST_LINE = 7.0  # seconds of waiting to write


@asynccontextmanager
async def _held_soon(line: asyncio.Lock) -> AsyncIterator[None]:
    """Raises TimeoutError for whoever waits too long: another process holds the database."""
    async with asyncio.timeout(_LONGEST_LINE):
        await line.acquire()
    try:
        yield
    finally:
        line.release()


class Store:
    """``clock`` answers the instant of now; tests and the demo may stop it. ``turns``: of those who want one thing."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int,
        sealer: Sealer,
        clock: Callable[[], datetime],
        district: str,
        patient: bool = False,
    ) -> None:
        self._engine: AsyncEngine = engine_for(url, pool_size=pool_size, patient=patient)
        self._sealer, self._sealer_of_sandbox = sealer, sealer.apart(SANDBOX)
        self._clock = clock
        self._everywhere = (AreaCode(district),)
        self._accounted = (*self._everywhere, SANDBOX)  # where somebody may be let in
        self._pinging: asyncio.Task[None] | None = None
        self._one_writer = asyncio.Lock() if self._engine.dialect.name == "sqlite" else None
        self.turns = Turns()
        self._entries: Gathering[dict[str, object], None] = Gathering(self._write_entries, most=500)

    @asynccontextmanager
    async def opened(
        self, actor: Actor, trace: Trace, *, writes: bool, others: Sequence[Trace] = ()
    ) -> AsyncIterator[Registers]:
        """The registers in one transaction of one actor; ``others``: requests that share it."""
        desk_of = self._desk_for(actor, trace)
        if writes:
            async with self._turn_to_write(), transaction(self._engine, actor.areas, writes=True) as session:
                registers = Registers(desk_of(session))
                yield registers
                await write_shifts(session, registers.desk.due_shifts)
                await write_entries(session, [entry_of(actor, each, self._clock()) for each in (trace, *others)])
            return
        async with transaction(self._engine, actor.areas, writes=False) as session:
            yield Registers(desk_of(session))
        await self._entries.submit(entry_of(actor, trace, self._clock()))

    @asynccontextmanager
    async def accounts(
        self, actor: Actor | None = None, trace: Trace | None = None, *, writes: bool = True
    ) -> AsyncIterator[Accounts]:
        """Credentials and sessions; no elder can be reached from here. An actor leaves its entry."""
        turn = self._turn_to_write() if writes else nullcontext()
        async with turn, transaction(self._engine, self._accounted, writes=writes) as session:
            yield Accounts(session, self._clock(), self._sealer)
            if actor is not None and trace is not None:
                await write_entries(session, [entry_of(actor, trace, self._clock())])

    @asynccontextmanager
    async def streamed(self, actor: Actor, trace: Trace) -> AsyncIterator[Registers]:
        """Registers of one moment, to read from while a body is sent; its entry is written before the first row."""
        trace.result = "opened"
        await self._entries.submit(entry_of(actor, trace, self._clock()))
        async with transaction(self._engine, actor.areas, writes=False, snapshot=True) as session:
            yield Registers(self._desk_for(actor, trace)(session))
        trace.result = "closed"
        await self._entries.submit(entry_of(actor, trace, self._clock()))

    @asynccontextmanager
    async def chores(self, *, writes: bool = True) -> AsyncIterator[Chores]:
        """Jobs and retention; no elder and no account can be reached from here, so nothing is audited."""
        turn = self._turn_to_write() if writes else nullcontext()
        async with turn, transaction(self._engine, self._everywhere, writes=writes) as session:
            yield Chores(session, self._clock(), self._sealer)

    @asynccontextmanager
    async def whole(self, actor: Actor, trace: Trace, *, writes: bool) -> AsyncIterator[Backups]:
        """Every row of every area at one moment, or an empty database to be filled; leaves its entry."""
        turn = self._turn_to_write() if writes else nullcontext()
        everywhere = (AreaCode(""),)
        async with turn, transaction(self._engine, everywhere, writes=writes, snapshot=not writes) as session:
            await unhurried(session)
            yield Backups(session)
        await self.note(actor, trace)

    async def note(self, actor: Actor, trace: Trace) -> None:
        """Commit an audit entry by itself: a refusal, or a look that needs no transaction of its own."""
        await self._entries.submit(entry_of(actor, trace, self._clock()))

    async def ping(self) -> None:
        """Raises when the database does not answer, TimeoutError when it says nothing for ``_PING_WITHIN``."""
        pinging = self._pinging
        if pinging is None or pinging.done():  # one at a time: those who ask share it
            pinging = self._pinging = asyncio.create_task(self._ping())
        done, _ = await asyncio.wait([pinging], timeout=_PING_WITHIN)
        if not done:
            raise TimeoutError
        pinging.result()

    async def careless_settings(self) -> list[str]:
        """What of the database's settings would lose acknowledged rows, as ``name=value``."""
        async with self._engine.connect() as connection:
            return await careless_settings(connection)

    async def telling_settings(self) -> list[str]:
        """What of them may show names in the database's own log, as ``name=value``."""
        async with self._engine.connect() as connection:
            return await telling_settings(connection)

    async def revision(self) -> str | None:
        """The migration the database stands at; None for an empty one."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(lambda each: MigrationContext.configure(each).get_current_revision())

    @property
    def connections(self) -> dict[str, int]:
        """How many connections the pool may have, and how many are in use."""
        pool = self._engine.pool
        assert isinstance(pool, QueuePool)
        return {"most": pool.size(), "in_use": pool.checkedout()}

    async def close(self) -> None:
        await self._engine.dispose()

    def _desk_for(self, actor: Actor, trace: Trace) -> Callable[[AsyncSession], Desk]:
        """In the sandbox no number tells whether anybody has it elsewhere, nor takes it from him."""
        sealer = self._sealer_of_sandbox if actor.district == SANDBOX else self._sealer
        return lambda session: Desk(session, actor, self._clock(), sealer, trace)

    async def _ping(self) -> None:
        async with self._engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    def _turn_to_write(self) -> AbstractAsyncContextManager[object]:
        """SQLite takes one writer at a time; waiting in line here is fairer than polling its lock."""
        return nullcontext() if self._one_writer is None else _held_soon(self._one_writer)

    async def _write_entries(self, entries: Sequence[dict[str, object]]) -> Sequence[None]:
        async with self._turn_to_write(), transaction(self._engine, self._everywhere, writes=True) as session:
            await write_entries(session, entries)
        return [None] * len(entries)
