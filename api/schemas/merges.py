"""Files of one person, and numbers of two, on the wire."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from api.domain.conflicts import ConflictState
from api.schemas.base import In, Out, Text500, VillageCode
from api.schemas.family import IdNumber

_ONE, _OTHER = "01930000-0000-7000-8000-000000000001", "01930000-0000-7000-8000-000000000002"


class MergeIn(In):
    """``drop`` goes into ``keep``. ``numbers_checked``: the papers were seen although the ID numbers differ."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"keep": _ONE, "drop": _OTHER, "reason": "同一人两次建档，已核对身份证"}]}
    )

    keep: UUID
    drop: UUID
    reason: Text500
    numbers_checked: StrictBool = False


class MergeOut(Out):
    """``moved``: how many rows of each kind now belong to the kept file."""

    keep: UUID
    drop: UUID
    moved: dict[str, int]


class ClaimIn(In):
    """``resident_id`` is this elder's, by the papers, and stands in another file, wherever that is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"elder_id": _ONE, "resident_id": "35030319461123998X", "note": "已看身份证原件"}]
        }
    )

    elder_id: UUID
    resident_id: IdNumber
    note: Text500 | None = None


class ResolveIn(In):
    """``same_person``: the files are merged into ``keep``, the holder's unless said.

    ``other_person``: ``wrong`` says in whose file the number was wrong, ``resident_id`` the right one of that file
    (none: not known yet).
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"result": "same_person", "reason": "同一人，两地重复建档"}]}
    )

    result: Literal[ConflictState.SAME_PERSON, ConflictState.OTHER_PERSON]
    keep: Literal["holder", "claimant"] = "holder"
    wrong: Literal["holder", "claimant"] | None = None
    resident_id: IdNumber | None = None
    reason: Text500

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.result is ConflictState.OTHER_PERSON and self.wrong is None:
            raise PydanticCustomError("field_missing", "whose number is wrong")
        return self


class PartyOut(Out):
    elder_id: UUID
    short_no: str
    village: VillageCode
    name: str


class ConflictOut(Out):
    """``holder``: whose file has the number; only for who may see that file."""

    id: UUID
    state: ConflictState
    claimant: PartyOut
    holder: PartyOut | None
    resident_id: str
    note: str | None
    reason: str | None
    claimed_by: UUID | None
    created_at: datetime
    version: Annotated[int, Field(ge=1)]
