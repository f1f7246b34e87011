"""The audit linked into a chain, some seconds behind its writers, and read back to be checked."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.audit_chain import BEGINNING, Checkpoint, Link, hash_of
from api.store.changes import inserted, write
from api.store.dialect import one_at_a_time, unhurried
from api.store.tables import AuditEntry, AuditLink, AuditMention, table_of

_ENTRIES, _LINKS, _MENTIONS = table_of(AuditEntry), table_of(AuditLink), table_of(AuditMention)
_ONE_SEALER = b"audit chain"
_LOOKS_BACK = 20_000  # sequence numbers in which an entry may still be on its way in
_RESTS = timedelta(seconds=2)  # an entry is linked when its neighbours have had time to be committed
_OVERDUE = timedelta(minutes=1)
_LENGTH_OF_ID = 36  # as text
_TOGETHER = 2000


Row = dict[str, Any]


class AuditChain:
    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def extend(self, most: int) -> int:
        """Link at most ``most`` entries that are not in the chain yet; answers how many there were."""
        await unhurried(self._session)
        await one_at_a_time(self._session, _ONE_SEALER)
        end = await self._end()
        rows = await self._session.execute(self._waiting(end.seq if end else 0, most))
        before, links, mentions = end.hash if end else BEGINNING, list[Row](), list[Row]()
        for position, row in enumerate(rows, start=(end.position if end else 0) + 1):
            before = hash_of(before, row._asdict())
            links.append({"position": position, "seq": row.seq, "hash": before, "at": self._now})
            mentions += _mentions(row)
        found_by = inserted(_MENTIONS, mentions, conflict=[column.name for column in _MENTIONS.primary_key])
        await write(self._session, inserted(_LINKS, links), found_by)
        return len(links)

    async def checkpoint(self) -> Checkpoint | None:
        """The end of the chain as it is now; None as long as there is none."""
        await unhurried(self._session)
        end = await self._end()
        return Checkpoint(end.position, end.hash, self._now) if end else None

    async def links(self) -> AsyncIterator[list[tuple[Link, Any | None]]]:
        """Every link in its order, handfuls at a time, each with its entry, or None where that is gone."""
        await unhurried(self._session)
        query = (
            select(_LINKS.c.position, _LINKS.c.seq.label("linked"), _LINKS.c.hash, _ENTRIES)
            .join_from(_LINKS, _ENTRIES, _ENTRIES.c.seq == _LINKS.c.seq, isouter=True)
            .order_by(_LINKS.c.position)
            .execution_options(yield_per=_TOGETHER)
        )
        async for rows in (await self._session.stream(query)).mappings().partitions():
            yield [
                (Link(row["position"], row["linked"], row["hash"]), row if row["seq"] is not None else None)
                for row in rows
            ]

    async def never_linked(self) -> list[int]:
        """Entries that the chain has gone past: numbers so far behind its end that no writer still held them."""
        await unhurried(self._session)
        newest = await self._session.scalar(select(func.max(_LINKS.c.seq))) or 0
        query = (
            select(_ENTRIES.c.seq)
            .join_from(_ENTRIES, _LINKS, _ENTRIES.c.seq == _LINKS.c.seq, isouter=True)
            .where(_LINKS.c.seq.is_(None), _ENTRIES.c.seq < newest - _LOOKS_BACK)
            .order_by(_ENTRIES.c.seq)
            .limit(100)
        )
        return list((await self._session.scalars(query)).all())

    async def overdue(self) -> int:
        """How many entries should be in the chain by now and are not: nobody links them."""
        await unhurried(self._session)
        end = await self._end()
        waiting = self._waiting(end.seq if end else 0, _TOGETHER).where(_ENTRIES.c.at <= self._now - _OVERDUE)
        return int(await self._session.scalar(select(func.count()).select_from(waiting.subquery())) or 0)

    async def length(self) -> int:
        await unhurried(self._session)
        return int(await self._session.scalar(select(func.count()).select_from(_LINKS)) or 0)

    async def _end(self) -> Link | None:
        row = (await self._session.execute(select(_LINKS).order_by(_LINKS.c.position.desc()).limit(1))).one_or_none()
        return Link(row.position, row.seq, row.hash) if row else None

    def _waiting(self, newest: int, most: int) -> Any:
        linked = select(_LINKS.c.seq).where(_LINKS.c.seq == _ENTRIES.c.seq).exists()
        return (
            select(_ENTRIES)
            .where(_ENTRIES.c.seq > newest - _LOOKS_BACK, ~linked, _ENTRIES.c.at <= self._now - _RESTS)
            .order_by(_ENTRIES.c.seq)
            .limit(most)
        )


def _mentions(entry: Any) -> Iterator[Row]:
    """Whom and what an entry names by id, to find it by them; an area or a day has none."""
    if entry.actor_id is not None:
        yield {"id": entry.actor_id, "acted": True, "seq": entry.seq}
    for named in dict.fromkeys(entry.object_ids):
        if len(named) == _LENGTH_OF_ID:
            yield {"id": UUID(named), "acted": False, "seq": entry.seq}
