"""What is shown of an elder's file, and to whom (house rule: need to know).

The liaison of the village sees phones and door of the elder and of the contacts; so does a provider that is sent
there under a contract with the data clause. Everybody else sees them masked, other providers also the name.
Numbers of papers, illness, income and family planning are masked for all until revealed; providers are not told
of them at all.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from api.domain.access import Actor, Role
from api.domain.divisions import Gazetteer
from api.domain.elders import Category
from api.domain.errors import Forbidden, NotFound
from api.domain.family import first_contact_proposal, needs_designation
from api.domain.identity import mask_address, mask_certificate, mask_id, mask_name, mask_phone
from api.domain.policy import Policy
from api.domain.registration import PRIMARY_CONTACT, open_boxes
from api.domain.sight import served_until
from api.schemas.base import Out
from api.schemas.elder_views import (
    AbilityOut,
    AidOut,
    BenefitsOut,
    ContactOut,
    ContactProposalOut,
    ElderLineOut,
    ElderOut,
    FactsOut,
    LivingOut,
    OpenItemOut,
    PensionOut,
    PhoneOut,
    PrimaryContactOut,
    ProposalKind,
    RegisteredAddressOut,
    ResidenceOut,
    SealedField,
    SurveyorOut,
)
from api.schemas.etags import etag_of
from api.schemas.family import FamilyMemberOut
from api.store import Registers
from api.store.circumstances import circumstances_of
from api.store.families import Member
from api.store.tables import Elder
from api.usecases.elder_files import form_of

Details = Mapping[str, Any]
Part = TypeVar("Part", bound=Out)

_HIDDEN = "***"
_LAST_METRE = (
    SealedField.PHONES,
    SealedField.EMERGENCY_CONTACT,
    SealedField.PRIMARY_CONTACT,
    SealedField.REGISTERED_ADDRESS,
    SealedField.RESIDENCE,
)
"""What the last metre sees without a reveal: the liaison of the village, and a provider it is confided to."""


async def looked_up(registers: Registers, elder_id: UUID) -> Elder:
    """A file in sight.

    Raises NotFound, but Forbidden ``assignment_ended`` with the last day to a provider that once served the elder.
    """
    try:
        return await registers.elders.get(elder_id)
    except NotFound:
        if (ended_on := await _served_until(registers, elder_id)) is not None:
            raise Forbidden("assignment_ended", ended_on=ended_on.isoformat()) from None
        raise


async def _served_until(registers: Registers, elder_id: UUID) -> date | None:
    provider_id, alone = registers.actor.provider_id, registers.actor.worker_id
    here = provider_id is not None and await registers.at_work().elders.many([elder_id])
    if provider_id is None or not here:
        return None
    dossier = await registers.forces.dossier([provider_id], elders=[elder_id])
    return served_until(dossier.engagements(provider_id, elder_id, alone=alone), registers.today)


async def shown(registers: Registers, elder: Elder) -> ElderOut:
    """The file as the actor may see it; what stands in full is named in the audit entry."""
    view = await Viewer.opened(registers, [elder])
    members = await registers.elders.families.of(elder.id)
    policy = (await registers.places.book_for(elder.village)).on(elder.confirmed_on or registers.today)
    return view.file(elder, registers.elders.details(elder), members, policy)


@dataclass(frozen=True, slots=True)
class Reach:
    """Who an elder is, where he is found and by which numbers; masked for all but the last metre."""

    name: str
    address: str
    phones: list[PhoneOut]
    primary_contact: ContactOut | None


class Viewer:
    """Shows files to one actor."""

    def __init__(self, registers: Registers, gazetteer: Gazetteer, confided: Collection[UUID]) -> None:
        self._registers = registers
        self._actor: Actor = registers.actor
        self._gazetteer = gazetteer
        self._confided = confided

    @classmethod
    async def opened(cls, registers: Registers, elders: Iterable[Elder] = ()) -> "Viewer":
        """``elders``: whom it is to show; a provider sees others masked."""
        confided = await registers.elders.confided([elder.id for elder in elders])
        return cls(registers, await registers.places.gazetteer(), confided)

    def line(self, elder: Elder) -> ElderLineOut:
        near = self._is_near(elder)
        return ElderLineOut(
            **{name: getattr(elder, name) for name in _LINE},
            name=self._name(elder, near),
            categories=[] if self._actor.confined else [Category(each) for each in elder.categories],
            address=self._address(elder, self._registers.elders.details(elder), near),
            etag=self._etag(elder, near),
        )

    def reach(self, elder: Elder) -> Reach:
        """The last metre of one elder."""
        near, details = self._is_near(elder), self._registers.elders.details(elder)
        if near:
            self._registers.trace.saw([elder.id], _LAST_METRE)
        return Reach(
            name=self._name(elder, near),
            address=self._address(elder, details, near),
            phones=[_phone(each, near) for each in details.get("phones") or ()],
            primary_contact=_part(ContactOut, _reachable(details.get("primary_contact"), near)),
        )

    def file(self, elder: Elder, details: Details, members: Sequence[Member], policy: Policy) -> ElderOut:
        near = self._is_near(elder)
        if near:
            self._registers.trace.saw([elder.id], _LAST_METRE)
        values = revealable(elder, details, members)
        declared = details.get("declared") or {}
        file = ElderOut(
            **{name: getattr(elder, name) for name in _COLUMNS},
            sex_override_reason=details.get("sex_override_reason"),
            resident_id=_masked(details.get("resident_id"), mask_id),
            no_id_reason=details.get("no_id_reason"),
            phones=[_phone(each, near) for each in details.get("phones") or ()],
            no_phone_reason=details.get("no_phone_reason"),
            emergency_contact=_part(ContactOut, _reachable(details.get("emergency_contact"), near)),
            primary_contact=_part(PrimaryContactOut, _reachable(details.get("primary_contact"), near)),
            registered_address=_registered(details.get("registered_address"), near),
            residence=self._residence(elder, details, near),
            ability=_part(AbilityOut, form_of(elder, details).get("ability")),
            categories=declared.get("categories") or [],
            declared_tier=declared.get("tier"),
            judged_categories=[Category(each) for each in elder.categories],
            facts=_open(FactsOut, details.get("facts") or {}),
            disability_certificate=_masked(details.get("disability_certificate"), mask_certificate),
            family_members=[member_out(member) for member in members],
            living=_part(LivingOut, details.get("living")),
            pension=_part(PensionOut, details.get("pension")),
            benefits=_part(BenefitsOut, details.get("benefits"), items=[]),
            aid=_part(AidOut, details.get("aid"), orgs=[]),
            surveyor=_part(SurveyorOut, details.get("surveyor")),
            masked=[name for name in values if not (near and name in _LAST_METRE)],
            open_items=list(_open_items(elder, details, members, policy)),
            etag=self._etag(elder, near),
        )
        return self._for_a_provider(file, elder, near) if self._actor.confined else file

    def _for_a_provider(self, file: ElderOut, elder: Elder, near: bool) -> ElderOut:
        """Who he is, where, how he is reached and what to mind: neither papers nor means, family or illness."""
        told = {"name": self._name(elder, near), **({} if near else {"alias": None, "living": None})}
        masked = [name for name in file.masked if name in _TOLD_TO_PROVIDERS]
        kept: dict[str, Any] = {
            name: [] if isinstance(getattr(file, name), list) else None for name in _KEPT_FROM_PROVIDERS
        }
        nothing = FactsOut.model_construct(**dict.fromkeys(FactsOut.model_fields))
        return file.model_copy(update={**kept, **told, "facts": nothing, "masked": masked})

    def _is_near(self, elder: Elder) -> bool:
        if self._actor.confined:
            return elder.id in self._confided
        return self._actor.has(Role.VILLAGE_LIAISON, elder.village)

    def _name(self, elder: Elder, near: bool) -> str:
        return mask_name(elder.name) if self._actor.confined and not near else elder.name

    def _etag(self, elder: Elder, near: bool) -> str:
        view = "full" if near else "masked"
        return etag_of(elder.version, f"provider-{view}" if self._actor.confined else view)

    def _address(self, elder: Elder, details: Details, near: bool) -> str:
        village = self._gazetteer.name_of(elder.village)
        door = (details.get("residence") or {}).get("detail") or ""
        return village + door if near else mask_address(village)

    def _residence(self, elder: Elder, details: Details, near: bool) -> ResidenceOut:
        detail = (details.get("residence") or {}).get("detail")
        return ResidenceOut(
            village=elder.village,
            village_name=self._gazetteer.name_of(elder.village),
            detail=detail if near or detail is None else _HIDDEN,
        )


def member_out(member: Member) -> FamilyMemberOut:
    """A family member; numbers masked."""
    facts = member.facts
    return _open(
        FamilyMemberOut,
        {
            **facts,
            "resident_id": _masked(facts.get("resident_id"), mask_id),
            "phone": _masked(facts.get("phone"), mask_phone),
        },
        id=member.id,
        seq=member.seq,
    )


def revealable(elder: Elder, details: Details, members: Sequence[Member]) -> dict[SealedField, Any]:
    """Every sealed field that holds something, in full."""
    benefits, pension, living = (details.get(name) or {} for name in ("benefits", "pension", "living"))
    values = {
        **{name: details.get(name) for name in _WHOLE},
        SealedField.RESIDENCE: details.get("residence"),
        SealedField.INCOME_SOURCES: details.get("income_sources") and _income(details),
        SealedField.HOUSEHOLD_INCOME: living.get("household_income"),
        SealedField.PENSION_AMOUNT: pension.get("amount"),
        SealedField.BENEFITS_AMOUNT: benefits.get("amount"),
        SealedField.FAMILY_PLANNING: (details.get("facts") or {}).get("family_planning"),
        SealedField.FAMILY_MEMBERS: [{"id": str(each.id), "seq": each.seq, **each.facts} for each in members],
    }
    return {name: values[name] for name in SealedField if values[name]}


_WHOLE = (
    SealedField.RESIDENT_ID,
    SealedField.DISABILITY_CERTIFICATE,
    SealedField.PHONES,
    SealedField.EMERGENCY_CONTACT,
    SealedField.PRIMARY_CONTACT,
    SealedField.REGISTERED_ADDRESS,
    SealedField.DISEASE_HISTORY,
    SealedField.DISPOSABLE_INCOME,
)
_TOLD_TO_PROVIDERS = frozenset({SealedField.PHONES, SealedField.PRIMARY_CONTACT, SealedField.RESIDENCE})
_KEPT_FROM_PROVIDERS = (
    "sex_override_reason",
    "resident_id",
    "no_id_reason",
    "emergency_contact",
    "registered_address",
    "household_id",
    "ability",
    "economic_kind",
    "categories",
    "declared_tier",
    "judged_categories",
    "disability_certificate",
    "family_members",
    "pension",
    "benefits",
    "aid",
    "surveyor",
    "open_items",
)
_SAID_OTHERWISE = ("name", "categories", "address", "etag")
_LINE = tuple(name for name in ElderLineOut.model_fields if name not in _SAID_OTHERWISE)
_COLUMNS = tuple(name for name in ElderOut.model_fields if name in Elder.model_fields and name not in ("categories",))


def _income(details: Details) -> dict[str, Any]:
    return {"sources": details["income_sources"], "text": details.get("income_text")}


def _masked(value: str | None, mask: Callable[[str], str]) -> str | None:
    return None if value is None else mask(value)


def _phone(phone: Details, near: bool) -> PhoneOut:
    number: str = phone["number"]
    return PhoneOut(number=number if near else mask_phone(number), owner=phone["owner"])


def _reachable(contact: Details | None, near: bool) -> Details | None:
    if contact is None or near:
        return contact
    return {**contact, "phone": _masked(contact.get("phone"), mask_phone)}


def _registered(address: Details | None, near: bool) -> RegisteredAddressOut | None:
    if address is None:
        return None
    hidden = {name: _HIDDEN for name in ("text", "detail") if address.get(name) and not near}
    return _open(RegisteredAddressOut, {**address, **hidden})


def _open_items(elder: Elder, details: Details, members: Sequence[Member], policy: Policy) -> Iterator[OpenItemOut]:
    form = {**form_of(elder, details), "family_members": [member.facts for member in members]}
    for box in open_boxes(form, policy, elder.confirmed_on):
        proposal = _contact_proposal(elder, details, members) if box.pointer == PRIMARY_CONTACT else None
        yield OpenItemOut(pointer=box.pointer, due_on=box.due_on, proposal=proposal)


def _contact_proposal(elder: Elder, details: Details, members: Sequence[Member]) -> ContactProposalOut | None:
    """F1: a child in the same township; F2: for the childless, whom the township designates (R9, R11)."""
    known = circumstances_of(elder, details, members)
    if child := first_contact_proposal(known.children, known.township):
        return ContactProposalOut(kind=ProposalKind.CHILD_NEARBY, member_id=child.id)
    if needs_designation(known.children, known.children_complete):
        return ContactProposalOut(kind=ProposalKind.DESIGNATE, member_id=None)
    return None


def _part(model: type[Part], stored: Details | None, **otherwise: Any) -> Part | None:
    return None if stored is None else _open(model, stored, **otherwise)


def _open(model: type[Part], stored: Details, **otherwise: Any) -> Part:
    """What the model shows of a stored part; ``otherwise`` where nothing is stored, or None."""
    return model.model_validate({name: stored.get(name, otherwise.get(name)) for name in model.model_fields})
