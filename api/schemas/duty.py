"""The commands on an elder's duty on the wire, and what each answers: how the elder now stands."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from api.domain.absences import NewsSource, SuspensionReason, SuspensionState
from api.domain.consents import ConsentKind, SpokenBy, Word
from api.domain.elders import Category, ElderState, ExitKind
from api.domain.policy import Frequency, Method, PeriodKind, Place, Tier
from api.schemas.base import CivilDate, In, Out, Text500, VillageCode
from api.schemas.elders import ContactIn

MOST_ROWS = 200

ExitReason = Literal[ExitKind.DEATH, ExitKind.MOVED_OUT, ExitKind.INSTITUTION, ExitKind.INELIGIBLE]


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


# --- on the roll, and off it --------------------------------------------------------------------------


class ConfirmIn(In):
    """``confirmed_on``: today unless said. ``tier`` may only lie above what the facts come to, with a reason."""

    model_config = _example(confirmed_on="2026-11-03")

    confirmed_on: CivilDate | None = None
    tier: Tier | None = None
    reason: Text500 | None = None


class DeclineIn(In):
    """A no before duty: of the elder, or of the legal guardian with evidence. ``on``: today unless said."""

    model_config = _example(by="self", on="2026-11-03")

    by: SpokenBy
    on: CivilDate | None = None
    evidence: Text500 | None = None


class ConsentIn(In):
    """What somebody said about the visits, or about keeping sensitive information."""

    model_config = _example(word="given", by="self", on="2026-11-03")

    kind: ConsentKind = ConsentKind.SERVICE
    word: Word
    by: SpokenBy
    on: CivilDate
    evidence: Text500 | None = None


class ExitIn(In):
    """``last_day_on``: the last active day, of a death the day of death. ``found_on``: when it was found."""

    model_config = _example(kind="moved_out", last_day_on="2026-11-02", source="family")

    kind: ExitReason
    last_day_on: CivilDate
    found_on: CivilDate | None = None
    source: NewsSource
    proof: StrictBool = False
    note: Text500 | None = None


class ReinstateIn(In):
    """Why the exit was an error."""

    model_config = _example(reason="误录，老人未搬离")

    reason: Text500


class ReEnterIn(In):
    """``on``: the first day of the new start, today unless said."""

    model_config = _example(reason="从养老院返家居住")

    on: CivilDate | None = None
    reason: Text500


# --- away for a while ---------------------------------------------------------------------------------


class SuspendIn(In):
    """From ``starts_on`` to ``ends_on``, both included. ``proof``: a paper shows it."""

    model_config = _example(starts_on="2026-11-03", ends_on="2026-11-20", reason="hospital")

    starts_on: CivilDate
    ends_on: CivilDate
    reason: SuspensionReason
    proof: StrictBool = False
    note: Text500 | None = None


class EndSuspensionIn(In):
    """``ends_on``: the last day away; before the first one, the suspension is cancelled."""

    model_config = _example(ends_on="2026-11-03")

    ends_on: CivilDate


class RenewSuspensionIn(In):
    """Longer, after somebody reached the elder on ``contacted_on``; at most 60 days from then."""

    model_config = _example(ends_on="2026-12-10", contacted_on="2026-11-03")

    ends_on: CivilDate
    contacted_on: CivilDate
    proof: StrictBool = False
    note: Text500 | None = None


class DecisionIn(In):
    """The reason of a decision, where there is something to say."""

    model_config = _example(note="已电话核实")

    note: Text500 | None = None


# --- how often, and where -----------------------------------------------------------------------------


class RaiseTierIn(In):
    """``priority``: above what the facts come to, to ``until``. ``general``: back to what they come to."""

    model_config = _example(tier="priority", reason="近期丧偶，情绪低落")

    tier: Tier
    from_day: CivilDate | None = Field(default=None, alias="from")
    until: CivilDate | None = None
    reason: Text500


class IncludeIn(In):
    model_config = _example(reason="独自居住，同镇之子不往来")

    reason: Text500


class FrequencyIn(In):
    """``days``: the length of a period of ``days``. What counts is what the tier asks, unless said."""

    period: PeriodKind
    days: Annotated[int, Field(strict=True, ge=1, le=31)] | None = None
    min_visits: Annotated[int, Field(strict=True, ge=1, le=31)] = 1
    methods: Annotated[list[Method], Field(min_length=1, max_length=len(Method))] | None = None
    places: Annotated[list[Place], Field(min_length=1, max_length=len(Place))] | None = None

    def over(self, tier: Frequency) -> Frequency:
        """The frequency in full; ``tier``: what the elder's tier asks."""
        return Frequency(
            self.period,
            self.days or 0,
            self.min_visits,
            frozenset(self.methods) if self.methods else tier.methods,
            frozenset(self.places) if self.places else tier.places,
        )


class OverrideIn(In):
    """More visits than the tier asks, from a day on; ``frequency`` null: as the tier asks again."""

    model_config = _example(frequency={"period": "week"}, reason="术后恢复期")

    frequency: FrequencyIn | None
    from_day: CivilDate | None = Field(default=None, alias="from")
    until: CivilDate | None = None
    reason: Text500


class HandOverIn(In):
    """What those who visit from now on need to know: whom to call first, and what to look out for."""

    contact: ContactIn | None = None
    safety_notes: Text500 | None = None
    note: Text500 | None = None


class TransferIn(In):
    """To another village of the district, from a day on (today unless said); it may be planned ahead."""

    model_config = _example(village="350303104202")

    village: VillageCode
    from_day: CivilDate | None = Field(default=None, alias="from")
    hand_over: HandOverIn | None = None


class TaskDoneIn(In):
    model_config = _example(note="已明确邻居为第一探访联系人")

    note: Text500 | None = None


# --- answers ------------------------------------------------------------------------------------------


class TaskOut(Out):
    """Something to do for an elder by ``due_on``; its note is in nobody's list."""

    id: UUID
    elder_id: UUID
    village: str
    kind: str
    state: Literal["open", "done", "cancelled"]
    starts_on: date
    due_on: date
    done_on: date | None
    version: int


class StintOut(Out):
    """A stretch of duty. ``approved``: the supervisor's word on an ending that might hide a miss."""

    starts_on: date
    last_day_on: date | None
    ending: str | None
    approved: bool | None


class SuspensionOut(Out):
    id: UUID
    starts_on: date
    ends_on: date
    reason: SuspensionReason
    reported_on: date
    proof: bool
    state: SuspensionState
    approved: bool | None
    version: int


class SuspensionLineOut(SuspensionOut):
    """With whose it is, and whether somebody decided."""

    elder_id: UUID
    short_no: str
    village: str
    proposed_by: UUID | None
    decided_by: UUID | None


class SuspensionsOut(Out):
    """Every suspension of an elder, in order."""

    data: Annotated[list[SuspensionOut], Field(max_length=MOST_ROWS)]


class ElderStateOut(Out):
    """How an elder stands: state, tier, dates, suspensions that run or are to come, and what is left to do."""

    id: UUID
    short_no: str
    village: str
    status: ElderState
    tier: Tier | None
    tier_provisional: bool
    categories: list[Category]
    consent: Word | None
    consented_on: date | None
    confirmed_on: date | None
    review_due_on: date | None
    due_on: date | None
    last_seen_on: date | None
    stint: StintOut | None
    suspensions: list[SuspensionOut]
    open_tasks: list[TaskOut]
    version: int
    etag: str


class ConsentOut(Out):
    """``approved``: counts at once from the elder, from a legal guardian by the township, never from others."""

    id: UUID
    kind: ConsentKind
    word: Word
    by: SpokenBy
    on: date
    approved: bool
    has_evidence: bool
    recorded_at: datetime


class ConsentsOut(Out):
    """Everything that was said, in order of day."""

    data: Annotated[list[ConsentOut], Field(max_length=MOST_ROWS)]


class ExceptionOut(Out):
    """Something that would free owed visits. ``reason``: of the suspension, or the kind of exit.

    ``periods``: those that wait for the supervisor's word. Of an exit, ``starts_on`` is the last active day
    and ``ends_on`` is null.
    """

    id: UUID
    kind: Literal["suspension", "exit"]
    elder_id: UUID
    village: str
    reason: str
    starts_on: date
    ends_on: date | None
    reported_on: date | None
    proof: bool
    approved: bool | None
    periods: list[str]
