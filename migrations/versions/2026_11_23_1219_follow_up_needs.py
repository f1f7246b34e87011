"""Say until when the township asks whether a sharp need that was met on the spot is eased.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("needs") as needs:
        needs.add_column(sa.Column("follow_up_due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("needs") as needs:
        needs.drop_column("follow_up_due_on")
