"""Create referrals, their targets, and applications for benefits; needs may be told by hand.

The words of the needs there were stay in the visit records that revealed them.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, INSTANT
from migrations.row_security import protect, protect_upwards, see_everything

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STATES = "state IN ('requested', 'referred', 'solved', 'met', 'cancelled', 'closed_by_exit')"

_KINDS = (
    "kind IN ('daily_care', 'rehabilitation', 'comfort', 'home_adaptation', 'emergency_rescue', 'medical', "
    "'donation', 'legal_aid', 'protection', 'other')"
)


def upgrade() -> None:
    with op.batch_alter_table("needs") as needs:
        needs.add_column(sa.Column("reported_by", sa.Uuid(), nullable=True))
        needs.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        needs.alter_column("source_visit", existing_type=sa.Uuid(), nullable=True)
        needs.drop_column("note")
        needs.create_check_constraint(op.f("ck_needs_state_listed"), _STATES)
    op.create_table(
        "referral_targets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('care_provider', 'day_centre', 'medical', 'charity', 'social_work', 'rescue', 'police', 'legal_aid', 'government', 'other')",
            name=op.f("ck_referral_targets_kind_listed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_targets")),
    )
    op.create_index("ix_referral_targets_area", "referral_targets", ["area", "id"], unique=False)
    op.create_table(
        "referral_target_services",
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.CheckConstraint(
            _KINDS,
            name=op.f("ck_referral_target_services_kind_listed"),
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["referral_targets.id"], name=op.f("fk_referral_target_services_target_id_referral_targets")
        ),
        sa.PrimaryKeyConstraint("target_id", "kind", name=op.f("pk_referral_target_services")),
    )
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("source_task", sa.Uuid(), nullable=True),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("consent_by", sa.String(20), nullable=True),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("deliver_by", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("rejections", sa.Integer(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("followed_up_on", sa.Date(), nullable=True),
        sa.Column("eased", sa.Boolean(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "consent_by IN ('self', 'legal_guardian', 'family')", name=op.f("ck_referrals_consent_by_listed")
        ),
        sa.CheckConstraint(
            _KINDS,
            name=op.f("ck_referrals_kind_listed"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'accepted', 'rejected', 'delivered', 'followed_up', 'reopened', 'closed', 'cancelled', 'closed_by_exit')",
            name=op.f("ck_referrals_state_listed"),
        ),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_referrals_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_referrals_need_id_needs")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["referral_targets.id"], name=op.f("fk_referrals_target_id_referral_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_elder_id"), "referrals", ["elder_id"], unique=False)
    op.create_index(op.f("ix_referrals_need_id"), "referrals", ["need_id"], unique=False)
    op.create_index("ix_referrals_village_requested_on", "referrals", ["village", "requested_on"], unique=False)
    op.create_index("ix_referrals_village_state", "referrals", ["village", "state", "id"], unique=False)
    op.create_table(
        "referral_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(10), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("delivered_by", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('accepted', 'rejected', 'withdrawn')", name=op.f("ck_referral_attempts_answer_listed")
        ),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_referral_attempts_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_referral_attempts_referral_id_referrals")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["referral_targets.id"], name=op.f("fk_referral_attempts_target_id_referral_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_attempts")),
        sa.UniqueConstraint("referral_id", "ordinal", name=op.f("uq_referral_attempts_referral_id_ordinal")),
    )
    op.create_index(op.f("ix_referral_attempts_elder_id"), "referral_attempts", ["elder_id"], unique=False)
    op.create_table(
        "policy_applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("benefit", sa.String(40), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("informed_on", sa.Date(), nullable=False),
        sa.Column("informed_by", sa.Uuid(), nullable=True),
        sa.Column("helped_on", sa.Date(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('signposted', 'helped', 'applied', 'granted', 'refused', 'cancelled', 'closed_by_exit')",
            name=op.f("ck_policy_applications_state_listed"),
        ),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_policy_applications_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_applications")),
    )
    op.create_index(op.f("ix_policy_applications_elder_id"), "policy_applications", ["elder_id"], unique=False)
    op.create_index(
        "ix_policy_applications_village_state", "policy_applications", ["village", "state", "id"], unique=False
    )
    for table in ("referrals", "referral_attempts", "policy_applications"):
        protect(table, ("village",))
    protect_upwards("referral_targets", "area")


def downgrade() -> None:
    for table in ("policy_applications", "referral_attempts", "referrals"):
        op.drop_table(table)
    op.drop_table("referral_target_services")
    op.drop_table("referral_targets")
    see_everything()
    op.execute("DELETE FROM needs WHERE source_visit IS NULL")
    with op.batch_alter_table("needs") as needs:
        needs.drop_constraint(op.f("ck_needs_state_listed"), type_="check")
        needs.add_column(sa.Column("note", sa.LargeBinary(), nullable=True))
        needs.alter_column("source_visit", existing_type=sa.Uuid(), nullable=False)
        needs.drop_column("sealed")
        needs.drop_column("reported_by")
