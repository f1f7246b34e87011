"""Keep townships and districts of elders; count who is due on which day.

Revision ID: 0032
Revises: 0031
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from api.domain.months import civil_date
from api.store.tables.base import AREA, DOCUMENT, bytewise
from migrations.row_security import is_postgresql, see_everything

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_DUE = sa.text("due_on IS NOT NULL")
_SCOPES = {"village": 12, "township": 9, "district": 6}
_ALWAYS = date(1900, 1, 1), date(9999, 1, 1)
_ELDERS = sa.table("elders", sa.column("id", sa.Uuid()), sa.column("away", DOCUMENT))
_COUNTS = sa.table(
    "due_counts",
    *(sa.column(name) for name in ("township", "tier")),
    *(sa.column(name, sa.Date()) for name in ("due_on", "from_day", "to_day")),
    sa.column("elders", sa.Integer()),
)


def upgrade() -> None:
    see_everything()
    op.add_column("elders", sa.Column("away", DOCUMENT, server_default="[]", nullable=False))
    for scope in ("township", "district"):
        beginning = sa.Computed(f"substr(village, 1, {_SCOPES[scope]})", persisted=is_postgresql())
        op.add_column("elders", sa.Column(scope, bytewise(_SCOPES[scope]), beginning))
    op.drop_index("ix_elders_worklist", table_name="elders")
    for scope in _SCOPES:
        op.create_index(
            f"ix_elders_{scope}_due",
            "elders",
            [scope, "tier", "due_on", "id"],
            unique=False,
            postgresql_include=[] if scope == "village" else ["village"],
            postgresql_where=_DUE,
            sqlite_where=_DUE,
        )
    op.create_table(
        "due_counts",
        sa.Column("township", AREA, nullable=False),
        sa.Column("tier", sa.String(10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("elders", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("township", "tier", "due_on", "from_day", "to_day", name=op.f("pk_due_counts")),
    )
    _count_everybody()
    _take_off_who_is_away()


def _count_everybody() -> None:
    first, last = (f"'{day.isoformat()}'" for day in _ALWAYS)
    days = [f"CAST({day} AS date)" if is_postgresql() else day for day in (first, last)]
    op.execute(
        "INSERT INTO due_counts (township, tier, due_on, from_day, to_day, elders)"
        f" SELECT township, tier, due_on, {', '.join(days)}, count(*) FROM elders"
        " WHERE tier IS NOT NULL AND due_on IS NOT NULL GROUP BY township, tier, due_on"
    )


def _take_off_who_is_away() -> None:
    connection = op.get_bind()
    query = sa.text(
        "SELECT e.id, e.township, e.tier, e.due_on, s.starts_on, s.ends_on"
        " FROM suspensions s JOIN elders e ON e.id = s.elder_id"
        " WHERE s.state IN ('provisional', 'confirmed') AND s.approved IS DISTINCT FROM :refused"
        " AND s.ends_on >= :today ORDER BY e.id, s.starts_on, s.ends_on"
    ).columns(id=sa.Uuid(), due_on=sa.Date(), starts_on=sa.Date(), ends_on=sa.Date())
    query = query.bindparams(sa.bindparam("refused", False, sa.Boolean()), sa.bindparam("today", type_=sa.Date()))
    rows = connection.execute(query, {"today": civil_date(datetime.now(UTC))}).all()
    away, counts = [], Counter[tuple[Any, ...]]()
    for elder_id, of_elder in groupby(rows, key=lambda row: row.id):
        same = list(of_elder)
        times = list(_joined((row.starts_on, row.ends_on) for row in same))
        away.append({"k_id": elder_id, "v_away": [[day.isoformat() for day in each] for each in times]})
        if same[0].tier is not None and same[0].due_on is not None:
            counts.update((same[0].township, same[0].tier, same[0].due_on, *each) for each in times)
    if away:
        kept = _ELDERS.update().where(_ELDERS.c.id == sa.bindparam("k_id"))
        connection.execute(kept.values(away=sa.bindparam("v_away", type_=DOCUMENT)), away)
    if counts:
        names = ("township", "tier", "due_on", "from_day", "to_day")
        off = [{**dict(zip(names, key, strict=True)), "elders": -number} for key, number in counts.items()]
        connection.execute(_COUNTS.insert(), off)


def _joined(spans: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """Spans in order; those that overlap are one."""
    begun: tuple[date, date] | None = None
    for first, last in spans:
        if begun is not None and first <= begun[1]:
            begun = begun[0], max(begun[1], last)
            continue
        if begun is not None:
            yield begun
        begun = first, last
    if begun is not None:
        yield begun


def downgrade() -> None:
    op.drop_table("due_counts")
    for scope in _SCOPES:
        op.drop_index(f"ix_elders_{scope}_due", table_name="elders")
    for column in ("district", "township", "away"):
        op.drop_column("elders", column)
    op.create_index("ix_elders_worklist", "elders", ["village", "tier", "due_on", "id"], unique=False)
