"""Closed months on the wire: what was frozen, what it has become, and what changed it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from api.domain.closings import ClosingState
from api.domain.policy import Tier
from api.schemas.base import In, Out
from api.schemas.figures import MonthText
from api.schemas.rates import Grouping, RatesOut


class ClosingIn(In):
    """Which month to close."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"month": "2026-10"}]})

    month: MonthText


class ClosingOut(Out):
    """``proposed_on``: the working day on which closing is proposed. The rest is null until it was done."""

    month: str
    state: ClosingState
    proposed_on: date
    closed_at: datetime | None
    closed_by: UUID | None
    policy_versions: list[str] | None


class TallyOut(Out):
    """``counts``: the same as beside the visit rate, by their names there. ``rates``: null in a running month."""

    counts: dict[str, int] = Field(examples=[{"due_elders": 100, "visited_home": 98}])
    rates: RatesOut | None


class ComparedOut(Out):
    """``frozen``: as closed, null until then; ``restated``: as it is now; ``difference``: counts that differ."""

    frozen: TallyOut | None
    restated: TallyOut
    difference: dict[str, int] = Field(examples=[{"visited_home": 1}])


class ComparedRowOut(ComparedOut):
    """One village, township, tier or category."""

    key: str
    name: str


class ClosingFiguresOut(ClosingOut):
    """A month as it was closed beside what it is now."""

    by: Grouping
    total: ComparedOut
    rows: list[ComparedRowOut]


class ChangedElderOut(Out):
    id: UUID
    short_no: str


class ClosingChangeOut(Out):
    """What one request changed in the counts of a closed month, for one elder in one village and tier.

    ``operation``: of this API, that changed it (``plan``: everybody was judged anew). ``by``: null for the
    service itself. What is restated is what was frozen with all differences added.
    """

    id: UUID
    at: datetime
    by: UUID | None
    operation: str
    elder: ChangedElderOut
    village: str
    tier: Tier | None
    difference: dict[str, int]
