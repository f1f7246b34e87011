"""Visit records (Annex 4), who made them, those that wait for their person."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from api.domain.policy import Method, Place
from api.domain.providers import WorkerState
from api.domain.visits import Outcome
from api.store.tables.base import AREA, DOCUMENT, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder

_WAITS = text("blocked IS NOT NULL")


class Worker(Row, table=True):
    """Somebody who comes to see elders. ``elder_id``: who is on the roll himself (A15, R26)."""

    __tablename__ = "workers"
    __table_args__ = (
        UniqueConstraint("source", "kind", "name"),
        UniqueConstraint("source", "external_id"),
        listed("status", WorkerState),
        Index("ix_workers_provider_id", "provider_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    source: str = Field(max_length=80)
    external_id: str | None = Field(default=None, max_length=64)
    kind: str = Field(max_length=40)
    name: str = Field(max_length=30)
    status: str = Field(max_length=12)
    provider_id: UUID | None = Field(default=None, foreign_key="providers.id")
    elder_id: UUID | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    version: int = 1
    sealed: bytes | None = Field(default=None, sa_type=SEALED)  # phone, vetting


class Visit(Row, table=True):
    """One record; the open columns are what judging and lists read, the record itself is sealed."""

    __tablename__ = "visits"
    __table_args__ = (
        of_elder(),
        UniqueConstraint("source", "external_id"),
        listed("method", Method),
        listed("place", Place),
        listed("outcome", Outcome),
        listed("standing", ("accepted", "returned", "voided", "withdrawn")),
        Index("ix_visits_elder_id_visited_on", "elder_id", "visited_on"),
        Index("ix_visits_village_visited_on", "village", "visited_on", "id"),
        Index("ix_visits_provider_id_visited_on", "provider_id", "visited_on", "id"),
        Index("ix_visits_worker_id_visited_on", "worker_id", "visited_on", "id"),
        Index("ix_visits_blocked", "village", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    id: UUID = Field(primary_key=True)
    source: str = Field(max_length=80)
    external_id: str = Field(max_length=80)
    external_version: int
    content_hash: bytes
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    visit_no: int
    visited_on: date
    started_at: datetime | None = Field(default=None, sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    method: str = Field(max_length=20)
    place: str = Field(max_length=20)
    outcome: str = Field(max_length=14)
    refused_by_elder: bool = False
    refusal_conclusive: bool = False
    provider_id: UUID | None = None  # whose force came
    worker_id: UUID | None = Field(default=None, foreign_key="workers.id")
    worker_kind: str = Field(max_length=40)
    standing: str = Field(max_length=10)
    blocked: str | None = Field(default=None, max_length=24)  # a reason not to count, of the record itself
    late: bool = False
    flags: list[dict[str, Any]] = Field(sa_type=DOCUMENT)
    answers: bytes | None = Field(default=None, sa_type=SEALED)  # keyed digests: what records of others are compared by
    by_proxy: bool | None = None  # 代签; null where nobody need sign, or the elder is too impaired to
    recorded_by: UUID | None = None
    recorded_on: date
    received_at: datetime = Field(sa_type=INSTANT)
    version: int = 1
    sealed: bytes = Field(sa_type=SEALED)


class VisitPhoto(Row, table=True):
    """A photo of a visit, by its digest: the same one at another visit is looked at twice."""

    __tablename__ = "visit_photos"
    __table_args__ = (Index("ix_visit_photos_sha256", "sha256"),)

    visit_id: UUID = Field(primary_key=True, foreign_key="visits.id")
    sha256: bytes = Field(primary_key=True)
    elder_id: UUID
    visited_on: date


class HeldVisit(Row, table=True):
    """A record whose person could not be told for certain; waits for the township."""

    __tablename__ = "held_visits"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        listed("state", ("held", "assigned", "dismissed")),
        Index("ix_held_visits_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    source: str = Field(max_length=80)
    external_id: str = Field(max_length=80)
    external_version: int
    content_hash: bytes
    village: str = Field(sa_type=AREA)
    reason: str = Field(max_length=30)
    state: str = Field(max_length=10)
    visited_on: date
    received_at: datetime = Field(sa_type=INSTANT)
    recorded_by: UUID | None = None
    visit_id: UUID | None = None
    version: int = 1
    sealed: bytes = Field(sa_type=SEALED)
