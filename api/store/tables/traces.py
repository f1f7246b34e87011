"""What every request leaves behind: audit entry, change event, versions, stored answers, jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field

from api.store.tables.base import AREA, DOCUMENT, INSTANT, SEALED, Row, listed

_SEQUENCE = BigInteger().with_variant(Integer(), "sqlite")


class AuditEntry(Row, table=True):
    """Who did what to whom; field names, never values. Append only."""

    __tablename__ = "audit_entries"

    seq: int | None = Field(default=None, sa_column=Column(_SEQUENCE, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_type=INSTANT, index=True)
    actor_id: UUID | None = None
    session_id: UUID | None = None
    roles: list[str] = Field(sa_type=DOCUMENT)
    areas: list[str] = Field(sa_type=DOCUMENT)
    reason: str | None = Field(default=None, max_length=200)  # of a system actor
    operation: str = Field(max_length=120)
    object_ids: list[str] = Field(sa_type=DOCUMENT)
    fields: list[str] = Field(sa_type=DOCUMENT)
    purpose: str | None = Field(default=None, max_length=200)
    result: str = Field(max_length=60)
    request_id: str = Field(max_length=64)
    source: str = Field(max_length=64)


class AuditLink(Row, table=True):
    """One link of the chain over the audit: the hash of an entry and of the link before. Append only."""

    __tablename__ = "audit_links"
    __table_args__ = (UniqueConstraint("seq"),)

    position: int = Field(sa_column=Column(_SEQUENCE, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=Column(_SEQUENCE, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    at: datetime = Field(sa_type=INSTANT)


class AuditMention(Row, table=True):
    """Whom or what an entry names, so that it is found by them; written when the entry is linked. Append only.

    ``acted``: as who acted; else as one of its objects.
    """

    __tablename__ = "audit_mentions"

    id: UUID = Field(primary_key=True)
    acted: bool = Field(primary_key=True)
    seq: int = Field(sa_column=Column(_SEQUENCE, primary_key=True, autoincrement=False))


class Event(Row, table=True):
    """Something changed: what and which version, for those who follow changes. Append only."""

    __tablename__ = "events"

    seq: int | None = Field(default=None, sa_column=Column(_SEQUENCE, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_type=INSTANT)
    kind: str = Field(max_length=60)
    subject_id: UUID
    village: str | None = Field(default=None, sa_type=AREA)
    version: int
    actor_id: UUID | None = None


class Version(Row, table=True):
    """Which fields of a thing changed from what to what, sealed."""

    __tablename__ = "versions"

    subject_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    noun: str = Field(primary_key=True, max_length=30)
    at: datetime = Field(sa_type=INSTANT)
    actor_id: UUID | None = None
    village: str = Field(sa_type=AREA)
    command: str = Field(max_length=40)
    changes: bytes = Field(sa_type=SEALED)


class StoredAnswer(Row, table=True):
    """The answer of a request with an Idempotency-Key, for the one who asked first."""

    __tablename__ = "idempotency"

    owner: str = Field(primary_key=True, max_length=64)
    operation: str = Field(primary_key=True, max_length=120)
    key: str = Field(primary_key=True, max_length=255)
    fingerprint: bytes
    status: int
    headers: dict[str, str] = Field(sa_type=DOCUMENT)
    body: bytes = Field(sa_type=SEALED)
    created_at: datetime = Field(sa_type=INSTANT, index=True)


class Job(Row, table=True):
    """Work to be done at least once after the transaction that asked for it."""

    __tablename__ = "jobs"
    __table_args__ = (listed("state", ("queued", "running", "done", "dead")),)

    id: UUID = Field(primary_key=True)
    kind: str = Field(max_length=40)
    unique_key: str = Field(max_length=120, unique=True)
    area: str = Field(sa_type=AREA)
    payload: dict[str, Any] = Field(sa_type=DOCUMENT)
    state: str = Field(max_length=10)
    run_at: datetime = Field(sa_type=INSTANT, index=True)
    attempts: int = 0
    lease_owner: UUID | None = None
    leased_until: datetime | None = Field(default=None, sa_type=INSTANT)
    last_error: str | None = Field(default=None, max_length=200)
    created_at: datetime = Field(sa_type=INSTANT)
    finished_at: datetime | None = Field(default=None, sa_type=INSTANT)
    requested_by: UUID | None = None
    result: dict[str, Any] = Field(default_factory=dict, sa_type=DOCUMENT)
