"""Create places.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, DOCUMENT, INSTANT

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area_settings",
        sa.Column("area", AREA, nullable=False),
        sa.Column("tracking_starts_on", sa.Date(), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("area", name=op.f("pk_area_settings")),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "divisions",
        sa.Column("code", AREA, nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("short_name", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("parent", AREA, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("level IN ('district', 'township', 'village')", name=op.f("ck_divisions_level_listed")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_divisions")),
    )
    op.create_table(
        "policy_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
    )
    op.create_index(op.f("ix_policy_versions_area"), "policy_versions", ["area"], unique=False)


def downgrade() -> None:
    op.drop_table("policy_versions")
    op.drop_table("divisions")
    op.drop_table("counters")
    op.drop_table("area_settings")
