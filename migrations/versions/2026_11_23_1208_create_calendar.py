"""Create the working calendar: reference data of the district, read by everybody.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import INSTANT

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('free', 'moved')", name=op.f("ck_calendar_days_kind_listed")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )


def downgrade() -> None:
    op.drop_table("calendar_days")
