"""Sign-ins that last: sessions, their refresh tokens, and the failures that make the next one wait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.access import Scope
from api.domain.accounts import (
    FAILURES_COUNT_FOR,
    MOST_FAILURES,
    REFRESH_GRACE,
    SESSION_LASTS,
    SignIn,
)
from api.domain.errors import DomainError
from api.domain.identity import uuid7
from api.domain.quotas import source_of
from api.store.crypto import Sealer
from api.store.dialect import one_at_a_time
from api.store.tables import ClientSecret, FailedSignIn, RefreshToken, SecondFactor, SignInSession, User, table_of
from api.store.users import Users

_users = table_of(User)
_sessions = table_of(SignInSession)
_tokens = table_of(RefreshToken)
_failures = table_of(FailedSignIn)
_factors = table_of(SecondFactor)
_SUCCESSOR = "refresh_tokens.successor"


class Sessions:
    """Who is signed in. A session ends by sign-out, change of password, disabling, or a stolen token."""

    def __init__(self, session: AsyncSession, now: datetime, users: Users) -> None:
        self._session = session
        self._now = now
        self._users = users

    async def begin(self, user_id: UUID) -> UUID:
        """A person's."""
        return await self._begin(user_id, self._now + SESSION_LASTS)

    async def begin_of_client(self, secret: ClientSecret, scopes: Collection[Scope], expires_at: datetime) -> UUID:
        """A machine's, which lasts as long as its token; those before it that are over are forgotten."""
        over = and_(_sessions.c.user_id == secret.client_id, _sessions.c.expires_at <= self._now)
        await self._session.execute(delete(_sessions).where(over))
        return await self._begin(secret.client_id, expires_at, secret_id=secret.id, scopes=sorted(scopes))

    async def _begin(self, user_id: UUID, expires_at: datetime, **of_client: Any) -> UUID:
        session_id = uuid7(self._now)
        await self._session.execute(
            insert(_sessions).values(
                id=session_id,
                user_id=user_id,
                created_at=self._now,
                expires_at=expires_at,
                last_seen_at=self._now,
                **of_client,
            )
        )
        return session_id

    async def find(self, session_id: UUID) -> SignIn | None:
        """The session as it stands now; a disabled account's counts as ended."""
        query = (
            select(_sessions, _users.c.disabled_at, _users.c.must_change_password, _factors.c.confirmed_at)
            .join(_users, _users.c.id == _sessions.c.user_id)
            .outerjoin(_factors, _factors.c.user_id == _sessions.c.user_id)
            .where(_sessions.c.id == session_id)
        )
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            return None
        grants = await self._users.held_by(row.user_id)
        return SignIn(
            session_id=row.id,
            user_id=row.user_id,
            expires_at=row.expires_at,
            last_seen_at=row.last_seen_at,
            ended=row.ended_at is not None or row.disabled_at is not None,
            must_change_password=row.must_change_password,
            grants=grants,
            stood_down=await self._users.stood_down(grants),
            scopes=None if row.scopes is None else frozenset(map(Scope, row.scopes)),
            second_factor=row.confirmed_at is not None,
        )

    async def saw(self, session_id: UUID) -> None:
        await self._session.execute(
            update(_sessions)
            .where(_sessions.c.id == session_id, _sessions.c.last_seen_at < self._now)
            .values(last_seen_at=self._now)
        )

    async def end(self, session_id: UUID, reason: str) -> None:
        await self._end(_sessions.c.id == session_id, reason)

    async def end_all_of(self, user_id: UUID, reason: str, *, but: UUID | None = None) -> None:
        others = [] if but is None else [_sessions.c.id != but]
        await self._end(and_(_sessions.c.user_id == user_id, *others), reason)

    async def end_those_of_secret(self, secret_id: UUID, reason: str) -> None:
        await self._end(_sessions.c.secret_id == secret_id, reason)

    async def _end(self, which: ColumnElement[bool], reason: str) -> None:
        await self._session.execute(
            update(_sessions)
            .where(which, _sessions.c.ended_at.is_(None))
            .values(ended_at=self._now, ended_reason=reason)
        )


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a refresh token led to: its successor, or None when it had been used up before."""

    session_id: UUID
    successor: str | None


class RefreshTokens:
    """Single-use tokens, kept as hashes. Just after its use a token still names its one successor."""

    def __init__(self, session: AsyncSession, now: datetime, sealer: Sealer) -> None:
        self._session = session
        self._now = now
        self._sealer = sealer

    async def issue(self, session_id: UUID, token: str) -> None:
        await self._session.execute(
            insert(_tokens).values(token_hash=_hash(token), session_id=session_id, issued_at=self._now)
        )

    async def forget_expired(self, user_id: UUID) -> None:
        """Drop the tokens of a person's sessions that are over by their age: they open nothing any more."""
        over = select(_sessions.c.id).where(_sessions.c.user_id == user_id, _sessions.c.expires_at <= self._now)
        await self._session.execute(delete(_tokens).where(_tokens.c.session_id.in_(over)))

    async def session_of(self, token: str) -> UUID | None:
        query = select(_tokens.c.session_id).where(_tokens.c.token_hash == _hash(token))
        found: UUID | None = await self._session.scalar(query)
        return found

    async def exchange(self, token: str, successor: str) -> Exchange | None:
        """Use ``token`` up for ``successor``; of two at once one wins, and both get the winner's."""
        digest = _hash(token)
        used = await self._session.execute(
            update(_tokens)
            .where(_tokens.c.token_hash == digest, _tokens.c.used_at.is_(None))
            .values(used_at=self._now, successor=self._sealer.seal(_SUCCESSOR, digest.hex(), successor.encode()))
            .returning(_tokens.c.session_id)
        )
        won: UUID | None = used.scalar()
        if won is not None:
            await self.issue(won, successor)
            return Exchange(won, successor)
        row = (await self._session.execute(select(_tokens).where(_tokens.c.token_hash == digest))).one_or_none()
        if row is None:
            return None
        if self._now - row.used_at > REFRESH_GRACE:
            return Exchange(row.session_id, None)
        return Exchange(row.session_id, self._sealer.open(_SUCCESSOR, digest.hex(), row.successor).decode())


class Failures:
    """Failed sign-ins per account and source, known account or not; another source is not held up."""

    def __init__(self, session: AsyncSession, now: datetime, sealer: Sealer) -> None:
        self._session = session
        self._now = now
        self._sealer = sealer

    async def check(self, username: str, source: str) -> None:
        """Raises ``sign_in_limited`` with the seconds to wait after too many failures."""
        recent = await self._recent(self._which(username, source))
        if len(recent) >= MOST_FAILURES:
            wait = recent[MOST_FAILURES - 1] + FAILURES_COUNT_FOR - self._now
            raise DomainError("sign_in_limited", retry_after=max(1, ceil(wait / timedelta(seconds=1))))

    async def settle(self, username: str, source: str, *, right: bool) -> None:
        """Count a failure, or forget those before a success.

        Raises ``sign_in_limited`` as ``check`` does: of many guesses at once only the first few are answered.
        """
        which = self._which(username, source)
        await one_at_a_time(self._session, which[0])
        await self.check(username, source)
        if right:
            await self._session.execute(delete(_failures).where(*_is(which)))
            return
        await self._session.execute(delete(_failures).where(_failures.c.at <= self._now - FAILURES_COUNT_FOR))
        await self._session.execute(
            insert(_failures).values(id=uuid7(self._now), account=which[0], source=which[1], at=self._now)
        )

    async def _recent(self, which: tuple[bytes, bytes]) -> Sequence[datetime]:
        query = (
            select(_failures.c.at)
            .where(*_is(which), _failures.c.at > self._now - FAILURES_COUNT_FOR)
            .order_by(_failures.c.at.desc())
            .limit(MOST_FAILURES)
        )
        return (await self._session.scalars(query)).all()

    def _which(self, username: str, source: str) -> tuple[bytes, bytes]:
        return (
            self._sealer.index("sign_in.account", username),
            self._sealer.index("sign_in.source", source_of(source)),
        )


def _is(which: tuple[bytes, bytes]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _failures.c.account == which[0], _failures.c.source == which[1]


def _hash(token: str) -> bytes:
    return sha256(token.encode(errors="surrogatepass")).digest()
