"""Which months are planned where, and whom planning still has to judge."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from api.domain.divisions import Level
from api.domain.months import Month
from api.store.desk import Desk
from api.store.dialect import chunked, insert_into
from api.store.scope import within
from api.store.tables import DivisionRow, Elder, MonthPlan, table_of

_DIVISIONS = table_of(DivisionRow)
_ELDERS = table_of(Elder)
_PLANS = table_of(MonthPlan)

Resident = tuple[str, UUID]  # village, elder


class Plans:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def missing(self, month: Month) -> list[str]:
        """The villages of the actor's areas where the month is not planned, in order."""
        planned = exists().where(_PLANS.c.village == _DIVISIONS.c.code, _PLANS.c.month == str(month))
        query = (
            select(_DIVISIONS.c.code)
            .where(_DIVISIONS.c.level == Level.VILLAGE.value, ~planned)
            .where(within(_DIVISIONS.c.code, self._desk.actor.areas))
            .order_by(_DIVISIONS.c.code)
        )
        return list((await self._session.execute(query)).scalars())

    async def noted(self) -> list[tuple[Month, str]]:
        """Every month that is planned in the actor's areas, with its village, in order."""
        query = select(_PLANS.c.month, _PLANS.c.village).where(within(_PLANS.c.village, self._desk.areas))
        rows = (await self._session.execute(query.order_by(_PLANS.c.month, _PLANS.c.village))).all()
        return [(Month.parse(row.month), row.village) for row in rows]

    async def residents(self, villages: Sequence[str], *, after: Resident | None, size: int) -> list[Resident]:
        """At most ``size`` elders of the villages, whatever their state, in order of village and id."""
        village, elder_id = _ELDERS.c.village, _ELDERS.c.id
        query = select(village, elder_id).where(village.in_(villages), within(village, self._desk.areas))
        if after is not None:
            query = query.where(or_(village > after[0], and_(village == after[0], elder_id > after[1])))
        rows = await self._session.execute(query.order_by(village, elder_id).limit(size))
        return [(row.village, row.id) for row in rows]

    async def note(self, villages: Sequence[str], month: Month) -> None:
        """The month is planned in these villages; noting it again changes nothing."""
        for part in chunked(villages, 500):
            rows: list[dict[str, Any]] = [
                {"village": village, "month": str(month), "planned_at": self._desk.now} for village in part
            ]
            statement = insert_into(self._session, _PLANS).values(rows).on_conflict_do_nothing()
            await self._session.execute(statement)
