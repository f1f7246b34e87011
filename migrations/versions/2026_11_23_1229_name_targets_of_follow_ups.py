"""Follow-ups name the body of the directory that did what is asked about: it is a target, not a force.

Revision ID: 0030
Revises: 0029
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("follow_ups") as follow_ups:
        follow_ups.alter_column("provider_id", new_column_name="target_id")


def downgrade() -> None:
    with op.batch_alter_table("follow_ups") as follow_ups:
        follow_ups.alter_column("target_id", new_column_name="provider_id")
