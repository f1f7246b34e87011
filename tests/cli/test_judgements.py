"""The checks of what is stored, from the command line."""

import asyncio

import pytest

from api.deps import Service
from api.domain.months import Month
from tests.cli.conftest import Run, sql
from tests.conftest import Urls
from tests.domain.duties import general, visit
from tests.populations import planned, settled


@pytest.fixture(autouse=True)
async def judged(service: Service) -> None:
    """An elder who was visited in November."""
    await settled(service, [general(visit(9))])
    await planned(service, Month(2026, 11))


async def test_what_judging_stored_is_found_right(run: Run) -> None:
    result = await asyncio.to_thread(run, "obligations", "verify")
    assert result.exit_code == 0, result.output
    assert "没有差异" in result.stdout


async def test_an_altered_row_is_named_and_mended(run: Run, database: Urls) -> None:
    sql(database.owner, "UPDATE obligations SET state = 'open', met_by = NULL, met_on = NULL WHERE state = 'met'")
    found = await asyncio.to_thread(run, "obligations", "verify")
    assert found.exit_code == 1
    assert "obligations" in found.stdout
    assert "2026-11-M" in found.stdout
    assert "tanfang obligations rebuild" in found.stdout

    rebuilt = await asyncio.to_thread(run, "obligations", "rebuild")
    assert rebuilt.exit_code == 0, rebuilt.output
    assert (await asyncio.to_thread(run, "obligations", "verify")).exit_code == 0
