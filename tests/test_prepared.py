"""A statement that goes straight to the driver is answered, and fails, as if SQLAlchemy had sent it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.exc import DBAPIError

from api.deps import Service
from api.domain.access import Actor
from api.store import Trace
from api.store.changes import insert_rows
from api.store.dialect import Trouble, among_bound, is_sqlite, trouble_of
from api.store.prepared import rows_of
from api.store.tables import StoredAnswer, Visit, table_of
from tests.builders import DISTRICT
from tests.elders_on_duty import an_elder_on_duty

ACTOR = Actor.system(DISTRICT, "try a statement")
TRACE = Trace("try", "try-a-statement", "local")
_VISITS, _ANSWERS = table_of(Visit), table_of(StoredAnswer)
_KEPT = select(_ANSWERS.c.headers, _ANSWERS.c.body, _ANSWERS.c.created_at, func.length(_ANSWERS.c.key)).where(
    among_bound(_ANSWERS.c.key, "keys"), _ANSWERS.c.status.in_((0, 201))
)


def a_row(**values: object) -> dict[str, object]:
    made = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    row = {"owner": "me", "operation": "try", "key": "k" * 16, "fingerprint": b"f", "status": 201}
    return {**row, "headers": {"a": "b"}, "body": b"\x00\xff", "created_at": made, **values}


async def test_what_is_written_is_read_again_in_its_own_kinds(service: Service) -> None:
    async with service.store.opened(ACTOR, TRACE, writes=True) as registers:
        session = registers.desk.session
        await insert_rows(session, _ANSWERS, [a_row(), a_row(key="j" * 16, status=500)])
        [row] = await rows_of(session, _KEPT, {"keys": ["k" * 16, "j" * 16, "another"]})
    assert (row.headers, row.body, row[3]) == ({"a": "b"}, b"\x00\xff", 16)
    assert row.created_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


async def test_a_list_that_is_written_out_goes_the_long_way(service: Service) -> None:
    elder_id = await an_elder_on_duty(service)
    listed = select(_VISITS.c.id).where(_VISITS.c.elder_id.in_(bindparam("ids", expanding=True)))
    async with service.store.opened(ACTOR, TRACE, writes=False) as registers:
        for ids in ([elder_id], [elder_id, uuid4()]):
            assert await rows_of(registers.desk.session, listed, {"ids": ids}) == []


async def test_a_clash_is_told_as_one_without_the_values(service: Service) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with service.store.opened(ACTOR, TRACE, writes=True) as registers:
            await insert_rows(registers.desk.session, _ANSWERS, [a_row(owner="secret"), a_row(owner="secret")])
    assert trouble_of(refused.value) == Trouble.CLASH
    assert "secret" not in str(refused.value).split("[SQL")[1]


async def test_whoever_comes_after_a_lost_connection_gets_another(service: Service) -> None:
    cut = select(func.pg_terminate_backend(func.pg_backend_pid()))  # which SQLite does not know
    with pytest.raises(DBAPIError) as lost:
        await ask(service, cut)
    assert trouble_of(lost.value) == (None if is_sqlite(service.store._engine) else Trouble.UNAVAILABLE)
    assert await ask(service, _KEPT, keys=["nobody's"]) == []


async def ask(service: Service, statement: Select[Any], **given: object) -> list[Any]:
    async with service.store.opened(ACTOR, TRACE, writes=True) as registers:
        return await rows_of(registers.desk.session, statement, given)
