"""Divisions, area settings and the policy's versions: reference data, the same for everybody."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from api.domain.access import AreaCode, contains
from api.domain.divisions import Division, Gazetteer, Level
from api.domain.policy import PLAN_BOOK, PolicyBook
from api.store.desk import Desk
from api.store.dialect import insert_into
from api.store.policies import IN_ORDER, books_from, nearest
from api.store.scope import within
from api.store.tables import AreaSetting, DivisionRow, PolicyVersion, table_of
from api.store.together import ask

_BOOKS = (select(table_of(PolicyVersion)).order_by(*IN_ORDER), select(table_of(AreaSetting)))


class Places:
    """Divisions are known to all of their district; what an area has set is read by anybody who works in it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._books: dict[str, PolicyBook] | None = None

    async def gazetteer(self) -> Gazetteer:
        """Every division of the actor's district, in order of code."""
        table = table_of(DivisionRow)
        mine = within(table.c.code, [self._desk.district])
        rows = await self._desk.session.execute(select(table).where(mine).order_by(table.c.code))
        return Gazetteer(
            [Division(r.code, Level(r.level), r.name, r.short_name, r.kind, r.parent or "") for r in rows.all()]
        )

    async def add(self, divisions: Sequence[Division]) -> int:
        """Divisions that were not known yet; the number added."""
        table = table_of(DivisionRow)
        rows = [
            {
                "code": d.code,
                "level": d.level,
                "name": d.name,
                "short_name": d.short_name,
                "kind": d.kind,
                "parent": d.parent,
                "created_at": self._desk.now,
            }
            for d in divisions
        ]
        if not rows:
            return 0
        statement = insert_into(self._desk.session, table).values(rows).on_conflict_do_nothing()
        return len((await self._desk.session.execute(statement.returning(table.c.code))).all())

    async def book_for(self, village: str) -> PolicyBook:
        """The policy of the narrowest area around ``village`` that has its own, and its tracking start."""
        return nearest(await self._all_books(), village) or PLAN_BOOK

    async def books_for(self, villages: Iterable[str]) -> dict[str, PolicyBook]:
        return {village: await self.book_for(village) for village in villages}

    async def books_in(self, area: str) -> list[PolicyBook]:
        """The books that any part of the area lives by."""
        own = (book for code, book in (await self._all_books()).items() if contains(AreaCode(area), code))
        return [await self.book_for(area), *own]

    async def start_tracking(self, area: str, starts_on: date) -> None:
        """Obligations of the area are owed from this day on (A20, A36)."""
        table = table_of(AreaSetting)
        values: dict[str, Any] = {
            "tracking_starts_on": starts_on,
            "updated_at": self._desk.now,
            "updated_by": self._desk.actor.id,
        }
        await self._desk.session.execute(
            insert_into(self._desk.session, table)
            .values(area=area, **values)
            .on_conflict_do_update(index_elements=["area"], set_=values)
        )
        self._books = None

    async def _all_books(self) -> dict[str, PolicyBook]:
        if self._books is None:
            self._books = books_from(*await ask(self._desk.session, _BOOKS, {}))
        return self._books
