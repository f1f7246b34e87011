"""Checks of where an elder is whom nobody met, on the wire (A13)."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from api.domain.visits import ToldBy, Whereabouts
from api.domain.whereabouts import CheckState
from api.schemas.base import In, Instant, Out, Text500


class AnswerIn(In):
    """Where the elder is, who told, and when (now unless said). ``unknown``: asked around, the clock runs on."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"whereabouts": "seen", "told_by": "neighbour", "note": "上午在地里干活"}]}
    )

    whereabouts: Whereabouts
    told_by: ToldBy
    at: Instant | None = None
    note: Text500 | None = None


class CheckLineOut(Out):
    """``due_at``: until when somebody is to know. ``late``: that has passed, and nobody knows.

    ``answered_by_visit``: the record that says so, where no person answered. ``escalation_id``: the alarm (失联).
    """

    id: UUID
    elder_id: UUID
    short_no: str
    village: str
    state: CheckState
    opened_at: datetime
    due_at: datetime
    late: bool
    answer: Whereabouts | None
    told_by: ToldBy | None
    told_at: datetime | None
    answered_by: UUID | None
    answered_by_visit: UUID | None
    escalation_id: UUID | None
    source_visit: UUID


class CheckOut(Out):
    """A check as it is stored: whether it is late is for ``due_at`` and the clock to say."""

    id: UUID
    elder_id: UUID
    short_no: str
    village: str
    state: CheckState
    opened_at: datetime
    due_at: datetime
    answer: Whereabouts | None
    told_by: ToldBy | None
    told_at: datetime | None
    answered_by: UUID | None
    answered_by_visit: UUID | None
    escalation_id: UUID | None
    source_visit: UUID
    note: str | None
    version: int
    etag: str
