"""Create follow-ups.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, INSTANT
from migrations.row_security import protect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("elder_id", sa.Uuid(), nullable=True),
        sa.Column("village", AREA, nullable=False),
        sa.Column("counted_village", AREA, nullable=False),
        sa.Column("result", sa.String(12), nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("self_followed_up", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "subject IN ('risk_removed', 'difficulty_eased', 'referral_delivered')",
            name=op.f("ck_follow_ups_subject_listed"),
        ),
        sa.CheckConstraint("result IN ('eased', 'not_eased', 'not_reached')", name=op.f("ck_follow_ups_result_listed")),
        sa.CheckConstraint(
            "method IN ('home', 'phone', 'online', 'remote_monitoring', 'other')",
            name=op.f("ck_follow_ups_method_listed"),
        ),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_follow_ups_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index(op.f("ix_follow_ups_elder_id"), "follow_ups", ["elder_id"], unique=False)
    op.create_index("ix_follow_ups_case_at", "follow_ups", ["case_id", "subject", "at"], unique=False)
    op.create_index("ix_follow_ups_counted_village_at", "follow_ups", ["counted_village", "at"], unique=False)
    op.create_index("ix_follow_ups_village_id", "follow_ups", ["village", "id"], unique=False)
    protect("follow_ups", ("village", "counted_village"))


def downgrade() -> None:
    op.drop_table("follow_ups")
