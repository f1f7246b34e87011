"""A statement on SQLite changes threads once, however it is read; and is read the same."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.store.dialect import engine_for

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n"


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[AsyncConnection]:
    engine = engine_for(f"sqlite:///{tmp_path / 'numbers.db'}", pool_size=1)
    async with engine.connect() as opened:
        await opened.execute(text("CREATE TABLE kept (i INTEGER PRIMARY KEY, word TEXT)"))
        yield opened
    await engine.dispose()


@pytest.fixture
async def trips(connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is handed to the connection's thread from now on."""
    driver = (await connection.get_raw_connection()).driver_connection
    seen, carry = list[object](), driver._execute

    async def counted(do: object, *said: object) -> object:
        seen.append(do)
        return await carry(do, *said)

    monkeypatch.setattr(driver, "_execute", counted)
    return seen


async def test_a_statement_is_one_trip(connection: AsyncConnection, trips: list[object]) -> None:
    assert (await connection.execute(text("INSERT INTO kept (word) VALUES (:w)"), [{"w": "a"}, {"w": "b"}])).rowcount
    assert (await connection.execute(text("SELECT word FROM kept ORDER BY i"))).scalars().all() == ["a", "b"]
    changed = await connection.execute(text("UPDATE kept SET word = 'c' WHERE i < 3"))
    assert (changed.rowcount, len(trips)) == (2, 3)


@pytest.mark.parametrize("count", [0, 999, 1000, 1001, 2500])
async def test_all_rows_are_read_whether_at_once_or_in_parts(connection: AsyncConnection, count: int) -> None:
    numbers = list(range(1, count + 1)) or [1]
    at_once = (await connection.execute(text(NUMBERS.format(count)))).scalars().all()
    parts = [row.i async for row in await connection.stream(text(NUMBERS.format(count)))]
    assert at_once == parts == numbers


async def test_whoever_stops_reading_lets_others_write(connection: AsyncConnection) -> None:
    async with connection.stream(text(NUMBERS.format(5000))) as reading:
        assert (await anext(aiter(reading))).i == 1
    await connection.execute(text("DROP TABLE kept"))


async def test_what_goes_wrong_is_said_as_ever(connection: AsyncConnection) -> None:
    await connection.execute(text("INSERT INTO kept (i) VALUES (1)"))
    with pytest.raises(IntegrityError):
        await connection.execute(text("INSERT INTO kept (i) VALUES (1)"))
