"""Let versions be sealed anew under another key; what they are of and when they were made stays as it is.

Revision ID: 0036
Revises: 0035
"""

from alembic import op

from migrations.row_security import area_of, is_postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TRIGGER = "CREATE TRIGGER versions_no_update BEFORE UPDATE {} ON versions BEGIN SELECT RAISE(ABORT, '{}'); END"
_REFUSED = "versions is append only"
_STAYS = "OF subject_id, version, noun, at, actor_id, village, command"


def upgrade() -> None:
    if is_postgresql():
        here = area_of("village")
        op.execute(f"CREATE POLICY reseal ON versions FOR UPDATE USING ({here}) WITH CHECK ({here})")
        return
    op.execute("DROP TRIGGER versions_no_update")
    op.execute(_TRIGGER.format(_STAYS, _REFUSED))


def downgrade() -> None:
    if is_postgresql():
        op.execute("DROP POLICY reseal ON versions")
        return
    op.execute("DROP TRIGGER versions_no_update")
    op.execute(_TRIGGER.format("", _REFUSED))
