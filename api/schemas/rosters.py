"""The workers of forces, and their trainings, on the wire (服务人员、培训; R26, R50, R51)."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StrictInt

from api.domain.providers import ForceKind, WorkerState
from api.schemas.base import CivilDate, ExternalId, In, Name, Out, ShortText, Text500, VillageCode
from api.schemas.family import PhoneNumber
from api.schemas.providers import StandDownOut


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class RosterEntryIn(In):
    """``external_id``: under which the force's own system knows him. ``elder_id``: who is on the roll himself."""

    model_config = _example(name="黄小梅", kind="care_worker", phone="13800000000", vetting="持健康证")

    name: Name
    kind: ForceKind
    phone: PhoneNumber | None = None
    external_id: ExternalId | None = None
    vetting: Text500 | None = None
    elder_id: UUID | None = None


class NeighbourIn(RosterEntryIn):
    """``village``: whose own force he joins; the liaison's own unless said."""

    model_config = _example(name="郑水木", kind="relative_or_neighbour", phone="13800000000")

    village: VillageCode | None = None


class VetIn(In):
    model_config = _example(note="已核对身份，无不良记录")

    note: Text500


class WorkerOut(Out):
    id: UUID
    provider_id: UUID
    external_id: str | None
    kind: ForceKind
    name: str
    status: WorkerState
    elder_id: UUID | None
    phone: str | None
    vetting: str | None
    stand_downs: list[StandDownOut]
    version: int
    etag: str


class RosterLineOut(Out):
    """What is looked at before somebody is sent. ``age``: of who is on the roll himself.

    ``elders``: to how many he is sent today. ``trained_until``: null where none ends. ``complaints``: those upheld.
    """

    id: UUID
    kind: ForceKind
    name: str
    status: WorkerState
    age: int | None
    elders: int
    trained: bool
    trained_until: date | None
    complaints: int


class TrainingIn(In):
    """Without ``worker_id``: of all that the force has."""

    model_config = _example(topic="入户探访礼仪与风险识别", held_on="2026-10-20", valid_until="2027-10-19", minutes=90)

    topic: Annotated[ShortText, Field(max_length=100)]
    held_on: CivilDate
    valid_until: CivilDate | None = None
    minutes: Annotated[StrictInt, Field(ge=1, le=10_000)] | None = None
    worker_id: UUID | None = None


class TrainingOut(Out):
    id: UUID
    provider_id: UUID
    worker_id: UUID | None
    topic: str
    held_on: date
    valid_until: date | None
    minutes: int | None
    version: int
    etag: str
