"""Needs, to whom they were referred, the directory of those bodies, and applications for benefits."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from api.domain.consents import SpokenBy
from api.domain.policy_applications import ApplicationState
from api.domain.referrals import AttemptAnswer, NeedState, ReferralKind, ReferralState, TargetKind
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder


class Need(Row, table=True):
    """``source_visit``: the record that revealed it; ``reported_by``: who wrote it down by hand."""

    __tablename__ = "needs"
    __table_args__ = (of_elder(), listed("state", NeedState), Index("ix_needs_village_state", "village", "state", "id"))

    id: UUID = Field(primary_key=True)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    kind: str = Field(max_length=30)
    key: bytes = Field(sa_type=SEALED)  # keyed index of what tells it from others of its kind
    state: str = Field(max_length=16)
    source_visit: UUID | None = None
    reported_by: UUID | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    follow_up_due_on: date | None = None  # of a sharp one that was met on the spot, until somebody has asked
    sealed: bytes | None = Field(default=None, sa_type=SEALED)
    version: int = 1


class ReferralTarget(Row, table=True):
    """A body to which elders of ``area`` may be referred; reference data, the same for everybody.

    ``provider_id``: the force behind it, which answers by itself.
    """

    __tablename__ = "referral_targets"
    __table_args__ = (listed("kind", TargetKind), Index("ix_referral_targets_area", "area", "id"))

    id: UUID = Field(primary_key=True)
    area: str = Field(sa_type=AREA)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=120)
    active_from: date
    active_to: date | None = None  # inclusive
    provider_id: UUID | None = Field(default=None, foreign_key="providers.id", index=True)
    created_at: datetime = Field(sa_type=INSTANT)
    version: int = 1


class ReferralTargetService(Row, table=True):
    """What a body can be asked for."""

    __tablename__ = "referral_target_services"
    __table_args__ = (listed("kind", ReferralKind),)

    target_id: UUID = Field(primary_key=True, foreign_key="referral_targets.id")
    kind: str = Field(primary_key=True, max_length=30)


class Referral(Row, table=True):
    """``due_on``: of the next step; ``deliver_by``: of the help itself. ``eased``: the latest follow-up's word."""

    __tablename__ = "referrals"
    __table_args__ = (
        of_elder(),
        listed("kind", ReferralKind),
        listed("state", ReferralState),
        listed("consent_by", SpokenBy),
        Index("ix_referrals_village_state", "village", "state", "id"),
        Index("ix_referrals_village_requested_on", "village", "requested_on"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    kind: str = Field(max_length=30)
    state: str = Field(max_length=16)
    urgent: bool
    need_id: UUID | None = Field(default=None, foreign_key="needs.id", index=True)
    source_task: UUID | None = None
    target_id: UUID | None = Field(default=None, foreign_key="referral_targets.id")
    consent_by: str | None = Field(default=None, max_length=20)
    consent_on: date | None = None
    requested_by: UUID | None = None
    requested_on: date
    deliver_by: date
    due_on: date | None = None
    accepted_on: date | None = None
    rejections: int = 0
    delivered_on: date | None = None
    followed_up_on: date | None = None
    eased: bool | None = None
    closed_on: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1


class ReferralAttempt(Row, table=True):
    """One body that was asked; the last one is the referral's present target."""

    __tablename__ = "referral_attempts"
    __table_args__ = (of_elder(), listed("answer", AttemptAnswer), UniqueConstraint("referral_id", "ordinal"))

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(foreign_key="referrals.id")
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    ordinal: int
    target_id: UUID | None = Field(default=None, foreign_key="referral_targets.id")
    asked_at: datetime = Field(sa_type=INSTANT)
    asked_by: UUID | None = None
    answer: str | None = Field(default=None, max_length=10)
    answered_at: datetime | None = Field(default=None, sa_type=INSTANT)
    answered_by: UUID | None = None
    delivered_on: date | None = None
    delivered_by: UUID | None = None
    sealed: bytes = Field(sa_type=SEALED)


class PolicyApplication(Row, table=True):
    """A benefit that an elder was told of; the dates say how far it has got."""

    __tablename__ = "policy_applications"
    __table_args__ = (
        of_elder(),
        listed("state", ApplicationState),
        Index("ix_policy_applications_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)
    benefit: str = Field(max_length=40)
    state: str = Field(max_length=16)
    informed_on: date
    informed_by: UUID | None = None
    helped_on: date | None = None
    applied_on: date | None = None
    decided_on: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1
