"""What waits at one's desk, and what is late at anybody's, on the wire."""

from datetime import date
from uuid import UUID

from api.domain.divisions import Level
from api.domain.waiting import WaitingKind
from api.schemas.base import Out


class WaitingOut(Out):
    """One thing. ``about``: what of its kind it is, a code; ``short_no``: of the elder, where it is about one."""

    id: UUID
    elder_id: UUID | None
    short_no: str | None
    village: str
    about: str | None
    due_on: date
    late: bool


class InboxKindOut(Out):
    """Everything of one kind at my desks. ``act``: where it is acted on; ``items``: the first, by due day."""

    kind: WaitingKind
    desk: Level
    count: int
    late: int
    oldest_due_on: date
    act: str
    items: list[WaitingOut]


class InboxOut(Out):
    """``months_to_close``: ended months whose day of closing has come, where I close them."""

    count: int
    late: int
    kinds: list[InboxKindOut]
    months_to_close: list[str]


class LateOut(Out):
    """How much of one kind is late in one area, and at whose desk it lies there."""

    area: str
    name: str
    kind: WaitingKind
    desk: Level
    late: int
    oldest_due_on: date


class LateListOut(Out):
    """By area code and kind, in their own order: not a ranking."""

    total: int
    data: list[LateOut]
