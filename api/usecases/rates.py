"""月探访率 by village, township, tier and category, with everything that stands beside it (domain §4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from api.domain.access import GRANTS, Actor, AreaCode, Permission, contains
from api.domain.divisions import Gazetteer
from api.domain.elder_months import COUNTS
from api.domain.elders import Category
from api.domain.months import Month
from api.domain.policy import PolicyBook, Tier
from api.domain.rates import elapsed_of, progress_of, rates_of
from api.messages.rates import GROUPS
from api.schemas.rates import By, FigureRowOut, FiguresOut, MonthState, VisitRatesOut
from api.store import Registers

Counts = Mapping[str, int]

NOBODY: Counts = dict.fromkeys(COUNTS, 0)
_WITHOUT_TIER = "none"
_SMALL = range(1, 5)  # numbers that might point at a person
_TOWNSHIP, _VILLAGE = 9, 12
_RESTS_ON = {
    "visit_rate": ("visited_home", "due"),
    "frequency_rate": ("fully_compliant", "due"),
    "obligation_rate": ("obligations_met", "obligations"),
    "contact_rate": ("visited_any", "due"),
    "progress": ("obligations_met", "obligations"),
}
"""Part and whole of each percentage."""


async def visit_rates(registers: Registers, month: Month, by: By, area: str | None) -> VisitRatesOut:
    """The figures of a planned month in the area, or in all of the actor's; raises NotFound outside them."""
    areas = registers.actor.narrowed(area)
    gazetteer = await registers.places.gazetteer()
    villages = [village for area_shown in areas for village in _villages(gazetteer, area_shown)]
    books = await registers.places.books_for(villages or areas)
    sums = await registers.rates.by_village(month, areas)
    total = summed(sums.values())
    state = _state(month, registers.today, books.values())
    scribe = _Scribe(state, month, registers.today, _veils(registers.actor, areas))
    if by in (By.VILLAGE, By.TOWNSHIP):
        groups = _by_division(by, areas, villages, sums)
        names: Mapping[str, str] = {code: gazetteer.name_of(code) for code in groups}
    else:
        groups = await _by_slice(registers, month, by, areas, total)
        names = GROUPS
    return VisitRatesOut(
        month=str(month),
        by=by,
        state=state,
        policy_version=(await registers.places.book_for(areas[0])).on(month.first).version,
        total=FiguresOut(**scribe.figures(total)),
        rows=[FigureRowOut(key=key, name=names[key], **scribe.figures(counts)) for key, counts in groups.items()],
    )


def summed(groups: Iterable[Counts]) -> Counts:
    """Counts added up, each by itself; rates are never averaged."""
    sums = dict(NOBODY)
    for counts in groups:
        for name in COUNTS:
            sums[name] += counts[name]
    return sums


def _by_division(
    by: By, areas: Sequence[AreaCode], villages: Sequence[str], sums: Mapping[str, Counts]
) -> dict[str, Counts]:
    """Every village has its row, or goes into its township's where the actor answers for all of that."""
    members: dict[str, list[Counts]] = {}
    for village in villages:
        township = village[:_TOWNSHIP]
        unit = township if by is By.TOWNSHIP and any(contains(area, township) for area in areas) else village
        members.setdefault(unit, []).append(sums.get(village, NOBODY))
    return {unit: summed(counts) for unit, counts in members.items()}


async def _by_slice(
    registers: Registers, month: Month, by: By, areas: Sequence[AreaCode], total: Counts
) -> dict[str, Counts]:
    """Categories overlap (A12); tiers, with whoever has none, add up to the total."""
    keys: list[str] = [each.value for each in (Tier if by is By.TIER else Category)]
    found = await registers.rates.by_slice(month, areas, keys)
    groups = {key: found.get(key, NOBODY) for key in keys}
    if by is By.TIER:
        tiered = summed(groups.values())
        rest = {name: total[name] - tiered[name] for name in COUNTS}
        if any(rest.values()):
            groups[_WITHOUT_TIER] = rest
    return groups


def _villages(gazetteer: Gazetteer, code: str) -> Iterator[str]:
    """The villages of an area in order of code."""
    if len(code) == _VILLAGE:
        yield code
    for child in gazetteer.children(code):
        yield from _villages(gazetteer, child.code)


def _state(month: Month, today: date, books: Iterable[PolicyBook]) -> MonthState:
    """Not tracked is a month that ended before anything was owed anywhere in the area (A20)."""
    if all(month.last < book.begins_on for book in books):
        return MonthState.NOT_TRACKED
    return MonthState.RUNNING if today <= month.last else MonthState.OPEN


def _veils(actor: Actor, areas: Iterable[AreaCode]) -> bool:
    """Whether small numbers are hidden: from whoever may not see the names behind them."""
    named = [grant.area for grant in actor.grants if Permission.RATES_NAMES in GRANTS[grant.role]]
    return not all(any(contains(area, shown) for area in named) for shown in areas)


@dataclass(frozen=True, slots=True)
class _Scribe:
    """Writes counts down as the month's state and the reader's rights allow."""

    state: MonthState
    month: Month
    today: date
    veils: bool

    def figures(self, counts: Counts) -> dict[str, Any]:
        """The fields of ``FiguresOut``."""
        running = self.state is MonthState.RUNNING
        percentages = {**asdict(rates_of(counts)), "progress": progress_of(counts)}
        shown = {name for name in percentages if (name == "progress") is running and not self._hidden(name, counts)}
        cells = {name: None if self._small(count) else count for name, count in counts.items()}
        return {
            "due_elders": cells.pop("due"),
            **cells,
            **{name: value if name in shown else None for name, value in percentages.items()},
            "elapsed": elapsed_of(self.month, self.today) if running else None,
            "frozen": None,
            "restated": None,
        }

    def _hidden(self, percentage: str, counts: Counts) -> bool:
        return self.state is MonthState.NOT_TRACKED or any(self._small(counts[name]) for name in _RESTS_ON[percentage])

    def _small(self, count: int) -> bool:
        return self.veils and count in _SMALL
