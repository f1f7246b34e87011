"""Assignments on the wire (派单; R21)."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.domain.assignments import AssignmentState
from api.domain.errors import Fault
from api.messages import Language
from api.schemas.base import CivilDate, FaultOut, In, Out, ShortText

MOST_ELDERS = 500
_PROVIDER, _ELDER = "01930000-0000-7000-8000-000000000001", "01930000-0000-7000-8000-000000000002"


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class _OrderIn(In):
    """Days are inclusive; it starts today unless said, and lasts until it is ended unless ``ends_on`` says so."""

    provider_id: UUID
    worker_id: UUID | None = None
    contract_id: UUID | None = None
    starts_on: CivilDate | None = None
    ends_on: CivilDate | None = None


class AssignIn(_OrderIn):
    model_config = _example(provider_id=_PROVIDER, elder_id=_ELDER)

    elder_id: UUID


class AssignManyIn(_OrderIn):
    model_config = _example(provider_id=_PROVIDER, elder_ids=[_ELDER])

    elder_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_ELDERS)]


class EndIn(In):
    """``on``: the last day, today unless said."""

    model_config = _example(reason="改由村里志愿者探访")

    reason: ShortText | None = None
    on: CivilDate | None = None


class EndManyIn(EndIn):
    model_config = _example(ids=[_ELDER], reason="合同到期")

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_ELDERS)]


class AssignmentOut(Out):
    """``worker_id``: null where the whole force is meant; ``ends_on``: the last day, where one is set."""

    id: UUID
    elder_id: UUID
    village: str
    provider_id: UUID
    worker_id: UUID | None
    contract_id: UUID | None
    state: AssignmentState
    starts_on: date
    ends_on: date | None
    created_by: UUID | None
    version: int
    etag: str


class AssignedOut(Out):
    """What became of one elder; ``id``: of the assignment, null where it was refused."""

    elder_id: UUID
    id: UUID | None
    errors: list[FaultOut]


class AssignedManyOut(Out):
    """In the order in which the elders were named."""

    items: list[AssignedOut]

    @classmethod
    def of(cls, items: Iterable[tuple[UUID, UUID | None, Iterable[Fault]]], language: Language) -> "AssignedManyOut":
        return cls(
            items=[
                AssignedOut(elder_id=elder_id, id=new, errors=[FaultOut.of(fault, language) for fault in faults])
                for elder_id, new, faults in items
            ]
        )
