"""The policy of an area: what is in force, what was, what would be (设置政策参数)."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import MyReading, MyRegisters, may
from api.domain.access import Actor, Permission
from api.domain.errors import NotFound
from api.domain.policy import Frequency, Policy, Tier
from api.domain.simulation import Moves
from api.route import Route
from api.routers.documented import problems
from api.schemas.base import AreaText
from api.schemas.policies import (
    CategoryShiftOut,
    FrequencyOut,
    PolicyInForceOut,
    PolicyOut,
    PolicyVersionIn,
    PolicyVersionOut,
    PolicyVersionsOut,
    ShiftOut,
    SimulationIn,
    SimulationOut,
    TierShiftOut,
    TrackingIn,
    TrackingOut,
)
from api.store import Registers
from api.store.policies import NUMBERS, Published
from api.usecases.policies import publish_policy, simulate, start_tracking

router = APIRouter(prefix="/v1/policy", route_class=Route, tags=["reference"])
Reader = Annotated[Actor, may(Permission.REFERENCE_READ, scope="none")]
Manager = Annotated[Actor, may(Permission.POLICY_MANAGE)]
AreaQuery = Annotated[AreaText | None, Query()]


@router.get("", responses=problems(400, 404, 422))
async def show_policy(actor: Reader, registers: MyReading, area: AreaQuery = None) -> PolicyInForceOut:
    """What is in force today in an area (mine, unless said)."""
    asked = await _known(registers, area or actor.areas[0])
    book = await registers.places.book_for(asked)
    return PolicyInForceOut(
        **dict(_policy_out(book.on(registers.today))), area=asked, tracking_starts_on=book.tracking_starts_on
    )


@router.get("/versions", responses=problems(400, 404, 422))
async def list_policy_versions(actor: Reader, registers: MyReading, area: AreaQuery = None) -> PolicyVersionsOut:
    """Every version that an area and those around it have published, with the plan's own, by first day."""
    asked = await _known(registers, area or actor.areas[0])
    return PolicyVersionsOut(data=[_version_out(each) for each in await registers.policies.published(asked)])


@router.post("/versions", status_code=201, responses=problems(403, 422))
async def create_policy_version(form: PolicyVersionIn, _: Manager, registers: MyRegisters) -> PolicyVersionOut:
    """Publish a version for an area; what it does not say stays as it was, and so does the past."""
    return _version_out(await publish_policy(registers, form))


@router.post("/simulate", responses=problems(403, 404, 422))
async def simulate_policy(form: SimulationIn, _: Manager, registers: MyReading) -> SimulationOut:
    """Who would enter or leave which tier and category under other numbers; nothing is changed."""
    simulation = await simulate(registers, form)
    return SimulationOut(
        area=form.area,
        on=simulation.day,
        judged=simulation.judged,
        tiers=[TierShiftOut(tier=tier, **_shifts(moves, form.page_size)) for tier, moves in simulation.tiers.items()],
        categories=[
            CategoryShiftOut(category=category, **_shifts(moves, form.page_size))
            for category, moves in simulation.categories.items()
        ],
    )


@router.put("/tracking", responses=problems(403, 422))
async def set_tracking(form: TrackingIn, _: Manager, registers: MyRegisters) -> TrackingOut:
    """From which day on visits are owed in an area (应访起算日)."""
    await start_tracking(registers, form)
    return TrackingOut(area=form.area, tracking_starts_on=form.starts_on)


async def _known(registers: Registers, area: str) -> str:
    if area not in await registers.places.gazetteer():
        raise NotFound()
    return area


def _version_out(published: Published) -> PolicyVersionOut:
    return PolicyVersionOut(
        **dict(_policy_out(published.policy)),
        area=published.area,
        created_at=published.created_at,
        created_by=published.created_by,
    )


def _policy_out(policy: Policy) -> PolicyOut:
    asked = {tier: policy.frequencies.get(tier) for tier in Tier}
    return PolicyOut(
        version=policy.version,
        valid_from=policy.valid_from,
        frequencies={tier: _frequency_out(frequency) if frequency else None for tier, frequency in asked.items()},
        numbers={name: getattr(policy, name) for name in NUMBERS},
        gap_reminder_days=dict(policy.gap_reminder_days),
    )


def _frequency_out(frequency: Frequency) -> FrequencyOut:
    return FrequencyOut(
        period=frequency.period,
        days=frequency.days or None,
        min_visits=frequency.min_visits,
        methods=sorted(frequency.methods),
        places=sorted(frequency.places),
    )


def _shifts(moves: Moves[str], size: int) -> dict[str, ShiftOut]:
    return {
        name: ShiftOut(count=len(numbers), short_nos=numbers[:size])
        for name, numbers in (("enters", moves.enters), ("leaves", moves.leaves))
    }
