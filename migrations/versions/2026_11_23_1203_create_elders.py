"""Create elders.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, DOCUMENT, INSTANT
from migrations.row_security import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "elders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("short_no", sa.String(8), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("name_folded", sa.String(30), nullable=False),
        sa.Column("alias", sa.String(30), nullable=True),
        sa.Column("sex", sa.String(12), nullable=False),
        sa.Column("id_type", sa.String(20), nullable=False),
        sa.Column("resident_id_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("id_conflict", sa.Boolean(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("registered_area", AREA, nullable=True),
        sa.Column("registered_rural", sa.Boolean(), nullable=True),
        sa.Column("ability_level", sa.String(10), nullable=True),
        sa.Column("ability_basis", sa.String(10), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("economic_kind", sa.String(20), nullable=True),
        sa.Column("categories", DOCUMENT, nullable=False),
        sa.Column("tier", sa.String(10), nullable=True),
        sa.Column("tier_provisional", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.String(10), nullable=True),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.Column("visit_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'verified', 'confirmed', 'suspended', 'exited', 'declined')",
            name=op.f("ck_elders_status_listed"),
        ),
        sa.CheckConstraint("tier IN ('priority', 'general')", name=op.f("ck_elders_tier_listed")),
        sa.ForeignKeyConstraint(["village"], ["divisions.code"], name=op.f("fk_elders_village_divisions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elders")),
        sa.UniqueConstraint("id", "village", name=op.f("uq_elders_id_village")),
        sa.UniqueConstraint("resident_id_index", name=op.f("uq_elders_resident_id_index")),
        sa.UniqueConstraint("short_no", name=op.f("uq_elders_short_no")),
    )
    op.create_index(op.f("ix_elders_household_id"), "elders", ["household_id"], unique=False)
    op.create_index(op.f("ix_elders_review_due_on"), "elders", ["review_due_on"], unique=False)
    op.create_index("ix_elders_village_name", "elders", ["village", "name_folded"], unique=False)
    op.create_index("ix_elders_village_status", "elders", ["village", "status", "id"], unique=False)
    op.create_index("ix_elders_worklist", "elders", ["village", "tier", "due_on", "id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("word", sa.String(10), nullable=False),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("by IN ('self', 'legal_guardian', 'family')", name=op.f("ck_consents_by_listed")),
        sa.CheckConstraint("word IN ('given', 'refused', 'withdrawn')", name=op.f("ck_consents_word_listed")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_consents_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_elder_id", "consents", ["elder_id"], unique=False)
    op.create_table(
        "elder_categories",
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("village", AREA, nullable=False),
        sa.Column("basis", sa.String(10), nullable=False),
        sa.CheckConstraint(
            "category IN ('kinless', 'living_alone', 'empty_nest', 'left_behind', 'impaired', 'severely_disabled', 'family_planning_special')",
            name=op.f("ck_elder_categories_category_listed"),
        ),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_elder_categories_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("elder_id", "category", "from_day", name=op.f("pk_elder_categories")),
    )
    op.create_table(
        "elder_external_ids",
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("external_id", sa.String(64), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_elder_external_ids_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source", "external_id", name=op.f("pk_elder_external_ids")),
    )
    op.create_index(op.f("ix_elder_external_ids_elder_id"), "elder_external_ids", ["elder_id"], unique=False)
    op.create_table(
        "elder_phones",
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_elder_phones_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("elder_id", "number_index", name=op.f("pk_elder_phones")),
    )
    op.create_table(
        "elder_residences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("lives_in", AREA, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_elder_residences_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elder_residences")),
        sa.UniqueConstraint("elder_id", "from_day", name=op.f("uq_elder_residences_elder_id_from_day")),
    )
    op.create_table(
        "elder_tiers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("tier", sa.String(10), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("duty_from", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(12), nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.CheckConstraint("tier IN ('priority', 'general')", name=op.f("ck_elder_tiers_tier_listed")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_elder_tiers_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elder_tiers")),
        sa.UniqueConstraint("elder_id", "duty_from", name=op.f("uq_elder_tiers_elder_id_duty_from")),
    )
    op.create_table(
        "family_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_family_members_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_members")),
    )
    op.create_index("ix_family_members_elder_id", "family_members", ["elder_id"], unique=False)
    op.create_table(
        "frequency_overrides",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("frequency", DOCUMENT, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_frequency_overrides_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frequency_overrides")),
    )
    op.create_index("ix_frequency_overrides_elder_id", "frequency_overrides", ["elder_id"], unique=False)
    op.create_table(
        "stints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("last_day_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.String(12), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.Boolean(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_stints_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stints")),
        sa.UniqueConstraint("elder_id", "starts_on", name=op.f("uq_stints_elder_id_starts_on")),
    )
    op.create_table(
        "suspensions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("proof", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('provisional', 'confirmed', 'rejected', 'cancelled')", name=op.f("ck_suspensions_state_listed")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_suspensions_in_order")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_suspensions_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspensions")),
    )
    op.create_index("ix_suspensions_elder_id", "suspensions", ["elder_id"], unique=False)
    protect("elders", ("village",))
    protect("consents", ("village",))
    protect("elder_categories", ("village",))
    protect("elder_external_ids", ("village",))
    protect("elder_phones", ("village",))
    protect("elder_residences", ("village",))
    protect("elder_tiers", ("village",))
    protect("family_members", ("village",))
    protect("frequency_overrides", ("village",))
    protect("stints", ("village",))
    protect("suspensions", ("village",))


def downgrade() -> None:
    op.drop_table("suspensions")
    op.drop_table("stints")
    op.drop_table("frequency_overrides")
    op.drop_table("family_members")
    op.drop_table("elder_tiers")
    op.drop_table("elder_residences")
    op.drop_table("elder_phones")
    op.drop_table("elder_external_ids")
    op.drop_table("elder_categories")
    op.drop_table("consents")
    op.drop_table("elders")
