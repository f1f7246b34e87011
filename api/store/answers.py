"""Stored answers of requests with an Idempotency-Key: claim, work and answer commit together."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.errors import DomainError
from api.store.crypto import Sealer
from api.store.dialect import insert_into
from api.store.tables import StoredAnswer, table_of

_PLACE = "idempotency.body"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Answers:
    def __init__(self, session: AsyncSession, sealer: Sealer, now: datetime) -> None:
        self._session = session
        self._sealer = sealer
        self._now = now
        self._table = table_of(StoredAnswer)

    async def claim(self, owner: str, operation: str, key: str, body: Any) -> Answer | None:
        """None when the key is now ours; the stored answer when it was asked before.

        A second request waits here for the first one's transaction. Raises ``idempotency_key_reused``
        for the same key with another body.
        """
        fingerprint = self._sealer.fingerprint(
            json.dumps(body, sort_keys=True, ensure_ascii=False, default=str).encode()
        )
        claimed = await self._session.execute(
            insert_into(self._session, self._table)
            .values(
                owner=owner,
                operation=operation,
                key=key,
                fingerprint=fingerprint,
                status=0,
                headers={},
                body=b"",
                created_at=self._now,
            )
            .on_conflict_do_nothing()
            .returning(self._table.c.key)
        )
        if claimed.first() is not None:
            return None
        row = (await self._session.execute(select(self._table).where(*self._is(owner, operation, key)))).one()
        if row.fingerprint != fingerprint:
            raise DomainError("idempotency_key_reused")
        body_text = self._sealer.open(_PLACE, f"{owner}|{operation}|{key}", row.body)
        return Answer(row.status, dict(row.headers), body_text)

    async def keep(self, owner: str, operation: str, key: str, answer: Answer) -> None:
        """Store the answer of a claimed key."""
        sealed = self._sealer.seal(_PLACE, f"{owner}|{operation}|{key}", answer.body)
        await self._session.execute(
            update(self._table)
            .where(*self._is(owner, operation, key))
            .values(status=answer.status, headers=answer.headers, body=sealed)
        )

    async def release(self, owner: str, operation: str, key: str) -> None:
        """Give a claimed key back: only what succeeded is kept for a retry."""
        await self._session.execute(delete(self._table).where(*self._is(owner, operation, key)))

    def _is(self, owner: str, operation: str, key: str) -> tuple[Any, ...]:
        columns = self._table.c
        return (columns.owner == owner, columns.operation == operation, columns.key == key)
