"""What a database holds, looked at from outside the service: whether rows changed, and what the audit says."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import make_url

from api.store.tables import metadata
from tests.conftest import Urls

_TRACES = frozenset({"audit_entries", "sessions", "refresh_tokens", "failed_sign_ins", "quota_uses"})
"""Where a refusal may leave something."""
_WATCHED = sorted(set(metadata.tables) - _TRACES)
_EVERYTHING = "SET tanfang.low = ''; SET tanfang.high = '~'; SET tanfang.auditor = 'on'"
_SUMS = " UNION ALL ".join(
    f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM \"{table}\" AS t" for table in _WATCHED
)
_ENTRIES = "SELECT request_id, operation, result FROM audit_entries ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Rows:
    """An open look at every table, by a connection of sqlite3 or of psycopg."""

    connection: Any

    def fingerprints(self) -> Mapping[str, object]:
        """What is equal of a table as long as nothing in it changes."""
        if isinstance(self.connection, sqlite3.Connection):
            return {table: frozenset(self._all(f'SELECT * FROM "{table}"')) for table in _WATCHED}
        return {table: (rows, total) for table, rows, total in self._all(_SUMS)}

    def entries(self) -> Mapping[str, list[tuple[str, str]]]:
        """By request id: operation and result of each audit entry."""
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for request_id, operation, result in self._all(_ENTRIES):
            found[request_id].append((operation, result))
        return found

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.connection.execute(statement).fetchall()
        return rows


@contextmanager
def rows_of(urls: Urls) -> Iterator[Rows]:
    where = make_url(urls.owner)
    if where.drivername == "sqlite":
        with closing(sqlite3.connect(where.database or "", isolation_level=None)) as reading:
            yield Rows(reading)
        return
    with psycopg.connect(urls.owner, autocommit=True) as reading:
        reading.execute(_EVERYTHING)
        yield Rows(reading)
