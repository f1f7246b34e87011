"""Two files of one person become one (重复建档合并; rule §1.10): whatever was done counts in the kept one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.domain.access import AREA_LENGTH, Role
from api.domain.elders import Command, ElderState, ExitKind, state_after
from api.domain.errors import Conflict, Fault, Forbidden, NotFound
from api.store import Registers
from api.store.stints import Ending
from api.store.tables import Elder
from api.usecases.departing import close_everything
from api.usecases.handing_over import end_doubles
from api.usecases.rejudging import months_from, rejudge
from api.usecases.standing import judged_from, refuse, state_today

_ON_DUTY = (ElderState.CONFIRMED, ElderState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Merged:
    """``moved``: how many rows of each table now belong to the kept file."""

    keep: UUID
    drop: UUID
    moved: dict[str, int]


async def merge_elders(
    registers: Registers, keep_id: UUID, drop_id: UUID, reason: str, *, numbers_checked: bool = False
) -> Merged:
    """Merge ``drop`` into ``keep``; ``drop`` leaves as merged, as if it had never been on duty.

    Its numbers, and the file itself, name the kept one from now on. Both files' months are judged anew, from the
    first day that either was on duty. Different ID numbers are the district's to merge, after a look at the papers.
    Raises WrongState, Refused, Conflict, Forbidden.
    """
    if keep_id == drop_id:
        refuse([Fault("merge_with_itself", "/drop")])
    elders = {elder.id: elder for elder in await registers.elders.many([keep_id, drop_id], lock=True)}
    if len(elders) < len((keep_id, drop_id)):
        raise NotFound()
    keep, drop = elders[keep_id], elders[drop_id]
    _check_states(keep, drop)
    _check_numbers(registers, keep, drop, numbers_checked)
    moved = await registers.merging.move(drop, keep)
    await end_doubles(registers, keep)
    since = await registers.merging.join_stints(drop, keep)
    await registers.merging.join_tiers(drop, keep)
    told = registers.elders.details(drop)
    drop = await _drop(registers, drop, keep, reason)
    await _keep(registers, keep, drop, told, reason)
    begun = min(day for day in (since, keep.filed_on, drop.filed_on) if day is not None)
    since = await judged_from(registers, keep.village, begun)
    await rejudge(registers, [keep.id, drop.id], months_from(since, registers.today))
    return Merged(keep.id, drop.id, moved)


def _check_states(keep: Elder, drop: Elder) -> None:
    state_after(Command.EXIT, ElderState(drop.status))
    if drop.status in _ON_DUTY and keep.status not in _ON_DUTY:
        raise Conflict("merge_keeps_the_one_on_duty")


def _check_numbers(registers: Registers, keep: Elder, drop: Elder, checked: bool) -> None:
    """Different numbers are two people, until the district has seen the papers."""
    numbers = {each.resident_id_index for each in (keep, drop) if each.resident_id_index}
    if len(numbers) < 2:
        return
    if not checked:
        raise Conflict("merge_numbers_differ")
    if not any(len(area) == AREA_LENGTH[Role.DISTRICT_SUPERVISOR] for area in registers.actor.areas):
        raise Forbidden("merge_by_district")


async def _drop(registers: Registers, drop: Elder, keep: Elder, reason: str) -> Elder:
    today = registers.today
    await registers.stints.end(drop, Ending(today, ExitKind.MERGED.value, proof=True, note={"text": reason}))
    await close_everything(registers, drop)
    return await registers.elders.change(
        drop,
        "merge",
        {"status": ElderState.EXITED.value, "id_conflict": False},
        {"resident_id": None},
        noted={"merged_into": (None, {"elder_id": keep.id, "reason": reason})},
    )


async def _keep(registers: Registers, keep: Elder, drop: Elder, told: Mapping[str, Any], reason: str) -> None:
    """``told``: what the file that was dropped had to say."""
    known = registers.elders.details(keep)
    columns: dict[str, Any] = {"visit_count": keep.visit_count + drop.visit_count}
    details: dict[str, Any] = {}
    number = known.get("resident_id")
    if number is None and told.get("resident_id"):
        number = details["resident_id"] = told["resident_id"]
        details["no_id_reason"] = None
        columns |= {name: getattr(drop, name) for name in ("id_type", "born_on", "sex")}
    numbers = (*known.get("former_resident_ids", ()), *told.get("former_resident_ids", ()), told.get("resident_id"))
    former = [each for each in dict.fromkeys(numbers) if each and each != number]
    details["former_resident_ids"] = former or None
    if ElderState(keep.status) in _ON_DUTY:
        columns["status"] = (await state_today(registers, keep.id)).value
    noted = {"merged": (None, {"elder_id": drop.id, "reason": reason})}
    kept = await registers.elders.change(keep, "merge", columns, details, noted=noted)
    await registers.elders.aliases.keep_merged(kept, drop.id)
