"""Let grants name a provider, and the worker as whom a visitor comes.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_OFFICE = ("district_supervisor", "township_instructor", "village_liaison", "admin", "dashboard", "auditor")
_FORCE = ("provider", "visitor")


def upgrade() -> None:
    with op.batch_alter_table("grants") as grants:
        grants.add_column(sa.Column("provider_id", sa.Uuid(), nullable=True))
        grants.add_column(sa.Column("worker_id", sa.Uuid(), nullable=True))
        grants.create_foreign_key(op.f("fk_grants_provider_id_providers"), "providers", ["provider_id"], ["id"])
        grants.create_foreign_key(op.f("fk_grants_worker_id_workers"), "workers", ["worker_id"], ["id"])
        grants.drop_constraint(op.f("ck_grants_role_listed"), type_="check")
        grants.create_check_constraint(op.f("ck_grants_role_listed"), _listed(_OFFICE + _FORCE))
        grants.create_check_constraint(
            op.f("ck_grants_for_provider"),
            "(coalesce(role, '') IN ('provider', 'visitor')) = (provider_id IS NOT NULL)",
        )
        grants.create_check_constraint(
            op.f("ck_grants_as_worker"), "(coalesce(role, '') = 'visitor') = (worker_id IS NOT NULL)"
        )
    op.create_index(op.f("ix_grants_provider_id"), "grants", ["provider_id"], unique=False)


def downgrade() -> None:
    """What nobody could hold before is taken back from whoever holds it."""
    op.execute(f"DELETE FROM grants WHERE {_listed(_FORCE)}")
    op.drop_index(op.f("ix_grants_provider_id"), table_name="grants")
    with op.batch_alter_table("grants") as grants:
        for name in ("as_worker", "for_provider", "role_listed"):
            grants.drop_constraint(op.f(f"ck_grants_{name}"), type_="check")
        grants.create_check_constraint(op.f("ck_grants_role_listed"), _listed(_OFFICE))
        grants.drop_constraint(op.f("fk_grants_worker_id_workers"), type_="foreignkey")
        grants.drop_constraint(op.f("fk_grants_provider_id_providers"), type_="foreignkey")
        grants.drop_column("worker_id")
        grants.drop_column("provider_id")


def _listed(roles: tuple[str, ...]) -> str:
    return "role IN ({})".format(", ".join(f"'{role}'" for role in roles))
