"""Create findings.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, INSTANT
from migrations.row_security import protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("source_visit", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_change_proposals_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_proposals")),
        sa.UniqueConstraint("elder_id", "kind", "key", name=op.f("uq_change_proposals_elder_id_kind_key")),
    )
    op.create_index("ix_change_proposals_village_state", "change_proposals", ["village", "state", "id"], unique=False)
    op.create_table(
        "escalations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=True),
        sa.Column("village", AREA, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("external_id", sa.String(80), nullable=False),
        sa.Column("source_visit", sa.Uuid(), nullable=True),
        sa.Column("discovered_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("emergency_called_at", INSTANT, nullable=True),
        sa.Column("contact_reached_at", INSTANT, nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("severity IN ('major', 'general')", name=op.f("ck_escalations_severity_listed")),
        sa.ForeignKeyConstraint(["elder_id"], ["elders.id"], name=op.f("fk_escalations_elder_id_elders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint("reference", name=op.f("uq_escalations_reference")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_escalations_source_external_id")),
    )
    op.create_index(op.f("ix_escalations_elder_id"), "escalations", ["elder_id"], unique=False)
    op.create_index("ix_escalations_village_state", "escalations", ["village", "state", "id"], unique=False)
    op.create_table(
        "hazards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("reminder", sa.String(10), nullable=False),
        sa.Column("times_seen", sa.Integer(), nullable=False),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=False),
        sa.Column("source_visit", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_hazards_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazards")),
    )
    op.create_index(op.f("ix_hazards_elder_id"), "hazards", ["elder_id"], unique=False)
    op.create_index("ix_hazards_village_state", "hazards", ["village", "state", "id"], unique=False)
    op.create_table(
        "needs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("source_visit", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_needs_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
    )
    op.create_index(op.f("ix_needs_elder_id"), "needs", ["elder_id"], unique=False)
    op.create_index("ix_needs_village_state", "needs", ["village", "state", "id"], unique=False)
    op.create_table(
        "whereabouts_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("answer", sa.String(20), nullable=True),
        sa.Column("source_visit", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_whereabouts_checks_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whereabouts_checks")),
    )
    op.create_index(op.f("ix_whereabouts_checks_elder_id"), "whereabouts_checks", ["elder_id"], unique=False)
    op.create_index(
        "ix_whereabouts_checks_village_state", "whereabouts_checks", ["village", "state", "due_at"], unique=False
    )
    protect("change_proposals", ("village",))
    protect("escalations", ("village",))
    protect("hazards", ("village",))
    protect("needs", ("village",))
    protect("whereabouts_checks", ("village",))


def downgrade() -> None:
    op.drop_table("whereabouts_checks")
    op.drop_table("needs")
    op.drop_table("hazards")
    op.drop_table("escalations")
    op.drop_table("change_proposals")
