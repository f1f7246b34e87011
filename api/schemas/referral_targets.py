"""The directory of bodies to which elders may be referred, on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.domain.referrals import ReferralKind, TargetKind
from api.schemas.base import AreaText, CivilDate, In, Out, ShortText


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class ReferralTargetIn(In):
    """``serves``: what it can be asked for. ``active_to``: its last day, where one is known.

    ``provider_id``: the force behind it, which answers and delivers by itself.
    """

    model_config = _example(
        area="350303", kind="charity", name="涵江区慈善总会", serves=["donation"], active_from="2026-01-01"
    )

    area: AreaText
    kind: TargetKind
    name: ShortText
    serves: Annotated[list[ReferralKind], Field(min_length=1, max_length=len(ReferralKind))]
    active_from: CivilDate
    active_to: CivilDate | None = None
    provider_id: UUID | None = None


class ReferralTargetOut(Out):
    id: UUID
    area: str
    kind: TargetKind
    name: str
    serves: list[ReferralKind]
    active_from: date
    active_to: date | None
    provider_id: UUID | None
    etag: str
