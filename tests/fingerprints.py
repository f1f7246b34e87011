"""Everything a database holds, as one hash for each table: equal hashes, nothing was changed."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from api.store.dialect import normalised
from api.store.tables import metadata
from tests.conftest import Urls

TRACES = frozenset({"audit_entries", "sessions", "refresh_tokens", "imports", "import_parts", "jobs", "idempotency"})
"""Where a request may leave something although it changes nothing."""
_EVERYWHERE = "SELECT set_config('tanfang.low', '', true), set_config('tanfang.high', '~', true)"


async def fingerprints(urls: Urls) -> Mapping[str, tuple[int, str]]:
    """Of every table but the traces: how many rows it has, and a hash over all of them."""
    engine = create_async_engine(normalised(urls.app))
    found: dict[str, tuple[int, str]] = {}
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text(_EVERYWHERE))
        for name, table in sorted(metadata.tables.items()):
            if name not in TRACES:
                rows = (await connection.execute(select(table))).all()
                found[name] = (len(rows), _hash(rows))
    await engine.dispose()
    return found


def _hash(rows: Iterable[Row[tuple[object, ...]]]) -> str:
    return sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
