"""Visits asked for besides the obligations: first visits (A4), a township's own frequency (R35), surges (A17).

They have their own indicator; a township that asks more of itself never looks worse in 月探访率.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, pairwise, repeat
from uuid import UUID

from api.domain.credits import satisfies
from api.domain.duty import Duty, Span
from api.domain.facts import ElderFacts, Override, VisitFact
from api.domain.months import Month, months_between
from api.domain.periods import periods_of
from api.domain.policy import PolicyBook, Tier
from api.domain.surges import asked_after
from api.domain.visits import Outcome

_DAY = timedelta(days=1)


class VisitTaskKind(StrEnum):
    FIRST_VISIT = "first_visit"  # 首次探访
    OVERRIDE = "override"  # 个别加密探访
    SURGE = "surge"  # 节日、恶劣天气加密探访


@dataclass(frozen=True, slots=True)
class VisitTask:
    """``key`` is unique for one elder and kind; ``done_on`` after ``due_on`` is late."""

    kind: VisitTaskKind
    key: str
    starts_on: date
    due_on: date
    done_by: UUID | None = None
    done_on: date | None = None


def visit_tasks(facts: ElderFacts, book: PolicyBook, until: date, since: date) -> tuple[VisitTask, ...]:
    """The tasks that start by ``until`` and are due on or after ``since``, in order of their due days.

    Surges are there as soon as they are opened, whenever they start. ``facts.visits`` must reach back to
    ``since``, and to the first day of a surge that ends after it. A task is dropped when the elder leaves, and
    when a suspension begins before it was done or due: the return opens the next one.
    """
    duty = Duty(facts, book.tracking_starts_on, book.on(until))
    visits = sorted(
        (
            visit
            for visit in facts.visits
            if visit.blocked is None and visit.outcome is Outcome.COMPLETED and duty.bar(visit.visited_on) is None
        ),
        key=lambda visit: (visit.visited_on, visit.recorded_on, visit.id),
    )
    tasks = [
        *_first_visits(duty, book, visits),
        *(task for override in facts.overrides for task in _asked_by(override, duty, visits, since, until)),
    ]
    wanted = [task for task in tasks if task.starts_on <= until and since <= task.due_on]
    wanted += [task for task in surge_tasks(facts, duty) if since <= task.due_on]
    return tuple(sorted(wanted, key=lambda task: (task.due_on, task.kind, task.key)))


def surge_tasks(facts: ElderFacts, duty: Duty) -> Iterator[VisitTask]:
    """One for each surge that counts the elder; any contact does it."""
    for asked in asked_after(facts, duty):
        surge = asked.surge
        yield _task(VisitTaskKind.SURGE, str(surge.id), surge.starts_on, surge.ends_on, asked.contact)


def _first_visits(duty: Duty, book: PolicyBook, visits: Sequence[VisitFact]) -> Iterator[VisitTask]:
    for span, start in _occasions(duty):
        due = start + timedelta(days=book.on(start).first_visit_days - 1)
        stretch_end = min([span.last, *(s.starts_on - _DAY for s in duty.suspensions if s.starts_on > start)])
        interrupted = stretch_end < due
        done_until = stretch_end if interrupted else span.last
        done = next((v for v in visits if start <= v.visited_on <= done_until and _is_asked_for(v, duty, book)), None)
        if done is not None or (span.runs and not interrupted):
            yield _task(VisitTaskKind.FIRST_VISIT, start.isoformat(), start, due, done)


def _occasions(duty: Duty) -> list[tuple[Span, date]]:
    """The days that call for a first visit, each once, with the span of duty they lie in.

    Confirmation, if duty began with it; return from a suspension; a raise to 重点对象.
    """
    days = {span.first for span in duty.spans if span.first == span.stint.starts_on}
    days |= {suspension.ends_on + _DAY for suspension in duty.suspensions}
    days |= {
        change.from_day
        for before, change in pairwise(duty.tiers)
        if change.tier is Tier.PRIORITY and before.tier is not Tier.PRIORITY
    }
    return [
        (span, day)
        for span in duty.spans
        for day in sorted(days)
        if span.first <= day <= span.last and duty.bar(day) is None
    ]


def _is_asked_for(visit: VisitFact, duty: Duty, book: PolicyBook) -> bool:
    tier = duty.tier_on(visit.visited_on)
    frequency = book.on(visit.visited_on).frequencies.get(tier) if tier else None
    return frequency is not None and satisfies(visit, frequency)


def _asked_by(
    override: Override, duty: Duty, visits: Sequence[VisitFact], since: date, until: date
) -> Iterator[VisitTask]:
    """One task for each visit an override asks for in a period of which half its days are active."""
    ends_on = override.until or date.max
    months = months_between(Month.of(max(override.from_day, since)), Month.of(min(ends_on, until)))
    for period in (period for month in months for period in periods_of(month, override.frequency)):
        first, last = max(period.starts_on, override.from_day), min(period.ends_on, ends_on)
        if duty.active_days(first, last) < period.half:
            continue
        by_day: dict[date, VisitFact] = {}
        for visit in visits:
            if first <= visit.visited_on <= last and satisfies(visit, override.frequency):
                by_day.setdefault(visit.visited_on, visit)
        running = any(span.runs and span.first <= last for span in duty.spans)
        done = chain(by_day.values(), repeat(None))
        for ordinal, visit_done in zip(range(1, override.frequency.min_visits + 1), done, strict=False):
            if visit_done is not None or running:
                key = f"{override.from_day}:{period.label}-{ordinal}"
                yield _task(VisitTaskKind.OVERRIDE, key, first, last, visit_done)


def _task(kind: VisitTaskKind, key: str, starts_on: date, due_on: date, done: VisitFact | None) -> VisitTask:
    if done is None:
        return VisitTask(kind, key, starts_on, due_on)
    return VisitTask(kind, key, starts_on, due_on, done.id, done.visited_on)
