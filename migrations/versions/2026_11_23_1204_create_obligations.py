"""Create obligations.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, INSTANT, MONTH
from migrations.row_security import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "month_plans",
        sa.Column("village", AREA, nullable=False),
        sa.Column("month", MONTH, nullable=False),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("village", "month", name=op.f("pk_month_plans")),
    )
    op.create_table(
        "village_months",
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("visited_home", sa.Integer(), nullable=False),
        sa.Column("visited_any", sa.Integer(), nullable=False),
        sa.Column("fully_compliant", sa.Integer(), nullable=False),
        sa.Column("obligations", sa.Integer(), nullable=False),
        sa.Column("obligations_met", sa.Integer(), nullable=False),
        sa.Column("excused", sa.Integer(), nullable=False),
        sa.Column("excused_pending", sa.Integer(), nullable=False),
        sa.Column("excused_provisional", sa.Integer(), nullable=False),
        sa.Column("excused_backdated", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("consent_pending", sa.Integer(), nullable=False),
        sa.Column("not_confirmed", sa.Integer(), nullable=False),
        sa.Column("new_not_due", sa.Integer(), nullable=False),
        sa.Column("exited", sa.Integer(), nullable=False),
        sa.Column("deaths_unseen", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Integer(), nullable=False),
        sa.Column("seen_elsewhere", sa.Integer(), nullable=False),
        sa.Column("month", MONTH, nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("slice", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("month", "village", "slice", name=op.f("pk_village_months")),
    )
    op.create_table(
        "elder_months",
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("visited_home", sa.Integer(), nullable=False),
        sa.Column("visited_any", sa.Integer(), nullable=False),
        sa.Column("fully_compliant", sa.Integer(), nullable=False),
        sa.Column("obligations", sa.Integer(), nullable=False),
        sa.Column("obligations_met", sa.Integer(), nullable=False),
        sa.Column("excused", sa.Integer(), nullable=False),
        sa.Column("excused_pending", sa.Integer(), nullable=False),
        sa.Column("excused_provisional", sa.Integer(), nullable=False),
        sa.Column("excused_backdated", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("consent_pending", sa.Integer(), nullable=False),
        sa.Column("not_confirmed", sa.Integer(), nullable=False),
        sa.Column("new_not_due", sa.Integer(), nullable=False),
        sa.Column("exited", sa.Integer(), nullable=False),
        sa.Column("deaths_unseen", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Integer(), nullable=False),
        sa.Column("seen_elsewhere", sa.Integer(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("month", MONTH, nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("counted_village", AREA, nullable=False),
        sa.Column("tier", sa.String(10), nullable=True),
        sa.Column("categories", sa.Integer(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_elder_months_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("elder_id", "month", name=op.f("pk_elder_months")),
    )
    op.create_index(
        "ix_elder_months_month_counted_village", "elder_months", ["month", "counted_village", "elder_id"], unique=False
    )
    op.create_index("ix_elder_months_village_month", "elder_months", ["village", "month", "elder_id"], unique=False)
    op.create_table(
        "obligations",
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(14), nullable=False),
        sa.Column("tier", sa.String(10), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("month", MONTH, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("met_by", sa.Uuid(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("village", AREA, nullable=False),
        sa.Column("counted_village", AREA, nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'met', 'waived', 'excused', 'refused')", name=op.f("ck_obligations_state_listed")
        ),
        sa.CheckConstraint("tier IN ('priority', 'general')", name=op.f("ck_obligations_tier_listed")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_obligations_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("elder_id", "period", "tier", "ordinal", name=op.f("pk_obligations")),
    )
    op.create_index(
        "ix_obligations_month_counted_village", "obligations", ["month", "counted_village", "state"], unique=False
    )
    op.create_index("ix_obligations_village_month", "obligations", ["village", "month", "elder_id"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_visit", sa.Uuid(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("source_visit", sa.Uuid(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'cancelled')", name=op.f("ck_tasks_state_listed")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_tasks_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("elder_id", "kind", "key", name=op.f("uq_tasks_elder_id_kind_key")),
    )
    op.create_index("ix_tasks_village_state_due_on", "tasks", ["village", "state", "due_on", "id"], unique=False)
    protect("month_plans", ("village",))
    protect("elder_months", ("village", "counted_village"))
    protect("obligations", ("village", "counted_village"))
    protect("tasks", ("village",))


def downgrade() -> None:
    op.drop_table("tasks")
    op.drop_table("obligations")
    op.drop_table("elder_months")
    op.drop_table("village_months")
    op.drop_table("month_plans")
