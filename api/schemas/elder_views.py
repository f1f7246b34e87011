"""An elder's file as it is shown: masked to who may know what, revealed by field, explained, remembered."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.domain.elders import Ability, Category, EconomicKind, ElderState
from api.domain.identity import IdType, Sex
from api.domain.logic import Known
from api.domain.policy import Tier
from api.domain.registration import AbilityBasis, AidOrg, Benefit, PhoneOwner
from api.domain.tiers import TierState
from api.schemas.base import In, Label, Out, ShortText
from api.schemas.family import FamilyMemberOut, IdNumber, PhoneNumber
from api.schemas.visits import ShortNo

# --- the file -----------------------------------------------------------------------------------------


class PhoneOut(Out):
    number: str
    owner: PhoneOwner


class ContactOut(Out):
    name: str
    relation: str | None
    phone: str | None


class PrimaryContactOut(ContactOut):
    member_id: UUID | None
    reminded_on: date | None


class RegisteredAddressOut(Out):
    village: str | None
    text: str | None
    detail: str | None
    rural: bool | None


class ResidenceOut(Out):
    village: str
    village_name: str
    detail: str | None


class AbilityOut(Out):
    level: Ability
    basis: AbilityBasis
    assessed_on: date | None
    score: int | None


class LivingOut(Out):
    water_safe: bool | None
    power_safe: bool | None
    housing_safe: bool | None


class PensionOut(Out):
    has: bool


class BenefitsOut(Out):
    items: list[Benefit]
    text: str | None


class AidOut(Out):
    orgs: list[AidOrg]
    person: str | None
    measures: str | None


class SurveyorOut(Out):
    user: UUID | None
    signed_on: date


class FactsOut(Out):
    """The facts but those of family planning, which are sealed."""

    spouse: bool | None
    children_complete: bool | None
    relatives_complete: bool | None
    has_caregiver: bool | None
    caregiver_appointed: bool | None
    lost_labour_capacity: bool | None
    at_home: bool | None
    has_certificate: bool | None
    certificate_valid: bool | None
    certificate_ends_on: date | None


class ProposalKind(StrEnum):
    CHILD_NEARBY = "child_nearby"  # F1：同一居住地的子女
    DESIGNATE = "designate"  # F2：无子女，由乡镇会同村居明确


class ContactProposalOut(Out):
    """Who is proposed as first contact: a child in the same township, or whom the township designates."""

    kind: ProposalKind
    member_id: UUID | None


class OpenItemOut(Out):
    """A box of the form that is still empty; ``due_on`` from confirmation on."""

    pointer: str
    due_on: date | None
    proposal: ContactProposalOut | None


class SealedField(StrEnum):
    """What a reveal may name."""

    RESIDENT_ID = "resident_id"  # 身份证号
    DISABILITY_CERTIFICATE = "disability_certificate"  # 残疾证号
    PHONES = "phones"  # 联系电话
    EMERGENCY_CONTACT = "emergency_contact"  # 紧急联系人
    PRIMARY_CONTACT = "primary_contact"  # 第一探访联系人
    REGISTERED_ADDRESS = "registered_address"  # 户籍地址
    RESIDENCE = "residence"  # 居住地址
    DISEASE_HISTORY = "disease_history"  # 曾患病史
    DISPOSABLE_INCOME = "disposable_income"  # 月可支配收入
    INCOME_SOURCES = "income_sources"  # 经济来源
    HOUSEHOLD_INCOME = "household_income"  # 家庭月收入
    PENSION_AMOUNT = "pension_amount"  # 养老金额
    BENEFITS_AMOUNT = "benefits_amount"  # 补贴金额
    FAMILY_PLANNING = "family_planning"  # 计划生育情况
    FAMILY_MEMBERS = "family_members"  # 家庭成员


class ElderOut(Out):
    """The file. ``categories`` and ``declared_tier`` are what the office declared; ``judged_categories`` and
    ``tier`` are in force.

    ``masked``: the fields that hold more than is shown; a reveal with a purpose shows them.
    """

    id: UUID
    short_no: str
    status: ElderState
    version: int
    name: str
    alias: str | None
    sex: Sex
    sex_override_reason: str | None
    id_type: IdType
    resident_id: str | None
    no_id_reason: str | None
    born_on: date
    phones: list[PhoneOut]
    no_phone_reason: str | None
    emergency_contact: ContactOut | None
    primary_contact: PrimaryContactOut | None
    registered_address: RegisteredAddressOut | None
    residence: ResidenceOut
    household_id: UUID | None
    ability: AbilityOut | None
    economic_kind: EconomicKind | None
    categories: list[Category]
    declared_tier: Tier | None
    judged_categories: list[Category]
    tier: Tier | None
    tier_provisional: bool
    facts: FactsOut
    disability_certificate: str | None
    family_members: list[FamilyMemberOut]
    living: LivingOut | None
    pension: PensionOut | None
    benefits: BenefitsOut | None
    aid: AidOut | None
    consent: str | None
    consented_on: date | None
    filed_on: date
    surveyor: SurveyorOut | None
    confirmed_on: date | None
    review_due_on: date | None
    due_on: date | None
    last_seen_on: date | None
    masked: list[SealedField]
    open_items: list[OpenItemOut]
    created_at: datetime
    updated_at: datetime
    etag: str


class ElderLineOut(Out):
    """One line of the register."""

    id: UUID
    short_no: str
    name: str
    sex: Sex
    born_on: date
    village: str
    address: str
    status: ElderState
    categories: list[Category]
    tier: Tier | None
    tier_provisional: bool
    review_due_on: date | None
    due_on: date | None
    last_seen_on: date | None
    etag: str


# --- search and reveal --------------------------------------------------------------------------------


class SearchIn(In):
    """At least one of them; what is given must all fit. A name is found by its beginning."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "陈"}]})

    name: Label | None = None
    resident_id: IdNumber | None = None
    phone: PhoneNumber | None = None
    short_no: ShortNo | None = None

    @model_validator(mode="after")
    def _for_something(self) -> Self:
        if not any((self.name, self.resident_id, self.phone, self.short_no)):
            raise PydanticCustomError("search_for_nothing", "nothing to search for")
        return self


class FoundOut(Out):
    """``more``: there are others; say more about whom you mean."""

    data: list[ElderLineOut]
    more: bool


class RevealIn(In):
    """``purpose`` is kept in the audit, with the names of the fields and no value."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"fields": ["resident_id"], "purpose": "核对残疾人证号码"}]}
    )

    fields: Annotated[list[SealedField], Field(min_length=1, max_length=len(SealedField))]
    purpose: Annotated[ShortText, StringConstraints(min_length=4, max_length=200)]


class RevealOut(Out):
    id: UUID
    values: dict[SealedField, Any]


# --- why, and since when ------------------------------------------------------------------------------


class FactOut(Out):
    """A fact by its key, and in words."""

    fact: str
    text: str


class ReasonOut(Out):
    criterion: str
    text: str
    facts: list[FactOut]
    clause: str


class Holds(StrEnum):
    YES = "yes"  # 是
    NO = "no"  # 否
    UNKNOWN = "unknown"  # 待核实

    @classmethod
    def of(cls, known: Known) -> "Holds":
        return cls.UNKNOWN if known is None else cls.YES if known else cls.NO


class FindingOut(ReasonOut):
    """One category. ``facts``: those that hold; of a no those denied, of an unknown those missing."""

    category: Category
    holds: Holds


class AheadOut(Out):
    """What follows by age or date alone."""

    from_day: date
    tier: Tier | None


class TierOut(Out):
    """The tier by the facts of today, why, and what time will change within a year."""

    elder_id: UUID
    on: date
    tier: Tier | None
    state: TierState
    provisional: bool
    in_force: Tier | None
    reasons: list[ReasonOut]
    categories: list[FindingOut]
    ahead: list[AheadOut]


class FieldChangeOut(Out):
    """``sealed``: the values stay hidden here."""

    field: str
    before: Any
    after: Any
    sealed: bool


class VersionOut(Out):
    version: int
    at: datetime
    actor_id: UUID | None
    command: str
    changes: list[FieldChangeOut]


class HistoryOut(Out):
    """Every version, oldest first."""

    data: list[VersionOut]


class ProposedOut(Out):
    """A change of a confirmed elder's file that waits for the township's decision."""

    proposal_id: UUID
    elder_id: UUID
    state: Literal["proposed"]
    fields: list[str]
