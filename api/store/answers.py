"""Stored answers of requests with an Idempotency-Key: claim, work and answer commit together."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.errors import DomainError
from api.store.changes import insert_rows, update_rows
from api.store.crypto import Sealer
from api.store.dialect import among_bound
from api.store.prepared import rows_of
from api.store.tables import StoredAnswer, table_of

_PLACE = "idempotency.body"
_ID = re.compile(rb'"(?:[a-z_]+_)?id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
_KEY = ("owner", "operation", "key")
_CLAIMED = 0  # as status: the request is under way, in this transaction
_ANSWERS = table_of(StoredAnswer)
_UNDER_KEYS = select(_ANSWERS).where(
    among_bound(_ANSWERS.c.owner, "owners"),
    among_bound(_ANSWERS.c.operation, "operations"),
    among_bound(_ANSWERS.c.key, "keys"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def things(self) -> Iterator[UUID]:
        """What the body names by its id: whoever is given it again has seen that."""
        return (UUID(each.decode()) for each in _ID.findall(self.body))


@dataclass(frozen=True, slots=True)
class Once:
    """An Idempotency-Key with what it was sent for."""

    owner: str
    operation: str
    key: str
    body: object

    @property
    def name(self) -> tuple[str, str, str]:
        return self.owner, self.operation, self.key


class Answers:
    def __init__(self, session: AsyncSession, sealer: Sealer, now: datetime) -> None:
        self._session = session
        self._sealer = sealer
        self._now = now

    async def claim(self, once: Once) -> Answer | None:
        """None when the key is now ours; the stored answer when it was asked before.

        A second request waits here for the first one's transaction. Raises ``idempotency_key_reused``
        for the same key with another body.
        """
        return (await self.claim_all([once]))[0]

    async def claim_all(self, asked: Sequence[Once]) -> list[Answer | None]:
        """The same for many requests, no two under one key."""
        if not asked:
            return []
        prints = [self._fingerprint(once.body) for once in asked]
        await insert_rows(self._session, _ANSWERS, self._claims(asked, prints), conflict=_KEY)
        known = await self._known(asked)
        return [self._answer(once, known[once.name], said) for once, said in zip(asked, prints, strict=True)]

    async def keep(self, once: Once, answer: Answer) -> None:
        """Store the answer of a claimed key."""
        await self.keep_all([(once, answer)])

    async def keep_all(self, made: Sequence[tuple[Once, Answer]]) -> None:
        """Store the answers of claimed keys."""
        rows = [
            {
                **dict(zip(_KEY, once.name, strict=True)),
                "status": answer.status,
                "headers": answer.headers,
                "body": self._sealer.seal(_PLACE, "|".join(once.name), answer.body),
            }
            for once, answer in made
        ]
        await update_rows(self._session, _ANSWERS, _KEY, rows)

    async def release(self, once: Once) -> None:
        """Give a claimed key back: only what succeeded is kept for a retry."""
        conditions = [_ANSWERS.c[column] == value for column, value in zip(_KEY, once.name, strict=True)]
        await self._session.execute(delete(_ANSWERS).where(*conditions))

    def _claims(self, asked: Sequence[Once], prints: Sequence[bytes]) -> list[dict[str, Any]]:
        """In order of key, so that two who claim the same ones wait for each other only one way."""
        rows = [
            {
                **dict(zip(_KEY, once.name, strict=True)),
                "fingerprint": fingerprint,
                "status": _CLAIMED,
                "headers": {},
                "body": b"",
                "created_at": self._now,
            }
            for once, fingerprint in zip(asked, prints, strict=True)
        ]
        return sorted(rows, key=lambda row: [row[column] for column in _KEY])

    async def _known(self, asked: Collection[Once]) -> Mapping[tuple[str, str, str], Any]:
        given = {
            "owners": {once.owner for once in asked},
            "operations": {once.operation for once in asked},
            "keys": [once.key for once in asked],
        }
        rows = await rows_of(self._session, _UNDER_KEYS, given)
        return {(row.owner, row.operation, row.key): row for row in rows}

    def _answer(self, once: Once, row: Any, fingerprint: bytes) -> Answer | None:
        if row.fingerprint != fingerprint:
            raise DomainError("idempotency_key_reused")
        if row.status == _CLAIMED:  # only we see that: whoever else claimed it has answered or given it back
            return None
        return Answer(row.status, dict(row.headers), self._sealer.open(_PLACE, "|".join(once.name), row.body))

    def _fingerprint(self, body: object) -> bytes:
        return self._sealer.fingerprint(json.dumps(body, sort_keys=True, ensure_ascii=False, default=str).encode())
