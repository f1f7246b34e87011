"""People who sign in and the grants they hold."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, false, not_, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.access import AreaCode, Grant, Role, meets
from api.domain.accounts import Deputyship, NewGrant, Reach
from api.domain.errors import Conflict, NotFound
from api.domain.identity import uuid7
from api.domain.months import civil_date
from api.domain.providers import ForceState, WorkerState
from api.store.dialect import insert_into, locking
from api.store.scope import within
from api.store.tables import Client, DivisionRow, Provider, StandDown, User, UserGrant, Worker, table_of

_users = table_of(User)
_grants = table_of(UserGrant)
_clients = table_of(Client)
_providers = table_of(Provider)
_workers = table_of(Worker)
_stand_downs = table_of(StandDown)


class Users:
    """Accounts and their grants; those a manager does not reach are as if they were not there."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now
        self._today = civil_date(now)

    async def get(self, user_id: UUID) -> User:
        return await self._one(select(User).where(_users.c.id == user_id))

    async def named(self, username: str) -> User | None:
        return await self._session.scalar(select(User).where(_users.c.username == username))

    async def reached(self, reach: Reach, user_id: UUID) -> User:
        """The account if ``reach`` covers every grant it holds."""
        return await self._one(self._reached(reach).where(_users.c.id == user_id))

    async def locked(self, user_id: UUID) -> User:
        """The account as it stays until this transaction ends or changes it."""
        return await self._one(locking(self._session, select(User).where(_users.c.id == user_id)))

    async def page(self, reach: Reach, *, after: str | None, size: int) -> Sequence[User]:
        """The accounts within ``reach`` in order of username, beginning behind ``after``."""
        query = self._reached(reach)
        if after is not None:
            query = query.where(_users.c.username > after)
        return (await self._session.scalars(query.order_by(_users.c.username).limit(size))).all()

    async def add(self, user: User) -> None:
        """Raises ``username_taken``, also for a name out of the caller's sight."""
        insert = insert_into(self._session, _users).values(user.model_dump()).on_conflict_do_nothing()
        if (await self._session.execute(insert.returning(_users.c.id))).first() is None:
            raise Conflict("username_taken")

    async def save(self, user: User) -> None:
        """Keep what was changed on ``user``, as its next version."""
        user.version += 1
        self._session.add(user)
        await self._session.flush()

    async def keep_password(self, user_id: UUID, password_hash: str, *, must_change: bool) -> None:
        user = await self.locked(user_id)
        user.password_hash, user.must_change_password = password_hash, must_change
        await self.save(user)

    async def give(self, user_id: UUID, grant: NewGrant, by: UUID | None) -> UUID:
        """Write a grant; the id it got."""
        row = UserGrant(
            id=uuid7(self._now),
            user_id=user_id,
            role=grant.role,
            area=grant.area,
            deputy_for=grant.deputy_for,
            provider_id=grant.provider_id,
            worker_id=grant.worker_id,
            starts_on=grant.starts_on,
            ends_on=grant.ends_on,
            created_at=self._now,
            created_by=by,
        )
        self._session.add(row)
        await self._session.flush()
        return row.id

    async def grants_of(self, user_ids: Sequence[UUID]) -> dict[UUID, list[UserGrant]]:
        """Every grant ever given to each of them, oldest first."""
        query = select(UserGrant).where(_grants.c.user_id.in_(user_ids))
        found: dict[UUID, list[UserGrant]] = {user_id: [] for user_id in user_ids}
        for grant in await self._session.scalars(query.order_by(_grants.c.created_at, _grants.c.id)):
            found[grant.user_id].append(grant)
        return found

    async def held_by(self, user_id: UUID) -> tuple[Grant, ...]:
        """The grants of a person and, for the days of a deputyship, those of whom the person stands in for.

        Of an account that was disabled nobody is deputy any more; a deputy's deputy holds nothing.
        """
        held: list[Grant] = []
        for row in (await self.grants_of([user_id]))[user_id]:
            if row.revoked_at is not None:
                continue
            if row.deputy_for is None:
                held.append(_grant_in(row))
            elif row.ends_on is not None:
                stand_in = Deputyship(row.deputy_for, row.starts_on, row.ends_on)
                held.extend(stand_in.of(await self._own_of(row.deputy_for)))
        return tuple(held)

    async def stood_down(self, grants: Iterable[Grant]) -> bool:
        """Whether a provider, or a worker, for whom these are held may not come today (R50)."""
        providers = {grant.provider_id for grant in grants if grant.provider_id}
        workers = {grant.worker_id for grant in grants if grant.worker_id}
        if not providers:
            return False
        down, ends = _stand_downs.c, _runs_until(_providers.c.ends_on, self._today)
        about = or_(down.provider_id.in_(providers), down.worker_id.in_(workers))
        active = _providers.c.state == ForceState.ACTIVE
        gone = _workers.c.status.in_((WorkerState.SUSPENDED, WorkerState.REMOVED))
        asked = union_all(
            select(_providers.c.id).where(_providers.c.id.in_(providers), not_(and_(active, ends))),
            select(_workers.c.id).where(_workers.c.id.in_(workers), gone),
            select(down.id).where(about, down.starts_on <= self._today, _runs_until(down.ends_on, self._today)),
        )
        return (await self._session.execute(asked.limit(1))).first() is not None

    async def provider_in(self, reach: Reach, provider_id: UUID) -> Provider | None:
        """A provider of, or around, an area in which ``reach`` gives roles."""
        provider = await self._session.get(Provider, provider_id)
        if provider is None or not any(meets(area, provider.area) for _, area in reach.parts):
            return None
        return provider

    async def works_for(self, worker_id: UUID, provider_id: UUID | None) -> bool:
        query = select(_workers.c.id).where(_workers.c.id == worker_id, _workers.c.provider_id == provider_id)
        return (await self._session.execute(query)).first() is not None

    async def knows_area(self, area: str) -> bool:
        divisions = table_of(DivisionRow)
        query = select(divisions.c.code).where(divisions.c.code == area)
        return (await self._session.execute(query)).first() is not None

    async def _own_of(self, principal: UUID) -> list[Grant]:
        query = (
            select(UserGrant)
            .join(_users, _users.c.id == _grants.c.user_id)
            .where(_users.c.id == principal, _users.c.disabled_at.is_(None))
            .where(_grants.c.revoked_at.is_(None), _grants.c.role.is_not(None))
            .order_by(_grants.c.id)
        )
        return [_grant_in(row) for row in await self._session.scalars(query)]

    async def _one(self, query: Select[User]) -> User:
        user = await self._session.scalar(query)
        if user is None:
            raise NotFound()
        return user

    def _reached(self, reach: Reach) -> Select[User]:
        """The SQL twin of ``Reach.covers``, over all the grants an account holds or will hold.

        An account without a grant of its own belongs to where it last held one. Those of machines are ``Clients``.
        """
        own, deputy, principal = _grants.alias(), _grants.alias(), _grants.alias()
        holds = select(own.c.id).where(own.c.user_id == _users.c.id, own.c.role.is_not(None), self._stands(own))
        stands_in = (
            select(deputy.c.id)
            .join(principal, principal.c.user_id == deputy.c.deputy_for)
            .where(deputy.c.user_id == _users.c.id, self._stands(deputy), self._stands(principal))
            .where(principal.c.role.is_not(None))
        )
        machine = select(_clients.c.id).where(_clients.c.id == _users.c.id)
        return select(User).where(
            ~machine.exists(),
            or_(holds.exists(), _within_any(_users.c.area, reach)),
            ~holds.where(~_covered(own, reach)).exists(),
            ~stands_in.where(~_covered(principal, reach)).exists(),
        )

    def _stands(self, grant: FromClause) -> ColumnElement[bool]:
        return and_(grant.c.revoked_at.is_(None), _runs_until(grant.c.ends_on, self._today))


def _runs_until(ends_on: Any, day: date) -> ColumnElement[bool]:
    return or_(ends_on.is_(None), ends_on >= day)


def _covered(grant: FromClause, reach: Reach) -> ColumnElement[bool]:
    return or_(
        false(),
        *(and_(grant.c.role.in_(sorted(roles)), within(grant.c.area, [area])) for roles, area in reach.parts),
    )


def _within_any(column: Any, reach: Reach) -> ColumnElement[bool]:
    return or_(false(), within(column, [area for _, area in reach.parts]))


def _grant_in(row: UserGrant) -> Grant:
    return Grant(
        Role(str(row.role)),
        AreaCode(str(row.area)),
        row.starts_on,
        row.ends_on,
        provider_id=row.provider_id,
        worker_id=row.worker_id,
    )
