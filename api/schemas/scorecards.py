"""A provider's month on the wire: what it did and how well, never beside anybody else's (R50, R51)."""

from uuid import UUID

from pydantic import Field

from api.schemas.base import Out
from api.schemas.follow_ups import SuccessOut
from api.schemas.rates import ProviderFiguresOut


class FlaggedOut(Out):
    """How many records carry a flag; ``code``: of the flag."""

    code: str
    count: int


class VisitScoreOut(Out):
    """Records by the day of the visit. ``not_standing``: returned, voided or withdrawn.

    ``to_be_signed``: where the elder could sign; ``by_proxy``: and somebody else did.
    """

    posted: int
    completed: int
    on_time: int
    late: int
    not_standing: int
    flagged: int
    flags: list[FlaggedOut]
    to_be_signed: int
    by_proxy: int
    proxy_share: str | None = Field(description="by_proxy ÷ to_be_signed, in percent", examples=["12.50"])


class HazardScoreOut(Out):
    """First seen in the month at one of the visits; ``followed_up``: told to the household, or gone since."""

    found: int
    followed_up: int
    resolved: int


class InspectionScoreOut(Out):
    """Second looks at the month's visits. ``pass_rate``: of those that came to a finding."""

    passed: int
    failed: int
    open: int
    pass_rate: str | None = Field(examples=["95.00"])


class ComplaintScoreOut(Out):
    received: int
    upheld: int


class TrainingScoreOut(Out):
    """``held``: in the month. ``trained``: of the ``workers`` of today, who hold one good at the month's end."""

    held: int
    workers: int
    trained: int


class ScorecardOut(Out):
    """``rates``: what was left to the provider, and what it made of it (A30). ``follow_ups``: of the month, about
    cases that its visits opened.
    """

    provider_id: UUID
    month: str
    visits: VisitScoreOut
    hazards: HazardScoreOut
    inspections: InspectionScoreOut
    complaints: ComplaintScoreOut
    trainings: TrainingScoreOut
    rates: ProviderFiguresOut
    follow_ups: SuccessOut
