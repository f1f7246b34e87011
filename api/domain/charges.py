"""The periods an elder is charged with, and what became of each: released, refused, or owed and met.

Plan 四(二) with A4–A6, A16, A21, A24, A33. A charge becomes one obligation for each visit it asks for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from api.domain.credits import NotCounted, satisfies
from api.domain.duty import Duty, Ground, days_covered
from api.domain.facts import ElderFacts, VisitFact
from api.domain.months import Month
from api.domain.periods import Period, periods_of
from api.domain.policy import Frequency, Policy, PolicyBook, Tier
from api.domain.visits import Outcome


class ObligationState(StrEnum):
    OPEN = "open"  # 应访未访
    MET = "met"  # 已完成
    WAIVED = "waived"  # 因退出免访
    EXCUSED = "excused"  # 因暂停免访
    REFUSED = "refused"  # 本人拒访


@dataclass(frozen=True, slots=True)
class Records:
    """The visit records of one month in order of time, and what bars each from counting."""

    visits: Sequence[VisitFact]
    bars: Mapping[UUID, NotCounted | None]

    @classmethod
    def of(cls, visits: Sequence[VisitFact], month: Month, duty: Duty) -> "Records":
        first, last = month.first, month.last
        inside = [visit for visit in visits if first <= visit.visited_on <= last]
        inside.sort(key=lambda visit: (visit.visited_on, visit.recorded_on, visit.id))
        return cls(inside, {visit.id: _bar(visit, duty) for visit in inside})

    def counting(self, period: Period, frequency: Frequency) -> list[VisitFact]:
        return [
            visit
            for visit in self.visits
            if self.bars[visit.id] is None and period.holds(visit.visited_on) and satisfies(visit, frequency)
        ]

    def standing_days(self) -> list[date]:
        """The days of all records that stand, whatever their outcome."""
        return [visit.visited_on for visit in self.visits if visit.blocked is None]

    def refused_on(self, period: Period, policy: Policy) -> date | None:
        """The day a refusal was established: once if conclusive, else on enough different days (A33)."""
        refusals = [
            visit
            for visit in self.visits
            if visit.refused_by_elder and self.bars[visit.id] is NotCounted.OUTCOME and period.holds(visit.visited_on)
        ]
        conclusive = [visit.visited_on for visit in refusals if visit.refusal_conclusive]
        repeated = sorted({visit.visited_on for visit in refusals})[policy.refusals_for_refused - 1 :]
        return min(conclusive + repeated, default=None)


def _bar(visit: VisitFact, duty: Duty) -> NotCounted | None:
    if visit.blocked is not None:
        return NotCounted(visit.blocked)
    return duty.bar(visit.visited_on) or (NotCounted.OUTCOME if visit.outcome is not Outcome.COMPLETED else None)


@dataclass(frozen=True, slots=True)
class Charge:
    """One period an elder is charged with, and what became of it.

    ``state`` is open for whatever is owed, met or not. ``met``: the visits that count, on different days,
    at most as many as are asked. ``ground``: by what right it is, or was to be, released.
    """

    period: Period
    tier: Tier
    frequency: Frequency
    state: ObligationState
    ground: Ground
    met: Sequence[VisitFact] = ()

    @property
    def due(self) -> bool:
        return self.state is ObligationState.OPEN

    @property
    def pending(self) -> bool:
        return self.due and self.ground is Ground.UNDECIDED


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One elder's month: what was recorded, and what it is charged with, in order of time.

    ``newcomer``: duty began too late for one of the month's periods (A4).
    """

    facts: ElderFacts
    month: Month
    book: PolicyBook
    duty: Duty
    records: Records
    charges: Sequence[Charge]
    newcomer: bool

    @classmethod
    def of(cls, facts: ElderFacts, month: Month, book: PolicyBook) -> "Reckoning":
        duty = Duty(facts, book.tracking_starts_on, book.on(month.first))
        records = Records.of(facts.visits, month, duty)
        charges: list[Charge] = []
        newcomer = False
        for policy, tier, frequency, period in _periods_in_force(month, book):
            first = duty.first_day(period)
            if first is None or duty.tier_on(first) is not tier:
                continue
            if (period.ends_on - first).days + 1 < period.half:
                newcomer = True
            else:
                charges.append(_settled(period, tier, frequency, policy, duty, records))
        charges.sort(key=lambda charge: (charge.period.starts_on, charge.period.ends_on))
        return cls(facts, month, book, duty, records, charges, newcomer)


def _periods_in_force(month: Month, book: PolicyBook) -> Iterator[tuple[Policy, Tier, Frequency, Period]]:
    """Every tier's periods, each under the version of the policy in force on its first day."""
    standing = book.on(month.first)
    begun = [p for p in book.versions if month.first < p.valid_from <= month.last and p is not standing]
    for policy in (standing, *begun):
        for tier, frequency in policy.frequencies.items():
            for period in periods_of(month, frequency):
                if not begun or book.on(period.starts_on) is policy:
                    yield policy, tier, frequency, period


def _settled(period: Period, tier: Tier, frequency: Frequency, policy: Policy, duty: Duty, records: Records) -> Charge:
    counting = records.counting(period, frequency)
    state, ground = _released(period, duty, records, visited=bool(counting))
    if state is not ObligationState.OPEN:
        return Charge(period, tier, frequency, state, ground)
    refused_on = records.refused_on(period, policy)
    if refused_on is not None and not any(visit.visited_on <= refused_on for visit in counting):
        return Charge(period, tier, frequency, ObligationState.REFUSED, ground)
    first_of_day: dict[date, VisitFact] = {}
    for visit in counting:
        first_of_day.setdefault(visit.visited_on, visit)
    met = tuple(first_of_day.values())[: frequency.min_visits]
    return Charge(period, tier, frequency, state, ground, met)


def _released(period: Period, duty: Duty, records: Records, *, visited: bool) -> tuple[ObligationState, Ground]:
    """Whether an ending or suspensions free the period, and by what right (A5, A6, A21); else open."""
    presence = duty.presence(period)
    ground_of_ending = Ground.REJECTED
    if presence.ending is not None:
        ground_of_ending = presence.ending.ground(period, visited, records.standing_days())
        if ground_of_ending.releases:
            return ObligationState.WAIVED, ground_of_ending
    claims = [
        (release, release.ground(period, visited, records.standing_days()))
        for release in duty.suspensions
        if release.starts_on <= period.ends_on and period.starts_on <= release.ends_on
    ]
    for ground in sorted({ground for _, ground in claims}):
        heard = [release for release, worth in claims if worth <= ground]
        if presence.days - days_covered(presence.stretches, heard) < period.half:
            return (ObligationState.EXCUSED if ground.releases else ObligationState.OPEN), ground
    return ObligationState.OPEN, ground_of_ending
