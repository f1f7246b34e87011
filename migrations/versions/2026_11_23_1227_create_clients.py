"""Create machine clients and their secrets; sessions name the secret and the scopes.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import DOCUMENT, INSTANT

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", DOCUMENT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["id"], ["users.id"], name=op.f("fk_clients_id_users")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_clients_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
    )
    op.create_index(op.f("ix_clients_provider_id"), "clients", ["provider_id"], unique=False)
    op.create_table(
        "client_secrets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_client_secrets_client_id_clients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_secrets")),
        sa.UniqueConstraint("hash", name=op.f("uq_client_secrets_hash")),
    )
    op.create_index(op.f("ix_client_secrets_client_id"), "client_secrets", ["client_id"], unique=False)
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("secret_id", sa.Uuid(), nullable=True))
        sessions.add_column(sa.Column("scopes", DOCUMENT, nullable=True))
        sessions.create_foreign_key(
            op.f("fk_sessions_secret_id_client_secrets"), "client_secrets", ["secret_id"], ["id"]
        )
    op.create_index(op.f("ix_sessions_secret_id"), "sessions", ["secret_id"], unique=False)


def downgrade() -> None:
    """Accounts of machines lose what made them such; nobody can sign in to them."""
    op.execute("DELETE FROM sessions WHERE secret_id IS NOT NULL")
    op.drop_index(op.f("ix_sessions_secret_id"), table_name="sessions")
    with op.batch_alter_table("sessions") as sessions:
        sessions.drop_constraint(op.f("fk_sessions_secret_id_client_secrets"), type_="foreignkey")
        sessions.drop_column("scopes")
        sessions.drop_column("secret_id")
    op.drop_table("client_secrets")
    op.drop_table("clients")
