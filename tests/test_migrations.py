"""The schema: one line of revisions, equal to the tables, up and down again with data in it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from api.deps import Service
from api.domain.months import Month, civil_date
from api.store.dialect import normalised
from api.store.tables import metadata
from api.usecases.verifying import verify
from tests.builders import DISTRICT, a_liaison
from tests.conftest import ROOT, Clock, Urls
from tests.domain.duties import away, general, priority
from tests.elders_on_duty import an_elder_on_duty
from tests.populations import planned, settled
from tests.postgres import APP
from tests.promises.names import promise
from tests.visits.test_intake import a_visit

pytestmark = pytest.mark.own_database


def run(url: str, what: Callable[..., Any], *arguments: str) -> None:
    config = Config(ROOT / "alembic.ini")
    config.attributes.update(url=url, app_role=APP)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(what, config, *arguments).result()


async def tables_in(url: str) -> set[str]:
    engine = create_async_engine(normalised(url))
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    await engine.dispose()
    return names - {"alembic_version"}


def test_there_is_one_line_of_revisions() -> None:
    scripts = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_the_migrated_schema_is_that_of_the_tables(database: Urls) -> None:
    run(database.owner, command.check)


@promise("P48")
async def test_up_down_and_up_again_with_data_in_it(database: Urls, service: Service, client_of: Any) -> None:
    elder_id = await an_elder_on_duty(service)
    liaison = await client_of(a_liaison())
    assert (await liaison.post("/v1/visits", json=a_visit(elder_id))).status_code == 201
    await service.store.close()
    run(database.owner, command.downgrade, "base")
    assert await tables_in(database.owner) == set()
    run(database.owner, command.upgrade, "head")
    assert await tables_in(database.owner) == set(metadata.tables)


@promise("P48")
async def test_every_step_leads_down_and_up_again(database: Urls) -> None:
    scripts = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
    for revision in scripts.walk_revisions():
        run(database.owner, command.downgrade, revision.down_revision or "base")
        run(database.owner, command.upgrade, revision.revision)
        run(database.owner, command.downgrade, revision.down_revision or "base")
    run(database.owner, command.upgrade, "head")
    assert await tables_in(database.owner) == set(metadata.tables)


async def test_due_days_are_counted_from_what_was_there(database: Urls, service: Service, clock: Clock) -> None:
    clock.now = datetime.now(UTC)  # by which the migration tells who is away
    today = civil_date(clock.now)
    resting = away(today - timedelta(days=1), today + timedelta(days=9))
    await settled(service, [general(), general(suspensions=(resting,)), priority(suspensions=(resting,))])
    await planned(service, Month.of(today), Month.of(today).next())
    await service.store.close()
    run(database.owner, command.downgrade, "0031")
    run(database.owner, command.upgrade, "head")
    assert [each async for each in verify(service.store, DISTRICT)] == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_postgresql_shows_no_row_to_a_transaction_without_an_area(database: Urls, service: Service) -> None:
    await an_elder_on_duty(service)
    engine = create_async_engine(normalised(database.app))
    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT count(*) FROM elders"))).scalar_one()
    await engine.dispose()
    assert rows == 0
