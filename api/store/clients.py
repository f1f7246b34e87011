"""Machine clients: their accounts, what they are let do, their secrets (kept as hashes)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.access import AreaCode, Scope
from api.domain.errors import NotFound
from api.domain.identity import uuid7
from api.domain.sandbox import SANDBOX
from api.store.dialect import locking
from api.store.scope import within
from api.store.tables import Client, ClientSecret, Provider, User, table_of

_users = table_of(User)
_clients = table_of(Client)
_secrets = table_of(ClientSecret)
_providers = table_of(Provider)
_BOTH: tuple[Any, ...] = (User, Client)


@dataclass(frozen=True, slots=True)
class Registered:
    """A client with its account, whose version is that of both."""

    user: User
    client: Client


@dataclass(frozen=True, slots=True)
class Opened:
    """What a secret opens: the client's scopes, until the secret or the client ends."""

    secret: ClientSecret
    scopes: frozenset[Scope]
    ends_at: datetime


class Clients:
    """The clients of providers; those outside a manager's areas are as if they were not there."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def get(self, areas: Sequence[AreaCode], client_id: UUID) -> Registered:
        return await self._one(_reached(areas).where(_clients.c.id == client_id))

    async def locked(self, areas: Sequence[AreaCode], client_id: UUID) -> Registered:
        """The client as it stays until this transaction ends or changes it; no token is given meanwhile."""
        return await self._one(locking(self._session, _reached(areas).where(_clients.c.id == client_id)))

    async def page(
        self, areas: Sequence[AreaCode], provider_id: UUID | None, *, after: UUID | None, size: int
    ) -> list[Registered]:
        """Those within ``areas``, of one provider if it is named, oldest first, beginning behind ``after``."""
        query = _reached(areas)
        if provider_id is not None:
            query = query.where(_clients.c.provider_id == provider_id)
        if after is not None:
            query = query.where(_clients.c.id > after)
        return [Registered(*row) for row in await self._session.execute(query.order_by(_clients.c.id).limit(size))]

    async def provider_in(self, areas: Sequence[AreaCode], provider_id: UUID) -> Provider | None:
        query = select(Provider).where(_providers.c.id == provider_id, within(_providers.c.area, areas))
        return await self._session.scalar(query)

    async def force_of_sandbox(self) -> Provider | None:
        """For whom clients act that are to reach nobody but made-up people."""
        return await self._session.scalar(select(Provider).where(within(_providers.c.area, [SANDBOX])).limit(1))

    async def add(self, client: Client) -> None:
        """Beside its account, which is there already."""
        self._session.add(client)
        await self._session.flush()

    async def save(self, found: Registered) -> None:
        """Keep what was changed on the client or its account, as their next version."""
        found.user.version += 1
        self._session.add_all((found.user, found.client))
        await self._session.flush()

    async def secrets_of(self, client_id: UUID) -> Sequence[ClientSecret]:
        """Every secret it ever had, oldest first."""
        query = select(ClientSecret).where(_secrets.c.client_id == client_id)
        return (await self._session.scalars(query.order_by(_secrets.c.id))).all()

    async def living_secrets(self, client_id: UUID) -> int:
        living = select(_secrets.c.id).where(_secrets.c.client_id == client_id, *self._living())
        return len((await self._session.scalars(living)).all())

    async def keep_secret(self, client_id: UUID, secret: str, expires_at: datetime, by: UUID | None) -> ClientSecret:
        row = ClientSecret(
            id=uuid7(self._now),
            client_id=client_id,
            hash=_hash(secret),
            created_at=self._now,
            created_by=by,
            expires_at=expires_at,
        )
        self._session.add(row)
        await self._session.flush()
        return row

    async def revoke(self, secret: ClientSecret) -> None:
        secret.revoked_at = self._now
        self._session.add(secret)
        await self._session.flush()

    async def opened_with(self, username: str, secret: str) -> Opened | None:
        """What this secret of this client opens now, noting the use; None for any other.

        The client stays as it is until this transaction ends: nobody revokes anything between here and the session.
        """
        usable = (_users.c.disabled_at.is_(None), self._ahead(_clients.c.expires_at))
        query = locking(self._session, _accounts().where(_users.c.username == username, *usable))
        found = (await self._session.execute(query)).one_or_none()
        living = select(ClientSecret).where(_secrets.c.hash == _hash(secret), *self._living())
        row = await self._session.scalar(living)
        if found is None or row is None or row.client_id != found.Client.id:
            return None
        row.last_used_at = self._now
        await self._session.flush()
        ends_at = min(row.expires_at, found.Client.expires_at or row.expires_at)
        return Opened(row, frozenset(map(Scope, found.Client.scopes)), ends_at)

    def _living(self) -> tuple[ColumnElement[bool], ...]:
        return _secrets.c.revoked_at.is_(None), _secrets.c.expires_at > self._now

    def _ahead(self, instant: Any) -> ColumnElement[bool]:
        return or_(instant.is_(None), instant > self._now)

    async def _one(self, query: Select[Any]) -> Registered:
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            raise NotFound()
        return Registered(*row)


def _accounts() -> Select[Any]:
    return select(*_BOTH).join(Client, _clients.c.id == _users.c.id)


def _reached(areas: Sequence[AreaCode]) -> Select[Any]:
    return _accounts().where(within(_users.c.area, areas))


def _hash(secret: str) -> bytes:
    """Secrets are 256 random bits: nothing is gained by making their hash slow."""
    return sha256(secret.encode(errors="surrogatepass")).digest()
