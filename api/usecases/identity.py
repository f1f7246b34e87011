"""One number, two files (rule §1.10): whoever sees but one of them claims, whoever sees both says who is who."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.domain.conflicts import LIFE, ConflictCommand, ConflictState
from api.domain.errors import Conflict, Fault, Forbidden
from api.domain.identity import IdType, mask_id, parse_resident_id
from api.schemas.merges import ClaimIn, ConflictOut, PartyOut, ResolveIn
from api.store import Registers
from api.store.tables import Elder
from api.usecases.enrolment import correct_elder
from api.usecases.merges import merge_elders
from api.usecases.standing import refuse


async def claim(registers: Registers, elder: Elder, form: ClaimIn) -> UUID:
    """Tell the district that a locked elder has a number that stands in another file.

    The answer is the same wherever that file is. Raises Conflict ``identity_free`` when nobody has the number.
    """
    number = parse_resident_id(form.resident_id, registers.today)
    if isinstance(number, Fault):
        refuse([Fault(number.code, "/resident_id", number.params)])
        raise AssertionError("unreachable")
    async with registers.widened(elder.village[:6], "identity_conflict") as district:
        holder = await district.elders.by_resident_id(number.number)
    if holder is None or holder.id == elder.id:
        raise Conflict("identity_free")
    conflict_id = await registers.conflicts.open(elder, holder.id, number.number, form.note)
    await registers.elders.change(elder, "claim_number", {"id_conflict": True})
    return conflict_id


async def resolve(registers: Registers, conflict_id: UUID, form: ResolveIn) -> None:
    """Say who is who: one person, whose files are merged, or two, of whom one gets another number.

    Raises WrongState; Forbidden ``identity_conflict_by_district`` for who does not see both files.
    """
    row = await registers.conflicts.locked(conflict_id)
    same = form.result is ConflictState.SAME_PERSON
    state = LIFE.after(ConflictCommand.FIND_SAME if same else ConflictCommand.FIND_OTHER, ConflictState(row.state))
    elders = {elder.id: elder for elder in await registers.elders.many([row.elder_id, row.holder_id], lock=True)}
    if row.holder_id not in elders:
        raise Forbidden("identity_conflict_by_district")
    claimant, holder = elders[row.elder_id], elders[row.holder_id]
    await registers.conflicts.change(row, form.result, details={"reason": form.reason}, state=state)
    if same:
        keep, drop = (holder, claimant) if form.keep == "holder" else (claimant, holder)
        await merge_elders(registers, keep.id, drop.id, form.reason, numbers_checked=True)
        return
    contested = registers.conflicts.details(row)["resident_id"]
    claimant = await registers.elders.change(claimant, "number_settled", {"id_conflict": False})
    if form.wrong == "claimant":
        await _renumber(registers, claimant, form.resident_id)
        return
    await _renumber(registers, holder, form.resident_id)
    await _renumber(registers, claimant, contested)


async def _renumber(registers: Registers, elder: Elder, number: str | None) -> None:
    """The right number of a file; without one, that it is not known."""
    if number is not None:
        patch: dict[str, Any] = {"id_type": IdType.RESIDENT, "resident_id": number, "no_id_reason": None}
        await correct_elder(registers, elder, {**patch, "born_on": None, "sex": None})
    elif registers.elders.details(elder).get("resident_id") is not None:
        unknown = {"id_type": IdType.NONE, "resident_id": None, "no_id_reason": "证件号码有误，待核对"}
        known = {"born_on": elder.born_on.isoformat(), "sex": elder.sex}
        await correct_elder(registers, elder, {**unknown, **known})


async def conflicts_out(registers: Registers, rows: Sequence[Any]) -> list[ConflictOut]:
    """Conflicts with those of their two files that are in sight."""
    ids = [each for row in rows for each in (row.elder_id, row.holder_id)]
    elders = {elder.id: elder for elder in await registers.elders.many(ids)}
    return [_out(registers, row, elders) for row in rows]


def _out(registers: Registers, row: Any, elders: dict[UUID, Elder]) -> ConflictOut:
    told = registers.conflicts.details(row)
    holder = elders.get(row.holder_id)
    return ConflictOut(
        **{name: getattr(row, name) for name in ("id", "state", "claimed_by", "created_at", "version")},
        claimant=_party(elders[row.elder_id]),
        holder=_party(holder) if holder else None,
        resident_id=mask_id(told["resident_id"]),
        note=told.get("note"),
        reason=told.get("reason"),
    )


def _party(elder: Elder) -> PartyOut:
    return PartyOut(elder_id=elder.id, short_no=elder.short_no, village=elder.village, name=elder.name)
