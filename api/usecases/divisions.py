"""Divisions that a district adds itself: a new village, a unit that the published table lacks (赤港)."""

from collections.abc import Iterator

from api.domain.divisions import CODE_LENGTH, Division, Gazetteer, Level
from api.domain.errors import Conflict, Fault, Refused
from api.schemas.reference import DivisionIn
from api.store import Registers

_AROUND = {Level.VILLAGE: Level.TOWNSHIP, Level.TOWNSHIP: Level.DISTRICT}


async def add_division(registers: Registers, form: DivisionIn) -> Division:
    """Add a township or a village to the actor's district.

    Raises Refused for a code that lies in no unit of the actor's area or a name the unit already has,
    Conflict ``division_exists`` for a code that is taken.
    """
    level = next(level for level, length in CODE_LENGTH.items() if length == len(form.code))
    division = Division(
        code=form.code,
        level=level,
        name=form.name,
        short_name=form.short_name or form.name,
        kind=form.kind,
        parent=form.code[: CODE_LENGTH[_AROUND[level]]],
    )
    gazetteer = await registers.places.gazetteer()
    if gazetteer.by_code(division.code) is not None and registers.actor.covers(division.code):
        raise Conflict("division_exists")
    if faults := list(_faults(registers, gazetteer, division)):
        raise Refused(faults)
    if not await registers.places.add([division]):
        raise Conflict("division_exists")
    registers.trace.object_ids[division.code] = None
    return division


def _faults(registers: Registers, gazetteer: Gazetteer, division: Division) -> Iterator[Fault]:
    known = {each.code for each in gazetteer.all()}
    if not registers.actor.covers(division.parent) or division.parent not in known:
        yield Fault("division_parent_unknown", "/code")
        return
    names = {name for each in gazetteer.children(division.parent) for name in (each.name, each.short_name)}
    for field in ("name", "short_name"):
        if getattr(division, field) in names:
            yield Fault("division_name_taken", f"/{field}")
            return
