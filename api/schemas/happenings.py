"""An elder's timeline on the wire."""

from datetime import date, datetime
from uuid import UUID

from api.domain.happenings import Happening
from api.schemas.base import Out


class HappeningOut(Out):
    """``id``: of the record of its ``kind``. ``on``: the civil day; ``at``: the instant, where one is known.

    ``code``: what happened, in the words of its kind: a visit's outcome, the tier, the reason of a suspension or
    exit, the word of a consent, the kind of a danger, referral or proposal, the result of a review. ``state``: what
    became of it since. ``who`` wrote it down.
    """

    kind: Happening
    id: UUID
    on: date
    at: datetime | None
    code: str | None
    state: str | None
    who: UUID | None
