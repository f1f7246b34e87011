"""Rate limits (限流): each credential's requests, each source's sign-ins, counted in the database by leases."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary

from api.domain.access import Actor
from api.domain.errors import DomainError
from api.domain.quotas import WINDOW, Quota, Standing, seconds_left, source_of, window_at
from api.logs import log
from api.security import Recent
from api.store import Store
from api.store.dialect import trouble_of

_AT_ONCE = 3  # sign-ins of a process: two passwords being checked, and one on its way
_MOST_WAITING = 50


@dataclass(slots=True)
class _Lease:
    """``left``: what this process may still answer; ``rest``: what nobody had taken when it asked."""

    window: datetime
    left: int
    rest: int
    refused: int = 0

    def is_used_up(self, window: datetime) -> bool:
        return self.window != window or (self.left == 0 and self.rest > 0)


class Quotas:
    """``people``, ``clients``: requests a minute of each; ``sources``: sign-ins a minute from each address."""

    def __init__(self, store: Store, clock: Callable[[], datetime], *, people: int, clients: int, sources: int) -> None:
        self._store = store
        self._clock = clock
        self._people, self._clients = Quota("person", people), Quota("client", clients)
        self._sources = Quota("sign-in", sources)
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._leases: Recent[str, _Lease] = Recent(most=4096, seconds=WINDOW.total_seconds())
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ask(self, actor: Actor) -> Standing | None:
        """Count a request of somebody who is signed in; None where no limit is set."""
        return await self._take(f"account:{actor.id}", self._clients if actor.machine else self._people)

    @asynccontextmanager
    async def sign_in(self, source: str) -> AsyncIterator[None]:
        """Count a sign-in from an address, and let few at once: a flood of them must not starve the rest.

        Raises ``quota_exceeded`` with the seconds to wait; ``service_busy`` rather than let a queue grow for which
        nobody would wait.
        """
        standing = await self._take(f"source:{source_of(source)}", self._sources)
        if standing is not None and standing.refused:
            raise DomainError("quota_exceeded", retry_after=standing.resets_in)
        if self._waiting >= _MOST_WAITING:
            raise DomainError("service_busy")
        self._waiting += 1
        try:
            async with self._room:
                yield
        finally:
            self._waiting -= 1

    async def _take(self, owner: str, quota: Quota) -> Standing | None:
        if not quota.most:
            return None
        now = self._clock()
        lease = await self._lease(owner, quota, window_at(now))
        if lease.left:
            lease.left -= 1
        else:
            lease.refused += 1
        return Standing(quota, lease.left + lease.rest, seconds_left(now), lease.refused)

    async def _lease(self, owner: str, quota: Quota, window: datetime) -> _Lease:
        """One that is not used up; of many requests at once, one asks for all."""
        lease = self._leases.get(owner)
        while lease is None or lease.is_used_up(window):
            async with self._turns.setdefault(owner, asyncio.Lock()):
                lease = self._leases.get(owner)
                if lease is None or lease.is_used_up(window):
                    lease = await self._another(owner, quota, window)
                    self._leases.put(owner, lease)
        return lease

    async def _another(self, owner: str, quota: Quota, window: datetime) -> _Lease:
        try:
            async with self._store.accounts() as accounts:
                taken = await accounts.quotas.take(owner, window, quota.lease)
        except Exception as error:
            if trouble_of(error) is None:
                raise
            # What cannot be counted is let through: whoever needs the database meets the trouble soon enough.
            log.warning("quota_uncounted", kind=type(error).__name__)
            return _Lease(window, quota.lease, quota.most)
        before = taken - quota.lease
        return _Lease(window, max(0, min(quota.lease, quota.most - before)), max(0, quota.most - taken))
