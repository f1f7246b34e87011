"""Link the audit into a chain of hashes.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import INSTANT
from migrations.row_security import append_only

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_links",
        sa.Column("position", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("seq", _NUMBER, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_links_seq")),
    )
    append_only("audit_links", read_if="true")


def downgrade() -> None:
    op.drop_table("audit_links")
