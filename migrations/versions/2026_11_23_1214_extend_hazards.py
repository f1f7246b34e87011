"""Extend hazards by reminders, days and looks that found them gone; they may be told by hand.

The words of the hazards there were stay in the visit records that revealed them.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import INSTANT
from migrations.row_security import is_postgresql, see_everything

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_LISTED = {
    "kind": "'gas', 'plumbing', 'power', 'drinking_water', 'housing', 'fire', 'fall', 'other'",
    "severity": "'major', 'general'",
    "state": "'open', 'reminded', 'resolution_proposed', 'resolved', 'closed_by_exit', 'cancelled'",
    "reminder": "'given', 'not_given', 'unknown'",
}
_INDEXED = ("household_id", "safe_visit", "resolved_visit")
_NEW = ("reminded_at", "safe_on", "safe_visit", "resolved_on", "resolved_visit", "escalation_id", "reported_by")


def upgrade() -> None:
    with op.batch_alter_table("hazards") as table:
        table.add_column(sa.Column("reminded_at", INSTANT, nullable=True))
        table.add_column(sa.Column("repeated", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("safe_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("safe_visit", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("resolved_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("resolved_visit", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("escalation_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("reported_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        table.drop_column("note")
    see_everything()
    thirty_days_on = "first_seen_on + 30" if is_postgresql() else "date(first_seen_on, '+30 days')"
    op.execute(f"UPDATE hazards SET due_on = {thirty_days_on}")
    op.execute("UPDATE hazards SET state = 'reminded' WHERE state = 'open' AND reminder = 'given'")
    with op.batch_alter_table("hazards") as table:
        table.alter_column("due_on", existing_type=sa.Date(), nullable=False)
        table.alter_column("repeated", existing_type=sa.Boolean(), server_default=None)
        table.alter_column("source_visit", existing_type=sa.Uuid(), nullable=True)
        for column, values in _LISTED.items():
            table.create_check_constraint(op.f(f"ck_hazards_{column}_listed"), f"{column} IN ({values})")
    op.create_index("ix_hazards_village_due_on", "hazards", ["village", "due_on", "id"], unique=False)
    for column in _INDEXED:
        op.create_index(f"ix_hazards_{column}", "hazards", [column], unique=False)


def downgrade() -> None:
    for column in _INDEXED:
        op.drop_index(f"ix_hazards_{column}", "hazards")
    op.drop_index("ix_hazards_village_due_on", "hazards")
    see_everything()
    op.execute("DELETE FROM hazards WHERE source_visit IS NULL")
    with op.batch_alter_table("hazards") as table:
        for column in _LISTED:
            table.drop_constraint(op.f(f"ck_hazards_{column}_listed"), type_="check")
        table.add_column(sa.Column("note", sa.LargeBinary(), nullable=True))
        table.alter_column("source_visit", existing_type=sa.Uuid(), nullable=False)
        for column in ("repeated", "due_on", "sealed", *_NEW):
            table.drop_column(column)
