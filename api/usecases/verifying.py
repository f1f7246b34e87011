"""A second look at everything that judging has stored: judged again from the raw facts, and compared.

Shares ``api.domain`` with the writer and nothing else. Works through a district a thousand elders at a
time, all of it as it was at one moment: what people do meanwhile is no difference.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from api.domain.access import Actor
from api.domain.charges import ObligationState
from api.domain.divisions import Level, unpad
from api.domain.elder_months import COUNTS
from api.domain.elders import Category
from api.domain.months import Month
from api.domain.obligations import Judgement, judge
from api.domain.policy import PolicyBook
from api.domain.standings import earliest_due
from api.domain.tasks import VisitTask, VisitTaskKind, visit_tasks
from api.domain.worklist import ALWAYS, Away, away_from
from api.store import Store, Trace
from api.store.verification import Case, Verification

TOGETHER = 1000
_TASKS_REACH_BACK = timedelta(days=31)  # before the first month judged
_CATEGORIES = list(Category)
_SUM_KEY = ("month", "village", "slice")
_NOTHING = (0,) * len(COUNTS)
_DUE_KEY = ("township", "tier", "due_on", "from_day", "to_day")

Progress = Callable[[int, int], None]  # elders looked at, elders in all
Row = Mapping[str, Any]
Days = tuple[str, str]  # in ISO form


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one row that is not as the facts have it.

    A row that is missing, or that should not be there, is the column ``*`` with None on one side.
    """

    table: str
    key: Mapping[str, str]
    column: str
    stored: object
    expected: object


async def verify(store: Store, district: str, progress: Progress | None = None) -> AsyncIterator[Difference]:
    """Every difference in obligations, elder_months, tasks of surges, elders, village_months and due_counts.

    A month is answered for where it is planned; what is stored of other months counts as it stands.
    """
    actor = Actor.system(district, "verify stored judgements")
    trace = Trace(operation="verify", request_id="verifying", source="service")
    async with store.streamed(actor, trace) as registers:
        verification = registers.verification
        planned = await verification.planned()
        books = await verification.books(planned)
        sums, due_days = _Sums(), _DueDays()
        async for case in _cases(verification, progress):
            village = case.facts.village
            second = _judged_again(case, sorted(planned.get(village, ())), books.get(village), registers.today)
            for difference in _differences_of(case, second):
                yield difference
            sums.add(second.lines)
            due_days.add(case, second.elder)
        for difference in sums.differences(await verification.sums()):
            yield difference
        for difference in due_days.differences(await verification.due_counts(), district):
            yield difference


async def _cases(verification: Verification, progress: Progress | None) -> AsyncIterator[Case]:
    people, seen, after = await verification.people(), 0, None
    while cases := await verification.cases(after=after, size=TOGETHER):
        for case in cases:
            yield case
        after, seen = cases[-1].facts.elder_id, seen + len(cases)
        if progress is not None:
            progress(seen, people)


# --- one elder ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Second:
    """What should be stored about one elder; ``elder`` is None where no month is planned.

    ``days``: today and the last day that is judged; absences that are over, or begin later, are not answered for.
    """

    owed: Sequence[Row]
    lines: Sequence[Row]
    surge_tasks: Sequence[Row]
    elder: Row | None
    days: Days


def _judged_again(case: Case, planned: Sequence[Month], book: PolicyBook | None, today: date) -> _Second:
    unanswered = [[row for row in rows if _month(row) not in planned] for rows in (case.obligations, case.months)]
    owed, lines = unanswered
    if book is None:
        return _Second(owed, lines, case.surge_tasks, None, (today.isoformat(), today.isoformat()))
    for month in planned:
        judgement = judge(case.facts, month, book)
        owed += _owed(case, month, judgement)
        lines += _lines(case, month, judgement)
    months = [*planned, *(_month(row) for row in (*owed, *lines))]
    since = min(months).first - _TASKS_REACH_BACK
    tasks = visit_tasks(case.facts, book, max(months).last, since)
    days = (today.isoformat(), max(months).last.isoformat())
    earlier = [row for row in case.surge_tasks if row["due_on"] < since]
    return _Second(owed, lines, [*earlier, *_surge_tasks(case, tasks)], _elder(case, owed, lines, tasks, days), days)


def _owed(case: Case, month: Month, judgement: Judgement) -> Iterator[Row]:
    counted = case.facts.village if judgement.month is None else judgement.month.counted_village
    for each in judgement.obligations:
        yield {
            "elder_id": case.facts.elder_id,
            "period": each.period.label,
            "tier": each.tier,
            "ordinal": each.ordinal,
            "month": str(month),
            "starts_on": each.period.starts_on,
            "ends_on": each.period.ends_on,
            "due_on": each.due_on,
            "state": each.state,
            "pending": each.pending,
            "met_by": each.met_by,
            "met_on": each.met_on,
            "village": case.facts.village,
            "counted_village": counted,
        }


def _lines(case: Case, month: Month, judgement: Judgement) -> Iterator[Row]:
    if judgement.month is not None:
        held = {name for name, first, last in case.categories if first <= month.last and last >= month.first}
        yield {
            "elder_id": case.facts.elder_id,
            "month": str(month),
            "village": case.facts.village,
            "counted_village": judgement.month.counted_village,
            "tier": judgement.month.tier,
            "categories": sum(1 << place for place, name in enumerate(_CATEGORIES) if name in held),
            "last_seen_on": max(judgement.seen_on, default=None),
            **{name: getattr(judgement.month, name) for name in COUNTS},
        }


def _surge_tasks(case: Case, tasks: Iterable[VisitTask]) -> Iterator[Row]:
    for task in tasks:
        if task.kind is VisitTaskKind.SURGE:
            yield {
                "elder_id": case.facts.elder_id,
                "kind": task.kind,
                "key": task.key,
                "village": case.facts.village,
                "starts_on": task.starts_on,
                "due_on": task.due_on,
                "state": "open" if task.done_on is None else "done",
                "done_on": task.done_on,
                "done_by_visit": task.done_by,
            }


def _elder(case: Case, owed: Sequence[Row], lines: Sequence[Row], tasks: Sequence[VisitTask], days: Days) -> Row:
    """What ``elders`` keeps: when the last visit was, by when the next is due, and when nobody is sent."""
    last_seen = max((line["last_seen_on"] for line in lines if line["last_seen_on"]), default=None)
    due_on = None
    if any(stint.last_day_on is None for stint in case.facts.stints):
        waiting: list[date] = [row["due_on"] for row in owed if row["state"] == ObligationState.OPEN]
        waiting += [task.due_on for task in tasks if task.done_on is None]
        due_on = earliest_due(waiting, last_seen)
    away = _coming(away_from(case.facts.suspensions, date.min), days)
    return {"id": case.facts.elder_id, "due_on": due_on, "away": away, "last_seen_on": last_seen}


def _coming(away: Away, days: Days) -> Away:
    return [[first, last] for first, last in away if last >= days[0] and first <= days[1]]


def _month(row: Row) -> Month:
    return Month.parse(row["month"])


def _differences_of(case: Case, second: _Second) -> Iterator[Difference]:
    yield from _compared("obligations", ("elder_id", "period", "tier", "ordinal"), case.obligations, second.owed)
    yield from _compared("elder_months", ("elder_id", "month"), case.months, second.lines)
    yield from _compared("tasks", ("elder_id", "kind", "key"), case.surge_tasks, second.surge_tasks)
    if second.elder is not None:
        stored = {
            "id": case.facts.elder_id,
            "due_on": case.due_on,
            "away": _coming(case.away, second.days),
            "last_seen_on": case.last_seen_on,
        }
        yield from _compared("elders", ("id",), [stored], [second.elder])


# --- sums ---------------------------------------------------------------------------------------------


class _Sums:
    """The villages' months as the elders' months add up; a sum of nothing may be stored or not."""

    def __init__(self) -> None:
        self._counts: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: list(_NOTHING))

    def add(self, lines: Iterable[Row]) -> None:
        for line in lines:
            held = [name.value for place, name in enumerate(_CATEGORIES) if line["categories"] >> place & 1]
            for part in ("all", line["tier"], *held):
                if part is not None:
                    counts = self._counts[line["month"], line["counted_village"], str(part)]
                    counts[:] = [count + line[name] for count, name in zip(counts, COUNTS, strict=True)]

    def differences(self, stored: Iterable[Row]) -> Iterator[Difference]:
        kept = {(row["month"], row["village"], row["slice"]): row for row in stored}
        keys = kept.keys() | self._counts.keys()
        there = [kept.get(key) or _sum_row(key, _NOTHING) for key in keys]
        wanted = [_sum_row(key, self._counts.get(key, _NOTHING)) for key in keys]
        yield from _compared("village_months", _SUM_KEY, there, wanted)


def _sum_row(key: tuple[str, str, str], counts: Sequence[int]) -> Row:
    return dict(zip((*_SUM_KEY, *COUNTS), (*key, *counts), strict=True))


# --- due days -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _DueDays:
    """The counts of due days as the elders add up; one of nobody may be stored or not.

    The days somebody is away are taken from his row, which is compared with his facts.
    """

    counts: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def add(self, case: Case, judged: Row | None) -> None:
        due_on = case.due_on if judged is None else judged["due_on"]
        if case.tier is None or due_on is None:
            return
        key = (unpad(case.facts.village, Level.TOWNSHIP), case.tier, str(due_on))
        self.counts[*key, *map(str, ALWAYS)] += 1
        for first, last in case.away:
            self.counts[*key, first, last] -= 1

    def differences(self, stored: Iterable[Row], area: str) -> Iterator[Difference]:
        kept = {tuple(str(row[name]) for name in _DUE_KEY): row["elders"] for row in stored}
        keys = [key for key in kept.keys() | self.counts.keys() if key[0].startswith(area)]
        there = [_due_row(key, kept.get(key, 0)) for key in keys]
        wanted = [_due_row(key, self.counts[key]) for key in keys]
        yield from _compared("due_counts", _DUE_KEY, there, wanted)


def _due_row(key: tuple[str, ...], elders: int) -> Row:
    return dict(zip((*_DUE_KEY, "elders"), (*key, elders), strict=True))


# --- rows ---------------------------------------------------------------------------------------------


def _compared(table: str, key: Sequence[str], stored: Iterable[Row], expected: Iterable[Row]) -> Iterator[Difference]:
    """What differs between two sets of rows, in order of key."""
    kept, wanted = _by_key(key, stored), _by_key(key, expected)
    for place in sorted(kept.keys() | wanted.keys()):
        named = dict(zip(key, place, strict=True))
        if place not in kept:
            yield Difference(table, named, "*", None, "a row")
        elif place not in wanted:
            yield Difference(table, named, "*", "a row", None)
        else:
            row = kept[place]
            for column, value in wanted[place].items():
                if row[column] != value:
                    yield Difference(table, named, column, row[column], value)


def _by_key(key: Sequence[str], rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    return {tuple(str(row[name]) for name in key): row for row in rows}
