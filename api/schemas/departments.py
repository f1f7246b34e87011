"""The plan's milestones and the departments' duties on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from api.domain.departments import DUTIES, DutyNumber, NotKept, Unit
from api.domain.milestones import MilestoneKey
from api.schemas.base import CivilDate, In, Out, Text, Text500

FIRST_YEAR = 2023  # of the plan

DutyNo = Annotated[int, Field(ge=1, le=len(DUTIES))]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=2199)]


class MilestoneIn(In):
    """``done_on``: the day on which it was reached; null: not yet, whatever was said before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"done_on": "2023-08-15", "note": "台风影响，推迟完成"}]})

    done_on: CivilDate | None
    note: Text500 | None = None


class MilestoneOut(Out):
    """A day of the plan for a district or township. ``days_late``: until it was reached, else until today.

    ``version``: null while nobody has said anything.
    """

    area: str
    name: str
    milestone: MilestoneKey
    clause: str
    planned_on: date
    done_on: date | None
    days_late: int
    note: str | None
    updated_at: datetime | None
    version: int | None


class MilestonesOut(Out):
    """In order of place and planned day."""

    data: list[MilestoneOut]


class DutyReportIn(In):
    """What shows that the duty was done in the year: a text, or where it is to be found; and the year's note."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"evidence": "涵文明办〔2026〕8号", "note": "三个实践站未开展，已督促"}]}
    )

    evidence: Text | None = None
    note: Text500 | None = None


class DutyReportOut(Out):
    evidence: str | None
    note: str | None
    updated_by: UUID | None
    updated_at: datetime
    version: int
    etag: str


class TownshipNumberOut(Out):
    key: str
    name: str
    count: int | None
    rate: str | None


class DutyNumberOut(Out):
    """A count, or a percentage; neither where ``not_kept`` says why. ``by_township``: where the plan asks for it."""

    key: DutyNumber
    count: int | None
    rate: str | None
    not_kept: NotKept | None
    by_township: list[TownshipNumberOut] | None


class DutyOut(Out):
    """One line of Annex 1, with what the registers know of a year and what the office says of it."""

    number: int
    text: str
    unit: Unit
    numbers: list[DutyNumberOut]
    report: DutyReportOut | None


class DutiesOut(Out):
    year: int
    data: list[DutyOut]
