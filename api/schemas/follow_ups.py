"""Follow-ups on the wire."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from api.domain.follow_ups import FollowUpResult, FollowUpSubject, SuccessBy
from api.domain.policy import Method
from api.schemas.base import In, Instant, Out, Text


class FollowUpIn(In):
    """What was heard. ``at``: when somebody asked, now unless said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"result": "eased", "method": "phone"}]})

    result: FollowUpResult
    method: Method
    at: Instant | None = None
    text: Text | None = None


class FollowUpOut(Out):
    """``case_id``: what was asked about. ``self_followed_up``: by somebody who had done the work as well.

    ``stands``: what the district found of such a one.
    """

    id: UUID
    subject: FollowUpSubject
    case_id: UUID
    kind: str
    target_id: UUID | None
    elder_id: UUID | None
    village: str
    result: FollowUpResult
    method: Method
    at: datetime
    recorded_at: datetime
    recorded_by: UUID | None
    self_followed_up: bool
    stands: bool | None
    inspected_by: UUID | None
    inspected_at: datetime | None


class InspectFollowUpIn(In):
    """Whether what was heard stands, although who asked had done the work."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"stands": True, "note": "电话回访属实"}]})

    stands: StrictBool
    note: Text | None = None


class FollowUpFullOut(FollowUpOut):
    text: str | None
    note: str | None


class DueFollowUpOut(Out):
    """A case that waits for a follow-up. ``late``: its day has gone by."""

    subject: FollowUpSubject
    case_id: UUID
    kind: str
    elder_id: UUID | None
    village: str
    due_on: date
    late: bool


class SuccessOut(Out):
    """``followed_up``: asked and answered; who was not reached stands beside it."""

    followed_up: int
    eased: int
    not_eased: int
    not_reached: int
    success_rate: str | None = Field(description="eased ÷ followed_up, in percent; null of nothing", examples=["87.50"])


class SuccessRowOut(SuccessOut):
    """``key``: a kind of case (then with its ``subject``), a township's code, or the id of a body in the directory."""

    subject: FollowUpSubject | None
    key: str
    name: str


class SuccessRatesOut(Out):
    """``total``: of everything that was asked, also where no body of the directory had a hand in it."""

    by: SuccessBy
    total: SuccessOut
    rows: list[SuccessRowOut]
