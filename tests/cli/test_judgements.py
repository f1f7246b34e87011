"""The checks of what is stored, from the command line."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from api.deps import Service
from api.domain.months import Month
from tests.cli.conftest import Run
from tests.conftest import Urls
from tests.domain.duties import general, visit
from tests.populations import planned, settled


@pytest.fixture
async def altered(service: Service, database: Urls) -> Any:
    """An elder visited in November; ``altered(statement)`` changes rows behind the back of judging."""
    await settled(service, [general(visit(9))])
    await planned(service, Month(2026, 11))

    def alter(statement: str) -> None:
        engine = create_engine(database.owner.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT set_config('tanfang.low', '3', true), set_config('tanfang.high', '4', true)")
                )
            assert connection.execute(text(statement)).rowcount == 1
        engine.dispose()

    return alter


async def test_what_judging_stored_is_found_right(run: Run, altered: Any) -> None:
    result = await asyncio.to_thread(run, "obligations", "verify")
    assert result.exit_code == 0, result.output
    assert "没有差异" in result.stdout


async def test_an_altered_row_is_named_and_mended(run: Run, altered: Any) -> None:
    altered("UPDATE obligations SET state = 'open', met_by = NULL, met_on = NULL WHERE state = 'met'")
    found = await asyncio.to_thread(run, "obligations", "verify")
    assert found.exit_code == 1
    assert "obligations" in found.stdout
    assert "2026-11-M" in found.stdout
    assert "tanfang obligations rebuild" in found.stdout

    rebuilt = await asyncio.to_thread(run, "obligations", "rebuild")
    assert rebuilt.exit_code == 0, rebuilt.output
    assert (await asyncio.to_thread(run, "obligations", "verify")).exit_code == 0
