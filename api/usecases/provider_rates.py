"""月探访率 by provider (rule A30): what was left to each, and what it made of it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from api.domain.months import Month
from api.domain.provider_rates import ProviderCounts
from api.domain.rates import elapsed_of
from api.schemas.rates import By, MonthState, ProviderFiguresOut, ProviderFiguresRowOut, ProviderRatesOut
from api.store import Registers
from api.usecases.rates import SMALL, Ground, state_of, veils


async def provider_rates(registers: Registers, month: Month, area: str | None) -> ProviderRatesOut:
    """A row for everybody to whom somebody was assigned; somebody of a provider sees that one's alone.

    Raises NotFound for an area out of reach.
    """
    ground = await Ground.of(registers, area)
    rows = await registers.provider_rates.of(month, ground.areas)
    scribe = await _Scribe.of(registers, month, ground)
    policy = (await registers.places.book_for(ground.areas[0])).on(month.first)
    return ProviderRatesOut(
        month=str(month),
        by=By.PROVIDER,
        state=scribe.state,
        policy_version=policy.version,
        total=ProviderFiguresOut(**scribe.figures(_added(row.counts for row in rows))),
        rows=[
            ProviderFiguresRowOut(key=str(row.provider_id), name=row.name, **scribe.figures(row.counts)) for row in rows
        ],
    )


async def figures_of(registers: Registers, month: Month, counts: ProviderCounts) -> ProviderFiguresOut:
    """One provider's counts in all of the actor's areas, as they stand beside the rates."""
    scribe = await _Scribe.of(registers, month, await Ground.of(registers, None))
    return ProviderFiguresOut(**scribe.figures(counts))


def _added(counts: Iterable[ProviderCounts]) -> ProviderCounts:
    return sum(counts, start=ProviderCounts())


@dataclass(frozen=True, slots=True)
class _Scribe:
    """Writes counts down as the month's state and the reader's rights allow."""

    state: MonthState
    elapsed: str
    veils: bool

    @classmethod
    async def of(cls, registers: Registers, month: Month, ground: Ground) -> "_Scribe":
        actor = registers.actor
        hides = not actor.confined and veils(actor, ground.areas)
        return cls(await state_of(registers, month, ground), elapsed_of(month, registers.today), hides)

    def figures(self, counts: ProviderCounts) -> dict[str, Any]:
        """The fields of ``ProviderFiguresOut``."""
        cells = {name: None if self._small(count) else count for name, count in asdict(counts).items()}
        hidden = self.state is MonthState.NOT_TRACKED or None in cells.values()
        rate, running = None if hidden else counts.rate, self.state is MonthState.RUNNING
        return {
            **cells,
            "rate": None if running else rate,
            "progress": rate if running else None,
            "elapsed": self.elapsed if running else None,
        }

    def _small(self, count: int) -> bool:
        return self.veils and count in SMALL
