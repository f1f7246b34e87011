"""Who is on duty where: grants by area, no credentials."""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, or_, select, union

from api.domain.access import GRANTS, Permission, Role, contains
from api.domain.divisions import CODE_LENGTH, Level
from api.store.desk import Desk
from api.store.tables import User, UserGrant, table_of
from api.store.users import Users

_USERS = table_of(User)
_GRANTS = table_of(UserGrant)
_TOWNSHIP_DIGITS = CODE_LENGTH[Level.TOWNSHIP]


class Staff:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def instructors_of(self, village: str) -> set[UUID]:
        """Everybody who may act today as instructor of the village's township, those who stand in included."""
        own, deputy = _GRANTS.alias(), _GRANTS.alias()
        holds = (own.c.role == Role.TOWNSHIP_INSTRUCTOR, own.c.area == village[:_TOWNSHIP_DIGITS], *self._runs(own))
        holders = select(own.c.user_id).join(_USERS, _USERS.c.id == own.c.user_id).where(*holds, _active())
        stand_ins = (
            select(deputy.c.user_id)
            .join(_USERS, _USERS.c.id == deputy.c.user_id)
            .where(deputy.c.deputy_for.in_(holders), *self._runs(deputy), _active())
        )
        return {row.user_id for row in await self._session.execute(union(holders, stand_ins))}

    async def may(self, user_id: UUID, permission: Permission, village: str) -> bool:
        """Whether somebody holds a permission there today, be it as a deputy; nobody whose account is disabled."""
        query = select(_USERS.c.id).where(_USERS.c.id == user_id, _active())
        if (await self._session.execute(query)).first() is None:
            return False
        held = await Users(self._session, self._desk.now).held_by(user_id)
        return any(
            grant.runs_on(self._desk.today) and permission in GRANTS[grant.role] and contains(grant.area, village)
            for grant in held
        )

    def _runs(self, grant: FromClause) -> tuple[ColumnElement[bool], ...]:
        today = self._desk.today
        ends = or_(grant.c.ends_on.is_(None), grant.c.ends_on >= today)
        return (grant.c.revoked_at.is_(None), grant.c.starts_on <= today, ends)


def _active() -> ColumnElement[bool]:
    return _USERS.c.disabled_at.is_(None)
