"""When a district or township reached the plan's milestones; to be said late, and of what was late."""

from typing import Any

from api.domain.access import contains
from api.domain.divisions import Gazetteer, Level
from api.domain.errors import Fault
from api.domain.milestones import MILESTONES, Milestone, MilestoneKey
from api.schemas.departments import MilestoneIn, MilestoneOut, MilestonesOut
from api.store import Registers
from api.usecases.standing import refuse

_BY_KEY = {milestone.key: milestone for milestone in MILESTONES}


async def milestones(registers: Registers, area: str | None) -> MilestonesOut:
    """Every milestone of every district and township in sight. Raises NotFound for an area out of it."""
    areas = registers.actor.narrowed(area)
    gazetteer = await registers.places.gazetteer()
    places = [each.code for each in gazetteer.all() if each.level is not Level.VILLAGE]
    said = {(row.area, row.milestone): row for row in await registers.milestone_dates.of(areas)}
    shown = [place for place in places if any(contains(each, place) for each in areas)]
    return MilestonesOut(
        data=[
            _out(registers, gazetteer, place, milestone, said.get((place, milestone.key)))
            for place in shown
            for milestone in MILESTONES
        ]
    )


async def milestone_said(registers: Registers, area: str, key: MilestoneKey) -> Any | None:
    """What was said before, held until the transaction ends. Raises NotFound for an area out of sight."""
    registers.actor.narrowed(area)
    return await registers.milestone_dates.locked(area, milestone=key)


async def say_milestone(
    registers: Registers, area: str, key: MilestoneKey, form: MilestoneIn, known: Any | None
) -> MilestoneOut:
    """The day on which it was reached, before or after the planned one. Raises Refused."""
    gazetteer = await registers.places.gazetteer()
    division = gazetteer.by_code(area)
    if division is None or division.code != area or division.level is Level.VILLAGE:
        refuse([Fault("milestone_area", "/path/area")])
    if form.done_on and form.done_on > registers.today:
        refuse([Fault("day_in_future", "/done_on")])
    said = {"area": area, "milestone": key, "done_on": form.done_on}
    row = await registers.milestone_dates.say(known, {"note": form.note}, **said)
    return _out(registers, gazetteer, area, _BY_KEY[key], row)


def _out(registers: Registers, gazetteer: Gazetteer, area: str, milestone: Milestone, row: Any | None) -> MilestoneOut:
    done_on = row.done_on if row else None
    return MilestoneOut(
        area=area,
        name=gazetteer.name_of(area),
        milestone=milestone.key,
        clause=milestone.clause,
        planned_on=milestone.planned_on,
        done_on=done_on,
        days_late=milestone.days_late(done_on, registers.today),
        note=registers.milestone_dates.details(row).get("note") if row else None,
        updated_at=row.updated_at if row else None,
        version=row.version if row else None,
    )
