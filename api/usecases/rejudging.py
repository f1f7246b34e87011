"""The one function that changes standings: whatever happens to an elder, the months it touches are judged anew."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
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
from api.domain.worklist import away_from
from api.store import Registers
from api.store.facts import Case

Judged = Mapping[UUID, Mapping[Month, Judgement]]

# A death looks back over the longest interval of a tier; a first visit is due within days of its occasion.
LOOK_BACK = timedelta(days=62)


def months_from(day: date, today: date) -> tuple[Month, ...]:
    """The months a change on ``day`` can touch: from its month to the month after today's."""
    return tuple(months_between(Month.of(day), max(Month.of(today).next(), Month.of(day))))


def spans_of(touched: Mapping[UUID, Collection[Month]]) -> list[tuple[tuple[Month, ...], list[UUID]]]:
    """Elders whose same months are touched, to be judged together."""
    groups: dict[tuple[Month, ...], list[UUID]] = {}
    for elder_id, months in touched.items():
        groups.setdefault(tuple(sorted(months)), []).append(elder_id)
    return sorted(groups.items())


async def rejudge(registers: Registers, elder_ids: Sequence[UUID], months: Sequence[Month]) -> Judged:
    """Judge the elders' months from their facts and store what changed, sums included.

    Locks the elders in order of id, so that two writers never add to a sum from the same before. Answers
    what was judged, for those who tell people what their record was good for.
    """
    if not months or not elder_ids:
        return {}
    case, together = await _linked(registers, elder_ids, sorted(months))
    books = await registers.places.books_for({known.village for known in case.facts.values()})
    judged = {
        elder_id: {month: judge(known, month, books[known.village]) for month in together}
        for elder_id, known in case.facts.items()
    }
    await _store(registers, case, judged)
    await _store_due(registers, case, books, max(together), _visits_since(together))
    return judged


async def rejudge_tasks(registers: Registers, elder_ids: Sequence[UUID], months: Sequence[Month]) -> None:
    """Judge only the tasks to visit, where nothing has changed that is owed: all that a surge asks for."""
    if not elder_ids:
        return
    case = await _case(registers, elder_ids, months)
    books = await registers.places.books_for({known.village for known in case.facts.values()})
    await _store_due(registers, case, books, max(months), _visits_since(months))


async def _linked(
    registers: Registers, elder_ids: Sequence[UUID], months: Sequence[Month]
) -> tuple[Case, Sequence[Month]]:
    """The facts of the months with those that share visits with them by graces.

    Each of those has to be judged from all of its own visits, and may lead to one further back.
    """
    while True:
        case = await _case(registers, elder_ids, months)
        graces = Graces(each for known in case.facts.values() for each in known.stand_downs)
        together = judged_together(months, graces)
        if together == months:
            return case, months
        months = together


async def _case(registers: Registers, elder_ids: Sequence[UUID], months: Sequence[Month]) -> Case:
    since = _visits_since(months)
    return await registers.facts.to_judge(elder_ids, months, visits_since=since, tasks_since=_tasks_since(since))


def _visits_since(months: Iterable[Month]) -> date:
    return min(months).first - LOOK_BACK


def _tasks_since(since: date) -> date:
    """Tasks that are due earlier were judged with earlier months."""
    return since + LOOK_BACK - timedelta(days=31)


async def _store(registers: Registers, case: Case, judged: Judged) -> None:
    facts, before = case.facts, case.before
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
    registers: Registers, case: Case, books: Mapping[str, PolicyBook], last: Month, since: date
) -> None:
    """Tasks of the visits besides, and the day by which each elder is next to be visited."""
    facts = case.facts
    tasks: dict[UUID, tuple[str, tuple[VisitTask, ...]]] = {
        elder_id: (known.village, visit_tasks(known, books[known.village], last.last, _tasks_since(since)))
        for elder_id, known in facts.items()
    }
    await registers.tasks.replace_visit_tasks(case.visit_tasks, tasks)
    changed = []
    for elder_id, waiting in (await registers.obligations.waiting(list(facts))).items():
        ends = waiting.open_ends if _on_duty(facts[elder_id]) else ()
        away = away_from(facts[elder_id].suspensions, registers.today)
        due = replace(waiting.due, due_on=earliest_due(ends, waiting.seen_on), away=away)
        if due != waiting.due or waiting.seen_on != waiting.last_seen_on:
            changed.append((elder_id, waiting, due))
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
