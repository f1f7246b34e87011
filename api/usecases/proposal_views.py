"""Proposed changes as they are shown: field by field, what the register says and what it would say.

Numbers, doors, illness and means are masked as in the file itself, until somebody looks for a purpose.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.domain.access import Role
from api.domain.identity import mask_certificate, mask_id, mask_phone
from api.domain.proposals import ProposalKind, ProposalState
from api.schemas.proposals import FieldDiffOut, ProposalOut
from api.store import Registers
from api.store.families import Member
from api.store.tables import Elder
from api.usecases.elder_files import form_of
from api.usecases.proposals import proposed, stale_fields, standing_of

_HIDDEN = "***"
_OF_THE_ROW = (
    "id",
    "elder_id",
    "village",
    "to_village",
    "kind",
    "state",
    "source_visit",
    "proposed_by",
    "created_at",
    "decided_by",
    "decided_at",
    "version",
)


async def proposals_out(registers: Registers, rows: Sequence[Any], *, masked: bool = True) -> list[ProposalOut]:
    """Proposals with what they would change; of a move that comes from elsewhere, what was handed over."""
    elders = {elder.id: elder for elder in await registers.elders.many(row.elder_id for row in rows)}
    families = await registers.elders.families.of_many(
        [row.elder_id for row in rows if row.kind == ProposalKind.FAMILY and row.elder_id in elders]
    )
    registers.trace.saw(row.elder_id for row in rows)
    views = (_View(registers, row, elders.get(row.elder_id), families.get(row.elder_id, ())) for row in rows)
    return [view.out(masked) for view in views]


Difference = tuple[Any, Any, bool]  # before, after, whether the register changed since


class _View:
    """One proposal beside the file it is about; ``elder`` is None for who is only to receive him."""

    def __init__(self, registers: Registers, row: Any, elder: Elder | None, members: Sequence[Member]) -> None:
        self._row = row
        self._document = registers.proposals.details(row)
        self._near = registers.actor.has(Role.VILLAGE_LIAISON, row.village)
        self._told = not registers.actor.confined
        self._form = form_of(elder, registers.elders.details(elder)) if elder and self._told else None
        self._members = members

    def out(self, masked: bool) -> ProposalOut:
        said = self._document
        return ProposalOut(
            **{name: getattr(self._row, name) for name in _OF_THE_ROW},
            short_no=self._row.short_no or said.get("short_no"),
            fields=[self._field(name, each, masked) for name, each in self._differences().items()],
            note=said.get("note"),
            reason=said.get("reason"),
        )

    def _field(self, name: str, difference: Difference, masked: bool) -> FieldDiffOut:
        before, after, stale = difference
        if masked:
            before, after = shown(name, before, self._near), shown(name, after, self._near)
        return FieldDiffOut.model_validate({"field": name, "from": before, "to": after, "stale": stale})

    def _differences(self) -> dict[str, Difference]:
        """By field; of a command there is no before. A decided proposal shows what stood when it was made.

        Somebody of a provider reads what he said, not what the register says.
        """
        change = self._document["change"]
        before = (self._document.get("before") or {}) if self._told else {}
        waits = self._row.state == ProposalState.PROPOSED
        standing = before
        if self._form is not None and waits:
            standing = standing_of(ProposalKind(self._row.kind), change, self._form, self._members)
        if not standing.keys() & change.keys():
            return {name: (None, value, False) for name, value in change.items()}
        after = proposed(standing, change)
        stale = stale_fields(self._document, standing) if waits else []
        return {name: (value, after[name], name in stale) for name, value in standing.items()}


# --- masks --------------------------------------------------------------------------------------------


def shown(field: str, value: Any, near: bool) -> Any:
    """A value of the form, or of a command, as somebody sees it who has no purpose to see more.

    ``near``: the liaison of the village, who knows doors and telephones.
    """
    if value is None:
        return None
    mask = _MASKS.get(field)
    if mask is not None:
        return mask(value, near)
    return _HIDDEN if field in _SEALED else value


def _masked(mask: Callable[[str], str]) -> Callable[[Any, bool], Any]:
    return lambda value, near: mask(str(value))


def _phones(phones: Any, near: bool) -> Any:
    return [{**phone, "number": phone["number"] if near else mask_phone(phone["number"])} for phone in phones]


def _contact(contact: Any, near: bool) -> Any:
    phone = contact.get("phone")
    return {**contact, "phone": phone if near or phone is None else mask_phone(phone)}


def _place(place: Any, near: bool) -> Any:
    return place if near else {name: _HIDDEN if name in ("text", "detail") else said for name, said in place.items()}


def _without(*names: str) -> Callable[[Any, bool], Any]:
    return lambda part, near: {name: _HIDDEN if name in names else said for name, said in part.items()}


def _member(member: Any, near: bool) -> Any:
    masks = {"resident_id": mask_id, "phone": mask_phone}
    return {name: masks[name](said) if name in masks and said else said for name, said in member.items()}


def _hand_over(told: Any, near: bool) -> Any:
    contact = told.get("contact")
    return {**told, **({"contact": _contact(contact, near)} if contact else {})}


_SEALED = frozenset({"disease_history", "disposable_income", "income_sources", "income_text"})
_MASKS: Mapping[str, Callable[[Any, bool], Any]] = {
    "resident_id": _masked(mask_id),
    "disability_certificate": _masked(mask_certificate),
    "phones": _phones,
    "emergency_contact": _contact,
    "primary_contact": _contact,
    "registered_address": _place,
    "residence": _place,
    "facts": _without("family_planning"),
    "living": _without("household_income"),
    "pension": _without("amount"),
    "benefits": _without("amount"),
    "member": _member,
    "hand_over": _hand_over,
}


async def proposal_out(registers: Registers, proposal_id: UUID, *, masked: bool = True) -> ProposalOut:
    """One proposal as it now stands. Raises NotFound for one that went out of sight."""
    [out] = await proposals_out(registers, [await registers.proposals.get(proposal_id)], masked=masked)
    return out
