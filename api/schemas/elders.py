"""An elder's file on the wire (附件3). What comes in is the form; what goes out is the file, masked.

Field rules and rules within one part of the form are checked here; who somebody is, what a category asks
and where somebody lives are rules of ``api.domain`` and need today and the register.
"""

from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from api.domain.elders import Ability, Category, EconomicKind
from api.domain.identity import IdType, Sex
from api.domain.policy import Tier
from api.domain.registration import AbilityBasis, AidOrg, Benefit, IncomeSource, PhoneOwner
from api.schemas.base import CivilDate, ExternalId, In, Name, ShortText, Text500, VillageCode
from api.schemas.family import FamilyMemberIn, IdNumber, PhoneNumber, Relation

MOST_MEMBERS = 30
_MOST_MONEY = Decimal(1_000_000)


def _amount(value: Any) -> Decimal:
    """Yuan a month, to the fen; a string, so that no binary fraction creeps in, or a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise PydanticCustomError("value_type", "not an amount", {"expected": "decimal"})
    text = str(value)
    if not text.isascii() or len(text) > 12 or not text.replace(".", "", 1).isdigit():
        raise PydanticCustomError("amount_format", "not an amount")
    amount = Decimal(text)
    if amount > _MOST_MONEY or amount != round(amount, 2):
        raise PydanticCustomError("amount_format", "not an amount")
    return amount.quantize(Decimal("0.01"))


Amount = Annotated[
    Decimal,
    PlainValidator(_amount),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,2})?$", "maxLength": 9}),
]


CertificateNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{5,24}$", max_length=24)]


class PhoneIn(In):
    number: PhoneNumber
    owner: PhoneOwner = PhoneOwner.SELF


class ContactIn(In):
    name: Name
    relation: Relation | None = None
    phone: PhoneNumber | None = None


class PrimaryContactIn(ContactIn):
    """The one who looks in first (第一探访联系人). ``member_id``: when it is one of the family.

    ``reminded_on``: the day somebody reminded that person of the duty of care (R9).
    """

    member_id: UUID | None = None
    reminded_on: CivilDate | None = None


class RegisteredAddressIn(In):
    """Place of the 户籍: a village of the district by code, or any place in words."""

    village: VillageCode | None = None
    text: ShortText | None = None
    detail: ShortText | None = None
    rural: StrictBool | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.village is not None and self.text is not None:
            raise PydanticCustomError("address_given_twice", "village and text")
        return self


class ResidenceIn(In):
    """Where the elder lives; decides whose roll it is."""

    village: VillageCode
    detail: ShortText | None = None


class AbilityIn(In):
    """By GB/T 42195-2022. ``score``: the total of its 26 items."""

    level: Ability
    basis: AbilityBasis = AbilityBasis.OBSERVED
    assessed_on: CivilDate | None = None
    score: Annotated[int, Field(strict=True, ge=0, le=90)] | None = None


class FamilyPlanningIn(In):
    """As the 卫健 department knows it; ``child_disability_level`` 0: not disabled."""

    had_one_child: StrictBool | None = None
    child_dead: StrictBool | None = None
    child_disability_level: Annotated[int, Field(strict=True, ge=0, le=4)] | None = None
    bore_again: StrictBool | None = None
    adopted: StrictBool | None = None


class FactsIn(In):
    """What the categories ask beside the form; null: not yet known. ``…_complete``: nobody is left out."""

    spouse: StrictBool | None = None
    children_complete: StrictBool | None = None
    relatives_complete: StrictBool | None = None
    has_caregiver: StrictBool | None = None
    caregiver_appointed: StrictBool | None = None
    lost_labour_capacity: StrictBool | None = None
    at_home: StrictBool | None = None
    has_certificate: StrictBool | None = None
    certificate_valid: StrictBool | None = None
    certificate_ends_on: CivilDate | None = None
    family_planning: FamilyPlanningIn | None = None


class LivingIn(In):
    water_safe: StrictBool | None = None
    power_safe: StrictBool | None = None
    housing_safe: StrictBool | None = None
    household_income: Amount | None = None


class PensionIn(In):
    has: StrictBool
    amount: Amount | None = None

    @model_validator(mode="after")
    def _amount_of_a_pension(self) -> Self:
        if self.amount is not None and self.has != (self.amount > 0):
            raise PydanticCustomError("pension_amount", "an amount without pension, or no amount")
        return self


class BenefitsIn(In):
    items: Annotated[tuple[Benefit, ...], Field(max_length=len(Benefit))] = ()
    text: ShortText | None = None
    amount: Amount | None = None

    @model_validator(mode="after")
    def _amount_of_something(self) -> Self:
        if self.amount and not self.items:
            raise PydanticCustomError("benefits_without_item", "an amount of nothing")
        return self


class AidIn(In):
    orgs: Annotated[tuple[AidOrg, ...], Field(max_length=len(AidOrg))] = ()
    person: ShortText | None = None
    measures: Text500 | None = None

    @model_validator(mode="after")
    def _none_alone(self) -> Self:
        if AidOrg.NONE in self.orgs and len(set(self.orgs)) > 1:
            raise PydanticCustomError("aid_none_with_others", "none beside others")
        return self


class SurveyorIn(In):
    """The signature of whoever sends the form; ``signed_on`` is not before ``filed_on``."""

    signed_on: CivilDate


class ElderFileIn(In):
    """The form. Without ``filed_on`` it is filed today; ``categories`` and ``declared_tier`` are declared.

    ``resident_id`` is the number of the papers that ``id_type`` names. ``sex_override_reason``: the card was
    seen and says another sex than its number; a township's word.
    """

    name: Name
    alias: Name | None = None
    sex: Sex | None = None
    sex_override_reason: ShortText | None = None
    id_type: IdType = IdType.RESIDENT
    resident_id: IdNumber | None = None
    no_id_reason: ShortText | None = None
    born_on: CivilDate | None = None
    phones: Annotated[tuple[PhoneIn, ...], Field(max_length=5)] = ()
    no_phone_reason: ShortText | None = None
    emergency_contact: ContactIn | None = None
    primary_contact: PrimaryContactIn | None = None
    registered_address: RegisteredAddressIn | None = None
    residence: ResidenceIn
    household_id: UUID | None = None
    ability: AbilityIn | None = None
    disease_history: Text500 | None = None
    economic_kind: EconomicKind | None = None
    disposable_income: Amount | None = None
    income_sources: Annotated[tuple[IncomeSource, ...], Field(max_length=len(IncomeSource))] = ()
    income_text: ShortText | None = None
    categories: Annotated[tuple[Category, ...], Field(max_length=len(Category))] = ()
    declared_tier: Tier | None = None
    facts: FactsIn = FactsIn()
    disability_certificate: CertificateNumber | None = None
    living: LivingIn | None = None
    pension: PensionIn | None = None
    benefits: BenefitsIn | None = None
    aid: AidIn | None = None
    filed_on: CivilDate | None = None
    surveyor: SurveyorIn | None = None


_EXAMPLE: JsonDict = {
    "name": "陈阿婆",
    "sex": "female",
    "resident_id": "35030319461123998X",
    "phones": [{"number": "13850330001"}],
    "emergency_contact": {"name": "林小明", "relation": "20", "phone": "13850330002"},
    "residence": {"village": "350303104201", "detail": "后埔12号"},
    "registered_address": {"village": "350303104201", "rural": True},
    "ability": {"level": "mild"},
    "economic_kind": "other",
    "categories": ["living_alone"],
    "living": {"water_safe": True, "power_safe": True, "housing_safe": True},
    "filed_on": "2026-10-05",
    "family_members": [{"name": "林小明", "relation": "20", "alive": True, "township": "350304001"}],
}


class EnrolIn(ElderFileIn):
    """A new file, with the family. ``external_id``: the number under which the sender's own books know the elder."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    external_id: ExternalId | None = None

    family_members: Annotated[tuple[FamilyMemberIn, ...], Field(max_length=MOST_MEMBERS)] = ()
