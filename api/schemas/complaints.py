"""Complaints on the wire (R50)."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from api.domain.complaints import Complainant, ComplaintKind, ComplaintState
from api.schemas.base import AreaText, CivilDate, In, Out, Text500


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class ComplaintIn(In):
    """About a record, an elder's visits, or a village's in general: one of the three."""

    model_config = _example(village="350303104201", kind="not_visited", complainant="family", text="说十月没有人来过")

    visit_id: UUID | None = None
    elder_id: UUID | None = None
    village: AreaText | None = None
    kind: ComplaintKind
    complainant: Complainant
    received_on: CivilDate | None = None
    text: Text500


class ComplaintOut(Out):
    id: UUID
    village: str
    elder_id: UUID | None
    visit_id: UUID | None
    worker_id: UUID | None
    kind: ComplaintKind
    complainant: Complainant
    state: ComplaintState
    received_on: date
    received_by: UUID | None
    due_on: date
    late: bool
    decided_by: UUID | None
    decided_on: date | None
    text: str
    note: str | None
    etag: str
