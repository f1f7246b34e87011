"""Access token → session → actor, as they are this second."""

import time
from datetime import datetime, timedelta
from uuid import UUID

from api.domain.access import Actor
from api.domain.accounts import SignIn
from api.domain.errors import DomainError
from api.domain.months import civil_date
from api.security.tokens import Tokens
from api.store import Store

_TOUCH_EVERY = timedelta(minutes=1)


async def authenticate(store: Store, tokens: Tokens, bearer: str, now: datetime) -> Actor:
    """Who acts, with the grants that run today.

    Raises ``token_invalid`` or ``session_ended`` (signed out, idle, expired, disabled).
    What was changed about a session or its grants holds within a second, in every process.
    """
    claims = tokens.read(bearer, now)
    sign_in = await _sign_in_of(store, tokens, claims.session_id)
    if sign_in is None or sign_in.user_id != claims.user_id or not sign_in.holds_at(now):
        raise DomainError("session_ended")
    if now - sign_in.last_seen_at >= _TOUCH_EVERY:
        await _touch(store, tokens, sign_in)
    return sign_in.actor_on(civil_date(now))


async def _sign_in_of(store: Store, tokens: Tokens, session_id: UUID) -> SignIn | None:
    """The session as it was less than a second ago; of many requests at once, one looks it up for all."""
    recent = tokens.sign_ins.get(session_id)
    if recent is not None:
        return recent
    return await tokens.looked_up.of(session_id, lambda: _look_up(store, tokens, session_id))


async def _look_up(store: Store, tokens: Tokens, session_id: UUID) -> SignIn | None:
    asked_at = time.monotonic()
    async with store.accounts(writes=False) as accounts:
        sign_in = await accounts.sessions.find(session_id)
    if sign_in is not None and not sign_in.must_change_password:  # a change of password is to hold at once
        tokens.sign_ins.put(session_id, sign_in, known_at=asked_at)
    return sign_in


async def _touch(store: Store, tokens: Tokens, sign_in: SignIn) -> None:
    async with store.accounts() as accounts:
        await accounts.sessions.saw(sign_in.session_id)
    tokens.sign_ins.forget(sign_in.session_id)
