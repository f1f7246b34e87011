"""Runs migrations as the owner of the schema, on SQLite and PostgreSQL alike."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.sql.sqltypes import AutoString

from api.settings import Settings
from api.store.dialect import make_room_for, normalised
from api.store.tables import metadata
from api.store.tables.base import AREA, DOCUMENT, MONTH, UtcInstant
from migrations.row_security import grant

_LOCK = 0x74616E66616E67  # "tanfang": one migration at a time
_PATIENCE = 60_000  # milliseconds; on PostgreSQL as long as it takes


_NAMED = {id(AREA): "AREA", id(MONTH): "MONTH", id(DOCUMENT): "DOCUMENT"}


def _render(kind: str, item: object, autogen: Any) -> str | bool:
    """Our own types by their names, so that a revision reads as the tables do."""
    if kind != "type":
        return False
    name = "INSTANT" if isinstance(item, UtcInstant) else _NAMED.get(id(item))
    if name is None:
        return f"sa.String({item.length})" if isinstance(item, AutoString) else False
    autogen.imports.add(f"from api.store.tables.base import {name}")
    return name


def _migrate(connection: Connection) -> None:
    _one_at_a_time(connection)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        _admit_the_application(connection)


def _one_at_a_time(connection: Connection) -> None:
    """Nobody else migrates, and what was cut has not happened: SQLite's driver would keep each table as it is made."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    else:
        connection.execute(text(f"PRAGMA busy_timeout = {_PATIENCE}"))
        connection.execute(text("BEGIN IMMEDIATE"))


def _admit_the_application(connection: Connection) -> None:
    """PostgreSQL: the role that serves gets its rights on whatever this upgrade made."""
    role = context.config.attributes.get("app_role") or make_url(Settings().database_url.get_secret_value()).username
    if connection.dialect.name != "postgresql" or not role or role == connection.engine.url.username:
        return
    if connection.dialect.has_table(connection, "audit_entries"):
        grant(connection, role)


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
