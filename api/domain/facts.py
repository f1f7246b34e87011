"""What judging reads about one elder: dated facts, never a state of today (plan 四(二); A35)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.domain.policy import Frequency, Method, Place, Tier
from api.domain.visits import Outcome

DEATH = "death"  # 去世
DECLINED = "declined"  # 本人拒绝或撤回同意


@dataclass(frozen=True, slots=True)
class Stint:
    """One stretch on the roll as an object of duty: from confirmation, restored consent or re-entry.

    ``last_day_on`` is the last active day (death: the day of death); a stint that ends before it starts
    has no day and says only how it ended (confirmed, but declined from the first day). Stints of one
    elder do not overlap.
    """

    starts_on: date
    last_day_on: date | None = None
    ending: str | None = None  # death, moved_out, institution, ineligible, merged, declined
    reported_on: date | None = None  # None: in time
    found_on: date | None = None  # of a death: when it was discovered
    proof: bool = False
    approved: bool | None = None  # the supervisor's word on an exception (A6); None: not yet


@dataclass(frozen=True, slots=True)
class Suspension:
    """Away for a while (A21), both days included; provisional until the township confirms it."""

    starts_on: date
    ends_on: date
    reason: str
    reported_on: date
    proof: bool = False
    confirmed: bool = False
    approved: bool | None = None  # the supervisor's word on an exception (A6); no undoes the suspension


@dataclass(frozen=True, slots=True)
class TierOfDuty:
    """The tier that duty follows from a day on (A24 ``duty_from``); None owes nothing."""

    from_day: date
    tier: Tier | None


@dataclass(frozen=True, slots=True)
class Residence:
    from_day: date
    village: str


@dataclass(frozen=True, slots=True)
class Override:
    """More visits than the tier asks for (R35), to ``until`` inclusive."""

    from_day: date
    until: date | None
    frequency: Frequency


@dataclass(frozen=True, slots=True)
class StandDown:
    """Days on which nobody could go out where the elder lived, both included (A17).

    ``grace_days``: what a period that ends in it gets beyond its length, and within how many days after it.
    """

    starts_on: date
    ends_on: date
    grace_days: int


@dataclass(frozen=True, slots=True)
class Surge:
    """Days in which everybody of some tiers is asked after once more where the elder lived (A17)."""

    id: UUID
    starts_on: date
    ends_on: date
    tiers: frozenset[Tier]


@dataclass(frozen=True, slots=True)
class VisitFact:
    """What judging reads of one visit record.

    ``blocked``: a ``NotCounted`` value that the record alone or people's decisions give.
    ``refused_by_elder``: met in person and refused by the elder himself; ``refusal_conclusive``: with the
    elder's signature or the township's call-back, so that once suffices (A33).
    """

    id: UUID
    visited_on: date
    method: Method
    place: Place | None
    outcome: Outcome
    recorded_on: date
    blocked: str | None = None
    refused_by_elder: bool = False
    refusal_conclusive: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class ElderFacts:
    """Everything judging needs about one elder; any order within the tuples.

    ``village``: where the elder lives now. ``consented_on``: the day of the entitled person's yes; None
    as long as there is no word (R36).
    """

    elder_id: UUID
    born_on: date
    village: str
    enrolled_on: date
    stints: tuple[Stint, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    tiers: tuple[TierOfDuty, ...] = ()
    residences: tuple[Residence, ...] = ()
    visits: tuple[VisitFact, ...] = ()
    overrides: tuple[Override, ...] = ()
    stand_downs: tuple[StandDown, ...] = ()
    surges: tuple[Surge, ...] = ()
    consented_on: date | None = None
