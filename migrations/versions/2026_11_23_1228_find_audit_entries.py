"""Find audit entries by whom and what they name.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import append_only, is_postgresql, see_everything

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LINKED = "FROM audit_entries JOIN audit_links ON audit_links.seq = audit_entries.seq"
_OBJECTS = {
    True: f"SELECT DISTINCT named::uuid, false, audit_entries.seq {_LINKED}, "
    "jsonb_array_elements_text(object_ids) AS named WHERE length(named) = 36",
    False: f"SELECT DISTINCT replace(value, '-', ''), 0, audit_entries.seq {_LINKED}, "
    "json_each(object_ids) WHERE length(value) = 36",
}


def upgrade() -> None:
    """What is linked already is found as well; the worker sees to the rest when it links it."""
    op.create_table(
        "audit_mentions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("acted", sa.Boolean(), nullable=False),
        sa.Column("seq", _NUMBER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", "acted", "seq", name=op.f("pk_audit_mentions")),
    )
    if is_postgresql():
        see_everything()
        op.execute("SELECT set_config('tanfang.auditor', 'on', true)")
    actors = f"SELECT actor_id, true, audit_entries.seq {_LINKED} WHERE actor_id IS NOT NULL"
    for found in (actors, _OBJECTS[is_postgresql()]):
        op.execute(f"INSERT INTO audit_mentions (id, acted, seq) {found}")
    append_only("audit_mentions", read_if="current_setting('tanfang.auditor', true) = 'on'")


def downgrade() -> None:
    op.drop_table("audit_mentions")
