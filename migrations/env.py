"""Runs migrations as the owner of the schema, on SQLite and PostgreSQL alike."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.settings import Settings
from api.store.dialect import make_room_for, normalised
from api.store.tables import metadata
from api.store.tables.base import UtcInstant

_LOCK = 0x74616E66616E67  # "tanfang": one migration at a time


def _render(kind: str, item: object, autogen: Any) -> str | bool:
    if kind == "type" and isinstance(item, UtcInstant):
        autogen.imports.add("from api.store.tables.base import UtcInstant")
        return "UtcInstant()"
    return False


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run() -> None:
    url = normalised(context.config.attributes.get("url") or Settings().owner_url)
    make_room_for(url)
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    async with engine.begin() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(
        url=normalised(Settings().owner_url),
        target_metadata=metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(_run())
