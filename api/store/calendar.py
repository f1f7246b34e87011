"""The working calendar: what the State Council published, and what the district set for itself on top of it.

Only the district's own days are rows. The published ones come with the package, so that they are there in a
new district at once and grow with every release; a year it does not know has its weekends and nothing else.
"""

from datetime import date
from typing import Any

from chinese_calendar.constants import Holiday, holidays, workdays
from sqlalchemy import delete, select

from api.domain.errors import Forbidden
from api.domain.sandbox import SANDBOX
from api.domain.working_days import CalendarDay, DayKind, DaySource, WorkingDays
from api.store.desk import Desk
from api.store.dialect import insert_into
from api.store.tables import CalendarDayRow, table_of

_OWN = table_of(CalendarDayRow)
_PUBLISHED = {
    day: CalendarDay(day, kind, Holiday(name).chinese, DaySource.PUBLISHED)
    for kind, days in ((DayKind.FREE, holidays), (DayKind.MOVED, workdays))
    for day, name in days.items()
}
_YEARS = frozenset(day.year for day in _PUBLISHED)


def is_published(year: int) -> bool:
    """Whether the public holidays of a year are known; otherwise only its weekends are free."""
    return year in _YEARS


class Calendar:
    """One for the district and its sandbox, the same for everybody; it says nothing about any elder."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._days: dict[date, CalendarDay] | None = None

    async def working_days(self) -> WorkingDays:
        """What clocks of service hours and the days of closing go by."""
        return WorkingDays.of((await self._all()).values())

    async def days_of(self, year: int) -> list[CalendarDay]:
        """The days of a year that are not as their weekday says, in order."""
        return [each for day, each in sorted((await self._all()).items()) if day.year == year]

    async def put(self, day: date, kind: DayKind, name: str) -> CalendarDay:
        """Say whether offices work on a day, whatever was published or said before. Raises Forbidden."""
        self._check()
        values: dict[str, Any] = {
            "kind": kind.value,
            "name": name,
            "updated_at": self._desk.now,
            "updated_by": self._desk.actor.id,
        }
        statement = insert_into(self._session, _OWN).values(day=day, **values)
        await self._session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=values))
        self._changed(day)
        return CalendarDay(day, kind, name, DaySource.DISTRICT)

    async def remove(self, day: date) -> bool:
        """Leave a day to what was published; False when the district had set nothing. Raises Forbidden."""
        self._check()
        gone = await self._session.execute(delete(_OWN).where(_OWN.c.day == day).returning(_OWN.c.day))
        self._changed(day)
        return gone.first() is not None

    async def _all(self) -> dict[date, CalendarDay]:
        if self._days is None:
            rows = (await self._session.execute(select(_OWN).order_by(_OWN.c.day))).all()
            own = {row.day: CalendarDay(row.day, DayKind(row.kind), row.name, DaySource.DISTRICT) for row in rows}
            self._days = {**_PUBLISHED, **own}
        return self._days

    def _check(self) -> None:
        """Whoever tries things in the sandbox moves no clock of the district."""
        if self._desk.district == SANDBOX:
            raise Forbidden("calendar_shared")

    def _changed(self, day: date) -> None:
        self._days = None
        self._desk.trace.object_ids[day.isoformat()] = None
