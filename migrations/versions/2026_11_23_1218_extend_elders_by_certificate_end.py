"""Extend elders by the last day of a disability certificate, so that its end can be told ahead.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("elders", sa.Column("certificate_ends_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("elders", "certificate_ends_on")
