"""Service forces on the wire (服务力量; R21–R23, R50)."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, StrictBool

from api.domain.providers import ForceKind, ForceState
from api.schemas.base import AreaText, CivilDate, In, Label, Out, Text500, Title
from api.schemas.family import PhoneNumber


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class ProviderIn(In):
    """``area``: where it may be asked to serve. ``premises``: it has an institution of its own."""

    model_config = _example(
        area="350303104", kind="volunteer", name="江口镇志愿服务队", starts_on="2026-01-01", contact="林志强"
    )

    area: AreaText
    kind: ForceKind
    name: Title
    premises: StrictBool = False
    starts_on: CivilDate
    ends_on: CivilDate | None = None
    contact: Label | None = None
    phone: PhoneNumber | None = None
    vetting: Text500 | None = None


class StandDownIn(In):
    """``on``: the first day it holds, today unless said."""

    model_config = _example(reason="经核查存在弄虚作假")

    reason: Text500
    on: CivilDate | None = None


class StandDownOut(Out):
    """``ends_on``: the last day; null while it lasts."""

    state: ForceState
    starts_on: date
    ends_on: date | None
    reason: str


class ProviderOut(Out):
    id: UUID
    area: str
    kind: ForceKind
    name: str
    own_force: bool
    premises: bool
    state: ForceState
    starts_on: date
    ends_on: date | None
    contact: str | None
    phone: str | None
    vetting: str | None
    stand_downs: list[StandDownOut]
    version: int
    etag: str
