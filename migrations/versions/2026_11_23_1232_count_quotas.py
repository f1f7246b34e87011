"""Count what each credential asks in its window.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import INSTANT

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quota_uses",
        sa.Column("owner", sa.LargeBinary(length=32), nullable=False),
        sa.Column("window_at", INSTANT, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_quota_uses")),
    )


def downgrade() -> None:
    op.drop_table("quota_uses")
