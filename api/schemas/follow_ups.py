"""Follow-ups on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from api.domain.follow_ups import FollowUpResult, FollowUpSubject
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
    """``case_id``: what was asked about. ``self_followed_up``: by somebody who had done the work as well."""

    id: UUID
    subject: FollowUpSubject
    case_id: UUID
    kind: str
    provider_id: UUID | None
    elder_id: UUID | None
    village: str
    result: FollowUpResult
    method: Method
    at: datetime
    recorded_at: datetime
    recorded_by: UUID | None
    self_followed_up: bool


class FollowUpFullOut(FollowUpOut):
    text: str | None
