"""The one function that changes standings: whatever happens to an elder, the months it touches are judged anew."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from api.domain.elder_months import COUNTS
from api.domain.facts import ElderFacts
from api.domain.graces import Graces, judged_together
from api.domain.months import Month, months_between
from api.domain.obligations import Judgement, judge
from api.domain.policy import PolicyBook
from api.domain.standings import earliest_due
from api.domain.tasks import VisitTask, visit_tasks
from api.store import Registers

Judged = Mapping[UUID, Mapping[Month, Judgement]]

# A death looks back over the longest interval of a tier; a first visit is due within days of its occasion.
LOOK_BACK = timedelta(days=62)


def months_from(day: date, today: date) -> tuple[Month, ...]:
    """The months a change on ``day`` can touch: from its month to the month after today's."""
    return tuple(months_between(Month.of(day), max(Month.of(today).next(), Month.of(day))))


async def rejudge(registers: Registers, elder_ids: Sequence[UUID], months: Sequence[Month]) -> Judged:
    """Judge the elders' months from their facts and store what changed, sums included.

    Locks the elders in order of id, so that two writers never add to a sum from the same before. Answers
    what was judged, for those who tell people what their record was good for.
    """
    if not months or not elder_ids:
        return {}
    since = min(months).first - LOOK_BACK
    facts = await registers.facts.locked(elder_ids, visits_since=since)
    books = await registers.places.books_for({known.village for known in facts.values()})
    months = judged_together(months, Graces(each for known in facts.values() for each in known.stand_downs))
    judged = {
        elder_id: {month: judge(known, month, books[known.village]) for month in months}
        for elder_id, known in facts.items()
    }
    await _store(registers, facts, judged, months)
    await _store_due(registers, facts, books, max(months), since)
    return judged


async def rejudge_tasks(registers: Registers, elder_ids: Sequence[UUID], months: Sequence[Month]) -> None:
    """Judge only the tasks to visit, where nothing has changed that is owed: all that a surge asks for."""
    if not elder_ids:
        return
    since = min(months).first - LOOK_BACK
    facts = await registers.facts.locked(elder_ids, visits_since=since)
    books = await registers.places.books_for({known.village for known in facts.values()})
    await _store_due(registers, facts, books, max(months), since)


async def _store(
    registers: Registers, facts: Mapping[UUID, ElderFacts], judged: Judged, months: Sequence[Month]
) -> None:
    ids, written = list(facts), [str(month) for month in months]
    before = await registers.obligations.stored(ids, written)
    owed: dict[tuple[Any, ...], dict[str, Any]] = {}
    lines: dict[tuple[UUID, str], dict[str, Any]] = {}
    for elder_id, by_month in judged.items():
        for month, judgement in by_month.items():
            owed.update(_obligation_rows(facts[elder_id], month, judgement))
            if judgement.month is not None:
                bits = before.categories_in(elder_id, month)
                lines[elder_id, str(month)] = _month_row(facts[elder_id], judgement, bits)
    await registers.closings.restate(before.months, lines)
    await registers.obligations.replace(before, owed, lines)


async def _store_due(
    registers: Registers,
    facts: Mapping[UUID, ElderFacts],
    books: Mapping[str, PolicyBook],
    last: Month,
    since: date,
) -> None:
    """Tasks of the visits besides, and the day by which each elder is next to be visited."""
    task_window = since + LOOK_BACK - timedelta(days=31)
    tasks: dict[UUID, tuple[str, tuple[VisitTask, ...]]] = {
        elder_id: (known.village, visit_tasks(known, books[known.village], last.last, task_window))
        for elder_id, known in facts.items()
    }
    await registers.tasks.replace_visit_tasks(tasks, task_window, last.last)
    changed = []
    for elder_id, waiting in (await registers.obligations.waiting(list(facts))).items():
        ends = waiting.open_ends if _on_duty(facts[elder_id]) else ()
        due = (earliest_due(ends, waiting.seen_on), waiting.seen_on)
        if due != waiting.stored:
            changed.append((elder_id, *due))
    await registers.obligations.set_due(changed)


def _on_duty(facts: ElderFacts) -> bool:
    return any(stint.last_day_on is None for stint in facts.stints)


def _obligation_rows(facts: ElderFacts, month: Month, judgement: Judgement) -> Mapping[tuple[Any, ...], dict[str, Any]]:
    counted = judgement.month.counted_village if judgement.month else facts.village
    rows = {}
    for each in judgement.obligations:
        key = (facts.elder_id, each.period.label, each.tier.value, each.ordinal)
        rows[key] = {
            "elder_id": facts.elder_id,
            "period": each.period.label,
            "tier": each.tier.value,
            "ordinal": each.ordinal,
            "month": str(month),
            "starts_on": each.period.starts_on,
            "ends_on": each.period.ends_on,
            "due_on": each.due_on,
            "state": each.state.value,
            "pending": each.pending,
            "met_by": each.met_by,
            "met_on": each.met_on,
            "village": facts.village,
            "counted_village": counted,
        }
    return rows


def _month_row(facts: ElderFacts, judgement: Judgement, categories: int) -> dict[str, Any]:
    line = judgement.month
    assert line is not None
    return {
        "elder_id": facts.elder_id,
        "month": str(line.month),
        "village": facts.village,
        "counted_village": line.counted_village,
        "tier": line.tier.value if line.tier else None,
        "categories": categories,
        "last_seen_on": max(judgement.seen_on, default=None),
        **{name: int(getattr(line, name)) for name in COUNTS},
    }
