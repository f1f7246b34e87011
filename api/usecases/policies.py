"""Setting the policy of an area: new versions, the start of tracking, and trying other numbers first.

The past stays as it was judged: a version holds from next month at the earliest, unless nothing is counted
anywhere in the area yet.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from pydantic import BaseModel

from api.domain.elders import ElderState
from api.domain.errors import Fault
from api.domain.months import SHANGHAI, Month
from api.domain.policy import PLAN, Frequency, PeriodKind, Policy, Tier
from api.domain.simulation import CLASSIFYING, Simulation
from api.schemas.duty import FrequencyIn
from api.schemas.policies import FrequenciesIn, PolicyVersionIn, SimulationIn, TrackingIn
from api.store import Registers
from api.store.elders import Filter
from api.store.policies import Published
from api.usecases.standing import refuse

_TOGETHER = 500
_DISTRICT = 6
_MOST_VISITS = {PeriodKind.DAYS: 1, PeriodKind.WEEK: 6, PeriodKind.HALF_MONTH: 13, PeriodKind.MONTH: 28}
"""Visits count on different days: the days of the shortest period of each kind."""


async def publish_policy(registers: Registers, form: PolicyVersionIn) -> Published:
    """Add a version: the one before it with what the form says.

    Months from its first day on are planned anew, and tiers judged anew on that day. Raises Refused with
    everything that is wrong.
    """
    refuse([*await _area_faults(registers, form.area), *await _day_faults(registers, form), *_faults(form.frequencies)])
    before = (await registers.places.book_for(form.area)).on(form.valid_from)
    policy = _amended(before, form)
    published = await registers.policies.publish(form.area, policy)
    await _plan_anew(registers, form.area, Month.of(policy.valid_from))
    if any(getattr(policy, name) != getattr(before, name) for name in CLASSIFYING):
        await _retier(registers, form.area, max(policy.valid_from, registers.today))
    return published


async def start_tracking(registers: Registers, form: TrackingIn) -> None:
    """Visits are owed in the area from this day on; every month of it is planned and judged anew."""
    refuse(await _area_faults(registers, form.area))
    await registers.places.start_tracking(form.area, form.starts_on)
    await _plan_anew(registers, form.area)
    registers.trace.object_ids[form.area] = None


async def simulate(registers: Registers, form: SimulationIn) -> Simulation[str]:
    """Judge every open file by the policy in force and by other numbers, short numbers standing for people.

    Raises NotFound for an area that is not the actor's.
    """
    area = None if form.area is None else registers.actor.narrowed(form.area)[0]
    simulation: Simulation[str] = Simulation(registers.today)
    after = None
    while elders := await registers.elders.listing(Filter(area=area))(after=after, size=_TOGETHER):
        circumstances = await registers.elders.circumstances_of_many(elders)
        for elder in elders:
            if elder.status != ElderState.EXITED:
                present = (await registers.places.book_for(elder.village)).on(registers.today)
                other = replace(present, **_given(form.numbers))
                simulation.judge(elder.short_no, circumstances[elder.id], present, other)
        after = elders[-1].id
    return simulation


# --- what a form comes to -----------------------------------------------------------------------------


def _amended(before: Policy, form: PolicyVersionIn) -> Policy:
    reminders = {Tier(tier): days for tier, days in _given(form.gap_reminder_days).items()}
    return replace(
        before,
        version=form.version,
        valid_from=form.valid_from,
        frequencies=_frequencies(before, form.frequencies),
        gap_reminder_days={**before.gap_reminder_days, **reminders},
        **_given(form.numbers),
    )


def _frequencies(before: Policy, form: FrequenciesIn) -> dict[Tier, Frequency]:
    asked = dict(before.frequencies)
    for tier in map(Tier, form.model_fields_set):
        said: FrequencyIn | None = getattr(form, tier)
        asked.pop(tier, None)
        if said is not None:
            asked[tier] = said.over(before.frequencies.get(tier, PLAN.frequencies[tier]))
    return asked


def _given(form: BaseModel) -> dict[str, Any]:
    return {name: value for name in form.model_fields_set if (value := getattr(form, name)) is not None}


# --- what is wrong with one ---------------------------------------------------------------------------


async def _area_faults(registers: Registers, area: str) -> list[Fault]:
    """An area that is not the actor's is as unknown as one that nobody knows."""
    units = (await registers.places.gazetteer()).all()
    known = registers.actor.covers(area) and any(unit.code == area for unit in units)
    return [] if known else [Fault("division_unknown", "/area")]


async def _day_faults(registers: Registers, form: PolicyVersionIn) -> list[Fault]:
    earliest = Month.of(registers.today).next().first
    counted = any(book.begins_on <= registers.today for book in await registers.places.books_in(form.area))
    if form.valid_from >= earliest or not counted:
        return []
    return [Fault("policy_changes_the_past", "/valid_from", {"earliest": earliest.isoformat()})]


def _faults(form: FrequenciesIn) -> Iterator[Fault]:
    for tier in Tier:
        said: FrequencyIn | None = getattr(form, tier)
        if said is None:
            continue
        if (said.period is PeriodKind.DAYS) != (said.days is not None):
            yield Fault("days_of_a_period", f"/frequencies/{tier}/days")
        if said.min_visits > (most := _MOST_VISITS[said.period]):
            yield Fault("visits_exceed_days", f"/frequencies/{tier}/min_visits", {"most": most})


# --- what follows -------------------------------------------------------------------------------------


async def _plan_anew(registers: Registers, area: str, since: Month | None = None) -> None:
    await registers.policies.forget_plans(area, since)
    await registers.jobs.enqueue("plan_ahead", area=area[:_DISTRICT])


async def _retier(registers: Registers, area: str, day: date) -> None:
    """On the day itself: until then facts go on changing, and are judged by the numbers of their day."""
    await registers.jobs.enqueue(
        "retier",
        area=area,
        payload={"decided_on": day.isoformat()},
        requested_by=registers.actor.id,
        run_at=max(registers.now, datetime.combine(day, time(), SHANGHAI)),
    )
