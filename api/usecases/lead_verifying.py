"""At the door (入户核实; plan 三(二), R15–R17): who was named is there, or is somebody on the roll already.

Making sure makes a draft in one go with the hazards and needs there were to see. Nothing that was seen is
lost when the ID number turns out to be taken: it goes to the elder who has it, or waits for the district.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from api.domain.elders import ElderState
from api.domain.errors import Conflict, Fault, NotFound, Refused
from api.domain.hazards import Hazard
from api.domain.leads import LIFE, LeadCommand, LeadState, unsafe_at_home
from api.domain.months import SHANGHAI
from api.domain.openings import survey_openings
from api.domain.referrals import Need
from api.schemas.base import parsed
from api.schemas.elders import EnrolIn, LivingIn
from api.schemas.leads import DuplicateIn, VerifyHouseholdIn, VerifyLeadIn
from api.schemas.merge_patch import merged
from api.schemas.visits import HazardIn, NeedIn
from api.store import Registers
from api.store.findings import Opened
from api.store.revealed import Revealed
from api.store.tables import Elder
from api.usecases.enrolment import enrol_elder
from api.usecases.lead_escalations import known_now, passed_on
from api.usecases.standing import refuse

_VILLAGE_DIGITS = 12
_AS_TOLD = ("name", "sex", "resident_id", "categories", "disability_certificate")


@dataclass(frozen=True, slots=True)
class Found:
    """What there was to see at a door."""

    hazards: tuple[HazardIn, ...]
    needs: tuple[NeedIn, ...]
    seen_on: date

    def kept(self) -> dict[str, Any]:
        """As a document, to be read again once it is known whose it is."""
        return {
            "hazards": [each.model_dump(mode="json") for each in self.hazards],
            "needs": [each.model_dump(mode="json") for each in self.needs],
            "seen_on": self.seen_on.isoformat(),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Found":
        return cls(
            tuple(HazardIn.model_validate(each) for each in kept["hazards"]),
            tuple(NeedIn.model_validate(each) for each in kept["needs"]),
            date.fromisoformat(kept["seen_on"]),
        )

    def over(self, kept: "Found | None") -> "Found":
        """With what was kept and is not said anew."""
        if kept is None:
            return self
        hazards, needs = ({each.kind for each in self.hazards}, {each.kind for each in self.needs})
        return Found(
            (*self.hazards, *(each for each in kept.hazards if each.kind not in hazards)),
            (*self.needs, *(each for each in kept.needs if each.kind not in needs)),
            self.seen_on,
        )


@dataclass(frozen=True, slots=True)
class Verified:
    """``lead`` as it now stands; ``opened``: what was seen, as it was filed."""

    lead: Any
    opened: Opened


# --- at one door --------------------------------------------------------------------------------------


async def verify_lead(registers: Registers, lead_id: UUID, form: VerifyLeadIn) -> Verified:
    """Somebody is there: a draft with what was seen. Raises WrongState, Refused, Conflict ``identity_taken``.

    A number that stands in a file in sight makes the lead a duplicate of that elder; one that stands out of
    sight makes it the district's. Only of somebody who has left the roll the number is a conflict.
    """
    lead = await _verifiable(registers, lead_id)
    seen_on = _seen_on(registers, form.seen_on)
    [file] = _files([_Told(registers.leads.details(lead), lead.village, form.elder, "/elder")], seen_on)
    hazards = _with_unsafe(form.hazards, file.living)
    return await _verified(registers, lead, file, Found(hazards, form.needs, seen_on), "/elder")


async def verify_household(registers: Registers, form: VerifyHouseholdIn) -> tuple[UUID, list[Verified]]:
    """Several people behind one door: one household, its hazards once; all of them, or nobody."""
    ids = {person.lead_id for person in form.persons}
    leads = {lead_id: await _verifiable(registers, lead_id) for lead_id in sorted(ids)}
    if len(ids) < len(form.persons):
        raise Refused([Fault("lead_named_twice", "/persons")])
    seen_on = _seen_on(registers, form.seen_on)
    household_id = form.household_id or registers.desk.new_id()
    told = [
        _Told(
            registers.leads.details(leads[person.lead_id]),
            leads[person.lead_id].village,
            merged(_home(form, household_id), person.elder),
            f"/persons/{index}/elder",
        )
        for index, person in enumerate(form.persons)
    ]
    hazards = _with_unsafe(form.hazards, form.living)
    verified: list[Verified] = []
    faults: list[Fault] = []
    for person, file, each in zip(form.persons, _files(told, seen_on), told, strict=True):
        found = Found(hazards, person.needs, seen_on)
        try:
            verified.append(await _verified(registers, leads[person.lead_id], file, found, each.pointer))
        except Refused as refused:
            faults += refused.faults
            continue
        if not verified[-1].lead.with_district:
            hazards = ()  # somebody's already
    refuse(faults)
    return household_id, verified


def _home(form: VerifyHouseholdIn, household_id: UUID) -> dict[str, Any]:
    said = form.model_dump(mode="json", include={"residence", "living"}, exclude_none=True)
    return {**said, "household_id": str(household_id)}


# --- whose it is --------------------------------------------------------------------------------------


async def mark_duplicate(registers: Registers, lead_id: UUID, form: DuplicateIn) -> Verified:
    """The lead is about somebody known; what was seen of a lead that waited for the district is now the elder's.

    Raises WrongState, Refused.
    """
    lead = await registers.leads.locked(lead_id)
    LIFE.after(LeadCommand.DUPLICATE, LeadState(lead.state))
    other = await _other(registers, lead, form.lead_id) if form.lead_id else None
    elder_id = form.elder_id or (other.elder_id if other else None)
    elder = await _elder(registers, elder_id) if elder_id else None
    return await _same_as(registers, lead, elder, other, _kept(registers, lead))


async def _other(registers: Registers, lead: Any, lead_id: UUID) -> Any:
    try:
        other = await registers.leads.get(lead_id)
    except NotFound:
        raise Refused([Fault("lead_duplicate_unknown", "/lead_id")]) from None
    if other.id == lead.id or LeadState(other.state) is LeadState.DUPLICATE:
        raise Refused([Fault("lead_duplicate_of_none", "/lead_id")])
    return other


async def _elder(registers: Registers, elder_id: UUID) -> Elder:
    try:
        return await registers.elders.locked(elder_id)
    except NotFound:
        raise Refused([Fault("lead_duplicate_unknown", "/elder_id")]) from None


async def _same_as(
    registers: Registers, lead: Any, elder: Elder | None, other: Any | None, found: Found | None
) -> Verified:
    """The lead is about ``elder``, whose is now what was found, or repeats ``other``, which goes on."""
    after = await registers.leads.change(
        lead,
        LeadCommand.DUPLICATE,
        details={"found": None if elder or found is None else found.kept()},
        state=LeadState.DUPLICATE,
        duplicate_of_elder=elder.id if elder else None,
        duplicate_of_lead=other.id if other else None,
        with_district=False,
        ended_on=registers.today,
    )
    if elder is not None:
        await known_now(registers, after, elder)
        return Verified(after, await _filed(registers, after, elder.id, found) if found else Opened())
    if other is not None:
        await passed_on(registers, after, other)
    return Verified(after, Opened())


def _kept(registers: Registers, lead: Any) -> Found | None:
    """What was found when the number turned out to be taken out of sight."""
    document = registers.leads.details(lead).get("found")
    return Found.of(document) if document else None


# --- within -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of a person: by the lead, and by whoever stood at the door. ``pointer``: to the latter."""

    by_lead: Mapping[str, Any]
    village: str
    at_door: Mapping[str, Any]
    pointer: str

    def form(self, seen_on: date) -> dict[str, Any]:
        """Annex 3 as far as it is known."""
        told = {name: self.by_lead.get(name) for name in _AS_TOLD}
        phone, place = self.by_lead.get("phone"), self.by_lead.get("place_text")
        known = {
            **{name: value for name, value in told.items() if value},
            "phones": [{"number": phone}] if phone else [],
            "residence": {
                **({"village": self.village} if len(self.village) == _VILLAGE_DIGITS else {}),
                **({"detail": place} if place else {}),
            },
            "filed_on": seen_on.isoformat(),
        }
        return merged(known, self.at_door)


async def _verifiable(registers: Registers, lead_id: UUID) -> Any:
    lead = await registers.leads.locked(lead_id)
    LIFE.after(LeadCommand.VERIFY, LeadState(lead.state))
    return lead


def _seen_on(registers: Registers, day: date | None) -> date:
    if day is not None and day > registers.today:
        raise Refused([Fault("day_in_future", "/seen_on")])
    return day or registers.today


def _files(told: Sequence[_Told], seen_on: date) -> list[EnrolIn]:
    """The forms of new files. Raises Refused with everything that is wrong in any of them."""
    files = [parsed(EnrolIn, each.form(seen_on)) for each in told]
    refuse(
        fault
        for each, file in zip(told, files, strict=True)
        if isinstance(file, tuple)
        for fault in _under(each.pointer, file)
    )
    return [file for file in files if isinstance(file, EnrolIn)]


def _under(pointer: str, faults: Iterable[Fault]) -> list[Fault]:
    return [replace(fault, pointer=pointer + fault.pointer) for fault in faults]


def _with_unsafe(hazards: Sequence[HazardIn], living: LivingIn | None) -> tuple[HazardIn, ...]:
    """The hazards that were named, and those that the boxes on the home add."""
    boxes = living.model_dump(include={"water_safe", "power_safe", "housing_safe"}) if living else {}
    added = unsafe_at_home(boxes, {each.kind for each in hazards})
    return (*hazards, *(HazardIn(kind=kind) for kind in added))


async def _verified(registers: Registers, lead: Any, file: EnrolIn, found: Found, pointer: str) -> Verified:
    found = found.over(_kept(registers, lead))
    try:
        elder = await enrol_elder(registers, file)
    except Refused as refused:
        raise Refused(_under(pointer, refused.faults)) from refused
    except Conflict as taken:
        if taken.code != "identity_taken":
            raise
        return await _taken(registers, lead, found, taken)
    after = await registers.leads.change(
        lead,
        LeadCommand.VERIFY,
        details={"found": None},
        state=LeadState.VERIFIED,
        village=elder.village,
        elder_id=elder.id,
        with_district=False,
        ended_on=registers.today,
    )
    await known_now(registers, after, elder)
    return Verified(after, await _filed(registers, after, elder.id, found))


async def _taken(registers: Registers, lead: Any, found: Found, taken: Conflict) -> Verified:
    """The ID number stands in another file: in sight, it says who the lead is; out of sight, the district says."""
    holder_id = taken.params.get("elder_id")
    if holder_id is None:
        state = LIFE.after(LeadCommand.REFER, LeadState(lead.state))
        kept = {"found": found.kept()}
        referred = await registers.leads.change(lead, LeadCommand.REFER, details=kept, state=state, with_district=True)
        return Verified(referred, Opened())
    elder = await registers.elders.locked(UUID(str(holder_id)))
    if ElderState(elder.status) is ElderState.EXITED:
        raise taken
    return await _same_as(registers, lead, elder, None, found)


async def _filed(registers: Registers, lead: Any, elder_id: UUID, found: Found) -> Opened:
    """Hazards, risks and needs as the elder's own."""
    elder = (await registers.subjects.lock([elder_id]))[elder_id]
    policy = (await registers.places.book_for(elder.village)).on(registers.today)
    noon = datetime.combine(found.seen_on, time(12), SHANGHAI)
    openings = survey_openings(
        [Hazard(**each.model_dump()) for each in found.hazards],
        [Need(**each.model_dump()) for each in found.needs],
        found_at=registers.now if found.seen_on == registers.today else noon,
        received_at=registers.now,
        policy=policy,
    )
    revealed = [Revealed(each, None, "lead", str(lead.id), elder, elder.village) for each in openings]
    opened = Opened()
    for each, row_id in zip(revealed, await registers.findings.store(revealed), strict=True):
        opened.add(each.opening.kind, row_id)
    return opened
