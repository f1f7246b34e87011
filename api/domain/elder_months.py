"""One elder's line in one month: what the indicator (domain §4) counts, and what stands beside it.

Readings A5, A20, A23, A24 and A34: one village, one tier, and counts that can all be summed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from api.domain.charges import Charge, ObligationState, Reckoning
from api.domain.credits import Credit, NotCounted
from api.domain.duty import Ground
from api.domain.facts import DEATH, DECLINED
from api.domain.months import Month
from api.domain.periods import periods_of
from api.domain.policy import Method, Tier
from api.domain.residences import counted_village
from api.domain.visits import Outcome


@dataclass(frozen=True, slots=True)
class ElderMonth:
    """The counts of one elder in one month.

    ``obligations*``, ``excused*`` and ``refused`` count obligations, ``late`` and ``voided`` visit records;
    everything else is 0 or 1. Due are the open and the met; those pending are among them, while excused,
    waived and refused ones are not. ``excused_backdated`` covers endings reported late as well.
    ``declined``, ``consent_pending`` and ``not_confirmed`` say how the elder stands on the month's last day.
    """

    month: Month
    counted_village: str
    tier: Tier | None  # of the first due obligation
    due: int = 0
    visited_home: int = 0
    visited_any: int = 0
    fully_compliant: int = 0
    obligations: int = 0
    obligations_met: int = 0
    excused: int = 0
    excused_pending: int = 0
    excused_provisional: int = 0
    excused_backdated: int = 0
    refused: int = 0
    declined: int = 0
    consent_pending: int = 0
    not_confirmed: int = 0
    new_not_due: int = 0
    exited: int = 0
    deaths_unseen: int = 0
    late: int = 0
    voided: int = 0
    seen_elsewhere: int = 0


COUNTS: tuple[str, ...] = tuple(
    field.name for field in fields(ElderMonth) if field.name not in ("month", "counted_village", "tier")
)

_SPOKEN_TO = (Method.PHONE, Method.ONLINE)
_DISOWNED = (NotCounted.VOIDED, NotCounted.WITHDRAWN)


def elder_month(reckoning: Reckoning, credits: Mapping[UUID, Credit]) -> ElderMonth | None:
    """Count a judged month; None before the area's tracking start and where every count is 0."""
    month, duty = reckoning.month, reckoning.duty
    if month.last < duty.tracking_starts_on:
        return None
    owed = [charge for charge in reckoning.charges if charge.due]
    counts = {
        **_visited(owed, reckoning, credits),
        **_not_owed(reckoning.charges),
        **_standing(reckoning),
        **_endings(reckoning),
        **_recorded(reckoning, credits),
        "new_not_due": int(reckoning.newcomer and not owed),
    }
    if not any(counts.values()):
        return None
    leading = next(iter(owed or reckoning.charges), None)
    tier = leading.tier if leading else duty.tier_on(month.last)
    return ElderMonth(month, counted_village(reckoning.facts, duty, month), tier, **counts)


def _visited(owed: Iterable[Charge], reckoning: Reckoning, credits: Mapping[UUID, Credit]) -> dict[str, int]:
    """R1 to R3 are over those who are due; nobody else is counted as visited.

    A visit that met an earlier month's period in its grace is that month's, and not this one's.
    """
    if not owed:
        return {}
    asked = sum(charge.frequency.min_visits for charge in owed)
    met = sum(len(charge.met) for charge in owed)
    spent = reckoning.spent
    seen = met > 0 or any(credit.seen for visit_id, credit in credits.items() if visit_id not in spent)
    spoken_to = any(
        credits[visit.id].not_counted is NotCounted.NOT_HOME and visit.method in _SPOKEN_TO
        for visit in reckoning.records.visits
    )
    return {
        "due": 1,
        "visited_home": int(seen),
        "visited_any": int(seen or spoken_to),
        "fully_compliant": int(met == asked),
        "obligations": asked,
        "obligations_met": met,
    }


def _not_owed(charges: Iterable[Charge]) -> dict[str, int]:
    counts = dict.fromkeys(("excused", "excused_pending", "excused_provisional", "excused_backdated", "refused"), 0)
    for charge in charges:
        asked = charge.frequency.min_visits
        if charge.state is ObligationState.REFUSED:
            counts["refused"] += asked
        elif charge.pending:
            counts["excused_pending"] += asked
        elif charge.ground is Ground.BACKDATED:
            counts["excused_backdated"] += asked
        elif charge.ground is Ground.PROVISIONAL:
            counts["excused_provisional"] += asked
        if charge.state is ObligationState.EXCUSED:
            counts["excused"] += asked
    return counts


def _standing(reckoning: Reckoning) -> dict[str, int]:
    facts, last = reckoning.facts, reckoning.month.last
    stint = reckoning.duty.stint_on(last)
    if stint is None:
        return {"not_confirmed": int(facts.enrolled_on <= last)}
    if stint.last_day_on is not None and stint.last_day_on < last:
        return {"declined": int(stint.ending == DECLINED)}
    return {"consent_pending": int(facts.consented_on is None or facts.consented_on > last)}


def _endings(reckoning: Reckoning) -> dict[str, int]:
    ended = [
        span
        for span in reckoning.duty.spans
        if reckoning.month.first <= span.last <= reckoning.month.last and span.stint.ending != DECLINED
    ]
    unseen = [span for span in ended if span.stint.ending == DEATH and _unseen(span.last, reckoning)]
    return {"exited": int(bool(ended)), "deaths_unseen": int(bool(unseen))}


def _unseen(died_on: date, reckoning: Reckoning) -> bool:
    """Whether nobody reached the elder by any mode in the period running at death (A5).

    A contact in that period is never older than the tier's interval, so this one test says both.
    """
    tier = reckoning.duty.tier_on(died_on)
    frequency = reckoning.book.on(died_on).frequencies.get(tier) if tier else None
    if frequency is None:
        return False
    running = next(p for p in periods_of(reckoning.month, frequency) if p.holds(died_on))
    return not any(
        visit.outcome is Outcome.COMPLETED
        and visit.blocked is None
        and running.starts_on <= visit.visited_on <= died_on
        for visit in reckoning.records.visits
    )


def _recorded(reckoning: Reckoning, credits: Mapping[UUID, Credit]) -> dict[str, int]:
    visits = reckoning.records.visits
    return {
        "late": sum(visit.late and visit.blocked not in _DISOWNED for visit in visits),
        "voided": sum(visit.blocked == NotCounted.VOIDED for visit in visits),
        "seen_elsewhere": int(any(credit.not_counted is NotCounted.PLACE for credit in credits.values())),
    }
