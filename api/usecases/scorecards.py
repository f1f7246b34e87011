"""What a provider did in a month and how well (服务评价; R50, R51): counts of its own, beside nobody else's."""

from typing import Any
from uuid import UUID

from api.domain.flags import FlagCode
from api.domain.months import Month
from api.domain.provider_rates import ProviderCounts
from api.domain.rates import percentage
from api.schemas.follow_ups import SuccessOut
from api.schemas.scorecards import (
    ComplaintScoreOut,
    FlaggedOut,
    HazardScoreOut,
    InspectionScoreOut,
    ScorecardOut,
    TrainingScoreOut,
    VisitScoreOut,
)
from api.store import Registers
from api.usecases.follow_ups import success_of
from api.usecases.provider_rates import figures_of


async def scorecard(registers: Registers, provider_id: UUID, month: Month) -> ScorecardOut:
    """Of a planned month, as far as the actor's areas reach."""
    register = registers.scorecards
    return ScorecardOut(
        provider_id=provider_id,
        month=str(month),
        visits=VisitScoreOut(**_visits(dict(await register.visits(provider_id, month)))),
        hazards=HazardScoreOut(**await register.hazards(provider_id, month)),
        inspections=InspectionScoreOut(**_inspections(dict(await register.inspections(provider_id, month)))),
        complaints=ComplaintScoreOut(**await register.complaints(provider_id, month)),
        trainings=TrainingScoreOut(**await register.trainings(provider_id, month)),
        rates=await figures_of(registers, month, await _counts(registers, provider_id, month)),
        follow_ups=SuccessOut(**success_of(await register.heard(provider_id, month))),
    )


async def _counts(registers: Registers, provider_id: UUID, month: Month) -> ProviderCounts:
    rows = await registers.provider_rates.of(month, registers.actor.areas, provider_id)
    return rows[0].counts if rows else ProviderCounts()


def _visits(counts: dict[str, int]) -> dict[str, Any]:
    flags = [FlaggedOut(code=code.value, count=number) for code in FlagCode if (number := counts.pop(code.value))]
    return {
        **counts,
        "on_time": counts["posted"] - counts["late"],
        "flags": flags,
        "proxy_share": percentage(counts["by_proxy"], counts["to_be_signed"]),
    }


def _inspections(counts: dict[str, int]) -> dict[str, Any]:
    return {**counts, "pass_rate": percentage(counts["passed"], counts["passed"] + counts["failed"])}
