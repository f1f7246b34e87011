"""Create visits.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, DOCUMENT, INSTANT
from migrations.row_security import protect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("external_id", sa.String(80), nullable=False),
        sa.Column("external_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('held', 'assigned', 'dismissed')", name=op.f("ck_held_visits_state_listed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_visits")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_held_visits_source_external_id")),
    )
    op.create_index("ix_held_visits_village_state", "held_visits", ["village", "state", "id"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("atomic", sa.String(6), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("stats", DOCUMENT, nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("upload", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_area_created_at", "imports", ["area", "created_at", "id"], unique=False)
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("external_id", sa.String(64), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_workers_source_external_id")),
        sa.UniqueConstraint("source", "kind", "name", name=op.f("uq_workers_source_kind_name")),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("external_id", sa.String(80), nullable=False),
        sa.Column("external_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("visit_no", sa.Integer(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(14), nullable=False),
        sa.Column("refused_by_elder", sa.Boolean(), nullable=False),
        sa.Column("refusal_conclusive", sa.Boolean(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("worker_kind", sa.String(40), nullable=False),
        sa.Column("standing", sa.String(10), nullable=False),
        sa.Column("blocked", sa.String(24), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("flags", DOCUMENT, nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "method IN ('home', 'phone', 'online', 'remote_monitoring', 'other')", name=op.f("ck_visits_method_listed")
        ),
        sa.CheckConstraint(
            "outcome IN ('completed', 'not_met', 'refused', 'hospitalised', 'moved', 'deceased')",
            name=op.f("ck_visits_outcome_listed"),
        ),
        sa.CheckConstraint(
            "place IN ('home', 'relative_home', 'day_centre', 'canteen', 'hospital', 'shelter', 'village_office', 'other')",
            name=op.f("ck_visits_place_listed"),
        ),
        sa.CheckConstraint(
            "standing IN ('accepted', 'returned', 'voided', 'withdrawn')", name=op.f("ck_visits_standing_listed")
        ),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_visits_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_visits_worker_id_workers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_visits_source_external_id")),
    )
    op.create_index("ix_visits_elder_id_visited_on", "visits", ["elder_id", "visited_on"], unique=False)
    op.create_index("ix_visits_village_visited_on", "visits", ["village", "visited_on", "id"], unique=False)
    op.create_index(op.f("ix_visits_worker_id"), "visits", ["worker_id"], unique=False)
    protect("held_visits", ("village",))
    protect("imports", ("area",))
    protect("visits", ("village",))


def downgrade() -> None:
    op.drop_table("visits")
    op.drop_table("workers")
    op.drop_table("imports")
    op.drop_table("held_visits")
