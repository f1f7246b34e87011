"""Say what the district makes of who asked about work of his own; index the records that wait for an office.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import INSTANT

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_WAITS = sa.text("blocked IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("follow_ups") as follow_ups:
        follow_ups.add_column(sa.Column("stands", sa.Boolean(), nullable=True))
        follow_ups.add_column(sa.Column("inspected_by", sa.Uuid(), nullable=True))
        follow_ups.add_column(sa.Column("inspected_at", INSTANT, nullable=True))
    op.create_index(
        "ix_visits_blocked", "visits", ["village", "id"], unique=False, sqlite_where=_WAITS, postgresql_where=_WAITS
    )


def downgrade() -> None:
    op.drop_index("ix_visits_blocked", table_name="visits")
    with op.batch_alter_table("follow_ups") as follow_ups:
        for column in ("inspected_at", "inspected_by", "stands"):
            follow_ups.drop_column(column)
