"""Extend proposals by who decides on a move, and keep former names and claimed numbers.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, INSTANT
from migrations.row_security import is_postgresql, protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("change_proposals") as proposals:
        proposals.alter_column("state", existing_type=sa.String(12), type_=sa.String(16), existing_nullable=False)
        proposals.add_column(sa.Column("to_village", AREA, nullable=True))
        proposals.add_column(sa.Column("decided_by", sa.Uuid(), nullable=True))
        proposals.add_column(sa.Column("decided_at", INSTANT, nullable=True))
    op.create_index("ix_change_proposals_to_village_state", "change_proposals", ["to_village", "state", "id"])
    _admit("village", "to_village")
    op.create_table(
        "elder_aliases",
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_elder_aliases_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "elder_id", name=op.f("pk_elder_aliases")),
    )
    op.create_index("ix_elder_aliases_elder_id", "elder_aliases", ["elder_id"], unique=False)
    op.create_table(
        "identity_conflicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'same_person', 'other_person')", name=op.f("ck_identity_conflicts_state_listed")
        ),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_identity_conflicts_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["elders.id"], name=op.f("fk_identity_conflicts_holder_id_elders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_conflicts")),
        sa.UniqueConstraint("elder_id", "holder_id", name=op.f("uq_identity_conflicts_elder_id_holder_id")),
    )
    op.create_index(op.f("ix_identity_conflicts_holder_id"), "identity_conflicts", ["holder_id"], unique=False)
    op.create_index(
        "ix_identity_conflicts_village_state", "identity_conflicts", ["village", "state", "id"], unique=False
    )
    protect("elder_aliases", ("village",))
    protect("identity_conflicts", ("village",))


def downgrade() -> None:
    op.drop_table("identity_conflicts")
    op.drop_table("elder_aliases")
    _admit("village")
    op.execute("UPDATE change_proposals SET state = 'cancelled' WHERE state = 'closed_by_exit'")
    op.drop_index("ix_change_proposals_to_village_state", table_name="change_proposals")
    with op.batch_alter_table("change_proposals") as proposals:
        proposals.drop_column("decided_at")
        proposals.drop_column("decided_by")
        proposals.drop_column("to_village")
        proposals.alter_column("state", existing_type=sa.String(16), type_=sa.String(12), existing_nullable=False)


def _admit(*columns: str) -> None:
    if is_postgresql():
        op.execute("DROP POLICY area ON change_proposals")
    protect("change_proposals", columns)
