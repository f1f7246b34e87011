"""Visit records after they came in, on the wire: what may be done to one, how lists show them, those that are held."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.domain.flags import FlagCode
from api.domain.policy import Method, Place
from api.domain.providers import ForceKind
from api.domain.visits import Outcome, Standing
from api.schemas.base import In, Out, Text500
from api.schemas.visit_answers import CountsTowardOut, VisitedElderOut, VisitItemOut
from api.schemas.visits import RawVisit


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


def _yes(value: bool) -> bool:
    if not value:
        raise PydanticCustomError("value_not_listed", "not true", {"allowed": "true"})
    return value


Yes = Annotated[StrictBool, AfterValidator(_yes), WithJsonSchema({"type": "boolean", "const": True})]


class ReasonIn(In):
    """Why; it is kept with the version, sealed."""

    model_config = _example(reason="经回访核实，当日未上门")

    reason: Text500


class AmendIn(ReasonIn):
    """The whole record as it should have been sent; `external_id` may be left out."""

    record: RawVisit


class ConfirmRefusalIn(In):
    """The township called the elder back, and he himself said that he does not want the visit (A33)."""

    model_config = _example(told_by_elder=True, reason="本人电话中表示不需要上门")

    told_by_elder: Yes
    reason: Text500 | None = None


class AssignIn(In):
    elder_id: UUID


class AssignedIn(In):
    held_id: UUID
    elder_id: UUID


class AssignManyIn(In):
    """Whose held records are, said of many at once."""

    model_config = _example(
        items=[
            {"held_id": "01930000-0000-7000-8000-000000000002", "elder_id": "01930000-0000-7000-8000-000000000001"},
        ]
    )

    items: Annotated[list[AssignedIn], Field(min_length=1, max_length=200)]


class HeldState(StrEnum):
    HELD = "held"  # 待认定
    ASSIGNED = "assigned"  # 已认定
    DISMISSED = "dismissed"  # 不予受理


class VisitLineOut(Out):
    """A record in a list: nothing that was said in it, and nobody's name."""

    id: UUID
    elder: VisitedElderOut
    visit_no: int
    visited_on: date
    started_at: datetime | None
    method: Method
    place: Place
    outcome: Outcome
    standing: Standing
    flags: list[FlagCode]
    worker_kind: ForceKind
    source: str
    external_id: str
    external_version: int
    recorded_by: UUID | None
    received_at: datetime
    etag: str


class NotCountedOut(Out):
    code: str
    detail: str


class CreditOut(Out):
    """What a record is good for as things stand now: the periods it falls into, or why it meets none."""

    counts_toward: list[CountsTowardOut]
    not_counted: NotCountedOut | None


class HeldElderOut(Out):
    """Whom the sender meant, in the sender's words; an ID number is never shown."""

    id: UUID | None
    short_no: str | None
    external_id: str | None
    village: str | None
    name: str | None
    hint: str | None


class HeldWorkerOut(Out):
    id: UUID | None
    external_id: str | None
    name: str | None
    kind: ForceKind | None


class AssignedOut(Out):
    """What became of each, in order."""

    items: list[VisitItemOut]


class HeldVisitOut(Out):
    """A record whose person could not be told for certain. ``reason``: name_uncertain, name_unlike."""

    id: UUID
    state: HeldState
    reason: str
    village: str
    elder: HeldElderOut
    worker: HeldWorkerOut
    visited_on: date
    method: Method
    outcome: Outcome
    source: str
    external_id: str
    external_version: int
    recorded_by: UUID | None
    received_at: datetime
    visit_id: UUID | None
    etag: str
