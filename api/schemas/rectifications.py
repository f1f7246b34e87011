"""Orders to put something right on the wire (R52)."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from api.domain.rectifications import RectificationState
from api.schemas.base import AreaText, CivilDate, In, Out, Text500


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class RectifyIn(In):
    """``area``: the village's or the township's desk; of a record or an inspection it follows by itself."""

    model_config = _example(area="350303104201", text="十月探访记录签字不全，请补签并说明原因", due_on="2026-12-15")

    area: AreaText | None = None
    visit_id: UUID | None = None
    inspection_id: UUID | None = None
    complaint_id: UUID | None = None
    text: Text500
    due_on: CivilDate | None = None


class ProofIn(In):
    model_config = _example(proof="已补签，并对探访人员进行了提醒")

    proof: Text500


class ExtendIn(In):
    model_config = _example(due_on="2026-12-31", note="当事人外出，下旬返回")

    due_on: CivilDate
    note: Text500


class RectificationOut(Out):
    id: UUID
    area: str
    state: RectificationState
    visit_id: UUID | None
    inspection_id: UUID | None
    complaint_id: UUID | None
    text: str
    proof: str | None
    note: str | None
    ordered_by: UUID | None
    ordered_on: date
    due_on: date
    late: bool
    answered_by: UUID | None
    answered_on: date | None
    times_rejected: int
    etag: str
