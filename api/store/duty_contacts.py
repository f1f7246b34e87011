"""Whom a township, or the district, is called under around the clock (值班联系人; rule A27)."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from api.domain.divisions import CODE_LENGTH
from api.store.desk import Desk
from api.store.dialect import insert_into
from api.store.scope import within
from api.store.tables import DutyContact, table_of

_TABLE = table_of(DutyContact)
_PLACE = "duty_contacts.sealed"


class DutyContacts:
    """Open for one actor: those of the own area, and of the areas around it, whom a village calls."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def page(self, area: str | None, *, after: str | None, size: int) -> list[Any]:
        """At most ``size`` contacts in order of area, after ``after``. Raises NotFound for an area out of reach."""
        query = select(_TABLE).where(self._near(area)).order_by(_TABLE.c.area).limit(size)
        if after is not None:
            query = query.where(_TABLE.c.area > after)
        return list(await self._session.execute(query))

    async def put(self, area: str, name: str, phone: str) -> Any:
        """Name the contact of an area, in the place of whoever it was; the row."""
        values: dict[str, Any] = {
            "updated_at": self._desk.now,
            "updated_by": self._desk.actor.id,
            "sealed": self._desk.sealer.seal_json(_PLACE, area, {"name": name, "phone": phone}),
        }
        statement = insert_into(self._session, _TABLE).values(area=area, version=1, **values)
        again = {**values, "version": _TABLE.c.version + 1}
        statement = statement.on_conflict_do_update(index_elements=["area"], set_=again)
        self._desk.trace.object_ids[area] = None
        self._desk.trace.fields |= dict.fromkeys(("name", "phone"))
        return (await self._session.execute(statement.returning(*_TABLE.c))).one()

    def details(self, row: Any) -> dict[str, str]:
        """Name and number."""
        return dict(self._desk.sealer.open_json(_PLACE, row.area, row.sealed) or {})

    def _near(self, area: str | None) -> ColumnElement[bool]:
        areas = self._desk.actor.narrowed(area)
        around = {each[:length] for each in areas for length in CODE_LENGTH.values()}
        return or_(within(_TABLE.c.area, areas), _TABLE.c.area.in_(sorted(around)))
