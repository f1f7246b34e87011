"""Pairings on the wire (挂钩联系; R27)."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from api.domain.assignments import PairingState
from api.schemas.base import CivilDate, In, Label, Out, Text500, Title
from api.schemas.family import PhoneNumber


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class PairIn(In):
    """``unit``: whose cadre it is. ``help``: what is to be done. It starts today unless said."""

    model_config = _example(
        elder_id="01930000-0000-7000-8000-000000000002", unit="江口镇人民政府", contact="林国栋", phone="13800000000"
    )

    elder_id: UUID
    unit: Title
    contact: Label
    phone: PhoneNumber | None = None
    help: Text500 | None = None
    starts_on: CivilDate | None = None
    ends_on: CivilDate | None = None


class PairingOut(Out):
    id: UUID
    elder_id: UUID
    village: str
    unit: str
    contact: str
    phone: str | None
    help: str | None
    state: PairingState
    starts_on: date
    ends_on: date | None
    created_by: UUID | None
    version: int
    etag: str
