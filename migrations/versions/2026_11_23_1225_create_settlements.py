"""Create settlements with providers and their lines.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, DOCUMENT, INSTANT, MONTH
from migrations.row_security import protect, protect_upwards

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_SERVICES = ("home_visit", "remote_visit", "meal", "cleaning", "bathing", "medical", "mobility", "other")
_REASONS = (
    "voided",
    "withdrawn",
    "returned",
    "worker_related",
    "probable_duplicate",
    "incident_review",
    "awaiting_acceptance",
    "under_inspection",
    "not_completed",
    "own_premises",
    "not_at_home",
    "no_contract",
    "not_covered",
    "no_price",
    "over_cap",
    "over_ceiling",
    "not_given",
)
_PROPOSED = sa.text("state = 'proposed'")


def upgrade() -> None:
    op.create_table(
        "settlements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("month", MONTH, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("corrections", sa.BigInteger(), nullable=False),
        sa.Column("cut", sa.BigInteger(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("shares", DOCUMENT, nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'closed')", name=op.f("ck_settlements_state_listed")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_settlements_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint("provider_id", "area", "month", name=op.f("uq_settlements_provider_id_area_month")),
    )
    op.create_index(
        "uq_settlements_proposed",
        "settlements",
        ["provider_id", "area"],
        unique=True,
        sqlite_where=_PROPOSED,
        postgresql_where=_PROPOSED,
    )
    op.create_table(
        "settlement_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("settlement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(20), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "service IN ({})".format(", ".join(f"'{each}'" for each in _SERVICES)),
            name=op.f("ck_settlement_lines_service_listed"),
        ),
        sa.CheckConstraint(
            "reason IN ({})".format(", ".join(f"'{each}'" for each in _REASONS)),
            name=op.f("ck_settlement_lines_reason_listed"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_settlement_lines_contract_id_contracts")
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlements.id"], name=op.f("fk_settlement_lines_settlement_id_settlements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_lines")),
        sa.UniqueConstraint("settlement_id", "position", name=op.f("uq_settlement_lines_settlement_id_position")),
    )
    op.create_index(
        "ix_settlement_lines_provider_id_visited_on", "settlement_lines", ["provider_id", "visited_on"], unique=False
    )
    op.create_index("ix_settlement_lines_visit_id", "settlement_lines", ["visit_id"], unique=False)
    protect_upwards("settlements", "area")
    protect("settlement_lines", ("village",))


def downgrade() -> None:
    op.drop_table("settlement_lines")
    op.drop_table("settlements")
