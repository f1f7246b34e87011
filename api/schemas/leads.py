"""Leads on the wire: who was named, who was found at home, what there was to see, how far a village has got."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.domain.departments import Unit
from api.domain.elders import Category
from api.domain.identity import Sex
from api.domain.leads import Ineligible, LeadSource, LeadState
from api.schemas.base import CivilDate, In, Name, Out, ShortText, Text500, VillageCode
from api.schemas.elders import CertificateNumber, EnrolIn, LivingIn, ResidenceIn
from api.schemas.family import IdNumber, PhoneNumber
from api.schemas.merge_patch import PatchOf
from api.schemas.visits import HazardIn, NeedIn

MOST_TOGETHER = 20
"""People of one household in one request."""

TownshipCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$", max_length=9)]
Year = Annotated[int, Field(strict=True, ge=1900, le=2199)]


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


# --- what comes in ------------------------------------------------------------------------------------


class LeadIn(In):
    """Somebody who may belong on the roll. ``reported_on``: today unless said.

    ``village``, or ``township`` with the place in words; at least a name, an ID number or a place. ``department``
    belongs to the source of that name. ``escalation_id``: the report about a stranger that this is about.
    """

    model_config = _example(
        source="grid_worker", village="350303104201", name="郑阿婆", birth_year=1944, place_text="后埔旧祠堂旁"
    )

    source: LeadSource
    department: Unit | None = None
    source_name: ShortText | None = None
    village: VillageCode | None = None
    township: TownshipCode | None = None
    place_text: ShortText | None = None
    name: Name | None = None
    sex: Sex | None = None
    birth_year: Year | None = None
    resident_id: IdNumber | None = None
    phone: PhoneNumber | None = None
    categories: Annotated[tuple[Category, ...], Field(max_length=len(Category))] = ()
    disability_certificate: CertificateNumber | None = None
    note: Text500 | None = None
    escalation_id: UUID | None = None
    reported_on: CivilDate | None = None

    @model_validator(mode="after")
    def _somebody_somewhere(self) -> Self:
        if (self.village is None) == (self.township is None):
            raise PydanticCustomError("lead_place", "village or township")
        if self.township is not None and self.place_text is None:
            raise PydanticCustomError("lead_place", "a township without a place")
        if not (self.name or self.resident_id or self.place_text):
            raise PydanticCustomError("lead_says_nothing", "nobody to look for")
        if self.department is not None and self.source is not LeadSource.DEPARTMENT:
            raise PydanticCustomError("lead_department", "a department that is not the source")
        return self


class StartLeadIn(In):
    """Who goes to see, by when: whoever asks, within the policy's days, unless said.

    ``village``: where the person is to be looked for, once that is known.
    """

    model_config = _example(due_on="2026-11-10")

    verifier_id: UUID | None = None
    due_on: CivilDate | None = None
    village: VillageCode | None = None


class VerifyLeadIn(In):
    """What was found at the door on ``seen_on`` (today unless said).

    ``elder``: Annex 3 as far as it is known, laid over what the lead says. What is unsafe under ``living`` is
    a hazard too.
    """

    model_config = _example(
        elder={"resident_id": "350303194405069983", "categories": ["living_alone"]},
        hazards=[{"kind": "gas", "text": "软管老化", "reminded": True}],
        needs=[{"kind": "daily_care", "text": "需要助餐"}],
    )

    seen_on: CivilDate | None = None
    elder: Annotated[dict[str, Any], PatchOf(EnrolIn)]
    hazards: Annotated[tuple[HazardIn, ...], Field(max_length=20)] = ()
    needs: Annotated[tuple[NeedIn, ...], Field(max_length=20)] = ()


class HouseholdMemberIn(In):
    lead_id: UUID
    elder: Annotated[dict[str, Any], PatchOf(EnrolIn)]
    needs: Annotated[tuple[NeedIn, ...], Field(max_length=20)] = ()


class VerifyHouseholdIn(In):
    """Several people behind one door: place, living and hazards are said once.

    ``household_id``: of somebody on the roll who lives there too; a new one unless said.
    """

    model_config = _example(
        residence={"village": "350303104201", "detail": "后埔12号"},
        living={"water_safe": True, "power_safe": False},
        hazards=[{"kind": "gas", "text": "软管老化", "reminded": True}],
        persons=[
            {
                "lead_id": "01a3f5c0-0000-7000-8000-000000000000",
                "elder": {"name": "郑阿婆", "resident_id": "350303194405069983", "categories": ["empty_nest"]},
            }
        ],
    )

    seen_on: CivilDate | None = None
    residence: ResidenceIn
    living: LivingIn | None = None
    household_id: UUID | None = None
    hazards: Annotated[tuple[HazardIn, ...], Field(max_length=20)] = ()
    persons: Annotated[tuple[HouseholdMemberIn, ...], Field(min_length=1, max_length=MOST_TOGETHER)]


class NotFoundIn(In):
    """How it was made sure that nobody of that description lives there."""

    model_config = _example(note="走访前后三户，均称无此人")

    note: Text500


class NotEligibleIn(In):
    model_config = _example(reason="too_young", note="1970年生")

    reason: Ineligible
    note: Text500 | None = None


class DuplicateIn(In):
    """Exactly one of the two: whom the lead is about, on the roll or among the leads."""

    model_config = _example(lead_id="01a3f5c0-0000-7000-8000-000000000000")

    elder_id: UUID | None = None
    lead_id: UUID | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.elder_id is None) == (self.lead_id is None):
            raise PydanticCustomError("lead_duplicate_target", "an elder or a lead")
        return self


class ReopenIn(In):
    """Why somebody is to look again."""

    model_config = _example(reason="邻居反映老人已返家")

    reason: Text500


class LeadField(StrEnum):
    RESIDENT_ID = "resident_id"  # 身份证号
    PHONE = "phone"  # 联系电话
    PLACE_TEXT = "place_text"  # 住处
    NOTE = "note"  # 情况说明
    DISABILITY_CERTIFICATE = "disability_certificate"  # 残疾证号


class RevealLeadIn(In):
    """``purpose`` is kept in the audit, with the names of the fields and no value."""

    model_config = _example(fields=["phone"], purpose="上门前电话联系")

    fields: Annotated[list[LeadField], Field(min_length=1, max_length=len(LeadField))]
    purpose: Annotated[ShortText, StringConstraints(min_length=4, max_length=200)]


class ProgressBy(StrEnum):
    VILLAGE = "village"  # 按村（居）
    TOWNSHIP = "township"  # 按乡镇（街道）


# --- what goes out ------------------------------------------------------------------------------------


class LeadOut(Out):
    """A lead; ``village`` has nine digits while only the township is known.

    The ID number is masked; telephone, place and note show in full to the liaison of the village, to whoever
    verifies, and to the township where the village is not known. ``with_district``: the number stands in a
    file out of the verifier's sight.
    """

    id: UUID
    village: str
    state: LeadState
    source: LeadSource
    department: Unit | None
    source_name: str | None
    name: str | None
    sex: Sex | None
    birth_year: int | None
    resident_id: str | None
    phone: str | None
    place_text: str | None
    note: str | None
    categories: list[Category]
    probable_duplicate: bool
    with_district: bool
    elder_id: UUID | None
    duplicate_of_elder: UUID | None
    duplicate_of_lead: UUID | None
    escalation_id: UUID | None
    verifier_id: UUID | None
    reported_on: date
    due_on: date | None
    ended_on: date | None
    reason: Ineligible | None
    version: int
    etag: str


class FoundOut(Out):
    """What was seen at the door, as it was filed."""

    hazards: list[UUID]
    escalations: list[UUID]
    needs: list[UUID]


class VerifiedLeadOut(Out):
    """``lead`` is verified, with the draft's id; or a duplicate of somebody on the roll; or with the district.

    ``opened``: hazards, risks and needs, now the elder's; kept with the lead while the district has it.
    """

    lead: LeadOut
    opened: FoundOut


class HouseholdOut(Out):
    household_id: UUID
    persons: list[VerifiedLeadOut]


class ResemblanceOut(Out):
    """Somebody in sight whom the lead may be: ``certain`` by the ID number, else by village, name and year."""

    elder_id: UUID | None
    lead_id: UUID | None
    certain: bool


class AlikeOut(Out):
    data: list[ResemblanceOut]


class LeadValuesOut(Out):
    id: UUID
    values: dict[LeadField, str | None]


class ProgressFiguresOut(Out):
    """``found``: everybody who was named; ``done``: the percentage of them of whom somebody has made sure.

    ``oldest_days``: for how long the oldest lead has been waiting.
    """

    found: int
    new: int
    verifying: int
    verified: int
    not_found: int
    duplicate: int
    not_eligible: int
    done: str | None
    oldest_days: int | None


class ProgressRowOut(ProgressFiguresOut):
    """``key``: a village or township; a township among villages stands for leads whose village is not known."""

    key: str
    name: str


class ProgressOut(Out):
    """``villages_done``: those with leads, and none of them open (rule R1)."""

    by: ProgressBy
    villages: int
    villages_done: int
    total: ProgressFiguresOut
    rows: list[ProgressRowOut]
