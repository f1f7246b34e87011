"""Health and version on the wire."""

from typing import Literal

from api.schemas.base import Out


class HealthOut(Out):
    status: Literal["ok"]


class VersionOut(Out):
    name: str
    version: str
