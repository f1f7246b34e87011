"""Background work on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.domain.jobs import JobState
from api.schemas.base import Out


class JobOut(Out):
    """``last_error``: the code of what went wrong last; a job that failed is tried again until it is ``dead``."""

    id: UUID
    kind: str
    state: JobState
    attempts: int
    created_at: datetime
    finished_at: datetime | None
    last_error: str | None
    result: dict[str, Any]
