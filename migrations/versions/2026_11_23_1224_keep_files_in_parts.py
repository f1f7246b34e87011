"""Keep files and their reports in parts, so that no file is held in memory whole.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA
from migrations.row_security import protect

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_parts",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('upload', 'rows')", name=op.f("ck_import_parts_kind_listed")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_parts_import_id_imports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "kind", "number", name=op.f("pk_import_parts")),
    )
    protect("import_parts", ("area",))
    # what was reported before stood in one document, which nothing reads any more; who needs it sends the file again
    op.execute("DELETE FROM imports")
    with op.batch_alter_table("imports") as imports:
        imports.drop_column("upload")
        imports.add_column(sa.Column("rows_read", sa.Integer(), nullable=True))
        imports.add_column(sa.Column("rows_done", sa.Integer(), nullable=True))
        imports.add_column(sa.Column("supersedes", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_table("import_parts")
    op.execute("DELETE FROM imports")
    with op.batch_alter_table("imports") as imports:
        for column in ("supersedes", "rows_done", "rows_read"):
            imports.drop_column(column)
        imports.add_column(sa.Column("upload", sa.LargeBinary(), nullable=True))
