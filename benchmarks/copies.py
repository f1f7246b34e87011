"""Ten districts of 500 villages with any number of elders, ready in minutes.

A few model elders are enrolled, planned and judged by the service itself: general and priority, visited on different
days, twice, once, or not at all, and one who is in hospital. Everybody else is a copy of one of them: the rows of all
their tables are written again, set by set, under another id in another village, and the villages' sums are added up
by the service. Nothing is judged in SQL; ``obligations verify`` of a township finds no difference.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import Table

from api.deps import Service
from api.domain.access import Actor
from api.domain.months import Month, civil_date
from api.main import keys_of, service_for
from api.schema import migrate
from api.settings import Settings
from api.store import Trace
from api.store import tables as rows
from api.store.crypto import Sealer
from api.store.files import sealed_details
from api.store.tables import table_of
from api.usecases.verifying import verify
from benchmarks.forces import send_forces
from tests.domain.duties import away, general, priority, visit
from tests.populations import planned, settled

DISTRICTS = tuple(f"9901{number:02}" for number in range(1, 11))
TOWNSHIPS, VILLAGES = 25, 20  # in a district, in a township
_AWAY = 100  # one in so many is in hospital
_CHILDREN = (
    rows.Stint,
    rows.Suspension,
    rows.ElderTier,
    rows.ElderResidence,
    rows.Visit,
    rows.ObligationRow,
    rows.ElderMonthRow,
)
_DETAILS = {
    "phones": [{"number": "13800001234", "owner": "self"}],
    "residence": {"detail": "12号"},
    "primary_contact": {"name": "试邻居", "relation": None, "phone": "13900005678"},
}


@dataclass
class Copies:
    """A database to be filled: by the service where it judges, by its administrator where rows are written again."""

    settings: Settings
    admin_url: str
    elders: int
    month: Month = field(default_factory=lambda: Month.of(civil_date(datetime.now(UTC))))

    async def make(self) -> None:
        await asyncio.to_thread(migrate, self.settings)
        service = self._service()
        models = await self._models(service)
        await asyncio.to_thread(self._copy, models, Sealer(keys_of(self.settings).sealing))
        for district in DISTRICTS:
            actor = Actor.system(district, "add up the months of the benchmark")
            async with service.store.opened(actor, Trace("bench", "bench", "local"), writes=True) as registers:
                await registers.obligations.sum_again(self.month)
                await registers.obligations.count_due_again()
        await service.store.close()
        await asyncio.to_thread(self._settle)

    async def check(self) -> None:
        """One township is judged anew, elder by elder."""
        service = self._service()
        differences = [each async for each in verify(service.store, f"{DISTRICTS[0]}001")]
        await service.store.close()
        if differences:
            raise SystemExit(f"{len(differences)} judgements of the copies are not what their facts say")

    def _service(self) -> Service:
        return service_for(self.settings, keys_of(self.settings), lambda: datetime.now(UTC))

    async def _models(self, service: Service) -> list[UUID]:
        today = civil_date(datetime.now(UTC))
        days = [self.month.first.replace(day=day) for day in range(1, today.day + 1)]
        resting = away(today - timedelta(days=9), today + timedelta(days=20))
        people = [general(suspensions=(resting,)), general(), priority()]
        people += [general(visit(day)) for day in days[1::3]]
        people += [priority(visit(early), visit(late)) for early, late in zip(days[:15:3], days[15::2], strict=False)]
        people += [priority(visit(day)) for day in days[2::6]]
        await settled(service, people, tracking=None)
        await planned(service, self.month)
        return [person.elder_id for person in people]

    def _copy(self, models: list[UUID], sealer: Sealer) -> None:
        with psycopg.connect(self.admin_url) as connection:
            connection.execute("SET session_replication_role = replica")  # foreign keys hold: whole files are copied
            connection.execute("SET synchronous_commit = off")
            connection.execute(
                "CREATE TEMP TABLE copies (model uuid, id uuid, village text, number text, sealed bytea)"
            )
            villages = _found(connection)
            resting, *present = models
            with connection.cursor().copy("COPY copies FROM STDIN WITH (FORMAT BINARY)") as copy:
                copy.set_types(["uuid", "uuid", "text", "text", "bytea"])
                for number in range(self.elders):
                    elder_id = UUID(int=0x019A << 112 | 7 << 76 | 2 << 62 | number)
                    village = villages[number * len(villages) // self.elders]
                    sealed = sealed_details(sealer, elder_id, _DETAILS)
                    model = resting if number % _AWAY == 0 else present[number % len(present)]
                    copy.write_row((model, elder_id, village, f"E{number:07}", sealed))
            connection.execute("ANALYZE copies")
            connection.execute(_again(table_of(rows.Elder), {"id": "c.id", "village": "c.village"} | _OF_ELDERS))
            for child in _CHILDREN:
                connection.execute(_again(table_of(child), _OF_CHILDREN))
            connection.execute(
                "INSERT INTO month_plans (village, month, planned_at) SELECT DISTINCT village, %s, now() FROM copies",
                [str(self.month)],
            )
            send_forces(connection, DISTRICTS)

    def _settle(self) -> None:
        """As a database is after a night: what was written is on the disk, and the planner knows it."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")


_OF_ELDERS = {"short_no": "c.number", "sealed": "c.sealed"}
_FRESH_ID = "md5(m.id::text || c.number)::uuid"
_OF_CHILDREN = {
    "id": _FRESH_ID,
    "elder_id": "c.id",
    "village": "c.village",
    "counted_village": "c.village",
    "lives_in": "c.village",
    "external_id": "m.external_id || c.number",
    "met_by": "md5(m.met_by::text || c.number)::uuid",
}


def _again(table: Table, other: dict[str, str]) -> sql.Composed:
    """The models' rows once more for every copy; ``other``: what a copy has of its own."""
    names = [column.name for column in table.columns if column.computed is None]
    values = [sql.SQL(other[name]) if name in other else sql.SQL("m.{}").format(sql.Identifier(name)) for name in names]
    of_model = "m.id" if table.name == "elders" else "m.elder_id"
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM copies c JOIN {} m ON {} = c.model ORDER BY c.id").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(values),
        sql.Identifier(table.name),
        sql.SQL(of_model),
    )


def _found(connection: psycopg.Connection) -> list[str]:
    """The divisions; the villages' codes in order."""
    villages: list[str] = []
    divisions: list[tuple[str, str, str | None]] = []
    for district in DISTRICTS:
        divisions.append((district, "district", None))
        for township in range(1, TOWNSHIPS + 1):
            code = f"{district}{township:03}"
            divisions.append((code, "township", district))
            of_township = [f"{code}{village:03}" for village in range(201, 201 + VILLAGES)]
            divisions += [(village, "village", code) for village in of_township]
            villages += of_township
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO divisions (code, level, name, short_name, kind, parent, created_at)"
            " VALUES (%s, %s, '试地', '试地', 'made up', %s, now())",
            divisions,
        )
    return villages
