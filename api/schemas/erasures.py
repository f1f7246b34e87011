"""Erasing a person, on the wire."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict

from api.domain.erasure import ErasureGround
from api.schemas.base import In, Out


class EraseIn(In):
    """``ground`` stands in the audit; nothing else is said of why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ground": "requested"}]})

    ground: ErasureGround


class ErasedOut(Out):
    """``values``: how many sealed values were about the elder."""

    elder_id: UUID
    erased_on: date
    ground: ErasureGround
    values: int
