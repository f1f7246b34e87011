"""Authenticators of accounts, their secrets sealed, and recovery codes, kept as hashes."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Update, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.second_factors import Factor
from api.store.crypto import Sealer
from api.store.tables import RecoveryCode, SecondFactor, table_of

_factors = table_of(SecondFactor)
_codes = table_of(RecoveryCode)
_PLACE = "second_factors.secret"


class SecondFactors:
    def __init__(self, session: AsyncSession, now: datetime, sealer: Sealer) -> None:
        self._session = session
        self._now = now
        self._sealer = sealer

    async def of(self, user_id: UUID) -> Factor | None:
        row = (await self._session.execute(select(_factors).where(_factors.c.user_id == user_id))).one_or_none()
        if row is None:
            return None
        secret = self._sealer.open(_PLACE, user_id, row.secret).decode()
        return Factor(secret, row.last_step, row.confirmed_at)

    async def put(self, user_id: UUID, secret: str) -> None:
        """A secret in place of whatever there was; it asks for nothing before it is confirmed."""
        await self.forget(user_id)
        sealed = self._sealer.seal(_PLACE, user_id, secret.encode())
        await self._session.execute(
            insert(_factors).values(user_id=user_id, secret=sealed, last_step=0, created_at=self._now)
        )

    async def confirm(self, user_id: UUID) -> None:
        await self._session.execute(
            update(_factors).where(_factors.c.user_id == user_id).values(confirmed_at=self._now)
        )

    async def use_step(self, user_id: UUID, step: int) -> bool:
        """Accept the code of a step, unless it or a later one was accepted before."""
        newer = _factors.c.last_step < step
        return await self._changes_one(
            update(_factors).where(_factors.c.user_id == user_id, newer).values(last_step=step)
        )

    async def use_code(self, user_id: UUID, code: str) -> bool:
        """Accept a recovery code that was not used before."""
        which = (_codes.c.hash == _hash(user_id, code), _codes.c.used_at.is_(None))
        return await self._changes_one(update(_codes).where(*which).values(used_at=self._now))

    async def put_codes(self, user_id: UUID, codes: Iterable[str]) -> None:
        """New recovery codes; those before them open nothing any more."""
        await self._session.execute(delete(_codes).where(_codes.c.user_id == user_id))
        await self._session.execute(
            insert(_codes), [{"hash": _hash(user_id, code), "user_id": user_id} for code in codes]
        )

    async def codes_left(self, user_id: UUID) -> int:
        unused: tuple[ColumnElement[bool], ...] = (_codes.c.user_id == user_id, _codes.c.used_at.is_(None))
        return int(await self._session.scalar(select(func.count()).select_from(_codes).where(*unused)) or 0)

    async def forget(self, user_id: UUID) -> None:
        await self._session.execute(delete(_codes).where(_codes.c.user_id == user_id))
        await self._session.execute(delete(_factors).where(_factors.c.user_id == user_id))

    async def _changes_one(self, statement: Update) -> bool:
        changed: Any = await self._session.execute(statement)
        return bool(changed.rowcount == 1)


def _hash(user_id: UUID, code: str) -> bytes:
    """A code has 79 random bits, so that its hash need not be slow; the account keeps equal ones apart."""
    return sha256(user_id.bytes + code.encode(errors="surrogatepass")).digest()
