"""A second factor on the wire: how it stands, what an authenticator is given, codes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.domain.second_factors import MOST_CODE_LENGTH, SecondFactorState
from api.schemas.accounts import Password
from api.schemas.base import In, Out

Otp = Annotated[str, StringConstraints(min_length=6, max_length=MOST_CODE_LENGTH, pattern=r"^[ -~]*$")]


class SecondFactorOut(Out):
    """``required``: whether a role that is held demands one."""

    state: SecondFactorState
    confirmed_at: datetime | None
    recovery_codes_left: int
    required: bool


class EnrolFactorIn(In):
    """The password once more, so that nobody sets up his device at a screen left open."""

    password: Annotated[Password, Field(examples=["my-own-password"])]


class EnrolmentOut(Out):
    """Shown this once; ``provisioning_uri`` is what an authenticator reads from a QR code."""

    secret: str
    provisioning_uri: str


class OtpIn(In):
    """What the authenticator shows; where one is in use, a recovery code will do as well."""

    otp: Annotated[Otp, Field(examples=["287082"])]


class RecoveryCodesOut(Out):
    """Shown this once; each stands in for the authenticator one time."""

    recovery_codes: list[str]
