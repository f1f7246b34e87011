"""What differs between SQLite and PostgreSQL; nothing above this file asks which one it is."""

import json
import math
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    event,
    func,
    literal,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from api.domain.access import AreaCode, outermost
from api.store.scope import upper_bound
from api.store.sqlite import connected

_WRITES = "tanfang_writes"
_REST = 1.0  # seconds
_LONGEST_LINE = 2.0  # seconds in line for a connection, or for the server to take one: whoever is sent away soon
_LONGEST_LOG = 32 * 1024**2  # bytes that SQLite's log keeps of the disk after somebody has read for long
_NO_WORD = 9.0  # seconds; a server that hangs cannot keep its own statement_timeout
_DRIVERS = {
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
}
_CAREFUL = {
    "PRAGMA": {"journal_mode": {"wal"}, "synchronous": {"2", "3"}, "foreign_keys": {"1"}},
    "SHOW": {
        "fsync": {"on"},
        "full_page_writes": {"on"},
        "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},  # its own log first, whatever others do
    },
}
_EACH_CONNECTION = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "15s",
    "jit": "off",
    "application_name": "tanfang",
    "log_parameter_max_length_on_error": "0",  # names are among the values
}

_NARROW = text(
    "SELECT set_config('tanfang.low', :low, true), set_config('tanfang.high', :high, true),"
    " set_config('tanfang.areas', :areas, true)"
)

T = TypeVar("T")


def normalised(url: str) -> str:
    """The URL with our async driver: a bare ``postgresql://`` would mean another one."""
    parsed = make_url(url)
    driver = _DRIVERS.get(parsed.drivername.split("+")[0], parsed.drivername)
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def engine_for(url: str, *, pool_size: int, patient: bool = False) -> AsyncEngine:
    """An engine with durable, strict settings; sealed values never appear in its errors or logs.

    ``patient``: it waits for a statement as long as that takes, where a server would give it up.
    """
    url = normalised(url)
    if url.startswith("sqlite"):
        make_room_for(url)
        path = make_url(url).database or ":memory:"
        engine = create_async_engine(
            url, hide_parameters=True, pool_size=pool_size, pool_timeout=3, async_creator=lambda: connected(path)
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_LONGEST_LINE,
        connect_args={
            "server_settings": _EACH_CONNECTION,
            "timeout": _LONGEST_LINE,
            "command_timeout": None if patient else _NO_WORD,
        },
    )
    event.listen(engine.sync_engine, "handle_error", _give_up_on_the_silent)
    _ping_after_a_rest(engine)
    return engine


def _give_up_on_the_silent(context: Any) -> None:
    """A connection whose server says nothing any more: even to roll back on it, or to close it, would wait."""
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True
        if context.connection is not None:
            context.connection.connection.driver_connection.terminate()


def _ping_after_a_rest(engine: AsyncEngine) -> None:
    """A connection that rested is asked whether it still is one; to ask each time would be a tenth of the ways."""

    def rest(_connection: object, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    def wake(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("rests_since", math.inf) > _REST:
            try:
                engine.dialect.do_ping(connection)
            except TimeoutError:
                connection.driver_connection.terminate()
                raise
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error

    event.listen(engine.sync_engine, "checkin", rest)
    event.listen(engine.sync_engine, "checkout", wake)


def make_room_for(url: str) -> None:
    """The folder of a SQLite file, made when it is missing."""
    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite") and parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        f"journal_size_limit={_LONGEST_LOG}",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_sqlite(session: AsyncSession | AsyncConnection | AsyncEngine) -> bool:
    bind = session.get_bind() if isinstance(session, AsyncSession) else session
    return bind.dialect.name == "sqlite"


@asynccontextmanager
async def transaction(
    engine: AsyncEngine, areas: Sequence[AreaCode], *, writes: bool, snapshot: bool = False
) -> AsyncIterator[AsyncSession]:
    """A session inside one transaction, narrowed to the areas on PostgreSQL; commits on leaving.

    ``snapshot``: all of it sees the same moment, whoever writes meanwhile; SQLite's readers always do.
    """
    options: dict[str, object] = {_WRITES: writes}
    if not is_sqlite(engine):
        options = {"postgresql_readonly": not writes}
        if snapshot:
            options["isolation_level"] = "REPEATABLE READ"
    async with (
        AsyncSession(engine.execution_options(**options), expire_on_commit=False, autoflush=False) as session,
        session.begin(),
    ):
        await session.connection()  # begins here: whoever goes to the driver finds it begun
        await narrow(session, areas)
        yield session


async def narrow(session: AsyncSession, areas: Sequence[AreaCode]) -> None:
    """Tell PostgreSQL's row-level security where this transaction may look; unset, it sees no row."""
    if is_sqlite(session):
        return
    codes = outermost(areas)
    await session.execute(
        _NARROW,
        {
            "low": codes[0],
            "high": upper_bound(codes[-1]),
            "areas": "" if len(codes) == 1 else ",".join(codes),
        },
    )


async def careless_settings(connection: AsyncConnection) -> list[str]:
    """The settings under which a power cut takes what was acknowledged, as ``name=value``; none if all is well."""
    how = "PRAGMA" if is_sqlite(connection) else "SHOW"
    found = {name: await connection.scalar(text(f"{how} {name}")) for name in _CAREFUL[how]}
    return [f"{name}={value}" for name, value in found.items() if str(value) not in _CAREFUL[how][name]]


async def telling_settings(connection: AsyncConnection) -> list[str]:
    """The settings under which the database may write into its log what a statement was given, as ``name=value``.

    Only a superuser can change them, for a role too.
    """
    name = "log_parameter_max_length"
    value = "0" if is_sqlite(connection) else str(await connection.scalar(text(f"SHOW {name}")))
    return [] if value == "0" else [f"{name}={value}"]


async def unhurried(session: AsyncSession) -> None:
    """Let a statement of this transaction take its time, and read what only auditors may."""
    await auditing(session)
    if not is_sqlite(session):
        await session.execute(select(func.set_config("statement_timeout", "0", True)))


async def auditing(session: AsyncSession) -> None:
    """Let this transaction read the audit."""
    if not is_sqlite(session):
        await session.execute(select(func.set_config("tanfang.auditor", "on", True)))


def insert_into(session: AsyncSession, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, for whichever database the session speaks to."""
    return sqlite.insert(table) if is_sqlite(session) else postgresql.insert(table)


# --- any number of values in one parameter ------------------------------------------------------------


class Many(TypeDecorator[Any]):
    """A list of values as one parameter, so that the statement reads the same for any number of them.

    PostgreSQL has arrays, SQLite unpacks JSON. What need not be read, prepared or compiled anew is cheap.
    """

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = String() if isinstance(item, String) else item  # an array has no collation

    def load_dialect_impl(self, dialect: Any) -> TypeEngine[Any]:
        kept: TypeEngine[Any] = Text() if dialect.name == "sqlite" else postgresql.ARRAY(self.item, dimensions=1)
        return kept

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Any) -> Any:
        if dialect.name != "sqlite":
            return list(value or ())
        return self.sent_to(dialect)(value)

    def sent_to(self, dialect: Any) -> Callable[[Iterable[Any] | None], Any]:
        """What makes of values the one parameter, as the driver takes it."""
        turn = self.item.dialect_impl(dialect).bind_processor(dialect)
        turned: Callable[[Iterable[Any] | None], list[Any]] = (
            (lambda values: list(values or ())) if turn is None else (lambda values: list(map(turn, values or ())))
        )
        return turned if dialect.name != "sqlite" else (lambda values: json.dumps(turned(values)))


class _Among(FunctionElement[bool]):
    """``column`` and the list it is looked up in."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "_Among":
        return self  # a condition as it stands: "… = 1" around it would keep SQLite from its indexes


@compiles(_Among, "postgresql")
def _among_an_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among, "sqlite")
def _among_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return " ".join((column, "IN (SELECT value FROM json_each(", values, "))"))


def among(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column's value is one of these: any number of them."""
    if isinstance(column.type, LargeBinary):  # JSON knows no bytes
        found: ColumnElement[bool] = column.in_(values)
        return found
    return _Among(column, literal(list(values), Many(column.type)))


def among_bound(column: Any, name: str) -> ColumnElement[bool]:
    """The same of a statement that is made once: ``name`` is the parameter that brings the values."""
    if isinstance(column.type, LargeBinary):
        found: ColumnElement[bool] = column.in_(bindparam(name, expanding=True))
        return found
    return _Among(column, bindparam(name, type_=Many(column.type)))


def unnested(kinds: Mapping[str, TypeEngine[Any]], name: str) -> Any:
    """Rows for PostgreSQL that come as a list for each column, in parameters ``<name>_<column>``."""
    lists = [bindparam(f"{name}_{column}", type_=Many(kind)) for column, kind in kinds.items()]
    columns = [Column(column, kind) for column, kind in kinds.items()]
    return func.unnest(*lists).table_valued(*columns).render_derived(name=f"{name}_rows")


def locking(session: AsyncSession, query: Select[Any], *, skip_locked: bool = False) -> Select[Any]:
    """Lock the rows a query finds, or those that are free; SQLite's writers hold the whole database already."""
    return query if is_sqlite(session) else query.with_for_update(skip_locked=skip_locked)


def civil_day(session: AsyncSession, instant: Any) -> ColumnElement[date]:
    """The day in Shanghai of a stored instant, as SQL."""
    if is_sqlite(session):
        return type_coerce(func.date(instant, "+8 hours"), Date)
    return cast(func.timezone("Asia/Shanghai", instant), Date)


def days_after(session: AsyncSession, day: Any, days: int) -> ColumnElement[date]:
    """So many days after a stored day, as SQL."""
    if is_sqlite(session):
        return type_coerce(func.date(day, f"+{days} days"), Date)
    return type_coerce(day.op("+")(literal(days, Integer)), Date)


async def one_at_a_time(session: AsyncSession, key: bytes, *, shared: bool = False) -> None:
    """Wait until no other transaction holds ``key``, and hold it; SQLite's writers take turns anyway.

    ``shared``: with others who share it, but with nobody who does not.
    """
    if not is_sqlite(session):
        number = int.from_bytes(key[:8], "big", signed=True)
        lock = "SELECT pg_advisory_xact_lock_shared(:key)" if shared else "SELECT pg_advisory_xact_lock(:key)"
        await session.execute(text(lock), {"key": number})


def chunked(values: Sequence[T], size: int = 1000) -> list[Sequence[T]]:
    """Slices small enough for one statement's parameters on either database."""
    return [values[start : start + size] for start in range(0, len(values), size)]


def _state_of(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


class Trouble:
    """What a database error means for whoever waits for an answer."""

    UNAVAILABLE = "unavailable"
    BUSY = "busy"
    CLASH = "clash"
    DATA = "data"


class Unwritten(Exception):
    """The audit takes no entry; without one nothing is done and nothing is shown."""


def worth_another_try(error: BaseException) -> bool:
    """Whether the database undid a transaction because of others: done again at once, it may well succeed.

    Whoever waited in vain for a lock has waited long enough.
    """
    return isinstance(error, DBAPIError) and _state_of(error) in {"40001", "40P01"}


def trouble_of(error: BaseException) -> str | None:
    """Sort an error of the database: down or exhausted, locked, a constraint, bad data, or none of ours."""
    if isinstance(error, PoolTimeout | OSError | Unwritten):
        return Trouble.UNAVAILABLE
    if isinstance(error, IntegrityError):
        return Trouble.CLASH
    if not isinstance(error, DBAPIError):
        return None
    state = _state_of(error)
    words = str(error.orig).lower()
    if state in {"40001", "40P01", "55P03"} or "database is locked" in words:
        return Trouble.BUSY
    if state[:2] in {"08", "53", "57"} or error.connection_invalidated:
        return Trouble.UNAVAILABLE
    if state[:2] == "23":
        return Trouble.CLASH
    if isinstance(error, OperationalError) and any(s in words for s in ("full", "disk i/o", "unable to open")):
        return Trouble.UNAVAILABLE
    return Trouble.DATA if state[:2] == "22" else None
