"""Taking elders on the roll (确定服务对象): from here on visits are owed (plan 三(三); R18, A19, A36)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from api.domain.consents import willingness
from api.domain.elders import Circumstances, Command, ElderState, age_fault, state_after
from api.domain.errors import Conflict, Fault
from api.domain.open_items import open_items
from api.domain.policy import Policy, Tier
from api.domain.registration import open_boxes
from api.domain.reviews import next_review
from api.domain.tiers import Tiering, TierState, tier_of
from api.domain.timelines import Raise, outranks
from api.schemas.duty import ConfirmIn
from api.store import Registers
from api.store.tables import Elder
from api.usecases.elder_files import form_of
from api.usecases.standing import new_task, refuse, rejudge_from, state_today
from api.usecases.tiers import plan_tiers, raise_of, raised_by


def roll_faults(elder: Circumstances, tiering: Tiering, policy: Policy, day: date) -> Iterator[Fault]:
    """Why somebody cannot be on the roll on ``day``; an imported row is held to the same.

    Codes: ``under_60``, ``no_category``, ``category_unknown``.
    """
    if elder.born_on is not None and (young := age_fault(elder.born_on, policy, day)):
        yield young
    elif tiering.tier is None:
        yield Fault("no_category" if tiering.state is TierState.NONE else "category_unknown", "/categories")


async def confirm(registers: Registers, elder: Elder, form: ConfirmIn) -> Elder:
    """Take the elder on the roll on minimal facts; what the form still lacks becomes dated tasks."""
    state_after(Command.CONFIRM, ElderState(elder.status))
    day = form.confirmed_on or registers.today
    circumstances = await admissible(registers, elder, day)
    policy = (await registers.places.book_for(elder.village)).on(day)
    computed = tier_of(circumstances, policy, day).tier
    refuse(_form_faults(elder, form, computed, registers.today))
    if form.tier is None or form.reason is None or not outranks(form.tier, computed):
        return await start(registers, elder, "confirm", circumstances, day)
    raised, kept = raised_by(registers, form.reason, day, None)
    circumstances = replace(circumstances, raised=form.reason)
    return await start(registers, elder, "confirm", circumstances, day, raised, kept)


def _form_faults(elder: Elder, form: ConfirmIn, computed: Tier | None, today: date) -> Iterator[Fault]:
    if form.confirmed_on is not None and form.confirmed_on > today:
        yield Fault("day_in_future", "/confirmed_on")
    if form.confirmed_on is not None and form.confirmed_on < elder.filed_on:
        yield Fault("confirmed_before_filed", "/confirmed_on")
    if form.tier is not None and outranks(computed, form.tier):
        yield Fault("tier_not_of_the_facts", "/tier")
    if form.tier is not None and outranks(form.tier, computed) and form.reason is None:
        yield Fault("reason_needed", "/reason")


async def admissible(registers: Registers, elder: Elder, day: date) -> Circumstances:
    """The elder's facts, if they and his own word allow him on the roll from ``day``.

    Raises Refused with ``roll_faults``; Conflict ``identity_in_conflict``, ``consent_withheld``.
    """
    if elder.id_conflict:
        raise Conflict("identity_in_conflict")
    circumstances = await registers.elders.circumstances(elder)
    policy = (await registers.places.book_for(elder.village)).on(day)
    refuse(roll_faults(circumstances, tier_of(circumstances, policy, day), policy, day))
    if willingness(await registers.consents.on_visits(elder.id)).withheld:
        raise Conflict("consent_withheld")
    return circumstances


async def start(
    registers: Registers,
    elder: Elder,
    command: str,
    circumstances: Circumstances,
    day: date,
    raised: Raise | None = None,
    kept: Mapping[str, Any] | None = None,
) -> Elder:
    """A stint from ``day``, with its tiers, its review and what is left to do."""
    details = registers.elders.details(elder)
    policy = (await registers.places.book_for(elder.village)).on(day)
    await registers.stints.begin(elder, day)
    retiering = await plan_tiers(
        registers, elder, circumstances, raised or raise_of(details), decided_on=day, by_people=True
    )
    columns = {
        **retiering.columns,
        "status": (await state_today(registers, elder.id)).value,
        "confirmed_on": day,
        "review_due_on": next_review(day, policy),
    }
    elder = await registers.elders.change(elder, command, columns, kept)
    items = open_items(
        tier_of(circumstances, policy, day),
        open_boxes(form_of(elder, details), policy, day),
        from_day=registers.today,
        policy=policy,
    )
    await registers.tasks.open([new_task(elder, item.kind, registers.today, item.due_on) for item in items])
    await rejudge_from(registers, elder, day)
    return elder
