"""Mark the clients of the sandbox.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("clients") as clients:
        clients.add_column(sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("clients") as clients:
        clients.alter_column("sandbox", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("clients") as clients:
        clients.drop_column("sandbox")
