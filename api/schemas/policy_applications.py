"""Applications for benefits on the wire (告知其依法申请)."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from api.domain.policy_applications import ApplicationState, Decision
from api.domain.registration import Benefit
from api.schemas.base import CivilDate, In, Out, Text500


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class SignpostIn(In):
    """An elder was told of a benefit. ``on``: today unless said."""

    model_config = _example(benefit="advanced_age_allowance", note="年满80周岁，可申请高龄津贴")

    elder_id: UUID
    benefit: Benefit
    on: CivilDate | None = None
    note: Text500 | None = None


class HelpIn(In):
    """What was done to help with the application. ``on``: today unless said."""

    model_config = _example(help_given="协助复印证件并填写申请表")

    help_given: Text500
    on: CivilDate | None = None


class ApplyIn(In):
    """The application was handed in. ``on``: today unless said."""

    model_config = _example(note="已交镇便民服务中心")

    on: CivilDate | None = None
    note: Text500 | None = None


class DecideIn(In):
    """What the office has said. ``on``: today unless said."""

    model_config = _example(decision="granted", note="自本月起发放")

    decision: Decision
    on: CivilDate | None = None
    note: Text500 | None = None


class ApplicationCancelIn(In):
    model_config = _example(reason="本人不愿申请")

    reason: Text500


class ApplicationLineOut(Out):
    id: UUID
    elder_id: UUID
    village: str
    benefit: Benefit
    state: ApplicationState
    informed_on: date
    informed_by: UUID | None
    helped_on: date | None
    applied_on: date | None
    decided_on: date | None
    etag: str


class ApplicationOut(ApplicationLineOut):
    """``note``: what was said last."""

    help_given: str | None
    note: str | None
