"""Create closed months, with what was frozen and what changed since, and the rounds of reviews.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, DOCUMENT, INSTANT, MONTH
from migrations.row_security import append_only, area_of, protect

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_IS_OPEN = sa.text("state NOT IN ('done', 'closed_by_exit')")


def upgrade() -> None:
    op.create_table(
        "month_closings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("month", MONTH, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("policy_versions", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_closings")),
        sa.UniqueConstraint("area", "month", name=op.f("uq_month_closings_area_month")),
    )
    op.create_table(
        "frozen_months",
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
        sa.PrimaryKeyConstraint("month", "village", "slice", name=op.f("pk_frozen_months")),
    )
    op.create_table(
        "restatements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", MONTH, nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("tier", sa.String(10), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("operation", sa.String(120), nullable=False),
        sa.Column("difference", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restatements")),
    )
    op.create_index("ix_restatements_month_village", "restatements", ["month", "village", "id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(14), nullable=False),
        sa.Column("result", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_on", sa.Date(), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('due', 'not_reached', 'returned', 'submitted', 'done', 'closed_by_exit')",
            name=op.f("ck_reviews_state_listed"),
        ),
        sa.CheckConstraint("result IN ('unchanged', 'changed', 'not_reached')", name=op.f("ck_reviews_result_listed")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_reviews_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_village_state", "reviews", ["village", "state", "id"], unique=False)
    op.create_index("ix_reviews_elder_id", "reviews", ["elder_id", "id"], unique=False)
    op.create_index(
        "ix_reviews_open", "reviews", ["elder_id"], unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN
    )
    append_only("month_closings", read_if="true")
    append_only("frozen_months", read_if="true")
    append_only("restatements", read_if=area_of("village"))
    protect("reviews", ("village",))


def downgrade() -> None:
    op.drop_table("reviews")
    op.drop_table("restatements")
    op.drop_table("frozen_months")
    op.drop_table("month_closings")
