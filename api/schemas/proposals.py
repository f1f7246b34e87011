"""Changes that are proposed to the township, on the wire: what would change, and the township's word."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from api.domain.proposals import ProposalKind, ProposalState
from api.schemas.base import In, Out, ShortText, Text500, VillageCode
from api.schemas.duty import ExitIn, SuspendIn, TransferIn
from api.schemas.elders import ElderFileIn
from api.schemas.family import FamilyMemberIn
from api.schemas.many import ManyIn
from api.schemas.merge_patch import PatchOf

_MOST_FIELDS = 60


class FamilyChangeIn(In):
    """``member_id``: none for somebody new. ``member``: null for somebody who is no longer of the family."""

    member_id: UUID | None = None
    member: Annotated[dict[str, Any], PatchOf(FamilyMemberIn)] | None


def _can_be_kept(change: dict[str, Any]) -> dict[str, Any]:
    """It is kept before it is read as what it will be: half of a character, which JSON can say, is no text."""
    try:
        json.dumps(change, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("text_not_allowed", "half of a character") from None
    return change


Change = Annotated[
    dict[str, Any],
    AfterValidator(_can_be_kept),
    PatchOf(ElderFileIn, ExitIn, SuspendIn, TransferIn, FamilyChangeIn),
    Field(max_length=_MOST_FIELDS),
]

ProposableKind = Literal[
    ProposalKind.SUSPENSION,
    ProposalKind.EXIT_MOVED_OUT,
    ProposalKind.EXIT_DEATH,
    ProposalKind.EXIT_INSTITUTION,
    ProposalKind.TRANSFER,
    ProposalKind.PHONE,
    ProposalKind.RESIDENT_ID,
    ProposalKind.CORRECTION,
    ProposalKind.FAMILY,
]


class ProposeIn(In):
    """``change``: what the command would be sent that carries it out.

    Of ``phone``, ``resident_id`` and ``correction`` a merge patch of the form; of an exit, a suspension or a
    transfer the body of that command; of ``family`` ``member_id`` (none: somebody new) and ``member``, a merge
    patch (null: no longer of the family).
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "elder_id": "01930000-0000-7000-8000-000000000001",
                    "kind": "exit_moved_out",
                    "change": {"last_day_on": "2026-11-02", "source": "family"},
                    "note": "随儿子迁往外省",
                }
            ]
        }
    )

    elder_id: UUID
    kind: ProposableKind
    change: Annotated[Change, Field(min_length=1)]
    note: Text500 | None = None


class AcceptIn(In):
    """``overrides``: merged into what is proposed. ``force``: although the register says otherwise since."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overrides": {}}]})

    overrides: Change = Field(default_factory=dict)
    force: StrictBool = False


class AcceptManyIn(ManyIn):
    """As they were proposed: what is to be said otherwise is said of one elder at a time. ``force`` holds for all."""

    force: StrictBool = False


class RejectIn(In):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "已电话核实，老人未搬离"}]})

    reason: Text500


class LookIn(In):
    """``purpose`` is kept in the audit."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"purpose": "核对新的联系电话"}]})

    purpose: Annotated[ShortText, StringConstraints(min_length=4, max_length=200)]


class FieldDiffOut(Out):
    """``from``: as the register says, of a decided proposal as it said. ``stale``: the register changed since."""

    field: str
    before: Any = Field(alias="from")
    after: Any = Field(alias="to")
    stale: bool


class ProposalOut(Out):
    """A change that is proposed. Numbers, doors and other sealed values are masked; a look with a purpose shows them.

    ``to_village``: of a transfer between townships, where the receiving one is to accept it.
    """

    id: UUID
    elder_id: UUID
    short_no: str | None
    village: VillageCode
    to_village: VillageCode | None
    kind: ProposalKind
    state: ProposalState
    fields: list[FieldDiffOut]
    note: str | None
    reason: str | None
    source_visit: UUID | None
    proposed_by: UUID | None
    created_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    version: int
