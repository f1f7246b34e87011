"""Create providers with contracts, trainings and stand-downs; assignments and pairings of elders.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, INSTANT
from migrations.row_security import protect, protect_upwards

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_FORCES = (
    "self_governing_organisation",
    "elders_association",
    "elderly_service_centre",
    "owners_committee",
    "grid_worker",
    "family_doctor",
    "care_worker",
    "social_worker",
    "volunteer",
    "veteran_party_member",
    "younger_elder",
    "relative_or_neighbour",
    "day_care_centre",
    "civilisation_centre",
    "social_work_station",
    "public_welfare_post",
    "paired_cadre",
    "student",
    "property_service",
    "other",
)


def upgrade() -> None:
    op.create_table(
        "providers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("own_force", sa.Boolean(), nullable=False),
        sa.Column("premises", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ({})".format(", ".join(f"'{each}'" for each in _FORCES)), name=op.f("ck_providers_kind_listed")
        ),
        sa.CheckConstraint("state IN ('active', 'suspended', 'removed')", name=op.f("ck_providers_state_listed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
    )
    op.create_index("ix_providers_area", "providers", ["area", "id"], unique=False)

    op.create_table(
        "contracts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("purpose", sa.String(500), nullable=False),
        sa.Column("reach", sa.String(10), nullable=False),
        sa.Column("data_clause", sa.Boolean(), nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reach IN ('areas', 'elders')", name=op.f("ck_contracts_reach_listed")),
        sa.CheckConstraint("state IN ('signed', 'terminated')", name=op.f("ck_contracts_state_listed")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_contracts_in_order")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_contracts_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
    )
    op.create_index("ix_contracts_area", "contracts", ["area", "id"], unique=False)
    op.create_index("ix_contracts_provider_id", "contracts", ["provider_id", "starts_on"], unique=False)

    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'ended')", name=op.f("ck_assignments_state_listed")),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_assignments_in_order")),
        sa.ForeignKeyConstraint(["contract_id"], ["contracts.id"], name=op.f("fk_assignments_contract_id_contracts")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_assignments_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_assignments_provider_id_providers")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_assignments_worker_id_workers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index("ix_assignments_elder_id", "assignments", ["elder_id", "starts_on"], unique=False)
    op.create_index("ix_assignments_provider_id", "assignments", ["provider_id", "elder_id", "starts_on"], unique=False)
    op.create_index("ix_assignments_village_state", "assignments", ["village", "state", "id"], unique=False)
    op.create_index("ix_assignments_worker_id", "assignments", ["worker_id", "elder_id"], unique=False)

    op.create_table(
        "contract_areas",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_areas_contract_id_contracts")
        ),
        sa.PrimaryKeyConstraint("contract_id", "area", name=op.f("pk_contract_areas")),
    )
    op.create_table(
        "contract_services",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.Column("cap_period", sa.String(10), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "cap_period IN ('half_month', 'month')", name=op.f("ck_contract_services_cap_period_listed")
        ),
        sa.CheckConstraint(
            "service IN ('home_visit', 'remote_visit', 'meal', 'cleaning', 'bathing', 'medical', 'mobility', 'other')",
            name=op.f("ck_contract_services_service_listed"),
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_contract_services_in_order")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_services_contract_id_contracts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_services")),
    )
    op.create_index(
        "ix_contract_services_contract_id", "contract_services", ["contract_id", "service", "starts_on"], unique=False
    )

    op.create_table(
        "pairings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'ended')", name=op.f("ck_pairings_state_listed")),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_pairings_in_order")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_pairings_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairings")),
    )
    op.create_index("ix_pairings_elder_id", "pairings", ["elder_id"], unique=False)
    op.create_index("ix_pairings_village_state", "pairings", ["village", "state", "id"], unique=False)

    op.create_table(
        "stand_downs_of_forces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('suspended', 'removed')", name=op.f("ck_stand_downs_of_forces_state_listed")),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_stand_downs_of_forces_in_order")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_stand_downs_of_forces_provider_id_providers")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_stand_downs_of_forces_worker_id_workers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_downs_of_forces")),
    )
    op.create_index(
        "ix_stand_downs_of_forces_provider_id", "stand_downs_of_forces", ["provider_id", "starts_on"], unique=False
    )
    op.create_index(
        "ix_stand_downs_of_forces_worker_id", "stand_downs_of_forces", ["worker_id", "starts_on"], unique=False
    )

    op.create_table(
        "trainings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("area", AREA, nullable=False),
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_trainings_provider_id_providers")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_trainings_worker_id_workers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
    )
    op.create_index("ix_trainings_provider_id", "trainings", ["provider_id", "held_on"], unique=False)
    op.add_column("visits", sa.Column("provider_id", sa.Uuid(), nullable=True))
    op.create_index("ix_visits_provider_id_visited_on", "visits", ["provider_id", "visited_on", "id"], unique=False)
    with op.batch_alter_table("workers") as workers:
        workers.add_column(sa.Column("provider_id", sa.Uuid(), nullable=True))
        workers.add_column(sa.Column("elder_id", sa.Uuid(), nullable=True))
        workers.add_column(sa.Column("created_by", sa.Uuid(), nullable=True))
        workers.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        workers.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        workers.create_foreign_key(op.f("fk_workers_provider_id_providers"), "providers", ["provider_id"], ["id"])
        workers.create_check_constraint(
            op.f("ck_workers_status_listed"), "status IN ('unverified', 'active', 'suspended', 'removed')"
        )
    with op.batch_alter_table("workers") as workers:
        workers.alter_column("version", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    op.create_index("ix_workers_provider_id", "workers", ["provider_id", "id"], unique=False)
    for table in ("providers", "contracts", "trainings"):
        protect_upwards(table, "area")
    for table in ("assignments", "pairings"):
        protect(table, ("village",))


def downgrade() -> None:
    op.drop_index("ix_workers_provider_id", table_name="workers")
    with op.batch_alter_table("workers") as workers:
        workers.drop_constraint(op.f("ck_workers_status_listed"), type_="check")
        workers.drop_constraint(op.f("fk_workers_provider_id_providers"), type_="foreignkey")
        for column in ("sealed", "version", "created_by", "elder_id", "provider_id"):
            workers.drop_column(column)
    op.drop_index("ix_visits_provider_id_visited_on", table_name="visits")
    with op.batch_alter_table("visits") as visits:
        visits.drop_column("provider_id")
    for table in (
        "trainings",
        "stand_downs_of_forces",
        "pairings",
        "contract_services",
        "contract_areas",
        "assignments",
        "contracts",
        "providers",
    ):
        op.drop_table(table)
