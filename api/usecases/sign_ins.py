"""Signing in, staying signed in, signing out, and changing one's own password.

A refusal here is itself something to keep (a failure counted, a session ended), so each of these opens
the door to accounts itself and raises after the door has closed. No password is checked inside a
transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.domain.access import Actor, Scope
from api.domain.accounts import ACCESS_TOKEN_LASTS, USERNAME, running
from api.domain.clients import granted, username_of
from api.domain.errors import DomainError, Fault, NotFound, Refused
from api.domain.months import civil_date
from api.security import Tokens
from api.store import Store, Trace
from api.store.accounts import Accounts
from api.store.tables import User
from api.usecases.passwords import hashed, matches, password_faults
from api.usecases.second_factors import challenged

_WRONG = Fault("password_wrong", "/old_password")


@dataclass(frozen=True, slots=True)
class TokenPair:
    access: str
    refresh: str


async def sign_in(
    store: Store, tokens: Tokens, trace: Trace, *, username: str, password: str, otp: str | None = None
) -> TokenPair:
    """A new session for who knows the password, and has the authenticator where the account has one.

    Raises ``sign_in_failed``, alike for unknown, disabled and wrong; ``sign_in_limited`` after too many
    failures of this account from this source; ``second_factor_required`` and ``second_factor_wrong`` only to
    who knows the password.
    """
    name = username.strip().lower()
    async with store.accounts(writes=False) as accounts:
        await accounts.failures.check(name, trace.source)
        user = await _named(accounts, name)
        known = _hash_of(user)
        actor = None if user is None else await _who(accounts, user.id)
    right = await matches(password, known, account=user.id if user else None)
    pair = None
    async with store.accounts(actor, trace) as accounts:
        refusal: str | None = "sign_in_failed"
        if right and user is not None and _hash_of(await accounts.users.locked(user.id)) == known:
            refusal = await challenged(accounts, user.id, otp)
            trace.saw([user.id])
        if refusal != "second_factor_required":  # which is neither a failure nor a success
            await accounts.failures.settle(name, trace.source, right=refusal is None)
        if refusal is None and user is not None:
            pair = await _begin(accounts, tokens, user.id)
        trace.result = refusal or trace.result
    if pair is None:
        raise DomainError(refusal or "sign_in_failed")
    return pair


@dataclass(frozen=True, slots=True)
class ClientToken:
    access: str
    lasts: timedelta
    scopes: frozenset[Scope]


async def sign_in_client(
    store: Store, tokens: Tokens, trace: Trace, *, client_id: str, secret: str, scope: str | None
) -> ClientToken:
    """A token for another system (RFC 6749, 4.4), with the scopes asked for or all it has.

    Raises ``client_unknown``, alike for unknown, disabled, expired and wrong; ``sign_in_limited``;
    ``scope_not_granted`` with those there are.
    """
    name = username_of(client_id.strip().lower())
    async with store.accounts(writes=False) as accounts:
        await accounts.failures.check(name, trace.source)
        known = await accounts.users.named(name)
        actor = None if known is None else await _who(accounts, known.id)
    token = None
    async with store.accounts(actor, trace) as accounts:
        opened = await accounts.clients.opened_with(name, secret)
        await accounts.failures.settle(name, trace.source, right=opened is not None)
        if opened is None:
            trace.result = "client_unknown"
        else:
            scopes = granted(opened.scopes, scope)
            trace.saw([opened.secret.client_id, opened.secret.id])
            ends_at = min(opened.ends_at, accounts.now + ACCESS_TOKEN_LASTS)
            session_id = await accounts.sessions.begin_of_client(opened.secret, scopes, ends_at)
            access = tokens.issue(opened.secret.client_id, session_id, accounts.now)
            token = ClientToken(access, ends_at - accounts.now, scopes)
    if token is None:
        raise DomainError("client_unknown")
    return token


async def refresh(store: Store, tokens: Tokens, trace: Trace, token: str) -> TokenPair:
    """The next pair of tokens for a refresh token, which is then used up.

    Raises ``refresh_token_invalid``. One that was used up before ends its session: somebody has a copy.
    """
    successor = secrets.token_urlsafe(32)
    pair, reused = None, None
    async with store.accounts() as accounts:
        exchange = await accounts.refresh_tokens.exchange(token, successor)
        sign_in = await accounts.sessions.find(exchange.session_id) if exchange else None
        if exchange and sign_in and sign_in.holds_at(accounts.now):
            if exchange.successor is None:
                await accounts.sessions.end(sign_in.session_id, "refresh_token_reused")
                reused = sign_in.actor_on(accounts.today)
            else:
                await accounts.sessions.saw(sign_in.session_id)
                access = tokens.issue(sign_in.user_id, sign_in.session_id, accounts.now)
                pair = TokenPair(access, exchange.successor)
    if reused is not None:
        trace.result = "refresh_token_reused"
        await store.note(reused, trace)
    if pair is None:
        raise DomainError("refresh_token_invalid")
    return pair


async def sign_out(store: Store, tokens: Tokens, trace: Trace, token: str, now: datetime) -> None:
    """End the session of an access or refresh token; of an unknown one there is nothing to end (RFC 7009)."""
    async with store.accounts(writes=False) as accounts:
        session_id = _session_in(tokens, token, now) or await accounts.refresh_tokens.session_of(token)
        sign_in = await accounts.sessions.find(session_id) if session_id else None
    if sign_in is None:
        return
    async with store.accounts(sign_in.actor_on(civil_date(now)), trace) as accounts:
        await accounts.sessions.end(sign_in.session_id, "signed_out")


async def change_password(store: Store, actor: Actor, trace: Trace, *, old: str, new: str) -> None:
    """A new password of one's own; every other session of the account ends.

    Raises Refused: ``password_wrong`` (counted like a failed sign-in, and told to whom another change overtook),
    ``password_same``, ``password_too_short``, ``password_too_common``, ``password_is_username``.
    """
    async with store.accounts(writes=False) as accounts:
        user = await accounts.users.get(_own_id(actor))
        await accounts.failures.check(user.username, trace.source)
    if not await matches(old, user.password_hash or None, account=user.id):  # a machine has none
        async with store.accounts() as accounts:
            await accounts.failures.settle(user.username, trace.source, right=False)
        raise Refused([_WRONG])
    faults = password_faults(new, user.username, "/new_password")
    if old == new:
        faults.append(Fault("password_same", "/new_password"))
    if faults:
        raise Refused(faults)
    password_hash = await hashed(new)
    async with store.accounts(actor, trace) as accounts:
        if _hash_of(await accounts.users.locked(user.id)) != user.password_hash:
            raise Refused([_WRONG])
        await accounts.failures.settle(user.username, trace.source, right=True)
        await accounts.users.keep_password(user.id, password_hash, must_change=False)
        await accounts.sessions.end_all_of(user.id, "password_changed", but=actor.session_id)
        trace.saw([user.id], ["password"])


async def _who(accounts: Accounts, user_id: UUID) -> Actor:
    return Actor(user_id, running(await accounts.users.held_by(user_id), accounts.today))


async def _named(accounts: Accounts, name: str) -> User | None:
    return await accounts.users.named(name) if USERNAME.fullmatch(name) else None


def _own_id(actor: Actor) -> UUID:
    if actor.id is None:
        raise NotFound()
    return actor.id


def _hash_of(user: User | None) -> str | None:
    return None if user is None or user.disabled_at is not None else user.password_hash


async def _begin(accounts: Accounts, tokens: Tokens, user_id: UUID) -> TokenPair:
    session_id, refresh_token = await accounts.sessions.begin(user_id), secrets.token_urlsafe(32)
    await accounts.refresh_tokens.forget_expired(user_id)
    await accounts.refresh_tokens.issue(session_id, refresh_token)
    return TokenPair(tokens.issue(user_id, session_id, accounts.now), refresh_token)


def _session_in(tokens: Tokens, token: str, now: datetime) -> UUID | None:
    try:
        return tokens.read(token, now).session_id
    except DomainError:
        return None
