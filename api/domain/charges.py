"""The periods an elder is charged with, and what became of each: released, refused, or owed and met.

Plan 四(二) with A4–A6, A16, A17, A21, A24, A33. A charge becomes one obligation for each visit it asks for.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from api.domain.credits import NotCounted, satisfies
from api.domain.duty import Duty, Ground, days_covered
from api.domain.facts import ElderFacts, VisitFact
from api.domain.graces import Graces
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
    """The visit records of one month in order of time, and what bars each from counting.

    ``later``: those of the days after it in which some of its periods may still be met.
    """

    visits: Sequence[VisitFact]
    later: Sequence[VisitFact]
    bars: Mapping[UUID, NotCounted | None]

    @classmethod
    def of(cls, visits: Sequence[VisitFact], month: Month, until: date, duty: Duty) -> "Records":
        near = [visit for visit in visits if month.first <= visit.visited_on <= until]
        near.sort(key=lambda visit: (visit.visited_on, visit.recorded_on, visit.id))
        inside = [visit for visit in near if visit.visited_on <= month.last]
        return cls(inside, near[len(inside) :], {visit.id: _bar(visit, duty) for visit in near})

    def counting(self, period: Period, due_on: date, frequency: Frequency) -> list[VisitFact]:
        return [
            visit
            for visit in (*self.visits, *self.later)
            if self.bars[visit.id] is None
            and period.starts_on <= visit.visited_on <= due_on
            and satisfies(visit, frequency)
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

    ``due_on``: the period's last day, or that of its grace. ``state`` is open for whatever is owed, met or
    not. ``met``: the visits that count, on different days, at most as many as are asked. ``ground``: by what
    right it is, or was to be, released.
    """

    period: Period
    due_on: date
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

    @property
    def met_in_grace(self) -> list[VisitFact]:
        return [visit for visit in self.met if visit.visited_on > self.period.ends_on]

    def awaits(self, visit: VisitFact) -> bool:
        """Whether the visit falls into the period, or into its grace while the period lacks a visit."""
        if self.period.holds(visit.visited_on):
            return True
        in_grace = self.due and self.period.ends_on < visit.visited_on <= self.due_on
        return in_grace and (visit in self.met or len(self.met) < self.frequency.min_visits)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One elder's month: what was recorded, and what it is charged with, in order of time.

    ``carried``: charges of earlier months that may still be met in this one; they take a visit first.
    ``newcomer``: duty began too late for one of the month's periods (A4).
    """

    facts: ElderFacts
    month: Month
    book: PolicyBook
    duty: Duty
    records: Records
    charges: Sequence[Charge]
    carried: Sequence[Charge]
    newcomer: bool

    @classmethod
    def of(cls, facts: ElderFacts, month: Month, book: PolicyBook) -> "Reckoning":
        duty = Duty(facts, book.tracking_starts_on, book.on(month.first))
        graces = Graces(facts.stand_downs)
        carried = _carried(facts, month, book, graces)
        begun = [
            (asked, first)
            for asked in sorted(_periods_in_force(month, book), key=_in_time)
            if (first := duty.first_day(asked.period)) is not None and duty.tier_on(first) is asked.tier
        ]
        charged = [asked for asked, first in begun if (asked.period.ends_on - first).days + 1 >= asked.period.half]
        dues = [graces.due(asked.period.ends_on) for asked in charged]
        records = Records.of(facts.visits, month, max([month.last, *dues]), duty)
        charges: list[Charge] = []
        for asked, due_on in zip(charged, dues, strict=True):
            charges.append(_settled(asked, due_on, duty, records, _spent([*carried, *charges], asked.period)))
        return cls(facts, month, book, duty, records, charges, carried, newcomer=len(charged) < len(begun))

    @property
    def spent(self) -> frozenset[UUID]:
        """The month's visits that an earlier month's periods took in their graces."""
        return frozenset(visit.id for charge in self.carried for visit in charge.met_in_grace)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A tier's period, under the version of the policy in force on its first day."""

    policy: Policy
    tier: Tier
    frequency: Frequency
    period: Period


def _in_time(asked: _Asked) -> tuple[date, date]:
    return asked.period.starts_on, asked.period.ends_on


def _carried(facts: ElderFacts, month: Month, book: PolicyBook, graces: Graces) -> list[Charge]:
    before = month.previous()
    if not graces.lead_out_of(before):
        return []
    reckoning = Reckoning.of(facts, before, book)
    return [charge for charge in (*reckoning.carried, *reckoning.charges) if charge.due_on >= month.first]


def _spent(charges: Sequence[Charge], period: Period) -> frozenset[UUID]:
    """The visits in graces of what ended before the period began: they met that, and meet nothing else."""
    earlier = (charge for charge in charges if charge.period.ends_on < period.starts_on)
    return frozenset(visit.id for charge in earlier for visit in charge.met_in_grace)


def _periods_in_force(month: Month, book: PolicyBook) -> Iterator[_Asked]:
    standing = book.on(month.first)
    begun = [p for p in book.versions if month.first < p.valid_from <= month.last and p is not standing]
    for policy in (standing, *begun):
        for tier, frequency in policy.frequencies.items():
            for period in periods_of(month, frequency):
                if not begun or book.on(period.starts_on) is policy:
                    yield _Asked(policy, tier, frequency, period)


def _settled(asked: _Asked, due_on: date, duty: Duty, records: Records, spent: Set[UUID]) -> Charge:
    period, frequency = asked.period, asked.frequency
    counting = [visit for visit in records.counting(period, due_on, frequency) if visit.id not in spent]
    in_time = any(period.holds(visit.visited_on) for visit in counting)
    state, ground = _released(period, duty, records, visited=in_time)
    if state is ObligationState.OPEN:
        refused_on = records.refused_on(period, asked.policy)
        if refused_on is not None and not any(visit.visited_on <= refused_on for visit in counting):
            state = ObligationState.REFUSED
    met: tuple[VisitFact, ...] = ()
    if state is ObligationState.OPEN:
        first_of_day: dict[date, VisitFact] = {}
        for visit in counting:
            first_of_day.setdefault(visit.visited_on, visit)
        met = tuple(first_of_day.values())[: frequency.min_visits]
    return Charge(period, due_on, asked.tier, frequency, state, ground, met)


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
