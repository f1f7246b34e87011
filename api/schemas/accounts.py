"""Accounts on the wire: tokens, who I am, the people a manager looks after."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.domain.access import Permission, Role
from api.schemas.base import AreaText, CivilDate, In, Label, Out

Username = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{2,31}$", max_length=32
    ),
]
Password = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class TokenOut(Out):
    """Tokens as RFC 6749 spells them; ``expires_in`` in seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str


class ClientTokenOut(Out):
    """A machine's; it has no refresh token and asks again."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class TokenErrorOut(Out):
    """A refusal as RFC 6749 spells it (its description is English); code, detail and fix as everywhere."""

    error: Literal[
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "invalid_scope",
        "unsupported_grant_type",
        "slow_down",
        "second_factor_required",
    ]
    error_description: str
    code: str
    detail: str
    fix: str


class KeyOut(Out):
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    use: Literal["sig"]
    alg: Literal["ES256"]


class KeysOut(Out):
    keys: list[KeyOut]


class HeldGrantOut(Out):
    """A grant that runs today; ``deputy_for``: whose, when it is held as a deputy.

    ``provider_id``, ``worker_id``: for which provider, and as whom.
    """

    role: Role
    area: str
    starts_on: date
    ends_on: date | None
    deputy_for: UUID | None
    provider_id: UUID | None
    worker_id: UUID | None


class MySessionOut(Out):
    id: UUID
    expires_at: datetime
    idle_seconds: int


class MeOut(Out):
    id: UUID
    username: str
    display_name: str
    must_change_password: bool
    roles: list[Role]
    areas: list[str]
    permissions: list[Permission]
    grants: list[HeldGrantOut]
    session: MySessionOut


class PasswordIn(In):
    old_password: Password
    new_password: Password


class GrantIn(In):
    """A role in an area, or the place of another person until a day; from today unless said otherwise.

    The role of a provider names it, that of a visitor its worker as well.
    """

    role: Role | None = None
    area: AreaText | None = None
    deputy_for: UUID | None = None
    provider_id: UUID | None = None
    worker_id: UUID | None = None
    starts_on: CivilDate | None = None
    ends_on: CivilDate | None = None


class UserIn(In):
    username: Username
    display_name: Label
    grants: Annotated[list[GrantIn], Field(min_length=1, max_length=20)]


class UserPatch(In):
    """Merge-patch: what is left out stays."""

    display_name: Label


class GrantOut(Out):
    id: UUID
    role: Role | None
    area: str | None
    deputy_for: UUID | None
    provider_id: UUID | None
    worker_id: UUID | None
    starts_on: date
    ends_on: date | None
    created_at: datetime
    created_by: UUID | None
    revoked_at: datetime | None


class UserOut(Out):
    id: UUID
    username: str
    display_name: str
    must_change_password: bool
    created_at: datetime
    created_by: UUID | None
    disabled_at: datetime | None
    version: int
    etag: str
    grants: list[GrantOut]


class FirstPasswordOut(Out):
    """Shown this once; whoever signs in with it must change it first."""

    first_password: str


class NewUserOut(UserOut, FirstPasswordOut):
    pass
