"""Deciding the tier, and storing what an elder's facts mean for the days ahead (plan 四(二); A11, A24)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from api.domain.elders import Category, Circumstances, Command, ElderState, state_after
from api.domain.errors import Fault, Refused, WrongState
from api.domain.open_items import DECIDE_DAYS, DutyTask
from api.domain.policy import Policy, Tier
from api.domain.tiers import TierState, tier_of
from api.domain.timelines import (
    DatedCategory,
    DatedTier,
    Raise,
    category_rows,
    changed_from,
    in_force,
    outlook,
    proposes_lower,
    tier_rows,
)
from api.schemas.duty import IncludeIn, RaiseTierIn
from api.store import Registers
from api.store.tables import Elder
from api.usecases.standing import new_task, rejudge_from

_ON_DUTY = (ElderState.CONFIRMED, ElderState.SUSPENDED)
_NEVER_ON_DUTY = (ElderState.DRAFT, ElderState.VERIFIED, ElderState.EXITED)


@dataclass(frozen=True, slots=True)
class Retiering:
    """What a decision comes to. ``columns``: of the file, for today. ``changed_from``: when duty changes."""

    columns: Mapping[str, Any]
    changed_from: date | None
    proposes_lower: bool


async def retier(registers: Registers, elder: Elder, *, decided_on: date, decided_by: UUID | None = None) -> Elder:
    """Judge an elder's tier and categories anew, from the day of the decision on.

    A raise holds; so does a lower tier when somebody decided it (``decided_by``), and is otherwise proposed
    as a task. Somebody who is not on the roll yet, or no longer, has only what the file shows today.
    """
    circumstances = await registers.elders.circumstances(elder)
    if ElderState(elder.status) in _NEVER_ON_DUTY:
        policy = (await registers.places.book_for(elder.village)).on(registers.today)
        retiering = Retiering(_as_judged(circumstances, policy, registers.today), None, False)
    else:
        raised = raise_of(registers.elders.details(elder))
        by_people = decided_by is not None
        retiering = await plan_tiers(
            registers, elder, circumstances, raised, decided_on=decided_on, by_people=by_people
        )
    return await take_effect(registers, elder, "retier", retiering)


async def take_effect(
    registers: Registers,
    elder: Elder,
    command: str,
    retiering: Retiering,
    details: Mapping[str, Any] | None = None,
) -> Elder:
    """Write what a tier decision changes in the file, and judge the months it touches."""
    stands = {name: getattr(elder, name) for name in retiering.columns}
    if stands != retiering.columns or details:
        elder = await registers.elders.change(elder, command, retiering.columns, details)
    if retiering.proposes_lower:
        due_on = registers.today + timedelta(days=DECIDE_DAYS)
        await registers.tasks.open([new_task(elder, DutyTask.REVIEW_TIER, registers.today, due_on)])
    if retiering.changed_from is not None:
        await rejudge_from(registers, elder, retiering.changed_from)
    return elder


async def plan_tiers(
    registers: Registers,
    elder: Elder,
    circumstances: Circumstances,
    raised: Raise | None,
    *,
    decided_on: date,
    by_people: bool,
) -> Retiering:
    """Store the dated tiers and categories from ``decided_on`` on; the file itself is the caller's to change."""
    policy = (await registers.places.book_for(elder.village)).on(decided_on)
    ahead = outlook(
        circumstances,
        policy,
        decided_on,
        by_people=by_people,
        raised=raised,
        assessed_on=elder.assessed_on,
    )
    stored = await registers.tiers.of(elder.id)
    rows = tier_rows(stored, ahead)
    after = [row for row in stored if row.duty_from < decided_on] + list(rows)
    if after != stored:
        await registers.tiers.plan(elder, decided_on, rows)
    held = await registers.tiers.categories_of(elder.id)
    categories = category_rows(circumstances, policy, ahead)
    moved = _spells(held, decided_on) != _spells(categories, decided_on)
    if moved:
        await registers.tiers.plan_categories(elder, decided_on, held, categories)
    days = [changed_from(stored, after), decided_on if moved else None]
    return Retiering(
        columns=columns_on(registers.today, after, await registers.tiers.categories_of(elder.id)),
        changed_from=min((day for day in days if day is not None), default=None),
        proposes_lower=not by_people and proposes_lower(stored, ahead),
    )


def _spells(rows: Iterable[DatedCategory], since: date) -> set[tuple[Category, date, date | None]]:
    """What the rows say about the days from ``since`` on."""
    return {
        (row.category, max(row.from_day, since), row.to_day)
        for row in rows
        if row.to_day is None or row.to_day >= since
    }


def columns_on(day: date, tiers: Sequence[DatedTier], categories: Iterable[DatedCategory]) -> dict[str, Any]:
    """What the file shows on ``day``."""
    row = in_force(tiers, day)
    held = {category.category for category in categories if category.holds_on(day)}
    return {
        "tier": row.tier.value if row and row.tier else None,
        "tier_provisional": row is not None and row.provisional,
        "categories": [category.value for category in Category if category in held],
    }


def _as_judged(circumstances: Circumstances, policy: Policy, day: date) -> dict[str, Any]:
    tiering = tier_of(circumstances, policy, day)
    return {
        "tier": tiering.tier.value if tiering.tier else None,
        "tier_provisional": tiering.provisional,
        "categories": [category.value for category in Category if category in tiering.categories],
    }


def raise_of(details: Mapping[str, Any]) -> Raise | None:
    """The township's raise as the file keeps it; without a day it holds throughout."""
    kept = details.get("raise")
    if kept is None:
        return None
    from_day, until = kept.get("from"), kept.get("until")
    return Raise(date.fromisoformat(from_day) if from_day else date.min, date.fromisoformat(until) if until else None)


# --- decisions of the township ------------------------------------------------------------------------


async def raise_tier(registers: Registers, elder: Elder, form: RaiseTierIn) -> Elder:
    """Another tier than the facts come to, upwards; or back down to what they come to (A24).

    Duty follows from the day stated, never from before today.
    """
    if ElderState(elder.status) not in _ON_DUTY:
        raise WrongState(elder.status, sorted(state.value for state in _ON_DUTY))
    from_day = max(form.from_day or registers.today, registers.today)
    standing = in_force(await registers.tiers.of(elder.id), from_day)
    if standing is not None and standing.tier is form.tier:
        raise WrongState(form.tier.value, [tier.value for tier in Tier if tier is not form.tier])
    circumstances = await registers.elders.circumstances(elder)
    if form.tier is Tier.PRIORITY:
        raised, details = raised_by(registers, form.reason, from_day, form.until)
        circumstances = replace(circumstances, raised=form.reason)
        await _refuse_raising_nobody(registers, elder, circumstances)
    else:
        raised = None
        circumstances = replace(circumstances, raised=None, declared_tier=None)
        await _refuse_lowering(registers, elder, form, circumstances)
        details = _lowered(registers, elder, form.reason)
    retiering = await plan_tiers(registers, elder, circumstances, raised, decided_on=from_day, by_people=True)
    await registers.tasks.cancel(elder.id, [DutyTask.REVIEW_TIER])
    command = "raise_tier" if form.tier is Tier.PRIORITY else "lower_tier"
    return await take_effect(registers, elder, command, retiering, details)


def raised_by(registers: Registers, reason: str, from_day: date, until: date | None) -> tuple[Raise, dict[str, Any]]:
    """The township's raise, and the details that keep it. Raises Refused for days out of order."""
    if until is not None and until < from_day:
        raise Refused([Fault("dates_out_of_order", "/until")])
    kept = {"reason": reason, "from": from_day.isoformat(), "by": _by(registers)}
    if until is not None:
        kept["until"] = until.isoformat()
    return Raise(from_day, until), {"raise": kept}


async def _refuse_raising_nobody(registers: Registers, elder: Elder, circumstances: Circumstances) -> None:
    """A raise lifts whoever a category or inclusion keeps on the roll; of anybody else nothing would be owed."""
    policy = (await registers.places.book_for(elder.village)).on(registers.today)
    tiering = tier_of(circumstances, policy, registers.today)
    if tiering.tier is None:
        code = "no_category" if tiering.state is TierState.NONE else "category_unknown"
        raise Refused([Fault(code, "/tier")])


async def _refuse_lowering(registers: Registers, elder: Elder, form: RaiseTierIn, circumstances: Circumstances) -> None:
    faults = []
    if form.until is not None:
        faults.append(Fault("until_of_a_raise", "/until"))
    if form.from_day is not None and form.from_day > registers.today:
        faults.append(Fault("day_in_future", "/from"))
    policy = (await registers.places.book_for(elder.village)).on(registers.today)
    if tier_of(circumstances, policy, registers.today).tier is not form.tier:
        faults.append(Fault("tier_not_of_the_facts", "/tier"))
    if faults:
        raise Refused(faults)


def _lowered(registers: Registers, elder: Elder, reason: str) -> dict[str, Any]:
    declared = registers.elders.details(elder).get("declared")
    return {
        "raise": None,
        "declared": {name: value for name, value in declared.items() if name != "tier"} if declared else None,
        "lowering": {"reason": reason, "on": registers.today.isoformat(), "by": _by(registers)},
    }


async def include(registers: Registers, elder: Elder, form: IncludeIn) -> Elder:
    """Take somebody in as a general elder whom no category fits by the text (A11)."""
    state_after(Command.INCLUDE, ElderState(elder.status))
    if registers.elders.details(elder).get("inclusion"):
        raise WrongState("included", ["not_included"])
    kept = {"reason": form.reason, "on": registers.today.isoformat(), "by": _by(registers)}
    circumstances = replace(await registers.elders.circumstances(elder), included=form.reason)
    if ElderState(elder.status) in _NEVER_ON_DUTY:
        policy = (await registers.places.book_for(elder.village)).on(registers.today)
        retiering = Retiering(_as_judged(circumstances, policy, registers.today), None, False)
    else:
        raised = raise_of(registers.elders.details(elder))
        retiering = await plan_tiers(
            registers, elder, circumstances, raised, decided_on=registers.today, by_people=False
        )
    return await take_effect(registers, elder, "include", retiering, {"inclusion": kept})


def _by(registers: Registers) -> str | None:
    return str(registers.actor.id) if registers.actor.id else None
