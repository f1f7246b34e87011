"""应访: what is owed to an elder in a month, what met it, and what is counted of it.

Plan 四(二): 重点对象 at least one home visit each half-month, 一般对象 one each month; readings A1–A6,
A16, A20, A21, A23–A25, A33–A36. Nothing here knows today, so that what is stored stays true.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.domain.charges import Charge, ObligationState, Reckoning
from api.domain.credits import Credit, NotCounted, Toward, satisfies, why_not
from api.domain.elder_months import ElderMonth, elder_month
from api.domain.facts import ElderFacts, VisitFact
from api.domain.months import Month
from api.domain.periods import Period
from api.domain.policy import Frequency, PolicyBook, Tier


@dataclass(frozen=True, slots=True)
class Obligation:
    """One visit owed in one period; waived, excused and refused ones are kept but not due.

    ``ordinal``: 1 to the frequency's ``min_visits``. ``pending``: something would free it, but counts only
    after the supervisor's yes (A6). ``due_on``: the period's last day, or that of its grace (A17).
    """

    period: Period
    ordinal: int
    tier: Tier
    state: ObligationState
    due_on: date
    met_by: UUID | None = None
    met_on: date | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one month comes to for one elder.

    ``month`` is None where there is nothing to count, ``credits`` has an entry for each visit of the
    month, ``seen_on`` are the days of the visits that the frequency asks for, owed or not.
    """

    obligations: tuple[Obligation, ...]
    month: ElderMonth | None
    credits: Mapping[UUID, Credit]
    seen_on: tuple[date, ...]


def judge(facts: ElderFacts, month: Month, book: PolicyBook) -> Judgement:
    """Judge one month from dated facts; the order of the facts plays no part."""
    reckoning = Reckoning.of(facts, month, book)
    visits = reckoning.records.visits
    credits = {visit.id: _credit(visit, reckoning) for visit in visits}
    return Judgement(
        obligations=tuple(each for charge in reckoning.charges for each in _obligations(charge)),
        month=elder_month(reckoning, credits),
        credits=credits,
        seen_on=tuple(visit.visited_on for visit in visits if credits[visit.id].seen),
    )


def _obligations(charge: Charge) -> Iterator[Obligation]:
    for ordinal, visit in enumerate(charge.met, start=1):
        state = ObligationState.MET
        yield Obligation(charge.period, ordinal, charge.tier, state, charge.due_on, visit.id, visit.visited_on)
    for ordinal in range(len(charge.met) + 1, charge.frequency.min_visits + 1):
        yield Obligation(charge.period, ordinal, charge.tier, charge.state, charge.due_on, pending=charge.pending)


def _credit(visit: VisitFact, reckoning: Reckoning) -> Credit:
    around = [charge for charge in (*reckoning.carried, *reckoning.charges) if charge.awaits(visit)]
    toward = tuple(
        Toward(charge.period.label, charge.tier, visit in charge.met)
        for charge in around
        if charge.due or charge.state is ObligationState.REFUSED
    )
    if any(each.counted for each in toward):
        return Credit(toward, None)
    return Credit(toward, reckoning.records.bars[visit.id] or _idle(visit, around, reckoning))


def _idle(visit: VisitFact, around: Sequence[Charge], reckoning: Reckoning) -> NotCounted:
    """Why a completed visit on a day of duty meets nothing."""
    frequencies = [charge.frequency for charge in around] or _frequencies_on(visit.visited_on, reckoning)
    if not any(satisfies(visit, frequency) for frequency in frequencies):
        return why_not(visit, frequencies)
    asking = [charge for charge in around if satisfies(visit, charge.frequency)]
    if any(charge.state is ObligationState.REFUSED for charge in asking):
        return NotCounted.REFUSED_PERIOD
    if any(charge.due for charge in asking):
        return NotCounted.ALREADY_MET
    return NotCounted.NOTHING_DUE


def _frequencies_on(day: date, reckoning: Reckoning) -> list[Frequency]:
    """What is asked on a day outside every charged period; without a tier, what any tier asks."""
    tier, frequencies = reckoning.duty.tier_on(day), reckoning.book.on(day).frequencies
    asked = frequencies.get(tier) if tier else None
    return [asked] if asked else list(frequencies.values())
