"""What each credential has asked for in its window, counted for all processes."""

from datetime import datetime

from sqlalchemy import case
from sqlalchemy.ext.asyncio import AsyncSession

from api.store.crypto import Sealer
from api.store.dialect import insert_into
from api.store.tables import QuotaUse, table_of

_uses = table_of(QuotaUse)


class Quotas:
    """One row a credential; a new window begins it anew."""

    def __init__(self, session: AsyncSession, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    async def take(self, owner: str, window: datetime, wanted: int) -> int:
        """Note ``wanted`` requests more; how many there are now in the window, these included."""
        fresh = {"owner": self._sealer.index("quota.owner", owner), "window_at": window, "taken": wanted}
        same = _uses.c.window_at >= window  # a process whose clock is behind counts in the window there is
        taken = await self._session.scalar(
            insert_into(self._session, _uses)
            .values(fresh)
            .on_conflict_do_update(
                index_elements=[_uses.c.owner],
                set_={
                    "window_at": case((same, _uses.c.window_at), else_=window),
                    "taken": case((same, _uses.c.taken + wanted), else_=wanted),
                },
            )
            .returning(_uses.c.taken)
        )
        return int(taken or wanted)
