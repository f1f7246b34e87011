"""Create leads, dates of milestones, reports on duties.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from api.store.tables.base import AREA, INSTANT
from migrations.row_security import protect

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STATES = "('new', 'verifying', 'verified', 'not_found', 'duplicate', 'not_eligible')"
_SOURCES = "('social_work_station', 'village', 'grid_worker', 'department', 'other')"
_UNITS = (
    "('elderly_care_council', 'political_legal_affairs', 'civilisation_office', 'civil_affairs', 'education',"
    " 'finance', 'housing', 'agriculture', 'health', 'disabled_federation', 'township')"
)
_REASONS = "('too_young', 'no_category', 'lives_elsewhere', 'in_institution', 'died', 'other')"
_MILESTONES = (
    "('collected', 'surveyed', 'confirmed', 'forces_chosen', 'everybody_visited', 'care_given', 'impaired_helped')"
)


def upgrade() -> None:
    _create_leads()
    op.create_table(
        "milestone_dates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("milestone", sa.String(24), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"milestone IN {_MILESTONES}", name=op.f("ck_milestone_dates_milestone_listed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_dates")),
        sa.UniqueConstraint("area", "milestone", name=op.f("uq_milestone_dates_area_milestone")),
    )
    op.create_table(
        "duty_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("duty", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_reports")),
        sa.UniqueConstraint("area", "duty", "year", name=op.f("uq_duty_reports_area_duty_year")),
    )
    protect("leads", ("village",))
    protect("milestone_dates", ("area",))
    protect("duty_reports", ("area",))


def _create_leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("village", AREA, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("department", sa.String(24), nullable=True),
        sa.Column("resident_id_index", sa.LargeBinary(32), nullable=True),
        sa.Column("name_index", sa.LargeBinary(32), nullable=True),
        sa.Column("told", sa.LargeBinary(32), nullable=True),
        sa.Column("probable_duplicate", sa.Boolean(), nullable=False),
        sa.Column("with_district", sa.Boolean(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=True),
        sa.Column("duplicate_of_elder", sa.Uuid(), nullable=True),
        sa.Column("duplicate_of_lead", sa.Uuid(), nullable=True),
        sa.Column("escalation_id", sa.Uuid(), nullable=True),
        sa.Column("verifier_id", sa.Uuid(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(20), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN {_STATES}", name=op.f("ck_leads_state_listed")),
        sa.CheckConstraint(f"source IN {_SOURCES}", name=op.f("ck_leads_source_listed")),
        sa.CheckConstraint(f"department IN {_UNITS}", name=op.f("ck_leads_department_listed")),
        sa.CheckConstraint(f"reason IN {_REASONS}", name=op.f("ck_leads_reason_listed")),
        sa.ForeignKeyConstraint(
            ["elder_id", "village"],
            ["elders.id", "elders.village"],
            name=op.f("fk_leads_elder_id_village_elders"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["duplicate_of_elder"], ["elders.id"], name=op.f("fk_leads_duplicate_of_elder_elders")),
        sa.ForeignKeyConstraint(["duplicate_of_lead"], ["leads.id"], name=op.f("fk_leads_duplicate_of_lead_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
    )
    for column in ("elder_id", "name_index", "resident_id_index", "told"):
        op.create_index(op.f(f"ix_leads_{column}"), "leads", [column], unique=False)
    op.create_index("ix_leads_village_state", "leads", ["village", "state", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("duty_reports")
    op.drop_table("milestone_dates")
    op.drop_table("leads")
