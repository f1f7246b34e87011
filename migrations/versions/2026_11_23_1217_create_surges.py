"""Create surges, weather signals and festival settings; give obligations their due day.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, DOCUMENT, INSTANT
from migrations.row_security import see_everything

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_FESTIVALS = (
    "'new_years_eve', 'spring_festival', 'lantern', 'qingming', 'dragon_boat', 'mid_autumn', 'double_ninth', "
    "'winter_solstice'"
)


def upgrade() -> None:
    op.create_table(
        "festival_settings",
        sa.Column("village", AREA, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("festival", sa.String(20), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("days_after", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("tiers", DOCUMENT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"festival IN ({_FESTIVALS})", name=op.f("ck_festival_settings_festival_listed")),
        sa.CheckConstraint("days_before >= 0 AND days_after >= 0", name=op.f("ck_festival_settings_days_counted")),
        sa.PrimaryKeyConstraint("village", "year", "festival", name=op.f("pk_festival_settings")),
    )
    op.create_table(
        "weather_signals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("external_id", sa.String(64), nullable=False),
        sa.Column("adcode", AREA, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("code", sa.String(4), nullable=False),
        sa.Column("colour", sa.String(8), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "colour IN ('blue', 'yellow', 'orange', 'red')", name=op.f("ck_weather_signals_colour_listed")
        ),
        sa.CheckConstraint("state IN ('issued', 'updated', 'cancelled')", name=op.f("ck_weather_signals_state_listed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weather_signals")),
        sa.UniqueConstraint("village", "external_id", name=op.f("uq_weather_signals_village_external_id")),
    )
    op.create_table(
        "surges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("areas", DOCUMENT, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("tiers", DOCUMENT, nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("festival", sa.String(20), nullable=True),
        sa.Column("signal_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('surge', 'stand_down')", name=op.f("ck_surges_kind_listed")),
        sa.CheckConstraint("source IN ('manual', 'festival', 'signal')", name=op.f("ck_surges_source_listed")),
        sa.CheckConstraint("state IN ('planned', 'active', 'ended', 'cancelled')", name=op.f("ck_surges_state_listed")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_surges_in_order")),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["weather_signals.id"], name=op.f("fk_surges_signal_id_weather_signals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surges")),
    )
    op.create_index("ix_surges_ends_on", "surges", ["ends_on"], unique=False)
    op.create_index("ix_surges_signal_id", "surges", ["signal_id"], unique=False)
    op.create_index("ix_tasks_kind_key", "tasks", ["kind", "key"], unique=False)
    op.add_column("obligations", sa.Column("due_on", sa.Date(), nullable=True))
    obligations = sa.table("obligations", sa.column("due_on"), sa.column("ends_on"))
    see_everything()
    op.execute(obligations.update().values(due_on=obligations.c.ends_on))
    with op.batch_alter_table("obligations") as table:
        table.alter_column("due_on", existing_type=sa.Date(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("obligations") as table:
        table.drop_column("due_on")
    op.drop_index("ix_tasks_kind_key", table_name="tasks")
    op.drop_table("surges")
    op.drop_table("weather_signals")
    op.drop_table("festival_settings")
