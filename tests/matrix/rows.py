"""What a database holds, looked at from outside the service: whether rows changed, and what the audit says."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text

from api.store.dialect import normalised
from api.store.tables import metadata
from tests.conftest import Urls

_TRACES = frozenset({"audit_entries", "sessions", "refresh_tokens", "failed_sign_ins"})
"""Where a refusal may leave something."""
_WATCHED = sorted(set(metadata.tables) - _TRACES)
_SYNCHRONOUS = {"+asyncpg": "+psycopg", "+aiosqlite": ""}
_EVERYTHING = "SET tanfang.low = ''; SET tanfang.high = '~'; SET tanfang.auditor = 'on'"
_ENTRIES = text("SELECT request_id, operation, result FROM audit_entries ORDER BY seq")


class Rows:
    """An open look at every table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._whole = "t::text" if connection.dialect.name == "postgresql" else "*"

    def fingerprints(self) -> Mapping[str, int]:
        """A hash over each table's rows; equal hashes, nothing was changed."""
        return {name: self._fingerprint(name) for name in _WATCHED}

    def entries(self) -> Mapping[str, list[tuple[str, str]]]:
        """By request id: operation and result of each audit entry."""
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for request_id, operation, result in self._connection.execute(_ENTRIES):
            found[request_id].append((operation, result))
        return found

    def _fingerprint(self, table: str) -> int:
        rows = self._connection.exec_driver_sql(f'SELECT {self._whole} FROM "{table}" AS t')
        return hash(frozenset(tuple(row) for row in rows))


@contextmanager
def rows_of(urls: Urls) -> Iterator[Rows]:
    url = normalised(urls.owner)
    for asynchronous, synchronous in _SYNCHRONOUS.items():
        url = url.replace(asynchronous, synchronous)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(_EVERYTHING))
        yield Rows(connection)
    engine.dispose()
