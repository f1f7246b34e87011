"""What the township heard when it asked whether the work had helped (跟踪回访)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from api.domain.follow_ups import FollowUpResult, FollowUpSubject
from api.domain.policy import Method
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder


class FollowUp(Row, table=True):
    """``case_id``: the escalation, referral or need. ``counted_village``: where the case lay on that day.

    ``stands``: what the district found of one that judged the person's own work.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        of_elder(),
        listed("subject", FollowUpSubject),
        listed("result", FollowUpResult),
        listed("method", Method),
        Index("ix_follow_ups_case_at", "case_id", "subject", "at"),
        Index("ix_follow_ups_counted_village_at", "counted_village", "at"),
        Index("ix_follow_ups_village_id", "village", "id"),
    )

    id: UUID = Field(primary_key=True)
    subject: str = Field(max_length=20)
    case_id: UUID
    kind: str = Field(max_length=30)  # of the case
    target_id: UUID | None = None  # the body of the directory that did what is asked about, where one did
    elder_id: UUID | None = Field(default=None, index=True)
    village: str = Field(sa_type=AREA)
    counted_village: str = Field(sa_type=AREA)
    result: str = Field(max_length=12)
    method: str = Field(max_length=20)
    at: datetime = Field(sa_type=INSTANT)
    recorded_at: datetime = Field(sa_type=INSTANT)
    recorded_by: UUID | None = None
    self_followed_up: bool
    stands: bool | None = None
    inspected_by: UUID | None = None
    inspected_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sealed: bytes = Field(sa_type=SEALED)
