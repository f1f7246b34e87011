"""Needs on the wire (关爱服务需求)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, StrictBool

from api.domain.referrals import NeedKind, NeedState
from api.schemas.base import In, Out, Text500


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class NeedTellIn(In):
    """A need told by hand. ``solved``: met on the spot, so that nothing is to be referred."""

    model_config = _example(kind="daily_care", text="行动不便，做饭困难")

    elder_id: UUID
    kind: NeedKind
    text: Text500 | None = None
    solved: StrictBool = False


class NeedSolveIn(In):
    model_config = _example(note="已联系邻居帮助送餐")

    note: Text500


class NeedCancelIn(In):
    model_config = _example(reason="老人表示不再需要")

    reason: Text500


class NeedLineOut(Out):
    """``source_visit``: the record that told of it; ``reported_by``: who told of it by hand.

    ``follow_up_due_on``: until when the township asks whether a sharp need that was met on the spot is eased.
    """

    id: UUID
    elder_id: UUID
    village: str
    kind: NeedKind
    state: NeedState
    source_visit: UUID | None
    reported_by: UUID | None
    created_at: datetime
    follow_up_due_on: date | None
    etag: str


class NeedOut(NeedLineOut):
    """``note``: how it was solved, or why it was cancelled."""

    text: str | None
    note: str | None
