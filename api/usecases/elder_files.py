"""The form and the file: what a form says is checked against today, the places and the actor, and stored.

``FormReader`` is the one way from the form (附件3, as it crosses the wire) to columns and sealed details;
``form_of`` is the way back, for merging a change into what is known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.access import Actor
from api.domain.divisions import Gazetteer, Level
from api.domain.elders import Category, Circumstances
from api.domain.errors import Fault
from api.domain.identity import IdType, normalise_id, parse_certificate, parse_resident_id
from api.domain.policy import Policy
from api.domain.registration import Papers, Person, person_of, score_fault
from api.domain.tiers import declared_faults, tier_of
from api.schemas.elders import ElderFileIn
from api.schemas.family import FamilyMemberIn
from api.store import Registers
from api.store.circumstances import SPOUSES, circumstances_of
from api.store.families import Member
from api.store.tables import Elder
from api.usecases.proposing import decides_in

_TELL_BIRTH = frozenset({IdType.RESIDENT, IdType.HMT_RESIDENCE})  # numbers that say date of birth and sex
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class FileContent:
    """A form in the shape of the register.

    ``columns`` of table elders, ``details`` of its sealed part. ``judged``: the columns of categories and
    tier as the facts of today come to.
    """

    columns: Mapping[str, Any]
    details: Mapping[str, Any]
    judged: Mapping[str, Any]


class FormReader:
    """Reads forms for one actor on one day."""

    def __init__(self, registers: Registers, gazetteer: Gazetteer) -> None:
        self._places = registers.places
        self._actor = registers.actor
        self._today = registers.today
        self._gazetteer = gazetteer

    @classmethod
    async def opened(cls, registers: Registers) -> "FormReader":
        return cls(registers, await registers.places.gazetteer())

    async def read(
        self,
        form: ElderFileIn,
        members: Sequence[Member] = (),
        *,
        source: str = "form",
        known: Mapping[str, Any] | None = None,
    ) -> FileContent | tuple[Fault, ...]:
        """The content of a file, or everything that is wrong with the form.

        ``source`` says who declares the categories. ``known``: the details as they stood, for a change.
        """
        policy = (await self._places.book_for(form.residence.village)).on(self._today)
        checks = _Checks(form, self._gazetteer, self._actor, self._today)
        person = person_of(checks.papers(), policy, self._today)
        faults = [*checks.faults(), *_family_faults(form, members)]
        if not isinstance(person, Person):
            return (*person, *faults)
        columns = _columns(form, person, self._today)
        details = _details(form, person, self._actor, source, known or {})
        if certificate_faults := tuple(_certificate_faults(details)):
            return (*faults, *certificate_faults)
        circumstances = circumstances_of(Elder(id=_NOBODY, **columns), details, members)
        faults += declared_faults(circumstances, policy, self._today)
        return tuple(faults) or FileContent(columns, details, _judged(circumstances, policy, self._today))

    def member_faults(self, form: FamilyMemberIn, at: str = "") -> tuple[Fault, ...]:
        """What is wrong with a family member; ``at`` is the pointer to it."""
        return tuple(_member_faults(form, self._gazetteer, self._today, at))


@dataclass(frozen=True, slots=True)
class _Checks:
    form: ElderFileIn
    gazetteer: Gazetteer
    actor: Actor
    today: date

    def papers(self) -> Papers:
        form = self.form
        return Papers(
            id_type=form.id_type,
            number=form.resident_id,
            born_on=form.born_on,
            sex=form.sex,
            card_checked=form.sex_override_reason is not None,
        )

    def faults(self) -> Iterator[Fault]:
        yield from self._places()
        yield from self._days()
        yield from self._reasons()
        ability = self.form.ability
        if ability and ability.score is not None and (fault := score_fault(ability.level, ability.score)):
            yield fault

    def _places(self) -> Iterator[Fault]:
        village = self.form.residence.village
        if not _is_village(self.gazetteer, village):
            yield Fault("village_code_unknown", "/residence/village")
        elif not self.actor.covers(village):
            yield Fault("village_outside_area", "/residence/village")
        registered = self.form.registered_address
        if registered and registered.village and not _is_village(self.gazetteer, registered.village):
            yield Fault("village_code_unknown", "/registered_address/village")

    def _days(self) -> Iterator[Fault]:
        form = self.form
        days = {
            "/filed_on": form.filed_on,
            "/ability/assessed_on": form.ability and form.ability.assessed_on,
            "/primary_contact/reminded_on": form.primary_contact and form.primary_contact.reminded_on,
            "/surveyor/signed_on": form.surveyor and form.surveyor.signed_on,
        }
        yield from (Fault("day_in_future", pointer) for pointer, day in days.items() if day and day > self.today)
        if form.surveyor and form.surveyor.signed_on < (form.filed_on or self.today):
            yield Fault("signed_before_filed", "/surveyor/signed_on")

    def _reasons(self) -> Iterator[Fault]:
        form = self.form
        if form.id_type is IdType.NONE and form.no_id_reason is None:
            yield Fault("field_missing", "/no_id_reason")
        if form.phones and form.no_phone_reason is not None:
            yield Fault("phone_and_reason", "/no_phone_reason")
        if form.sex_override_reason is not None and not decides_in(self.actor, form.residence.village):
            yield Fault("override_by_township", "/sex_override_reason")


def _is_village(gazetteer: Gazetteer, code: str) -> bool:
    division = gazetteer.by_code(code)
    return division is not None and division.level is Level.VILLAGE


def _family_faults(form: ElderFileIn, members: Sequence[Member]) -> Iterator[Fault]:
    married = any(member.facts["relation"] in SPOUSES and member.facts.get("alive") is not False for member in members)
    if married and form.facts.spouse is False:
        yield Fault("spouse_contradicted", "/facts/spouse")
    contact = form.primary_contact
    if contact and contact.member_id and contact.member_id not in {member.id for member in members}:
        yield Fault("member_unknown", "/primary_contact/member_id")


def _member_faults(form: FamilyMemberIn, gazetteer: Gazetteer, today: date, at: str) -> Iterator[Fault]:
    if form.resident_id and isinstance(fault := parse_resident_id(form.resident_id, today), Fault):
        yield replace(fault, pointer=f"{at}/resident_id")
    for name in ("left_on", "last_contact_on"):
        day: date | None = getattr(form, name)
        if day and day > today:
            yield Fault("day_in_future", f"{at}/{name}")
    if form.township and form.township.isdigit() and not _is_township(gazetteer, form.township):
        yield Fault("township_code_unknown", f"{at}/township")


def _is_township(gazetteer: Gazetteer, code: str) -> bool:
    """Codes of other districts are not known here and stay what they are."""
    inside = any(code.startswith(district.code) for district in gazetteer.children(""))
    division = gazetteer.by_code(code)
    return not inside or (division is not None and division.level is Level.TOWNSHIP)


def _certificate_faults(details: Mapping[str, Any]) -> Iterator[Fault]:
    number = details.get("disability_certificate")
    if number is None:
        return
    own = [details.get("resident_id"), *details.get("former_resident_ids", ())]
    certificate = parse_certificate(number, [each for each in own if each])
    if isinstance(certificate, Fault):
        yield replace(certificate, pointer="/disability_certificate")


def _judged(circumstances: Circumstances, policy: Policy, today: date) -> dict[str, Any]:
    tiering = tier_of(circumstances, policy, today)
    return {
        "categories": [category.value for category in Category if category in tiering.categories],
        "tier": tiering.tier.value if tiering.tier else None,
        "tier_provisional": tiering.provisional,
    }


# --- form to file -------------------------------------------------------------------------------------


def _columns(form: ElderFileIn, person: Person, today: date) -> dict[str, Any]:
    registered, ability = form.registered_address, form.ability
    return {
        "village": form.residence.village,
        "name": form.name,
        "alias": form.alias,
        "sex": person.sex.value,
        "id_type": form.id_type.value,
        "born_on": person.born_on,
        "household_id": form.household_id,
        "registered_area": registered.village if registered else None,
        "registered_rural": registered.rural if registered else None,
        "ability_level": ability.level.value if ability else None,
        "ability_basis": ability.basis.value if ability else None,
        "assessed_on": ability.assessed_on if ability else None,
        "certificate_ends_on": form.facts.certificate_ends_on,
        "economic_kind": form.economic_kind.value if form.economic_kind else None,
        "filed_on": form.filed_on or today,
    }


_AS_SAID = (
    "sex_override_reason",
    "no_id_reason",
    "phones",
    "no_phone_reason",
    "emergency_contact",
    "primary_contact",
    "registered_address",
    "disease_history",
    "disposable_income",
    "income_sources",
    "income_text",
    "facts",
    "living",
    "pension",
    "benefits",
    "aid",
)
_DETAILS = (
    *_AS_SAID,
    "resident_id",
    "former_resident_ids",
    "residence",
    "ability_score",
    "disability_certificate",
    "declared",
    "surveyor",
)


def _details(form: ElderFileIn, person: Person, actor: Actor, source: str, known: Mapping[str, Any]) -> dict[str, Any]:
    said = form.model_dump(mode="json", exclude_none=True)
    certificate = form.disability_certificate
    return _filled(
        {
            **{name: said.get(name) for name in _AS_SAID},
            "resident_id": person.number,
            "former_resident_ids": _former_numbers(person, known),
            "residence": {"detail": form.residence.detail},
            "ability_score": form.ability.score if form.ability else None,
            "disability_certificate": normalise_id(certificate) if certificate else None,
            "declared": _declared(said, source, known.get("declared") or {}),
            "surveyor": _signature(said.get("surveyor"), known.get("surveyor"), actor),
        }
    )


def _declared(said: Mapping[str, Any], source: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """Declared categories and tier, and who declared them: unchanged words stay whose they were."""
    declared = {"categories": list(dict.fromkeys(said["categories"])), "tier": said.get("declared_tier")}
    if not _filled(declared):
        return {}
    unchanged = declared["categories"] == before.get("categories", []) and declared["tier"] == before.get("tier")
    return {**declared, "source": before["source"] if unchanged and "source" in before else source}


def _former_numbers(person: Person, known: Mapping[str, Any]) -> list[str]:
    """Every number the elder had before; certificates may still carry one."""
    numbers = dict.fromkeys((*known.get("former_resident_ids", ()), known.get("resident_id")))
    return [number for number in numbers if number and number != person.number]


def _signature(
    said: Mapping[str, Any] | None, before: Mapping[str, Any] | None, actor: Actor
) -> Mapping[str, Any] | None:
    """Whoever sends a new signature has signed; an unchanged one stays somebody's."""
    if said is None or (before and before["signed_on"] == said["signed_on"]):
        return said and before
    return {**said, "user": str(actor.id) if actor.id else None}


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing, at any depth; False and 0 say something."""
    filled = {name: _filled(v) if isinstance(v, Mapping) else v for name, v in values.items()}
    return {name: value for name, value in filled.items() if value not in (None, "", [], {})}


def replacing(content: FileContent) -> dict[str, Any]:
    """The details as a replacement of those a form fills in: what it no longer says is taken out."""
    return {name: content.details.get(name) for name in _DETAILS}


# --- file to form -------------------------------------------------------------------------------------


def form_of(elder: Elder, details: Mapping[str, Any]) -> dict[str, Any]:
    """The form as it would have to be sent to make this file; without the family."""
    declared = details.get("declared") or {}
    form = {
        **{name: details.get(name) for name in _AS_SAID},
        "name": elder.name,
        "alias": elder.alias,
        "sex": elder.sex,
        "id_type": elder.id_type,
        "resident_id": details.get("resident_id"),
        "born_on": None if IdType(elder.id_type) in _TELL_BIRTH else elder.born_on.isoformat(),
        "residence": {"village": elder.village, **(details.get("residence") or {})},
        "household_id": str(elder.household_id) if elder.household_id else None,
        "ability": _ability_of(elder, details),
        "economic_kind": elder.economic_kind,
        "categories": declared.get("categories"),
        "declared_tier": declared.get("tier"),
        "disability_certificate": details.get("disability_certificate"),
        "filed_on": elder.filed_on.isoformat(),
        "surveyor": _signed(details.get("surveyor")),
    }
    return {name: value for name, value in form.items() if value is not None}


def _ability_of(elder: Elder, details: Mapping[str, Any]) -> dict[str, Any] | None:
    if elder.ability_level is None:
        return None
    return _filled(
        {
            "level": elder.ability_level,
            "basis": elder.ability_basis,
            "assessed_on": elder.assessed_on.isoformat() if elder.assessed_on else None,
            "score": details.get("ability_score"),
        }
    )


def _signed(surveyor: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"signed_on": surveyor["signed_on"]} if surveyor else None
