"""Keep of a visit what its flags compare: what was answered, who signed, which photos.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("answers", sa.LargeBinary(), nullable=True))
    op.add_column("visits", sa.Column("by_proxy", sa.Boolean(), nullable=True))
    op.drop_index("ix_visits_worker_id", table_name="visits")
    op.create_index("ix_visits_worker_id_visited_on", "visits", ["worker_id", "visited_on", "id"], unique=False)
    op.create_table(
        "visit_photos",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_photos_visit_id_visits")),
        sa.PrimaryKeyConstraint("visit_id", "sha256", name=op.f("pk_visit_photos")),
    )
    op.create_index("ix_visit_photos_sha256", "visit_photos", ["sha256"], unique=False)


def downgrade() -> None:
    op.drop_table("visit_photos")
    op.drop_index("ix_visits_worker_id_visited_on", table_name="visits")
    op.create_index("ix_visits_worker_id", "visits", ["worker_id"], unique=False)
    with op.batch_alter_table("visits") as visits:
        visits.drop_column("by_proxy")
        visits.drop_column("answers")
