"""Providers answer: a body of the directory may be a force, and a finding is answered by those it is about.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import INSTANT

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_FORCE_BEHIND = "fk_referral_targets_provider_id_providers"


def upgrade() -> None:
    with op.batch_alter_table("referral_targets") as targets:
        targets.add_column(sa.Column("provider_id", sa.Uuid(), nullable=True))
        targets.create_foreign_key(op.f(_FORCE_BEHIND), "providers", ["provider_id"], ["id"])
    op.create_index(op.f("ix_referral_targets_provider_id"), "referral_targets", ["provider_id"], unique=False)
    with op.batch_alter_table("inspections") as inspections:
        inspections.add_column(sa.Column("answered_by", sa.Uuid(), nullable=True))
        inspections.add_column(sa.Column("answered_at", INSTANT, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("inspections") as inspections:
        inspections.drop_column("answered_at")
        inspections.drop_column("answered_by")
    op.drop_index(op.f("ix_referral_targets_provider_id"), table_name="referral_targets")
    with op.batch_alter_table("referral_targets") as targets:
        targets.drop_constraint(op.f(_FORCE_BEHIND), type_="foreignkey")
        targets.drop_column("provider_id")
