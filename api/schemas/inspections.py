"""Second looks at visit records on the wire (R52)."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from api.domain.inspections import Consequence, Finding, InspectionMethod, InspectionReason, InspectionState
from api.schemas.base import AreaText, In, Out, Text500
from api.schemas.figures import MonthText

MOST_DRAWN = 500

Seed = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$", max_length=40)]


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class SampleIn(In):
    """A draw from the records of a month. ``percent``: the policy's unless said. ``seed``: made up unless said."""

    model_config = _example(month="2026-10", percent=5, seed="2026-10-a")

    month: MonthText
    area: AreaText | None = None
    percent: Annotated[int | None, Field(strict=True, ge=1, le=100)] = None
    seed: Seed | None = None


class SampleOut(Out):
    """``records``: how many could have been drawn; ``inspections``: those that now wait, by id."""

    month: str
    area: str | None
    seed: str
    percent: int
    records: int
    inspections: list[UUID]


class ChooseIn(In):
    """Records to be looked at because somebody says so."""

    visit_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    reason: InspectionReason = InspectionReason.CHOSEN


class ChosenOut(Out):
    inspections: list[UUID]


class AttemptIn(In):
    """Nobody could be spoken to this time."""

    model_config = _example(method="phone", note="电话无人接听")

    method: InspectionMethod
    note: Text500 | None = None


class ConcludeIn(In):
    """What was found; ``consequence``: what is done to the record at once."""

    model_config = _example(finding="confirmed", method="phone", note="本人说当天有人上门")

    finding: Finding
    method: InspectionMethod
    note: Text500 | None = None
    consequence: Consequence = Consequence.NONE


class AnswerIn(In):
    """What is said to a finding."""

    model_config = _example(answer="当日由李阿姨上门，电话里老人记错了日期")

    answer: Text500


class NoteIn(In):
    model_config = _example(note="情况已核实")

    note: Text500


class InspectionOut(Out):
    """``passed``: whether the record stood the test; null while open and where nobody could say.

    ``answer``: what those said to it whose record it is. ``note`` is the office's: null to a provider.
    """

    id: UUID
    visit_id: UUID
    visited_on: date
    elder_id: UUID
    short_no: str
    village: str
    reason: InspectionReason
    month: str
    seed: str | None
    state: InspectionState
    due_on: date
    late: bool
    attempts: int
    flags: list[str]
    finding: Finding | None
    passed: bool | None
    method: InspectionMethod | None
    note: str | None
    inspected_by: UUID | None
    inspected_at: datetime | None
    answer: str | None
    answered_by: UUID | None
    answered_at: datetime | None
    etag: str


class InspectedUnitOut(Out):
    """One area's draw of a month: how many were looked at, and what was found."""

    key: str
    name: str
    drawn: int
    done: int
    findings: dict[Finding, int]
