"""Accounts: people who sign in, what they may do where, their sessions. No elder data."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary
from sqlmodel import Field

from api.domain.access import Role
from api.store.tables.base import AREA, DOCUMENT, INSTANT, SEALED, Row, listed


class User(Row, table=True):
    __tablename__ = "users"

    id: UUID = Field(primary_key=True)
    username: str = Field(max_length=64, unique=True)
    display_name: str = Field(max_length=60)
    password_hash: str = Field(max_length=200)
    must_change_password: bool
    area: str = Field(sa_type=AREA)  # of its latest grant: who manages it once it holds none
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    disabled_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int = 1


class UserGrant(Row, table=True):
    __tablename__ = "grants"
    __table_args__ = (
        listed("role", Role),
        CheckConstraint("(role IS NULL) <> (deputy_for IS NULL)", name="role_or_deputy"),
        CheckConstraint("(role IS NULL) = (area IS NULL)", name="role_with_area"),
        CheckConstraint(
            "(coalesce(role, '') IN ('provider', 'visitor')) = (provider_id IS NOT NULL)", name="for_provider"
        ),
        CheckConstraint("(coalesce(role, '') = 'visitor') = (worker_id IS NOT NULL)", name="as_worker"),
    )

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    role: str | None = Field(default=None, max_length=32)
    area: str | None = Field(default=None, sa_type=AREA)
    deputy_for: UUID | None = Field(default=None, foreign_key="users.id")
    provider_id: UUID | None = Field(default=None, foreign_key="providers.id", index=True)
    worker_id: UUID | None = Field(default=None, foreign_key="workers.id")
    starts_on: date
    ends_on: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=INSTANT)


class SignInSession(Row, table=True):
    __tablename__ = "sessions"

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    created_at: datetime = Field(sa_type=INSTANT)
    expires_at: datetime = Field(sa_type=INSTANT)
    last_seen_at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    ended_reason: str | None = Field(default=None, max_length=40)
    secret_id: UUID | None = Field(default=None, foreign_key="client_secrets.id", index=True)  # a machine's
    scopes: list[str] | None = Field(default=None, sa_type=DOCUMENT)


class Client(Row, table=True):
    """A provider's system that signs in by itself: an account (``users``) with secrets in place of a password.

    ``sandbox``: it acts for the force of the sandbox, whoever it belongs to.
    """

    __tablename__ = "clients"

    id: UUID = Field(primary_key=True, foreign_key="users.id")
    provider_id: UUID = Field(foreign_key="providers.id", index=True)
    scopes: list[str] = Field(sa_type=DOCUMENT)
    expires_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sandbox: bool = False


class ClientSecret(Row, table=True):
    __tablename__ = "client_secrets"

    id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="clients.id", index=True)
    hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    expires_at: datetime = Field(sa_type=INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=INSTANT)
    last_used_at: datetime | None = Field(default=None, sa_type=INSTANT)


class RefreshToken(Row, table=True):
    __tablename__ = "refresh_tokens"

    token_hash: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    session_id: UUID = Field(foreign_key="sessions.id", index=True)
    issued_at: datetime = Field(sa_type=INSTANT)
    used_at: datetime | None = Field(default=None, sa_type=INSTANT)
    successor: bytes | None = Field(default=None, sa_type=SEALED)


class FailedSignIn(Row, table=True):
    __tablename__ = "failed_sign_ins"
    __table_args__ = (Index("ix_failed_sign_ins_account_source_at", "account", "source", "at"),)

    id: UUID = Field(primary_key=True)
    account: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    source: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    at: datetime = Field(sa_type=INSTANT)


class SecondFactor(Row, table=True):
    """Somebody's authenticator; ``last_step``: the half minute of the code that was accepted last."""

    __tablename__ = "second_factors"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id")
    secret: bytes = Field(sa_type=SEALED)
    last_step: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=INSTANT)
    confirmed_at: datetime | None = Field(default=None, sa_type=INSTANT)


class RecoveryCode(Row, table=True):
    __tablename__ = "recovery_codes"

    hash: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    user_id: UUID = Field(foreign_key="users.id", index=True)
    used_at: datetime | None = Field(default=None, sa_type=INSTANT)


class QuotaUse(Row, table=True):
    """How many requests of a credential, or sign-ins from a source, were let through in its latest window."""

    __tablename__ = "quota_uses"

    owner: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    window_at: datetime = Field(sa_type=INSTANT)
    taken: int
