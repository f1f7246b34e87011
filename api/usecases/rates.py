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
from api.domain.rates import elapsed_of, is_below, progress_of, rates_of
from api.messages.rates import GROUPS
from api.schemas.rates import By, FigureRowOut, FiguresOut, Grouping, MonthState, RatesOut, VisitRatesOut
from api.store import Registers
from api.store.rates import Sums

Counts = Mapping[str, int]

NOBODY: Counts = dict.fromkeys(COUNTS, 0)
_WITHOUT_TIER = "none"
SMALL = range(1, 5)  # numbers that might point at a person
_TOWNSHIP, _VILLAGE = 9, 12
_RESTS_ON = {
    "visit_rate": ("visited_home", "due"),
    "frequency_rate": ("fully_compliant", "due"),
    "obligation_rate": ("obligations_met", "obligations"),
    "contact_rate": ("visited_any", "due"),
    "progress": ("obligations_met", "obligations"),
}
"""Part and whole of each percentage."""


async def visit_rates(registers: Registers, month: Month, by: Grouping, area: str | None) -> VisitRatesOut:
    """The figures of a planned month in the area, or in all of the actor's; raises NotFound outside them."""
    ground = await Ground.of(registers, area)
    state = await state_of(registers, month, ground)
    live = await tally(registers.rates, month, by, ground)
    frozen = await tally(registers.closings.frozen, month, by, ground) if state is MonthState.CLOSED else None
    policy = (await registers.places.book_for(ground.areas[0])).on(month.first)
    veiled = veils(registers.actor, ground.areas)
    scribe = _Scribe(state, month, registers.today, policy.visit_rate_target, veiled)
    return VisitRatesOut(
        month=str(month),
        by=by,
        state=state,
        policy_version=policy.version,
        total=FiguresOut(**scribe.figures(live.total, frozen.total if frozen else None)),
        rows=[
            FigureRowOut(
                key=key,
                name=ground.name_of(key),
                **scribe.figures(live.of(key), frozen.of(key) if frozen else None),
            )
            for key in keys_of(live, frozen)
        ],
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """Where figures are told of: areas, and their villages in order of code."""

    areas: tuple[AreaCode, ...]
    villages: Sequence[str]
    gazetteer: Gazetteer

    @classmethod
    async def of(cls, registers: Registers, area: str | None) -> "Ground":
        """An area, or all of the actor's; raises NotFound outside them."""
        areas, gazetteer = registers.actor.walled(area), await registers.places.gazetteer()
        return cls(areas, [village for each in areas for village in _villages(gazetteer, each)], gazetteer)

    def name_of(self, key: str) -> str:
        """Of a division, tier or category."""
        return GROUPS.get(key) or self.gazetteer.name_of(key)


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of a month in all, and by group."""

    total: Counts
    groups: Mapping[str, Counts]

    def of(self, key: str) -> Counts:
        return self.groups.get(key, NOBODY)


async def tally(sums: Sums, month: Month, by: Grouping, ground: Ground) -> Tally:
    """Count a month by what is asked, from the live sums or from the frozen ones."""
    by_village = await sums.by_village(month, ground.areas)
    total = summed(by_village.values())
    if by in (By.VILLAGE, By.TOWNSHIP):
        return Tally(total, _by_division(by, ground.areas, ground.villages, by_village))
    return Tally(total, await _by_slice(sums, month, by, ground.areas, total))


def keys_of(live: Tally, frozen: Tally | None) -> list[str]:
    """The groups of either, in order."""
    return list(dict.fromkeys((*live.groups, *(frozen.groups if frozen else ()))))


def summed(groups: Iterable[Counts]) -> Counts:
    """Counts added up, each by itself; rates are never averaged."""
    sums = dict(NOBODY)
    for counts in groups:
        for name in COUNTS:
            sums[name] += counts[name]
    return sums


def _by_division(
    by: Grouping, areas: Sequence[AreaCode], villages: Sequence[str], sums: Mapping[str, Counts]
) -> dict[str, Counts]:
    """Every village has its row, or goes into its township's where the actor answers for all of that."""
    members: dict[str, list[Counts]] = {}
    for village in villages:
        township = village[:_TOWNSHIP]
        unit = township if by is By.TOWNSHIP and any(contains(area, township) for area in areas) else village
        members.setdefault(unit, []).append(sums.get(village, NOBODY))
    return {unit: summed(counts) for unit, counts in members.items()}


async def _by_slice(
    sums: Sums, month: Month, by: Grouping, areas: Sequence[AreaCode], total: Counts
) -> dict[str, Counts]:
    """Categories overlap (A12); tiers, with whoever has none, add up to the total."""
    keys: list[str] = [each.value for each in (Tier if by is By.TIER else Category)]
    found = await sums.by_slice(month, areas, keys)
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


async def state_of(registers: Registers, month: Month, ground: Ground) -> MonthState:
    """Closed, or what time has made of the month in the area."""
    if await registers.closings.get(month):
        return MonthState.CLOSED
    books = await registers.places.books_for(ground.villages or ground.areas)
    return _state(month, registers.today, books.values())


def _state(month: Month, today: date, books: Iterable[PolicyBook]) -> MonthState:
    """Not tracked is a month that ended before anything was owed anywhere in the area (A20)."""
    if all(month.last < book.begins_on for book in books):
        return MonthState.NOT_TRACKED
    return MonthState.RUNNING if today <= month.last else MonthState.OPEN


def veils(actor: Actor, areas: Iterable[AreaCode]) -> bool:
    """Whether small numbers are hidden: from whoever may not see the names behind them."""
    named = [grant.area for grant in actor.grants if Permission.RATES_NAMES in GRANTS[grant.role]]
    return not all(any(contains(area, shown) for area in named) for shown in areas)


@dataclass(frozen=True, slots=True)
class _Scribe:
    """Writes counts down as the month's state and the reader's rights allow."""

    state: MonthState
    month: Month
    today: date
    target: int
    veils: bool

    def figures(self, counts: Counts, frozen: Counts | None) -> dict[str, Any]:
        """The fields of ``FiguresOut``; ``frozen``: the counts as they were closed."""
        running = self.state is MonthState.RUNNING
        cells = {name: None if self._small(count) else count for name, count in counts.items()}
        progress = None if self._hidden("progress", counts) else progress_of(counts)
        return {
            "due_elders": cells.pop("due"),
            **cells,
            **(dict.fromkeys(RatesOut.model_fields) if running else self._rates(counts)),
            "below_target": None if running else self._below(counts),
            "progress": progress if running else None,
            "elapsed": elapsed_of(self.month, self.today) if running else None,
            "frozen": None if frozen is None else RatesOut(**self._rates(frozen)),
            "restated": None if frozen is None else RatesOut(**self._rates(counts)),
        }

    def _below(self, counts: Counts) -> bool | None:
        return None if self._hidden("visit_rate", counts) else is_below(counts, self.month, self.target)

    def _rates(self, counts: Counts) -> dict[str, str | None]:
        rates = asdict(rates_of(counts))
        return {name: None if self._hidden(name, counts) else value for name, value in rates.items()}

    def _hidden(self, percentage: str, counts: Counts) -> bool:
        return self.state is MonthState.NOT_TRACKED or any(self._small(counts[name]) for name in _RESTS_ON[percentage])

    def _small(self, count: int) -> bool:
        return self.veils and count in SMALL
