"""Escalations on the wire: the report that anybody may send, the commands, and what the desk reads."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from api.domain.divisions import Level
from api.domain.escalations import ClockState, EscalationState, RiskKind, StepKind
from api.domain.hazards import Severity
from api.schemas.base import AreaText, In, Instant, Out, ShortText, Text, Text500
from api.schemas.family import PhoneNumber
from api.schemas.visits import CalledNumber


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


Action = Literal[StepKind.EMERGENCY_CALL, StepKind.CONTACT_REACHED, StepKind.VISIT, StepKind.NOTIFIED, StepKind.OTHER]


# --- what is reported ---------------------------------------------------------------------------------


class ReportIn(In):
    """Who or where, and what. ``elder_id``, or ``village`` (as much of the code as is known) and the place in words.

    ``discovered_at``: now unless said. Everything but who or where and ``kind`` may follow later.
    """

    model_config = _example(
        village="350303104201", place_text="后埔桥头小卖部门口", kind="acute_illness", text="老人倒地，意识不清"
    )

    elder_id: UUID | None = None
    village: AreaText | None = None
    place_text: ShortText | None = None
    person_text: Text500 | None = None
    phone: PhoneNumber | None = None
    kind: RiskKind
    severity: Severity | None = None
    discovered_at: Instant | None = None
    emergency_called_at: Instant | None = None
    called_number: CalledNumber | None = None
    contact_reached_at: Instant | None = None
    contact: ShortText | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _whose(self) -> "ReportIn":
        if self.elder_id is None and (self.village is None or self.place_text is None):
            raise PydanticCustomError("elder_or_place_needed", "neither an elder nor a place", {})
        return self


class ReportedOut(Out):
    """The same whoever it is about: a number to ask by."""

    id: UUID
    reference: str


# --- commands -----------------------------------------------------------------------------------------


class AcknowledgeIn(In):
    """``severity``: major, where what was reported as general turns out to be more."""

    model_config = _example(text="已派人前往")

    severity: Literal[Severity.MAJOR] | None = None
    text: Text500 | None = None


class ActionIn(In):
    """``at``: when it was done, now unless said. The first call and the first contact set the clocks."""

    model_config = _example(kind="emergency_call", at="2026-11-03T09:50:00+08:00", called_number="119")

    kind: Action
    at: Instant | None = None
    called_number: CalledNumber | None = None
    contact: ShortText | None = None
    text: Text500 | None = None


class NoteIn(In):
    """In words, where words are needed."""

    model_config = _example(text="已核实")

    text: Text500 | None = None


class ReasonIn(In):
    model_config = _example(text="隐患未彻底排除")

    text: Text500


class HandOverIn(In):
    """``to``: whose desk. ``village``: where it really is, for a person on no roll whose place was not certain."""

    model_config = _example(to="village", text="请联络员到场")

    to: Level
    village: AreaText | None = None
    text: Text500 | None = None


class MitigateIn(In):
    """What was done. ``at``: when the danger was over, now unless said."""

    model_config = _example(text="已关闭阀门并更换软管")

    text: Text500
    at: Instant | None = None


class FalseAlarmIn(In):
    """Who made sure that there was nothing, and how."""

    model_config = _example(verified_by="村联络员", how="老人在女儿家，已通话")

    verified_by: ShortText
    how: Text500


class LinkIn(In):
    """Who it was: somebody on the roll, or a lead."""

    elder_id: UUID | None = None
    lead_id: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> "LinkIn":
        if (self.elder_id is None) == (self.lead_id is None):
            raise PydanticCustomError("elder_or_lead_needed", "one of the two", {})
        return self


class DuplicateIn(In):
    """``of``: the escalation that goes on."""

    of: UUID
    text: Text500 | None = None


class IncidentReviewIn(In):
    """What the district found when it looked at how somebody died."""

    model_config = _example(findings="系自然死亡，此前按期探访，无失职情形")

    findings: Text


# --- what the desk reads ------------------------------------------------------------------------------


class ClockOut(Out):
    due_at: datetime
    met_at: datetime | None
    state: ClockState


class ClocksOut(Out):
    """Null where a clock does not run: nothing major, or nothing to follow up yet."""

    emergency_call: ClockOut | None
    contact: ClockOut | None
    acknowledgement: ClockOut
    follow_up: ClockOut | None


class EscalationOut(Out):
    """``level``: at whose desk it lies now. ``late``: somebody should have done by now what nobody did."""

    id: UUID
    reference: str
    etag: str
    elder_id: UUID | None
    short_no: str | None
    lead_id: UUID | None
    duplicate_of: UUID | None
    village: str
    kind: RiskKind
    severity: Severity
    state: EscalationState
    level: Level
    late: bool
    discovered_at: datetime
    received_at: datetime
    report_delay_minutes: int
    reported_by: UUID | None
    source_visit: UUID | None
    acknowledged_by: UUID | None
    mitigated_at: datetime | None
    self_followed_up: bool
    closed_at: datetime | None
    clocks: ClocksOut


class StepOut(Out):
    """``by``: null for what a clock did. ``level``: of the desk after it."""

    kind: StepKind
    at: datetime
    recorded_at: datetime
    by: UUID | None
    level: Level
    text: str | None
    called_number: str | None
    contact: str | None
    verified_by: str | None


class EscalationFullOut(EscalationOut):
    place_text: str | None
    person_text: str | None
    phone: str | None
    called_number: str | None
    contact: str | None
    text: str | None
    steps: list[StepOut]


# --- whom to call -------------------------------------------------------------------------------------


class DutyContactIn(In):
    """Whom a township, or the district, is called under around the clock."""

    model_config = _example(name="值班室", phone="0594-3590110")

    name: ShortText
    phone: PhoneNumber


class DutyContactOut(Out):
    area: str
    name: str
    phone: str
    updated_at: datetime
    etag: str
