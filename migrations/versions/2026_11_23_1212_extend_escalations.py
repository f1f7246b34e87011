"""Extend escalations by clocks, desks and what was done; say whom a township calls.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, INSTANT
from migrations.row_security import protect, protect_upwards, see_everything

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INSTANTS = (
    "call_due_at",
    "contact_due_at",
    "acknowledge_due_at",
    "acknowledged_at",
    "mitigated_at",
    "follow_up_due_at",
    "followed_up_at",
    "closed_at",
)
_STATES = "'open', 'responding', 'mitigated', 'followed_up', 'closed', 'reopened', 'false_alarm', 'duplicate'"
_LEVELS = "'district', 'township', 'village'"


def upgrade() -> None:
    with op.batch_alter_table("escalations") as table:
        for name in _INSTANTS:
            table.add_column(sa.Column(name, INSTANT, nullable=True))
        table.add_column(sa.Column("level", sa.String(10), nullable=False, server_default="township"))
        table.add_column(sa.Column("acknowledged_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("self_followed_up", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("duplicate_of", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("lead_id", sa.Uuid(), nullable=True))
    see_everything()
    op.execute("UPDATE escalations SET acknowledge_due_at = received_at")  # nobody could acknowledge: the district's
    op.execute(
        "UPDATE escalations SET village = (SELECT village FROM elders WHERE elders.id = escalations.elder_id)"
        " WHERE elder_id IS NOT NULL"
    )
    with op.batch_alter_table("escalations") as table:
        table.alter_column("acknowledge_due_at", existing_type=INSTANT, nullable=False)
        table.alter_column("level", existing_type=sa.String(10), server_default=None)
        table.alter_column("self_followed_up", existing_type=sa.Boolean(), server_default=None)
        table.drop_constraint(op.f("fk_escalations_elder_id_elders"), type_="foreignkey")
        table.create_foreign_key(
            op.f("fk_escalations_elder_id_village_elders"),
            "elders",
            ["elder_id", "village"],
            ["id", "village"],
            onupdate="CASCADE",
        )
        table.create_foreign_key(
            op.f("fk_escalations_duplicate_of_escalations"), "escalations", ["duplicate_of"], ["id"]
        )
        table.create_unique_constraint(op.f("uq_escalations_id_village"), ["id", "village"])
        table.create_check_constraint(op.f("ck_escalations_state_listed"), f"state IN ({_STATES})")
        table.create_check_constraint(op.f("ck_escalations_level_listed"), f"level IN ({_LEVELS})")
    op.create_table(
        "escalation_steps",
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["escalation_id", "village"],
            ["escalations.id", "escalations.village"],
            name=op.f("fk_escalation_steps_escalation_id_village_escalations"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("escalation_id", "version", name=op.f("pk_escalation_steps")),
    )
    op.create_table(
        "duty_contacts",
        sa.Column("area", AREA, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("area", name=op.f("pk_duty_contacts")),
    )
    protect("escalation_steps", ("village",))
    protect_upwards("duty_contacts", "area")


def downgrade() -> None:
    op.drop_table("duty_contacts")
    op.drop_table("escalation_steps")
    with op.batch_alter_table("escalations") as table:
        table.drop_constraint(op.f("ck_escalations_level_listed"), type_="check")
        table.drop_constraint(op.f("ck_escalations_state_listed"), type_="check")
        table.drop_constraint(op.f("uq_escalations_id_village"), type_="unique")
        table.drop_constraint(op.f("fk_escalations_duplicate_of_escalations"), type_="foreignkey")
        table.drop_constraint(op.f("fk_escalations_elder_id_village_elders"), type_="foreignkey")
        table.create_foreign_key(op.f("fk_escalations_elder_id_elders"), "elders", ["elder_id"], ["id"])
        for name in (*_INSTANTS, "level", "acknowledged_by", "self_followed_up", "duplicate_of", "lead_id"):
            table.drop_column(name)
