"""Row-level security of PostgreSQL: the database's own wall around an area.

The application's role owns nothing and cannot bypass it. Each transaction says where it may look
(``tanfang.low``, ``tanfang.high``, and ``tanfang.areas`` when there are several); unset, it sees no row.
"""

from collections.abc import Iterable

from alembic import op
from sqlalchemy import text
from sqlalchemy.engine import Connection

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
    if not is_postgresql():
        return
    admitted = " OR ".join(map(area_of, columns))
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY area ON "{table}" USING ({admitted}) WITH CHECK ({admitted})')


def protect_upwards(table: str, column: str) -> None:
    """Like ``protect``, but what belongs to an area around one's own is read too: a village reads its township's."""
    if not is_postgresql():
        return
    protect(table, (column,))
    op.execute(
        f'CREATE POLICY above ON "{table}" FOR SELECT USING (starts_with({_LOW}, {column}) OR EXISTS ('
        f"SELECT 1 FROM unnest(string_to_array({_SEVERAL}, ',')) AS mine WHERE starts_with(mine, {column})))"
    )


def see_everything() -> None:
    """Let the rest of this migration read and write the rows of every area."""
    if is_postgresql():
        op.execute("SELECT set_config('tanfang.low', '', true), set_config('tanfang.high', '~', true)")


def append_only(table: str, *, read_if: str) -> None:
    """Rows that may be added by anybody, read under a condition, and changed by nobody."""
    if not is_postgresql():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
            )
        return
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY add ON "{table}" FOR INSERT WITH CHECK (true)')
    op.execute(f'CREATE POLICY read ON "{table}" FOR SELECT USING ({read_if})')


def grant(connection: Connection, role: str) -> None:
    """What the application's role may do: everything with rows but change what is append only."""
    for statement in (
        "GRANT USAGE ON SCHEMA public TO",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO",
        *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM" for table in _append_only(connection)),
    ):
        connection.execute(text(f'{statement} "{role}"'))
    if connection.dialect.has_table(connection, "versions"):  # to be sealed anew under another key
        connection.execute(text(f'GRANT UPDATE (changes) ON versions TO "{role}"'))


def _append_only(connection: Connection) -> Iterable[str]:
    """Those of the tables that leave traces which this revision has."""
    traces = ("audit_entries", "audit_links", "audit_mentions", "events", "versions")
    return (table for table in traces if connection.dialect.has_table(connection, table))
