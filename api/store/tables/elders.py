"""The register of elders (Annex 3) and the dated facts that duty is judged from."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from api.domain.elders import Category, ElderState
from api.domain.policy import Tier
from api.store.tables.base import AREA, DOCUMENT, INSTANT, SEALED, Row, bytewise, listed


def of_elder() -> ForeignKeyConstraint:
    """A child's tie to its elder: it carries the elder's present village, which is its scope."""
    return ForeignKeyConstraint(["elder_id", "village"], ["elders.id", "elders.village"], onupdate="CASCADE")


def _beginning_of_village(length: int) -> Column[str]:
    """The village's township or district, which the database keeps: a page of either is a range of one index."""
    return Column(bytewise(length), Computed(f"substr(village, 1, {length})", persisted=True))


def _worklist_of(scope: str) -> Index:
    """Whoever is due, in the order of the list; the village is what row-level security looks at."""
    due = text("due_on IS NOT NULL")
    return Index(
        f"ix_elders_{scope}_due",
        scope,
        "tier",
        "due_on",
        "id",
        postgresql_include=[] if scope == "village" else ["village"],
        postgresql_where=due,
        sqlite_where=due,
    )


class Elder(Row, table=True):
    __tablename__ = "elders"
    __table_args__ = (
        UniqueConstraint("id", "village"),
        listed("status", ElderState),
        CheckConstraint("tier IN ('priority', 'general')", name="tier_listed"),
        *(_worklist_of(scope) for scope in ("village", "township", "district")),
        Index("ix_elders_village_status", "village", "status", "id"),
        Index("ix_elders_village_name", "village", "name_folded"),
    )

    id: UUID = Field(primary_key=True)
    short_no: str = Field(max_length=8, unique=True)
    village: str = Field(sa_type=AREA, foreign_key="divisions.code")
    township: str = Field(sa_column=_beginning_of_village(9))
    district: str = Field(sa_column=_beginning_of_village(6))
    status: str = Field(max_length=10)
    name: str = Field(max_length=30)
    name_folded: str = Field(max_length=30)
    alias: str | None = Field(default=None, max_length=30)
    sex: str = Field(max_length=12)
    id_type: str = Field(max_length=20)
    resident_id_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32), unique=True, nullable=True))
    id_conflict: bool = False
    born_on: date
    household_id: UUID | None = Field(default=None, index=True)
    registered_area: str | None = Field(default=None, sa_type=AREA)
    registered_rural: bool | None = None
    ability_level: str | None = Field(default=None, max_length=10)
    ability_basis: str | None = Field(default=None, max_length=10)
    assessed_on: date | None = None
    certificate_ends_on: date | None = None
    economic_kind: str | None = Field(default=None, max_length=20)
    categories: list[str] = Field(sa_type=DOCUMENT)
    tier: str | None = Field(default=None, max_length=10)
    tier_provisional: bool = False
    consent: str | None = Field(default=None, max_length=10)
    consented_on: date | None = None
    filed_on: date
    confirmed_on: date | None = None
    review_due_on: date | None = Field(default=None, index=True)
    due_on: date | None = None
    away: list[list[str]] = Field(sa_type=DOCUMENT)  # first and last day of each time away, as counted
    last_seen_on: date | None = None
    visit_count: int = 0
    erased_on: date | None = None  # nobody is there any more; only figures go on counting
    version: int = 1
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    updated_at: datetime = Field(sa_type=INSTANT)
    sealed: bytes = Field(sa_type=SEALED)


class ElderPhone(Row, table=True):
    """The keyed index of a phone number, so that a number finds its elders."""

    __tablename__ = "elder_phones"
    __table_args__ = (of_elder(),)

    elder_id: UUID = Field(primary_key=True)
    number_index: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    village: str = Field(sa_type=AREA)


class ElderExternalId(Row, table=True):
    __tablename__ = "elder_external_ids"
    __table_args__ = (of_elder(),)

    source: str = Field(primary_key=True, max_length=80)
    external_id: str = Field(primary_key=True, max_length=64)
    elder_id: UUID = Field(index=True)
    village: str = Field(sa_type=AREA)


class FamilyMember(Row, table=True):
    """A family member: the facts the categories read in the open, name and numbers sealed."""

    __tablename__ = "family_members"
    __table_args__ = (of_elder(), Index("ix_family_members_elder_id", "elder_id"))

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    seq: int
    relation: str = Field(max_length=20)
    sealed: bytes = Field(sa_type=SEALED)


class ElderResidence(Row, table=True):
    __tablename__ = "elder_residences"
    __table_args__ = (of_elder(), UniqueConstraint("elder_id", "from_day"))

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    lives_in: str = Field(sa_type=AREA)
    from_day: date


class Stint(Row, table=True):
    """A stretch of duty: from confirmation (or return) to its ending."""

    __tablename__ = "stints"
    __table_args__ = (of_elder(), UniqueConstraint("elder_id", "starts_on"))

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    starts_on: date
    confirmed_by: UUID | None = None
    last_day_on: date | None = None
    ending: str | None = Field(default=None, max_length=12)
    reported_on: date | None = None
    found_on: date | None = None
    proof: bool = False
    approved: bool | None = None
    ended_by: UUID | None = None
    note: bytes | None = Field(default=None, sa_type=SEALED)


class Suspension(Row, table=True):
    __tablename__ = "suspensions"
    __table_args__ = (
        of_elder(),
        listed("state", ("provisional", "confirmed", "rejected", "cancelled")),
        Index("ix_suspensions_elder_id", "elder_id"),
        CheckConstraint("ends_on >= starts_on", name="in_order"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    starts_on: date
    ends_on: date
    reason: str = Field(max_length=20)
    reported_on: date
    proof: bool = False
    state: str = Field(max_length=12)
    approved: bool | None = None
    proposed_by: UUID | None = None
    decided_by: UUID | None = None
    note: bytes | None = Field(default=None, sa_type=SEALED)
    version: int = 1


class ElderTier(Row, table=True):
    """The tier from a day on: ``valid_from`` the fact, ``duty_from`` the duty (A24)."""

    __tablename__ = "elder_tiers"
    __table_args__ = (
        of_elder(),
        UniqueConstraint("elder_id", "duty_from"),
        CheckConstraint(f"tier IN ({', '.join(repr(t.value) for t in Tier)})", name="tier_listed"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    tier: str | None = Field(default=None, max_length=10)
    provisional: bool = False
    valid_from: date
    duty_from: date
    basis: str = Field(max_length=12)  # computed, declared, raised, included
    reasons: list[dict[str, Any]] = Field(sa_type=DOCUMENT)
    decided_by: UUID | None = None
    decided_at: datetime = Field(sa_type=INSTANT)


class ElderCategory(Row, table=True):
    __tablename__ = "elder_categories"
    __table_args__ = (of_elder(), listed("category", Category))

    elder_id: UUID = Field(primary_key=True)
    category: str = Field(primary_key=True, max_length=24)
    from_day: date = Field(primary_key=True)
    to_day: date | None = None
    village: str = Field(sa_type=AREA)
    basis: str = Field(max_length=10)


class Consent(Row, table=True):
    __tablename__ = "consents"
    __table_args__ = (
        of_elder(),
        listed("word", ("given", "refused", "withdrawn")),
        listed("by", ("self", "legal_guardian", "family")),
        Index("ix_consents_elder_id", "elder_id"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    kind: str = Field(max_length=16)
    word: str = Field(max_length=10)
    by: str = Field(max_length=16)
    on: date
    approved: bool = False
    recorded_by: UUID | None = None
    recorded_at: datetime = Field(sa_type=INSTANT)
    evidence: bytes | None = Field(default=None, sa_type=SEALED)


class FrequencyOverride(Row, table=True):
    """A township that asks more of itself for one elder (R35): tasks, never obligations."""

    __tablename__ = "frequency_overrides"
    __table_args__ = (of_elder(), Index("ix_frequency_overrides_elder_id", "elder_id"))

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    from_day: date
    until: date | None = None
    frequency: dict[str, Any] = Field(sa_type=DOCUMENT)
    reason: bytes = Field(sa_type=SEALED)
    decided_by: UUID | None = None
