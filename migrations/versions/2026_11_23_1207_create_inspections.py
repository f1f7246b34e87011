"""Create inspections, rectifications and complaints.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, INSTANT, MONTH
from migrations.row_security import protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inspections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("month", MONTH, nullable=False),
        sa.Column("seed", sa.String(40), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(12), nullable=True),
        sa.Column("method", sa.String(10), nullable=True),
        sa.Column("drawn_by", sa.Uuid(), nullable=True),
        sa.Column("inspected_by", sa.Uuid(), nullable=True),
        sa.Column("inspected_at", INSTANT, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'done', 'cancelled')", name=op.f("ck_inspections_state_listed")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_inspections_elder_id_elders"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_inspections_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
        sa.UniqueConstraint("visit_id", "reason", name=op.f("uq_inspections_visit_id_reason")),
    )
    op.create_index(op.f("ix_inspections_elder_id"), "inspections", ["elder_id"], unique=False)
    op.create_index("ix_inspections_village_state", "inspections", ["village", "state", "id"], unique=False)
    op.create_table(
        "rectifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=True),
        sa.Column("complaint_id", sa.Uuid(), nullable=True),
        sa.Column("ordered_by", sa.Uuid(), nullable=True),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("times_rejected", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('ordered', 'answered', 'accepted', 'cancelled')",
            name=op.f("ck_rectifications_state_listed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectifications")),
    )
    op.create_index("ix_rectifications_village_state", "rectifications", ["village", "state", "due_on"], unique=False)
    op.create_table(
        "complaints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("complainant", sa.String(12), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('received', 'upheld', 'unfounded', 'withdrawn')", name=op.f("ck_complaints_state_listed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index(op.f("ix_complaints_elder_id"), "complaints", ["elder_id"], unique=False)
    op.create_index(op.f("ix_complaints_worker_id"), "complaints", ["worker_id"], unique=False)
    op.create_index("ix_complaints_village_state", "complaints", ["village", "state", "id"], unique=False)
    for table in ("inspections", "rectifications", "complaints"):
        protect(table, ("village",))


def downgrade() -> None:
    for table in ("complaints", "rectifications", "inspections"):
        op.drop_table(table)
