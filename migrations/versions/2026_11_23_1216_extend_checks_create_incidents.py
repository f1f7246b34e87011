"""Extend whereabouts checks by their answers and alarms; create incident reviews.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, DOCUMENT, INSTANT
from migrations.row_security import protect, see_everything

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_LISTED = {
    "state": "'open', 'answered', 'escalated', 'cancelled', 'closed_by_exit'",
    "answer": "'seen', 'on_phone', 'in_hospital', 'away', 'unknown'",
    "told_by": "'neighbour', 'family', 'village', 'elder', 'other'",
}
_INDEXED = ("answered_by_visit", "escalation_id")
_NEW = ("told_by", "told_at", "answered_by", "answered_by_visit", "escalation_id", "sealed")


def upgrade() -> None:
    with op.batch_alter_table("whereabouts_checks") as table:
        table.alter_column("state", existing_type=sa.String(12), type_=sa.String(16), existing_nullable=False)
        table.add_column(sa.Column("told_by", sa.String(12), nullable=True))
        table.add_column(sa.Column("told_at", INSTANT, nullable=True))
        table.add_column(sa.Column("answered_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("answered_by_visit", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("escalation_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        for column, values in _LISTED.items():
            table.create_check_constraint(op.f(f"ck_whereabouts_checks_{column}_listed"), f"{column} IN ({values})")
    for column in _INDEXED:
        op.create_index(f"ix_whereabouts_checks_{column}", "whereabouts_checks", [column], unique=False)
    op.create_table(
        "incident_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("died_on", sa.Date(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(12), nullable=True),
        sa.Column("tier", sa.String(10), nullable=True),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("records", DOCUMENT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("finding", sa.String(16), nullable=True),
        sa.Column("concluded_at", INSTANT, nullable=True),
        sa.Column("concluded_by", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('died_unseen', 'open_risk', 'visit_after_death', 'entered_after_discovery')",
            name=op.f("ck_incident_reviews_kind_listed"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'concluded', 'withdrawn')", name=op.f("ck_incident_reviews_state_listed")
        ),
        sa.CheckConstraint(
            "finding IN ('duty_done', 'duty_missed', 'record_mistaken', 'record_false')",
            name=op.f("ck_incident_reviews_finding_listed"),
        ),
        sa.CheckConstraint("tier IN ('priority', 'general')", name=op.f("ck_incident_reviews_tier_listed")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_incident_reviews_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_reviews")),
    )
    op.create_index(op.f("ix_incident_reviews_elder_id"), "incident_reviews", ["elder_id"], unique=False)
    op.create_index("ix_incident_reviews_village_state", "incident_reviews", ["village", "state", "id"], unique=False)
    protect("incident_reviews", ("village",))


def downgrade() -> None:
    op.drop_table("incident_reviews")
    see_everything()
    op.execute("UPDATE whereabouts_checks SET state = 'cancelled' WHERE state = 'closed_by_exit'")
    for column in _INDEXED:
        op.drop_index(f"ix_whereabouts_checks_{column}", "whereabouts_checks")
    with op.batch_alter_table("whereabouts_checks") as table:
        for column in _LISTED:
            table.drop_constraint(op.f(f"ck_whereabouts_checks_{column}_listed"), type_="check")
        for column in _NEW:
            table.drop_column(column)
        table.alter_column("state", existing_type=sa.String(16), type_=sa.String(12), existing_nullable=False)
