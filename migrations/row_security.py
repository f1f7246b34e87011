"""Row-level security of PostgreSQL: the database's own wall around an area.

The application's role owns nothing and cannot bypass it. Each transaction says where it may look
(``tanfang.low``, ``tanfang.high``, and ``tanfang.areas`` when there are several); unset, it sees no row.
"""

from collections.abc import Iterable

from alembic import op

_LOW = "current_setting('tanfang.low', true)"
_HIGH = "current_setting('tanfang.high', true)"
_SEVERAL = "coalesce(current_setting('tanfang.areas', true), '')"


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def area_of(column: str) -> str:
    """A range that an index serves, and the exact areas only where there are several."""
    return (
        f"({column} >= {_LOW} AND {column} < {_HIGH} AND ({_SEVERAL} = '' OR EXISTS ("
        f"SELECT 1 FROM unnest(string_to_array({_SEVERAL}, ',')) AS area WHERE starts_with({column}, area))))"
    )


def protect(table: str, columns: Iterable[str]) -> None:
    """Rows whose area lies where the transaction may look, and no others, to read or to write."""
    admitted = " OR ".join(map(area_of, columns))
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY area ON "{table}" USING ({admitted}) WITH CHECK ({admitted})')


def append_only(table: str, *, read_if: str) -> None:
    """Rows that may be added by anybody, read under a condition, and changed by nobody."""
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY add ON "{table}" FOR INSERT WITH CHECK (true)')
    op.execute(f'CREATE POLICY read ON "{table}" FOR SELECT USING ({read_if})')
