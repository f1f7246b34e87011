"""Extra visits, stand-downs, weather warnings and festivals on the wire (加密探访)."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, StringConstraints

from api.domain.festivals import Festival
from api.domain.policy import Tier
from api.domain.signals import SignalColour, SignalCommand, SignalState
from api.domain.surges import SurgeKind, SurgeSource, SurgeState
from api.schemas.base import AreaText, CivilDate, ExternalId, In, Instant, Label, Out, Text500

MOST_AREAS = 50
Areas = Annotated[list[AreaText], Field(min_length=1, max_length=MOST_AREAS)]
Tiers = Annotated[list[Tier], Field(min_length=1, max_length=len(Tier))]
FestivalYear = Annotated[int, Field(strict=True, ge=2000, le=2099)]
SignalDigits = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$", max_length=4)]


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


# --- what comes in ------------------------------------------------------------------------------------


class SurgeIn(In):
    """A window of one's own, or a festival's: ``starts_on`` and ``ends_on``, or ``festival`` and ``year``.

    ``areas``: the district, townships or villages; all of mine, unless said. ``tiers``: of a surge, 重点对象
    unless said; a stand-down is for everybody.
    """

    model_config = _example(starts_on="2026-11-20", ends_on="2026-11-22", note="寒潮来临，逐户问询保暖")

    kind: SurgeKind = SurgeKind.SURGE
    areas: Areas | None = None
    starts_on: CivilDate | None = None
    ends_on: CivilDate | None = None
    festival: Festival | None = None
    year: FestivalYear | None = None
    tiers: Tiers | None = None
    note: Text500 | None = None


class OpenSurgeIn(In):
    """What is otherwise than proposed; what is left out stays."""

    model_config = _example(note="按气象台会商意见启动")

    areas: Areas | None = None
    starts_on: CivilDate | None = None
    ends_on: CivilDate | None = None
    tiers: Tiers | None = None
    note: Text500 | None = None


class ExtendSurgeIn(In):
    """``ends_on``: a later last day."""

    model_config = _example(ends_on="2026-11-24")

    ends_on: CivilDate


class EndSurgeIn(In):
    """``ends_on``: an earlier last day; today unless said."""

    model_config = _example(ends_on="2026-11-03")

    ends_on: CivilDate | None = None


class CancelSurgeIn(In):
    """Why it was an error, or is not needed; whatever followed from it is undone."""

    model_config = _example(note="台风转向，未影响本区")

    note: Text500 | None = None


class SignalIn(In):
    """A weather warning as its feed has it (气象灾害预警信号).

    ``signal_id``: its name there, the same when it is updated or cancelled. ``kind``: in words; ``code``: AABB,
    kind and colour. ``starts_on``, ``ends_on``: of what it gives reason for; three days from its issue unless said.
    """

    model_config = _example(
        signal_id="35030300-20261103-0102",
        event="issue",
        kind="台风",
        code="0103",
        colour="orange",
        adcode="350303",
        issued_at="2026-11-03T08:00:00+08:00",
    )

    signal_id: ExternalId
    event: SignalCommand
    kind: Label
    code: SignalDigits
    colour: SignalColour
    adcode: AreaText
    issued_at: Instant
    starts_on: CivilDate | None = None
    ends_on: CivilDate | None = None


class FestivalIn(In):
    """How many days before and after its own day the window of a festival reaches, whether it is kept, for whom."""

    model_config = _example(days_before=3, days_after=1, active=True, tiers=["priority", "general"])

    days_before: Annotated[int, Field(strict=True, ge=0, le=10)]
    days_after: Annotated[int, Field(strict=True, ge=0, le=10)]
    active: StrictBool
    tiers: Tiers


# --- what goes out ------------------------------------------------------------------------------------


class SurgeSignalOut(Out):
    """The warning behind a proposal, as it was last told."""

    id: UUID
    kind: str
    code: str
    colour: SignalColour


class SurgeOut(Out):
    """``state`` as of today. ``grace_days``: what periods that end in or shortly after a stand-down gain
    beyond its length; null of a surge. ``tiers``: none of a stand-down."""

    id: UUID
    kind: SurgeKind
    source: SurgeSource
    state: SurgeState
    areas: list[str]
    starts_on: date
    ends_on: date
    tiers: list[Tier]
    grace_days: int | None
    festival: Festival | None
    signal: SurgeSignalOut | None
    note: str | None
    proposed_by: UUID | None
    created_at: datetime
    opened_by: UUID | None
    opened_at: datetime | None
    version: int


class SurgeFiguresOut(Out):
    """Of the elders in the area asked for. ``contact_rate`` is no 月探访率; null where nobody is counted.

    Each elder is reached once, at home rather than by telephone; ``other``: met in person elsewhere.
    """

    tasks: int
    contacted: int
    home: int
    phone: int
    online: int
    other: int
    not_reached: int
    contact_rate: str | None = Field(examples=["90.00"])


class SurgeStoryOut(SurgeOut):
    """``figures``: null of what was not opened, and of a stand-down."""

    figures: SurgeFiguresOut | None


class NotReachedOut(Out):
    """Somebody whom no contact has reached in the window."""

    elder_id: UUID
    short_no: str
    village: str
    tier: Tier | None


class SignalOut(Out):
    """A warning, and what it has given reason for so far."""

    id: UUID
    signal_id: str
    kind: str
    code: str
    colour: SignalColour
    state: SignalState
    adcode: str
    issued_at: datetime
    received_at: datetime
    version: int


class HeardSignalOut(SignalOut):
    proposed: list[SurgeOut]


class FestivalOut(Out):
    """A festival of one year. ``group``: the festivals that share one window, from the first's to the last's."""

    festival: Festival
    on: date
    days_before: int
    days_after: int
    window_from: date
    window_to: date
    active: bool
    tiers: list[Tier]
    group: list[Festival]


class FestivalsOut(Out):
    year: int
    data: list[FestivalOut]
