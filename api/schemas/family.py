"""A family member on the wire (附件3 二), with what the categories ask about children and relatives."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from api.domain.errors import Fault
from api.domain.family import RELATIONS, LeftReason
from api.domain.identity import Sex, parse_phone
from api.domain.registration import Channel, Health
from api.schemas.base import CivilDate, In, Name, Out, ShortText

_SELF = "01"


def _phone(written: str) -> str:
    number = parse_phone(written)
    if isinstance(number, Fault):
        raise PydanticCustomError(number.code, "not a phone number")
    return number


def _relation(code: str) -> str:
    if code not in RELATIONS:
        raise PydanticCustomError("relation_code_unknown", "not a relation")
    return code


def _family_relation(code: str) -> str:
    if code == _SELF or not code.isdigit():
        raise PydanticCustomError("relation_not_family", "not a relation of a family member")
    return code


PhoneNumber = Annotated[str, StringConstraints(pattern=r"^[0-9+() -]{5,30}$", max_length=30), AfterValidator(_phone)]
Relation = Annotated[str, StringConstraints(pattern=r"^[0-9a-z_]{2,20}$", max_length=20), AfterValidator(_relation)]
FamilyRelation = Annotated[Relation, AfterValidator(_family_relation)]
IdNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{5,20}$", max_length=20)]


class FamilyMemberIn(In):
    """``township``: 9-digit code of where the member lives, or the place in words outside the district."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "林小红", "relation": "30", "alive": True, "visits_often": False}]}
    )

    name: Name
    relation: FamilyRelation
    sex: Sex | None = None
    resident_id: IdNumber | None = None
    health: Health | None = None
    visits_often: StrictBool | None = None
    alive: StrictBool | None = None
    adult: StrictBool | None = None
    co_resident: StrictBool | None = None
    township: ShortText | None = None
    in_institution: StrictBool = False
    has_left: StrictBool | None = None
    left_on: CivilDate | None = None
    left_reason: LeftReason | None = None
    phone: PhoneNumber | None = None
    contact_channel: Channel | None = None
    last_contact_on: CivilDate | None = None


class FamilyMemberOut(Out):
    """``resident_id`` and ``phone`` are masked until revealed."""

    id: UUID
    seq: int
    name: Annotated[str, Field(max_length=30)]
    relation: str
    sex: Sex | None
    resident_id: str | None
    health: Health | None
    visits_often: bool | None
    alive: bool | None
    adult: bool | None
    co_resident: bool | None
    township: str | None
    in_institution: bool
    has_left: bool | None
    left_on: CivilDate | None
    left_reason: LeftReason | None
    phone: str | None
    contact_channel: Channel | None
    last_contact_on: CivilDate | None


class FamilyOut(Out):
    """The members in order; one list, never longer than a family may be."""

    data: list[FamilyMemberOut]
