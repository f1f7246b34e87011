"""The register of the sandbox: everything in it, to be thrown away so that it can be made up anew."""

from functools import cache

from sqlalchemy import ColumnElement, Table, delete, or_, select

from api.domain.errors import Forbidden
from api.domain.sandbox import SANDBOX
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import StoredAnswer, UserGrant, metadata, table_of

_ANSWERS, _GRANTS = table_of(StoredAnswer), table_of(UserGrant)
_ACCOUNTS = {"users", "grants", "clients", "client_secrets", "sessions", "refresh_tokens"}
_FACTORS = {"second_factors", "recovery_codes"}
_FORCE = {"providers", "contracts", "contract_areas", "contract_services"}
_PLACES = {"divisions", "area_settings", "policy_versions"}
_ONLY_ADDED_TO = {"events", "versions", "month_closings", "frozen_months", "restatements"}
_STAYS = _ACCOUNTS | _FACTORS | _FORCE | _PLACES | _ONLY_ADDED_TO


class Sandbox:
    """Open to the service alone, at work in the sandbox."""

    def __init__(self, desk: Desk) -> None:
        if desk.actor.area != SANDBOX:
            raise Forbidden()
        self._session = desk.session

    async def empty(self) -> None:
        """Throw away everybody and everything but accounts, the force and its contract; answers under keys too."""
        for table in reversed(metadata.sorted_tables):
            inside = _inside(table) if table.name not in _STAYS else None
            if inside is not None:
                await self._session.execute(delete(table).where(inside))
        senders = await self._session.scalars(select(_GRANTS.c.user_id).where(within(_GRANTS.c.area, [SANDBOX])))
        await self._session.execute(delete(_ANSWERS).where(_ANSWERS.c.owner.in_(map(str, senders.unique()))))


@cache
def _inside(table: Table) -> ColumnElement[bool] | None:
    """Which rows of a table lie in the sandbox: by their own code, or by what they belong to; None if by neither."""
    for name in ("village", "area", "township"):
        if name in table.c:
            return within(table.c[name], [SANDBOX])
    parts = [
        column.in_(select(key.column).where(around))
        for column in table.columns
        for key in column.foreign_keys
        if (around := _inside(key.column.table)) is not None
    ]
    return or_(*parts) if parts else None
