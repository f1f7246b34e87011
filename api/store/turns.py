"""Writers of one thing wait in line, before they take anything of the database.

Waiting for the lock of a row holds a connection: as many as there are connections, wanting one elder at once, would
leave none for everybody else, and would be sent away themselves though each of them is done soon.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from api.domain.errors import DomainError

LONGEST_WAIT = 10.0  # seconds; as long as a statement may take


class Turns:
    """The lines of one process; between processes the locks of the rows decide."""

    def __init__(self) -> None:
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, thing: str) -> AsyncIterator[None]:
        """First come, first served. Raises DomainError ``service_busy`` after LONGEST_WAIT."""
        line = self._lines.setdefault(thing, asyncio.Lock())
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await line.acquire()
        except TimeoutError:
            raise DomainError("service_busy") from None
        try:
            yield
        finally:
            line.release()
