"""Keeping the machine clients of providers: opening, correcting, disabling; giving and revoking secrets.

Whatever narrows a client ends its sessions: it takes another token, with what it is let do from then on.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.domain.access import Actor, AreaCode, Role
from api.domain.accounts import NewGrant
from api.domain.clients import MARK_OF_SECRETS, MOST_SECRETS, SECRET_LASTS, username_of
from api.domain.errors import Conflict, Fault, NotFound, Refused, WrongState
from api.domain.identity import uuid7
from api.schemas.base import read
from api.schemas.clients import ClientIn, ClientTerms, SecretIn
from api.schemas.merge_patch import merged
from api.store import Trace
from api.store.accounts import Accounts
from api.store.clients import Registered
from api.store.tables import Client, ClientSecret, User


@dataclass(frozen=True, slots=True)
class Given:
    """A new secret, which is shown once."""

    row: ClientSecret
    secret: str


async def open_client(accounts: Accounts, trace: Trace, actor: Actor, form: ClientIn) -> Registered:
    """A client of a provider in the actor's areas, without a secret yet.

    It is an account with the one grant of its provider, so that suspending the provider holds for it too; one for the
    sandbox has that of the force there. Raises Refused: ``grant_provider_unknown``, ``expiry_not_ahead``,
    ``sandbox_missing``.
    """
    provider = await accounts.clients.provider_in(actor.areas, form.provider_id)
    if provider is None:
        raise Refused([Fault("grant_provider_unknown", "/provider_id")])
    _check_expiry(form.expires_at, accounts.now)
    serves = await accounts.clients.force_of_sandbox() if form.sandbox else provider
    if serves is None:
        raise Refused([Fault("sandbox_missing", "/sandbox")])
    user = await _account(accounts, form, provider.area, actor.id)
    client = Client(
        id=user.id,
        provider_id=provider.id,
        scopes=_texts(form),
        expires_at=form.expires_at,
        sandbox=form.sandbox,
    )
    await accounts.clients.add(client)
    grant = NewGrant(accounts.today, None, Role.PROVIDER, AreaCode(serves.area), provider_id=serves.id)
    await accounts.users.give(user.id, grant, actor.id)
    trace.saw([user.id], ["name", "scopes", "expires_at"])
    return Registered(user, client)


async def correct_client(accounts: Accounts, trace: Trace, found: Registered, patch: Mapping[str, Any]) -> None:
    """The client with ``patch`` merged into what is known. Raises Refused with what is wrong with it."""
    user, client = found.user, found.client
    known = ClientTerms.model_construct(
        name=user.display_name, scopes=client.scopes, expires_at=client.expires_at
    ).model_dump(mode="json", exclude_none=True, warnings=False)
    form = read(ClientTerms, merged(known, patch))
    if form.expires_at != client.expires_at:
        _check_expiry(form.expires_at, accounts.now)
    if (_texts(form), form.expires_at) != (client.scopes, client.expires_at):
        await accounts.sessions.end_all_of(client.id, "client_changed")
    user.display_name, client.scopes, client.expires_at = form.name, _texts(form), form.expires_at
    await accounts.clients.save(found)
    trace.saw([client.id], sorted(patch.keys() & ClientTerms.model_fields.keys()))


async def disable_client(accounts: Accounts, trace: Trace, found: Registered) -> None:
    """It signs in no more, for good; its sessions end."""
    _check_enabled(found)
    found.user.disabled_at = accounts.now
    await accounts.clients.save(found)
    await accounts.sessions.end_all_of(found.client.id, "disabled")
    trace.saw([found.client.id], ["disabled_at"])


async def give_secret(accounts: Accounts, trace: Trace, actor: Actor, found: Registered, form: SecretIn) -> Given:
    """One more secret.

    Raises WrongState of a disabled client, ``secrets_at_most_two``, ``expiry_not_ahead``, ``expiry_too_late``.
    """
    _check_enabled(found)
    if await accounts.clients.living_secrets(found.client.id) >= MOST_SECRETS:
        raise Conflict("secrets_at_most_two")
    _check_expiry(form.expires_at, accounts.now)
    if form.expires_at is not None and form.expires_at > accounts.now + SECRET_LASTS:
        raise Refused([Fault("expiry_too_late", "/expires_at", {"days": SECRET_LASTS.days})])
    secret = MARK_OF_SECRETS + secrets.token_urlsafe(32)
    expires_at = form.expires_at or accounts.now + SECRET_LASTS
    row = await accounts.clients.keep_secret(found.client.id, secret, expires_at, actor.id)
    trace.saw([found.client.id, row.id], ["secrets"])
    return Given(row, secret)


async def revoke_secret(accounts: Accounts, trace: Trace, found: Registered, secret_id: UUID) -> None:
    """It opens nothing any more, and within a second neither does a token that was taken with it."""
    known = await accounts.clients.secrets_of(found.client.id)
    row = next((each for each in known if each.id == secret_id), None)
    if row is None:
        raise NotFound()
    if row.revoked_at is not None:
        raise WrongState("revoked", ["given"])
    await accounts.clients.revoke(row)
    await accounts.sessions.end_those_of_secret(secret_id, "secret_revoked")
    trace.saw([found.client.id, secret_id], ["secrets"])


async def _account(accounts: Accounts, form: ClientIn, area: str, by: UUID | None) -> User:
    """Without a password, and under a name that no person could sign in with."""
    user_id = uuid7(accounts.now)
    user = User(
        id=user_id,
        username=username_of(str(user_id)),
        display_name=form.name,
        password_hash="",
        must_change_password=False,
        area=area,
        created_at=accounts.now,
        created_by=by,
    )
    await accounts.users.add(user)
    return user


def _texts(form: ClientTerms) -> list[str]:
    return sorted({scope.value for scope in form.scopes})


def _check_enabled(found: Registered) -> None:
    if found.user.disabled_at is not None:
        raise WrongState("disabled", ["enabled"])


def _check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise Refused([Fault("expiry_not_ahead", "/expires_at")])
