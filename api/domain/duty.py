"""On which days visits are owed to one elder, and by what right they are not.

Plan 四(二), (三) with A4–A6, A21–A25, A36: duty runs over stints on the roll, never before the 60th
birthday, the area's tracking start or the first tier; suspensions and endings release from it, and a
release that might hide a miss needs the supervisor's word first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from api.domain.credits import NotCounted
from api.domain.days import birthday
from api.domain.facts import DEATH, DECLINED, ElderFacts, Stint, Suspension
from api.domain.periods import Period
from api.domain.policy import Policy, Tier

_DAY = timedelta(days=1)

Stretch = tuple[date, date]  # first and last day, both included


class Ground(IntEnum):
    """By what right a period is not owed, the best right first."""

    FIRM = 0
    PROVISIONAL = 1  # the village's word, the township has yet to confirm
    BACKDATED = 2  # an exception reported late, granted by the supervisor
    UNDECIDED = 3  # an exception that waits for the supervisor: still owed
    REJECTED = 4  # an exception the supervisor did not grant: still owed

    @property
    def releases(self) -> bool:
        return self <= Ground.BACKDATED


@dataclass(frozen=True, slots=True)
class Release:
    """Days on which nothing is owed, as somebody reported it: a suspension, or all that follows an ending."""

    starts_on: date  # its effect day: the first inactive day
    ends_on: date
    late: bool  # reported more than the policy's days after it took effect (a death: was found)
    proof: bool
    confirmed: bool
    approved: bool | None

    @classmethod
    def of_suspension(cls, suspension: Suspension, policy: Policy) -> "Release":
        noticed = suspension.starts_on
        late = (suspension.reported_on - noticed).days > policy.backdated_after_days
        return cls(noticed, suspension.ends_on, late, suspension.proof, suspension.confirmed, suspension.approved)

    @classmethod
    def of_ending(cls, stint: Stint, last_day: date, policy: Policy) -> "Release":
        effect = last_day + _DAY
        noticed = stint.found_on if stint.ending == DEATH and stint.found_on else effect
        reported = stint.reported_on or noticed
        late = (reported - noticed).days > policy.backdated_after_days
        return cls(effect, date.max, late, stint.proof, True, stint.approved)

    def ground(self, period: Period, visited: bool, recorded_on: Iterable[date]) -> Ground:
        """What the release is worth for a period it would free (A6).

        ``visited``: whether a counted visit lies in the period; ``recorded_on``: the days of all records
        that stand, whatever their outcome.
        """
        if visited or not self._might_hide_a_miss(period, recorded_on):
            return Ground.FIRM if self.confirmed or self.approved else Ground.PROVISIONAL
        if self.approved is None:
            return Ground.UNDECIDED
        if not self.approved:
            return Ground.REJECTED
        return Ground.BACKDATED if self.late else Ground.FIRM

    def _might_hide_a_miss(self, period: Period, recorded_on: Iterable[date]) -> bool:
        if self.starts_on > period.middle:
            return True
        if not self.late or self.proof:
            return False
        tried_from = max(self.starts_on, period.starts_on)
        return not any(tried_from <= day <= period.ends_on for day in recorded_on)


@dataclass(frozen=True, slots=True)
class Span:
    """The days of duty of one stint.

    ``answers_until``: periods that began up to this day are owed until its ending is accounted for; past
    ``last`` only when the ending was reported late, for else a backdated ending would wipe out the misses
    between (A6).
    """

    stint: Stint
    first: date
    last: date  # date.max while it runs
    ending: Release | None
    answers_until: date

    @property
    def runs(self) -> bool:
        return self.last == date.max


@dataclass(frozen=True, slots=True)
class Presence:
    """How an elder stands to one period before any suspension is heard.

    ``ending``: the one that takes the period away, if granted; ``stretches`` are then the days there would
    be without it. A return after an ending makes up for it when enough days are left.
    """

    stretches: tuple[Stretch, ...]
    ending: Release | None

    @property
    def days(self) -> int:
        return sum((last - first).days + 1 for first, last in self.stretches)


class Duty:
    """The days of duty of one elder; built per judgement."""

    def __init__(self, facts: ElderFacts, tracking_starts_on: date | None, policy: Policy) -> None:
        self.tracking_starts_on = tracking_starts_on or date.min
        self.stints = sorted(facts.stints, key=lambda stint: stint.starts_on)
        self.tiers = sorted(facts.tiers, key=lambda change: change.from_day)
        first_tier = min((c.from_day for c in facts.tiers if c.tier is not None), default=date.max)
        self.starts_on = max(birthday(facts.born_on, policy.min_age), self.tracking_starts_on, first_tier)
        self.spans = self._spans(policy)
        self.suspensions = sorted(
            (Release.of_suspension(s, policy) for s in facts.suspensions if s.approved is not False),
            key=lambda release: release.starts_on,
        )

    def _spans(self, policy: Policy) -> list[Span]:
        spans: list[Span] = []
        next_start = date.max
        for stint in reversed(self.stints):
            first, last = max(stint.starts_on, self.starts_on), stint.last_day_on or date.max
            if first > last:
                continue
            ending, answers_until = None, last
            if stint.last_day_on is not None:
                ending = Release.of_ending(stint, last, policy)
                if ending.late and not ending.proof and stint.reported_on is not None:
                    answers_until = max(last, min(stint.reported_on, next_start - _DAY))
            spans.insert(0, Span(stint, first, last, ending, answers_until))
            next_start = first
        return spans

    def tier_on(self, day: date) -> Tier | None:
        for change in reversed(self.tiers):
            if change.from_day <= day:
                return change.tier
        return None

    def stint_on(self, day: date) -> Stint | None:
        """The latest stint that has begun by ``day``, ended or not."""
        return next((stint for stint in reversed(self.stints) if stint.starts_on <= day), None)

    def bar(self, day: date) -> NotCounted | None:
        """Why a visit on ``day`` cannot count, whatever the visit; None on a day of duty."""
        if day < self.tracking_starts_on:
            return NotCounted.NOT_TRACKED
        if not self.stints:
            return NotCounted.NOT_CONFIRMED
        stint = self.stint_on(day)
        if stint is None:
            return NotCounted.BEFORE_CONFIRMATION
        if stint.last_day_on is not None and stint.last_day_on < day:
            return NotCounted.DECLINED if stint.ending == DECLINED else NotCounted.EXITED
        if day < self.starts_on:
            return NotCounted.BEFORE_CONFIRMATION
        if any(release.starts_on <= day <= release.ends_on for release in self.suspensions):
            return NotCounted.SUSPENDED
        return None

    def first_day(self, period: Period) -> date | None:
        """The first day of the period on duty, suspended or not; it decides the tier (A24) and A4."""
        for span in self.spans:
            if span.first <= period.ends_on and period.starts_on <= span.answers_until:
                return max(span.first, period.starts_on)
        return None

    def presence(self, period: Period) -> Presence:
        """The days on duty in a period that has a first day, and the ending that would take it away."""
        spans = [s for s in self.spans if s.first <= period.ends_on and period.starts_on <= s.answers_until]
        last, whole = spans[-1], (max(spans[0].first, period.starts_on), period.ends_on)
        if last.last < period.ends_on:
            return Presence((whole,), last.ending)
        stretches = tuple(
            (max(span.first, period.starts_on), min(span.last, period.ends_on))
            for span in spans
            if span.last >= period.starts_on
        )
        present = Presence(stretches, None)
        return present if present.days >= period.half else Presence((whole,), spans[-2].ending)

    def active_days(self, first: date, last: date) -> int:
        """Days on duty and not suspended, from ``first`` to ``last``."""
        stretches = [
            (max(span.first, first), min(span.last, last))
            for span in self.spans
            if span.first <= last and first <= span.last
        ]
        on_duty = sum((end - start).days + 1 for start, end in stretches)
        return on_duty - days_covered(stretches, self.suspensions)


def days_covered(stretches: Iterable[Stretch], releases: Sequence[Release]) -> int:
    """How many days of the stretches lie in at least one of the releases (sorted by start)."""
    covered = 0
    for first, last in stretches:
        for release in releases:
            start, end = max(release.starts_on, first), min(release.ends_on, last)
            if start <= end:
                covered += (end - start).days + 1
                first = end + _DAY
    return covered
